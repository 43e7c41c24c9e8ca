//! `threadline send` and `contact`

use serde_json::{Value, json};
use threadline::{Contact, ProviderKind, SentMessage};

use crate::support::{Answer, Emulated, Server, Threadline};

const V2: ProviderKind = ProviderKind::InboxappV2;

#[test]
fn a_text_is_sent_once_and_with_a_key() {
    let emulated = Emulated::start();
    let thread = emulated.threads(&V2, 1).remove(0);
    let run = emulated
        .run(&["send", &thread, "Hello, we are on it.", "-o", "json"])
        .run();
    let sent = run.json();
    let requests = emulated.received();
    assert_eq!(requests.len(), 1);
    let body: Value = serde_json::from_slice(&requests[0].body).unwrap();
    assert_eq!(body["content"], "Hello, we are on it.");
    let key = sent["idempotency_key"].as_str().unwrap();
    assert_eq!(requests[0].header("idempotency-key"), Some(key));
    assert!(sent["request_id"].is_string(), "{sent}");
    serde_json::from_value::<SentMessage>(sent.clone()).unwrap();
    // The same message again, with its key, is not sent again.
    let again = [
        "send",
        &thread,
        "Hello, we are on it.",
        "--idempotency-key",
        key,
    ];
    let stdout = emulated.run(&again).run().succeeded();
    assert!(stdout.contains("sent before with the same key"), "{stdout}");
}

#[test]
fn a_text_can_come_from_standard_input() {
    let emulated = Emulated::start();
    let thread = emulated.threads(&ProviderKind::ContactShip, 1).remove(0);
    let run = emulated
        .run(&["send", &thread, "-"])
        .stdin("Two\nlines\n")
        .run();
    run.succeeded();
    let requests = emulated.received();
    let body: Value = serde_json::from_slice(&requests[0].body).unwrap();
    assert_eq!(body["content"], "Two\nlines");
}

#[test]
fn contacts_and_profiles_are_reached_without_a_thread() {
    for (options, target) in [
        (
            &["--to-contact", "c-1", "--account", "al-1"][..],
            json!({"type": "contact", "contactId": "c-1", "accountLinkId": "al-1"}),
        ),
        (
            &["--to-profile", "17", "--account", "al-1"],
            json!({"type": "profile", "accountLinkId": "al-1", "platformId": "17"}),
        ),
    ] {
        let server = Server::start(Answer::json(500, "{}"));
        let arguments = [
            &["send", "inboxapp", "Hi", "--dry-run", "-o", "json"],
            options,
        ]
        .concat();
        let request = Threadline::new(&arguments).at(&server).run().json();
        let body = &request["request"]["body"];
        for (name, value) in target.as_object().unwrap() {
            assert_eq!(&body["target"][name], value, "{body}");
        }
        assert_eq!(server.received().len(), 0);
    }
}

#[test]
fn templates_and_files_are_sent_where_the_provider_can() {
    let server = Server::ok("{}");
    let template = [
        "--template",
        "order_update",
        "--language",
        "es",
        "--parameter",
        "4711",
    ];
    let arguments = [
        &["send", "contactship:thr-1", "--dry-run", "-o", "json"],
        &template[..],
    ]
    .concat();
    let body = Threadline::new(&arguments).at(&server).run().json()["request"]["body"].to_string();
    assert!(
        body.contains("order_update") && body.contains("4711"),
        "{body}"
    );
    let arguments = [&["send", "inboxapp:t", "--dry-run"], &template[..]].concat();
    let stderr = Threadline::new(&arguments).at(&server).run().failed(2);
    assert!(stderr.contains("send_message.template"), "{stderr}");
    let file = [
        "--media",
        "https://example.com/a.pdf",
        "--media-kind",
        "document",
    ];
    let arguments = [
        &["send", "contactship:thr-1", "--dry-run", "-o", "json"],
        &file[..],
    ]
    .concat();
    let body = Threadline::new(&arguments).at(&server).run().json()["request"]["body"].to_string();
    assert!(body.contains("https://example.com/a.pdf"), "{body}");
}

