//! What fails before anything is sent.

use crate::support::{Answer, Server, Threadline};

/// Runs with credentials and a server, and makes sure that nothing reached it.
fn refused(arguments: &[&str], code: i32, words: &[&str]) {
    let server = Server::start(Answer::json(200, "{}"));
    let stderr = Threadline::new(arguments).at(&server).run().failed(code);
    assert!(
        words.iter().all(|word| stderr.contains(word)),
        "{arguments:?}: {stderr}"
    );
    assert_eq!(server.received().len(), 0, "{arguments:?}");
}

#[test]
fn ids_that_would_change_the_path() {
    for provider in ["contactship", "inboxapp", "inboxapp-v1"] {
        for (id, words) in [
            ("", "empty"),
            (".", "path"),
            ("..", "path"),
            ("a\tb", "control"),
        ] {
            refused(&["get", &format!("{provider}:{id}")], 2, &["id", words]);
            let thread = format!("{provider}:{id}");
            refused(&["update", &thread, "--close"], 2, &["id", words]);
        }
    }
}

#[test]
fn ids_that_are_words_of_the_first_inboxapp_api() {
    for id in ["lookup", "lookup-by-username", "messages"] {
        refused(&["get", &format!("inboxapp-v1:{id}")], 2, &[id, "threadId"]);
        refused(
            &["update", &format!("inboxapp-v1:{id}"), "--close"],
            2,
            &[id, "threadId"],
        );
    }
}

#[test]
fn providers_that_there_are_not() {
    let known = ["\"outbox\"", "contactship", "inboxapp", "inboxapp-v1"];
    refused(&["get", "outbox:thr-1"], 2, &known);
    refused(
        &["get", "thr-1"],
        2,
        &["thr-1", "PROVIDER:ID", "contactship"],
    );
}

#[test]
fn updates_that_change_nothing_or_too_much() {
    refused(
        &["update", "contactship:thr-1"],
        2,
        &["nothing to update", "--close"],
    );
    let close = ["update", "contactship:thr-1", "--close"];
    refused(
        &[&close[..], &["--reopen"]].concat(),
        2,
        &["--close", "--reopen"],
    );
    refused(
        &[&close[..], &["--status", "x"]].concat(),
        2,
        &["--close", "--status"],
    );
    refused(
        &[
            "update",
            "contactship:thr-1",
            "--assign",
            "user:U",
            "--unassign",
        ],
        2,
        &["--assign", "--unassign"],
    );
    refused(
        &["update", "contactship:thr-1", "--status", ""],
        2,
        &["--status"],
    );
}

#[test]
fn assignees_that_are_none() {
    for (assignee, words) in [
        ("", "the assignee is empty"),
        ("team:T", "\"team:T\" is no assignee"),
        ("user:", "\"user:\" has an empty id"),
        ("agent:", "\"agent:\" has an empty id"),
        ("user: ", "\"user: \" has an empty id"),
    ] {
        let option = format!("--assign={assignee}");
        refused(&["update", "contactship:thr-1", &option], 2, &[words]);
        refused(&["contact", "inboxapp:c-1", &option], 2, &[words]);
        let option = format!("--to={assignee}");
        refused(&["assign", "inboxapp:abc", &option], 2, &[words]);
    }
}

#[test]
fn what_inboxapp_cannot_do() {
    for provider in ["inboxapp", "inboxapp-v1"] {
        let thread = format!("{provider}:w5hs7kz546ds");
        refused(
            &["update", &thread, "--assign", "agent:A"],
            2,
            &[provider, "agent", "unsupported"],
        );
        refused(
            &["update", &thread, "--status", "snoozed"],
            2,
            &[provider, "snoozed", "unsupported"],
        );
    }
}

