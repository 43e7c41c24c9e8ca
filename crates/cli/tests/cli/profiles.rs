//! Profiles, `threadline config` and `doctor`

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Answer, Emulated, INBOXAPP, Server, Threadline};

/// A configuration file with the profile `p`.
fn config(lines: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    fs::write(&path, format!("[profiles.p]\n{lines}\n")).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

fn header(server: &Server) -> String {
    let request = server.received().pop().unwrap();
    let mut headers = request.headers.into_iter();
    headers
        .find(|header| header.starts_with("authorization"))
        .unwrap()
}

#[cfg(unix)]
#[test]
fn a_profile_has_the_provider_the_credential_and_the_base_url() {
    let server = Server::ok(INBOXAPP);
    let url = server.url("/api/v2");
    for (source, credential) in [
        ("credential_env = \"OTHER\"", "from-env"),
        (
            "credential_command = \"printf from-command\"",
            "from-command",
        ),
        ("", "default"),
    ] {
        let lines = format!("provider = \"Inboxapp\"\nbase_url = \"{url}\"\n{source}");
        let (_folder, path) = config(&lines);
        for run in [
            Threadline::new(&["--profile", "p", "show", "w5hs7kz546ds"]),
            Threadline::new(&["show", "inboxapp:w5hs7kz546ds"]).env("THREADLINE_PROFILE", "p"),
        ] {
            run.env("THREADLINE_CONFIG", &path)
                .env("OTHER", "from-env")
                .env("INBOX_API_TOKEN", "default")
                // That of the environment is not for this profile.
                .env("INBOX_API_BASE_URL", "http://127.0.0.1:1")
                .run()
                .succeeded();
            assert_eq!(
                header(&server),
                format!("authorization: Bearer {credential}")
            );
        }
    }
}

#[test]
fn what_is_wrong_with_a_profile_is_named_and_no_secret_quoted() {
    for (lines, code, words) in [
        (
            "provider = \"outbox\"",
            2,
            "profile \"p\": unknown provider \"outbox\"",
        ),
        (
            "provider = \"inboxapp\"\ncredential = \"canary\"",
            2,
            "line 3: unknown key",
        ),
        (
            "provider = \"inboxapp\"",
            3,
            "the environment variable INBOX_API_TOKEN is not set",
        ),
        (
            "provider = \"inboxapp\"\ncredential_command = \"echo canary; exit 3\"",
            3,
            "the credential_command failed",
        ),
        (
            "provider = \"inboxapp\"\ncredential_command = \"printf 'canary\\\\ncanary'\"",
            3,
            "the credential contains",
        ),
        (
            "provider = \"inboxapp\"\ncredential_env = \"X\"\ncredential_keyring = true",
            2,
            "give one of",
        ),
        (
            "provider = \"inboxapp\"\nbase_url = \"https://canary@h\"",
            3,
            "not set",
        ),
    ] {
        let (_folder, path) = config(lines);
        let run = Threadline::new(&["--profile", "p", "show", "x"]).env("THREADLINE_CONFIG", &path);
        let stderr = run.run().failed(code);
        assert!(stderr.contains(words), "{lines}: {stderr}");
        assert!(!stderr.contains("canary"), "{stderr}");
        let run = Threadline::new(&["config"])
            .env("THREADLINE_CONFIG", &path)
            .run();
        assert!(!format!("{run:?}").contains("canary"), "{run:?}");
    }
    let (_folder, path) = config("provider = \"inboxapp\"");
    let run = Threadline::new(&["--profile", "q", "show", "x"]).env("THREADLINE_CONFIG", &path);
    let stderr = run.run().failed(2);
    assert!(
        stderr.contains("no profile \"q\"") && stderr.contains("it has p"),
        "{stderr}"
    );
    let run = Threadline::new(&["--profile", "p", "show", "contactship:x"]);
    let stderr = run.env("THREADLINE_CONFIG", &path).run().failed(2);
    assert!(
        stderr.contains("the profile \"p\" is of inboxapp"),
        "{stderr}"
    );
}

#[test]
fn the_configuration_is_shown_without_credentials() {
    let (_folder, path) =
        config("provider = \"contactship\"\ncredential_command = \"pass canary\"");
    let run = |arguments: &[&str]| {
        Threadline::new(arguments)
            .env("THREADLINE_CONFIG", &path)
            .run()
    };
    assert_eq!(run(&["config", "path"]).succeeded(), format!("{path}\n"));
    assert_eq!(
        run(&["config"]).succeeded(),
        "p\tcontactship\t\tthe output of credential_command\n"
    );
    let profile = run(&["config", "list", "-o", "json"]).json();
    assert_eq!(profile["provider"], "contactship");
    // Without any file, the way to one is shown.
    let run = Threadline::new(&["config"])
        .env("THREADLINE_CONFIG", "/nowhere/config.toml")
        .run();
    assert!(
        run.stderr.contains("no profiles in /nowhere/config.toml"),
        "{run:?}"
    );
    let home = Threadline::new(&["config", "path"])
        .env("HOME", "/home/nobody")
        .run()
        .succeeded();
    assert!(home.contains("threadline"), "{home}");
}

#[test]
fn doctor_finds_nothing_where_all_is_well() {
    let emulated = Emulated::start();
    let stdout = emulated.run(&["doctor", "-o", "json"]).run().succeeded();
    let checks: Vec<Value> = stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for provider in ["contactship", "inboxapp", "inboxapp-v1"] {
        let results = |check: &str| {
            let mut of = checks.iter();
            of.find(|it| it["provider"] == provider && it["check"] == check)
                .map(|it| it["result"].as_str().unwrap().to_owned())
        };
        assert_eq!(results("settings").as_deref(), Some("ok"), "{stdout}");
        assert_eq!(results("call").as_deref(), Some("ok"), "{stdout}");
        assert_eq!(results("clock").as_deref(), Some("ok"), "{stdout}");
    }
    assert!(stdout.contains("requests left"), "{stdout}");
    assert_eq!(emulated.count("GET"), 3);
}

#[test]
fn doctor_says_what_is_wrong_and_what_to_do() {
    let old = "date: Mon, 06 Apr 2026 16:00:00 GMT\r\nx-ratelimit-limit: 300\r\nx-ratelimit-remaining: 3\r\n";
    for (answer, code, words) in [
        (
            Answer::json(401, "{}"),
            3,
            "set a credential that the vendor accepts",
        ),
        (
            Answer::json(403, "{}"),
            3,
            "set a credential that the vendor accepts",
        ),
        (Answer::json(503, "{}"), 7, "check the network"),
        (
            Answer::new(200, old, "{\"data\":[]}"),
            0,
            "set this machine's clock",
        ),
        (
            Answer::new(200, old, "{\"data\":[]}"),
            0,
            "3 of 300 requests left",
        ),
    ] {
        let server = Server::start(answer);
        let run = Threadline::new(&["doctor", "inboxapp", "--attempts", "1"])
            .at(&server)
            .run();
        assert_eq!(run.code, code, "{run:?}");
        assert!(run.stdout.contains(words), "{run:?}");
    }
    let run = Threadline::new(&["doctor"]).run();
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.stdout.contains("set CONTACTSHIP_API_KEY"), "{run:?}");
}
