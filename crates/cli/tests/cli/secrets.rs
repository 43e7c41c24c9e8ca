//! A credential is shown nowhere, not even by the most talkative log.

use crate::support::{Answer, CONTACTSHIP, INBOXAPP, INBOXAPP_V1, Server, Threadline};

const CANARY: &str = "canary-4f1c9b7e2d";

/// Runs with the canary as every credential, and gives all that was shown.
fn shown(arguments: &[&str], server: &Server) -> String {
    let run = Threadline::new(arguments)
        .at(server)
        .env("CONTACTSHIP_API_KEY", CANARY)
        .env("INBOX_API_TOKEN", CANARY)
        .env("RUST_LOG", "trace")
        .run();
    let shown = format!("{}{}", run.stdout, run.stderr);
    assert!(!shown.contains(CANARY), "{arguments:?}: {shown}");
    shown
}

#[test]
fn not_by_calls_that_succeed() {
    for (thread, body) in [
        ("contactship:thr-1", CONTACTSHIP),
        ("inboxapp-v1:abc", INBOXAPP_V1),
        ("inboxapp:abc", INBOXAPP),
    ] {
        let server = Server::ok(body);
        for format in ["table", "json"] {
            let log = shown(&["get", thread, "--output", format], &server);
            assert!(log.contains("threadline.call"), "it is logged: {log}");
            shown(
                &[
                    "update",
                    thread,
                    "--close",
                    "--unassign",
                    "--output",
                    format,
                ],
                &server,
            );
            shown(
                &["update", thread, "--close", "--dry-run", "--output", format],
                &server,
            );
        }
        let sent = &server.received()[0].headers;
        assert!(
            sent.iter().any(|header| header.contains(CANARY)),
            "it is sent: {sent:?}"
        );
    }
}

#[test]
fn not_by_calls_that_fail() {
    // Servers that send back what they received.
    let echo =
        format!(r#"{{"message":"{CANARY} is wrong","code":"{CANARY}","requestId":"{CANARY}"}}"#);
    let header = format!("x-request-id: {CANARY}\r\nwww-authenticate: {CANARY}\r\n");
    for answer in [
        Answer::new(401, &header, &echo),
        Answer::new(404, &header, &echo),
        Answer::new(429, &header, &echo),
        Answer::new(502, &header, &format!("<html>{CANARY}</html>")),
        Answer::new(
            302,
            &format!("location: https://elsewhere.example/{CANARY}\r\n"),
            "",
        ),
        Answer::new(200, &header, &format!("<html>{CANARY}</html>")),
        Answer::new(200, &header, &format!(r#"{{"id":"{CANARY}"}}"#)),
        Answer::Close,
    ] {
        let server = Server::start(answer);
        for thread in ["contactship:thr-1", "inboxapp-v1:abc", "inboxapp:abc"] {
            for format in ["table", "json"] {
                let options = ["--attempts", "1", "--output", format];
                shown(&[&["get", thread], &options[..]].concat(), &server);
                shown(
                    &[&["update", thread, "--close"], &options[..]].concat(),
                    &server,
                );
            }
        }
    }
}

#[test]
fn not_by_any_command() {
    let echo = format!(r#"{{"data":[{{"id":"{CANARY}"}}],"id":"{CANARY}","message":"{CANARY}"}}"#);
    for answer in [
        Answer::json(200, &echo),
        Answer::json(400, &echo),
        Answer::Close,
    ] {
        let server = Server::start(answer);
        for arguments in [
            &["list", "inboxapp"][..],
            &["messages", "inboxapp:abc"],
            &["send", "inboxapp:abc", "Hello"],
            &["close", "inboxapp:a", "inboxapp:b"],
            &["assign", "inboxapp:abc", "--to", "user:u-1"],
            &["contact", "inboxapp:abc"],
            &["assignees", "contactship"],
            &["providers"],
            &["doctor"],
            &["config"],
            &["api", "inboxapp", "threads.get", "--thread-id", "abc", "-v"],
            &["api", "contactship", "contacts.list", "--dry-run"],
        ] {
            let options = ["--attempts", "1", "--output"];
            let is_call = !matches!(arguments[0], "providers" | "config");
            let options: &[&str] = if is_call { &options } else { &options[2..] };
            for format in ["table", "json"] {
                // What a vendor returns in a success is the vendor's data, and is shown.
                let run = [options, &[format], arguments].concat();
                let run = Threadline::new(&run)
                    .at(&server)
                    .env("CONTACTSHIP_API_KEY", CANARY)
                    .env("INBOX_API_TOKEN", CANARY)
                    .env("RUST_LOG", "trace")
                    .run();
                assert!(!run.stderr.contains(CANARY), "{arguments:?}: {run:?}");
                assert!(run.code == 0 || !run.stdout.contains(CANARY), "{run:?}");
            }
        }
    }
}

#[test]
fn not_by_commands_that_need_none() {
    let server = Server::ok("{}");
    for arguments in [
        &["demo"][..],
        &["demo", "--output", "json"],
        &["get", "--sandbox", "contactship:nosuchthread"],
        &[
            "update",
            "--sandbox",
            "inboxapp:nosuchthread",
            "--close",
            "-o",
            "json",
        ],
        &["completions", "bash"],
        &["--help"],
        &["update", "--help"],
        &["get"],
        &["get", "outbox:1"],
        &["get", "contactship:"],
        &["update", "contactship:thr-1"],
        &["emulator", "--port-inboxapp", "99999"],
    ] {
        shown(arguments, &server);
    }
    assert_eq!(server.received().len(), 0);
}

#[test]
fn not_when_it_is_malformed_or_misplaced() {
    for (name, value) in [
        ("CONTACTSHIP_API_KEY", format!("{CANARY}\n")),
        ("CONTACTSHIP_API_KEY", format!("Bearer {CANARY}")),
        ("CONTACTSHIP_BASE_URL", CANARY.to_owned()),
        (
            "CONTACTSHIP_BASE_URL",
            format!("https://{CANARY}@127.0.0.1"),
        ),
    ] {
        let run = Threadline::new(&["get", "contactship:thr-1"])
            .env("CONTACTSHIP_API_KEY", "k")
            .env("RUST_LOG", "trace")
            .env(name, &value)
            .run();
        assert_eq!(run.code, 2, "{run:?}");
        assert!(!format!("{run:?}").contains(CANARY), "{run:?}");
    }
}
