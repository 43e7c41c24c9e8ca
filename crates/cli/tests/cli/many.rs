//! The same change for many threads.

#[cfg(unix)]
use std::process::{Command, Stdio};

#[cfg(unix)]
use assert_cmd::cargo::cargo_bin;
use serde_json::Value;
use threadline::ProviderKind;

#[cfg(unix)]
use crate::support::INBOXAPP;
use crate::support::{Answer, Emulated, Server, Threadline};

const V2: ProviderKind = ProviderKind::InboxappV2;

#[test]
fn what_list_prints_can_be_piped_into_close() {
    let emulated = Emulated::start();
    for (format, expected) in [("json", 5), ("table", 5)] {
        let list = [
            "list", "inboxapp", "--status", "open", "--limit", "5", "--output", format,
        ];
        let listed = emulated.run(&list).run().succeeded();
        assert_eq!(listed.lines().count(), expected);
        emulated.received();
        let run = emulated.run(&["close", "-"]).stdin(&listed).run();
        assert_eq!(run.code, 0, "{run:?}");
        assert_eq!(run.stderr, "5 closed\n");
        assert_eq!(run.stdout.lines().count(), 5);
        assert!(
            run.stdout.lines().all(|line| line.contains("\tclosed\t")),
            "{run:?}"
        );
        assert_eq!(emulated.count("PATCH"), 5);
    }
}

#[test]
fn ids_of_several_providers_go_where_they_belong_each_once() {
    let emulated = Emulated::start();
    let mut names = emulated.threads(&V2, 2);
    names.extend(emulated.threads(&ProviderKind::ContactShip, 1));
    names.extend(emulated.threads(&ProviderKind::InboxappV1, 1));
    names.push(names[0].clone());
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let run = emulated.run(&[&["close", "-o", "json"], &names[..]].concat());
    let stdout = run.run().succeeded();
    let threads: Vec<Value> = stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(threads.len(), 4);
    assert!(threads.iter().all(|thread| thread["status"] == "closed"));
    assert_eq!(emulated.received().len(), 4);
}

#[test]
fn one_bad_name_and_nothing_is_sent() {
    let emulated = Emulated::start();
    let good = emulated.threads(&V2, 1).remove(0);
    for (stdin, words) in [
        (format!("{good}\nnonsense\n"), "line 2: \"nonsense\""),
        (format!("{good}\ninboxapp:..\n"), "line 2"),
        (format!("{good}\n{{\"id\":7}}\n"), "line 2"),
        (
            format!("# two\n{good}\n{{\"id\":\"x\"}}\n"),
            "line 3: the member provider is missing",
        ),
    ] {
        let stderr = emulated.run(&["close", "-"]).stdin(&stdin).run().failed(2);
        assert!(stderr.contains(words), "{stderr}");
    }
    // ContactShip can, Inboxapp cannot.
    let contactship = emulated.threads(&ProviderKind::ContactShip, 1).remove(0);
    let run = emulated.run(&["assign", &contactship, &good, "--to", "agent:A"]);
    let stderr = run.run().failed(2);
    assert!(stderr.contains("unsupported by inboxapp"), "{stderr}");
    assert_eq!(emulated.received().len(), 0);
}

#[test]
fn the_exit_code_tells_that_some_failed_and_each_failure_names_its_thread() {
    let emulated = Emulated::start();
    let good = emulated.threads(&V2, 2);
    let run = emulated
        .run(&["close", &good[0], "inboxapp:nosuchthread", &good[1]])
        .run();
    assert_eq!(run.code, 8, "{run:?}");
    assert_eq!(run.stdout.lines().count(), 2);
    assert!(
        run.stderr
            .contains("error: inboxapp:nosuchthread: inboxapp threads.update: 404"),
        "{run:?}"
    );
    assert!(
        run.stderr.ends_with("error: 2 closed, 1 failed\n"),
        "{run:?}"
    );
    let run = emulated
        .run(&["show", "-o", "json", "inboxapp:nosuchthread", &good[0]])
        .run();
    assert_eq!(run.code, 8, "{run:?}");
    let errors: Vec<Value> = run
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(errors[0]["error"]["target"], "inboxapp:nosuchthread");
    assert_eq!(errors[1]["error"]["kind"], "some_failed");
    // All failed in one way: the code says in which.
    let run = emulated.run(&["close", "inboxapp:nosuchthread", "inboxapp:nosuchthreat"]);
    let stderr = run.run().failed(4);
    assert!(stderr.contains("0 closed, 2 failed"), "{stderr}");
}