#[test]
fn no_credential() {
    for (thread, variable) in [
        ("contactship:thr-1", "CONTACTSHIP_API_KEY"),
        ("inboxapp:abc", "INBOX_API_TOKEN"),
        ("inboxapp-v1:abc", "INBOX_API_TOKEN"),
    ] {
        for run in [
            Threadline::new(&["get", thread]),
            Threadline::new(&["update", thread, "--close"]),
            Threadline::new(&["get", thread, "--dry-run"]),
            Threadline::new(&["get", thread]).env(variable, ""),
        ] {
            let stderr = run.run().failed(3);
            let is_named = stderr.contains(&format!("no credential: set {variable}"))
                || stderr.contains(&format!("{variable} is empty: set it"));
            assert!(is_named, "{stderr}");
        }
        let error = Threadline::new(&["get", thread, "-o", "json"])
            .run()
            .json_error(3);
        assert_eq!(
            (&error["kind"], &error["delivery"]),
            (&"invalid_config".into(), &"not_sent".into())
        );
    }
}

#[test]
fn credentials_that_cannot_be_sent() {
    for credential in [
        "canary-1\n",
        "canary-1\r\nx: y",
        "Bearer canary-1",
        "canary-é",
    ] {
        let run =
            Threadline::new(&["get", "contactship:thr-1"]).env("CONTACTSHIP_API_KEY", credential);
        let stderr = run.run().failed(2);
        assert!(
            stderr.contains("CONTACTSHIP_API_KEY: the credential contains"),
            "{stderr}"
        );
        assert!(!stderr.contains("canary"), "{stderr}");
    }
}

#[test]
fn base_urls_that_cannot_be_used() {
    for (url, words) in [
        ("ftp://127.0.0.1", "ftp"),
        ("file:///etc", "file"),
        ("localhost", "cannot be read"),
        ("https://user:canary@127.0.0.1", "user name"),
        ("http://inbox.example", "--allow-insecure-http"),
    ] {
        for provider in ["contactship", "inboxapp", "inboxapp-v1"] {
            let run = Threadline::new(&["get", &format!("{provider}:thr-1")])
                .env("CONTACTSHIP_API_KEY", "k")
                .env("INBOX_API_TOKEN", "t")
                .env("CONTACTSHIP_BASE_URL", url)
                .env("INBOX_API_BASE_URL", url)
                .env("INBOX_API_V1_BASE_URL", url);
            let stderr = run.run().failed(2);
            assert!(
                stderr.contains("base URL") && stderr.contains(words),
                "{stderr}"
            );
            assert!(!stderr.contains("canary"), "{stderr}");
        }
    }
}

/// Taken as not set, it would send to the vendor what was meant for another server.
#[test]
fn an_empty_base_url_is_refused_by_name() {
    let run = Threadline::new(&["get", "contactship:thr-1", "--dry-run"])
        .env("CONTACTSHIP_API_KEY", "k")
        .env("CONTACTSHIP_BASE_URL", "");
    let stderr = run.run().failed(2);
    assert!(stderr.contains("CONTACTSHIP_BASE_URL is empty"), "{stderr}");
}

#[test]
fn options_that_do_not_apply() {
    refused(&["--dry-run", "demo"], 2, &["--dry-run", "demo"]);
    refused(&["demo", "--dry-run"], 2, &["--dry-run"]);
    refused(
        &["--attempts", "1", "emulator"],
        2,
        &["--attempts", "emulator"],
    );
    refused(
        &["--timeout", "1", "completions", "bash"],
        2,
        &["--timeout", "completions"],
    );
    refused(
        &["get", "contactship:a", "--attempts", "0"],
        2,
        &["--attempts"],
    );
    refused(
        &["get", "contactship:a", "--timeout", "0"],
        2,
        &["--timeout"],
    );
}