#[test]
fn a_send_whose_outcome_is_unknown_says_how_to_repeat_it() {
    let server = Server::start(Answer::Close);
    let send = ["send", "inboxapp:t", "Hello", "--attempts", "1"];
    let stderr = Threadline::new(&send).at(&server).run().failed(7);
    assert!(stderr.contains("may have been carried out"), "{stderr}");
    let key = server
        .only()
        .headers
        .iter()
        .find_map(|header| header.strip_prefix("idempotency-key: ").map(str::to_owned));
    let hint = format!(
        "without sending it twice: --idempotency-key {}",
        key.unwrap()
    );
    assert!(stderr.contains(&hint), "{stderr}");
    assert!(
        !stderr.contains("the same command may succeed later"),
        "{stderr}"
    );
    // Without a key there is nothing to repeat it with.
    let server = Server::start(Answer::Close);
    let send = ["send", "contactship:t", "Hello", "-o", "json"];
    let error = Threadline::new(&send).at(&server).run().json_error(7);
    assert_eq!(error["idempotency_key"], Value::Null);
    assert_eq!(
        (&error["delivery"], &error["retryable"]),
        (&json!("unknown"), &json!(false))
    );
    assert_eq!(server.received().len(), 1);
}

#[test]
fn a_contact_is_shown_and_changed() {
    let emulated = Emulated::start();
    let thread = emulated.threads(&V2, 1).remove(0);
    let shown = emulated
        .run(&["show", &thread, "--json", "contact"])
        .run()
        .json();
    let name = format!("inboxapp:{}", shown["contact"]["id"].as_str().unwrap());
    emulated.received();
    let change = ["contact", &name, "--notes", "Prefers e-mail", "-o", "json"];
    let changed = emulated.run(&change).run().json();
    assert_eq!(changed["notes"], "Prefers e-mail");
    serde_json::from_value::<Contact>(changed).unwrap();
    assert_eq!(emulated.count("PATCH"), 1);
    let table = emulated.run(&["contact", &name]).run().succeeded();
    assert!(
        table.contains("notes") && table.contains("Prefers e-mail"),
        "{table}"
    );
    assert_eq!(emulated.count("PATCH"), 0);
    let cleared = emulated
        .run(&["contact", &name, "--clear-notes", "-o", "json"])
        .run()
        .json();
    assert_eq!(cleared["notes"], Value::Null);
    let refused = ["contact", "contactship:c-1", "--notes", "x"];
    let stderr = emulated.run(&refused).run().failed(2);
    assert!(stderr.contains("update_contact.notes"), "{stderr}");
}

#[test]
fn a_refused_request_names_the_field_and_the_reason() {
    let emulated = Emulated::start();
    for (provider, operation, options) in [
        (
            "contactship",
            "threads.update",
            &["--thread-id", "x", "--body", "{\"status\":7}"][..],
        ),
        (
            "inboxapp-v1",
            "threads.update",
            &["--thread-id", "x", "--body", "{\"done\":7}"],
        ),
        (
            "inboxapp",
            "threads.update",
            &["--thread-id", "x", "--body", "{\"archived\":7}"],
        ),
    ] {
        let field = match provider {
            "contactship" => "status",
            "inboxapp-v1" => "done",
            _ => "archived",
        };
        let call = [&["api", provider, operation], options].concat();
        let stderr = emulated.run(&call).run().failed(5);
        assert!(
            stderr.contains(" 400") && stderr.contains(field),
            "{provider}: {stderr}"
        );
        let json = [&call[..], &["-o", "json"]].concat();
        let error = emulated.run(&json).run().json_error(5);
        let told = format!("{}{}", error["message"], error["fields"]);
        assert!(told.contains(field), "{provider}: {error}");
        if provider == "inboxapp" {
            assert_eq!(error["fields"][0]["field"], "archived");
            assert!(error["fields"][0]["message"].is_string());
            assert!(error["details"].is_object(), "{error}");
        }
    }
}