#[test]
fn nothing_more_is_sent_after_the_credential_was_refused() {
    let server = Server::start(Answer::json(401, "{}"));
    let names = ["a", "b", "c", "d", "e"].map(|id| format!("inboxapp:{id}"));
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let arguments = [&["close", "--jobs", "1"], &names[..]].concat();
    let stderr = Threadline::new(&arguments).at(&server).run().failed(3);
    assert_eq!(server.received().len(), 1);
    assert!(
        stderr.contains("inboxapp:e: not sent: the credential was refused"),
        "{stderr}"
    );
    assert!(
        stderr.contains("0 closed, 1 failed, 4 not sent"),
        "{stderr}"
    );
}

#[test]
fn a_dry_run_of_many_sends_nothing() {
    let emulated = Emulated::start();
    let names = emulated.threads(&V2, 3);
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let run = emulated.run(&[&["close", "--dry-run", "-o", "json"], &names[..]].concat());
    let stdout = run.run().succeeded();
    let requests: Vec<Value> = stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(requests.len(), 3);
    assert!(
        requests
            .iter()
            .all(|line| line["request"]["body"]["archived"] == true)
    );
    let run = emulated
        .run(&[&["close", "--dry-run"], &names[..]].concat())
        .run();
    assert!(run.stderr.ends_with("3 would be closed\n"), "{run:?}");
    assert_eq!(emulated.received().len(), 0);
}

/// Runs the binary against a server, and interrupts it when the server has received that many
/// requests: its exit code and what it printed.
#[cfg(unix)]
fn interrupted(arguments: &[&str], server: &Server, requests: usize) -> (Option<i32>, [String; 2]) {
    let child = Command::new(cargo_bin!("threadline"))
        .args(arguments)
        .env_clear()
        .env("INBOX_API_TOKEN", "t")
        .env("INBOX_API_BASE_URL", server.url("/api/v2"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    server.wait_for(requests);
    let id = child.id().to_string();
    let kill = Command::new("kill").args(["-INT", &id]).status();
    assert!(kill.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(server.received().len(), requests);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        [text(output.stdout), text(output.stderr)],
    )
}

/// Interrupts `close` of four threads, one after the other, when the first has been answered and the
/// second was sent: the exit code and standard error.
#[cfg(unix)]
fn interrupted_close(format: &str) -> (Option<i32>, String) {
    let closed = INBOXAPP.replace("\"archived\":false", "\"archived\":true");
    let server = Server::sequence([Answer::json(200, &closed), Answer::Stall]);
    let close = ["close", "--jobs", "1", "--output", format];
    let names = ["inboxapp:a", "inboxapp:b", "inboxapp:c", "inboxapp:d"];
    let (code, [stdout, stderr]) = interrupted(&[&close[..], &names].concat(), &server, 2);
    assert_eq!(stdout.lines().count(), 1);
    (code, stderr)
}

#[cfg(unix)]
#[test]
fn an_interrupt_says_what_was_closed_what_was_not_and_what_may_have_been() {
    let (code, stderr) = interrupted_close("table");
    let expected = "\
error: inboxapp:b: interrupted: the request was sent and may have been carried out; check before you \
repeat the command
error: inboxapp:c: interrupted: nothing was sent
error: inboxapp:d: interrupted: nothing was sent
error: 1 closed, 1 may have been sent, 2 not sent
";
    assert_eq!((code, stderr.as_str()), (Some(130), expected));
    let (code, stderr) = interrupted_close("json");
    let errors = stderr
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let errors: Vec<_> = errors.map(|line| line["error"].clone()).collect();
    let told: Vec<_> = errors
        .iter()
        .map(|error| {
            (
                error["target"].as_str(),
                error["delivery"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        (Some("inboxapp:b"), "unknown"),
        (Some("inboxapp:c"), "not_sent"),
        (Some("inboxapp:d"), "not_sent"),
        (None, "unknown"),
    ];
    assert_eq!((code, told), (Some(130), expected.to_vec()));
    assert!(errors.iter().all(|error| error["kind"] == "interrupted"));
}

#[cfg(unix)]
#[test]
fn an_interrupted_send_says_that_the_request_went_out() {
    let server = Server::start(Answer::Stall);
    let (code, [_, stderr]) = interrupted(&["send", "inboxapp:a", "Hello"], &server, 1);
    assert_eq!(code, Some(130), "{stderr}");
    assert!(
        stderr.contains("the request was sent and may have been carried out"),
        "{stderr}"
    );
    let request = server.only();
    let mut headers = request.headers.iter();
    let key = headers.find_map(|header| header.strip_prefix("idempotency-key: "));
    let hint = format!(
        "without sending it twice: --idempotency-key {}",
        key.unwrap()
    );
    assert!(stderr.contains(&hint), "{stderr}");
}