/// Mistakes that people make, each with what the message has to name: the mistake and the remedy.
#[test]
fn every_wrong_usage_is_named_with_a_remedy_and_nothing_is_sent() {
    for (arguments, words) in [
        (
            &["fly"][..],
            &["unrecognized subcommand 'fly'", "--help"][..],
        ),
        (&["lst", "inboxapp"], &["'lst'", "'list'"]),
        (&["close"], &["<PROVIDER:ID>..."]),
        (&["close", "abc"], &["\"abc\"", "PROVIDER:ID", "inboxapp"]),
        (&["close", "inbox:abc"], &["\"inbox\"", "inboxapp"]),
        (&["close", "inboxapp:"], &["empty"]),
        (&["close", "inboxapp:../x"], &["\"../x\"", "path"]),
        (&["close", "contactship:a/./b"], &["\"a/./b\"", "path"]),
        (&["close", "inboxapp: abc"], &["\" abc\"", "blank"]),
        (&["close", "inboxapp:abc", "--jobs", "0"], &["--jobs"]),
        (
            &["close", "inboxapp:abc", "--timeout", "soon"],
            &["soon", "seconds"],
        ),
        (
            &["close", "inboxapp:abc", "--attempts", "0"],
            &["--attempts"],
        ),
        (
            &["update", "inboxapp:abc"],
            &["nothing to update", "--close"],
        ),
        (
            &["update", "inboxapp:abc", "--close", "--reopen"],
            &["--close", "--reopen"],
        ),
        (&["assign", "inboxapp:abc"], &["--to <ASSIGNEE>"]),
        (
            &["assign", "inboxapp:abc", "--to", "team:x"],
            &["\"team:x\"", "user:ID"],
        ),
        (
            &["assign", "inboxapp:abc", "--to", "agent:x"],
            &["agent", "unsupported"],
        ),
    ] {
        refused(arguments, 2, words);
    }
}

#[test]
fn every_wrong_question_is_named_with_a_remedy_and_nothing_is_sent() {
    for (arguments, words) in [
        (&["list"][..], &["no provider", "--profile"][..]),
        (&["list", "contactship"], &["contactship", "webhook"]),
        (
            &["list", "inboxapp", "--status", "done"],
            &["'done'", "open, closed"],
        ),
        (
            &[
                "list", "inboxapp", "--status", "closed", "--folder", "inbox",
            ],
            &["folder"],
        ),
        (
            &["list", "inboxapp", "--active-before", "soon"],
            &["soon", "30d"],
        ),
        (
            &["list", "inboxapp", "--limit", "many"],
            &["--limit", "many"],
        ),
        (
            &["messages", "contactship:thr-1"],
            &["contactship", "list_messages"],
        ),
        (&["send", "inboxapp:abc"], &["the message is empty"]),
        (&["send", "inboxapp:abc", ""], &["the text is empty"]),
        (
            &["send", "inboxapp", "Hi", "--to-contact", "c"],
            &["--account"],
        ),
        (
            &["send", "contactship:thr-1", "Hi", "--idempotency-key", "k"],
            &["idempotency_key"],
        ),
        (
            &["send", "inboxapp:abc", "--media", "https://x.example/a"],
            &["--media-kind"],
        ),
        (
            &["contact", "contactship:c-1", "--notes", "x"],
            &["update_contact.notes"],
        ),
        (
            &["show", "inboxapp:abc", "--json", "ids"],
            &["no member", "account_id"],
        ),
        (
            &["api", "inboxapp", "threads.close"],
            &["threads.close", "--list"],
        ),
        (&["api", "outbox"], &["\"outbox\"", "inboxapp"]),
        (&["--profile", "none", "list"], &["no profile \"none\""]),
        (&["completions", "tcsh"], &["tcsh", "bash"]),
        (
            &["emulator", "--port-inboxapp", "99999"],
            &["99999", "65535"],
        ),
    ] {
        refused(arguments, 2, words);
    }
}

#[test]
fn every_wrong_setting_is_named_with_a_remedy_and_nothing_is_sent() {
    for (variable, value, code, words) in [
        ("INBOX_API_TOKEN", "", 3, "INBOX_API_TOKEN is empty: set it"),
        ("INBOX_API_TOKEN", "a\nb", 2, "INBOX_API_TOKEN"),
        ("INBOX_API_BASE_URL", "", 2, "INBOX_API_BASE_URL"),
        (
            "INBOX_API_BASE_URL",
            "inbox.example",
            2,
            "INBOX_API_BASE_URL",
        ),
        (
            "INBOX_API_BASE_URL",
            "https://inbox.example/api/v1",
            2,
            "v2",
        ),
    ] {
        let server = Server::start(Answer::json(200, "{}"));
        let run = Threadline::new(&["close", "inboxapp:abc"])
            .at(&server)
            .env(variable, value);
        let stderr = run.run().failed(code);
        assert!(stderr.contains(words), "{variable}={value}: {stderr}");
        assert_eq!(server.received().len(), 0);
    }
}
