//! `threadline demo`

use serde_json::{Value, json};

use crate::support::Threadline;

#[test]
fn every_step_is_shown_on_every_api() {
    let run = Threadline::new(&["demo"]).run();
    assert_eq!(run.stderr, "");
    let stdout = run.succeeded();
    for (heading, method, bodies) in [
        (
            "ContactShip, contactship:",
            "PUT /v1/thread/",
            [
                r#"{"status":"closed"}"#,
                r#"{"status":"open"}"#,
                r#"{"assignee":null}"#,
            ],
        ),
        (
            "Inboxapp, API v1, inboxapp-v1:",
            "PATCH /api/v1/threads/",
            [
                r#"{"done":true}"#,
                r#"{"done":false}"#,
                r#"{"assigneeId":null}"#,
            ],
        ),
        (
            "Inboxapp, API v2, inboxapp:",
            "PATCH /api/v2/threads/",
            [
                r#"{"archived":true}"#,
                r#"{"archived":false}"#,
                r#"{"assigneeId":null}"#,
            ],
        ),
    ] {
        assert_eq!(stdout.matches(heading).count(), 1, "{stdout}");
        assert_eq!(stdout.matches(method).count(), 4, "{stdout}");
        assert_eq!(
            stdout.matches("Thank you for your patience").count(),
            3,
            "{stdout}"
        );
        for body in bodies {
            assert!(stdout.contains(body), "{body}: {stdout}");
        }
    }
    for (step, count) in [
        ("find", 2),
        ("read", 2),
        ("answer", 3),
        ("assign", 3),
        ("close", 3),
        ("reopen", 3),
        ("unassign", 3),
    ] {
        let shown = stdout.matches(&format!("\n{step}\n")).count();
        assert_eq!(shown, count, "{step}: {stdout}");
    }
    assert!(stdout.contains("customer: "), "{stdout}");
    // Somebody without an account learns how to go on.
    assert!(stdout.contains("threadline --help"), "{stdout}");
}

#[test]
fn programs_get_a_list() {
    let run = Threadline::new(&["demo", "--output", "json"]).run();
    assert_eq!(run.stderr, "");
    let steps = run.json();
    let steps = steps.as_array().unwrap();
    assert_eq!(steps.len(), 19);
    let of = |provider: &str, step: &str| -> &Value {
        let mut steps = steps.iter();
        steps
            .find(|known| known["provider"] == provider && known["step"] == step)
            .unwrap()
    };
    for provider in ["contactship", "inboxapp-v1", "inboxapp"] {
        let status = |step: &str| &of(provider, step)["result"]["status"];
        assert_eq!(
            (status("close"), status("reopen")),
            (&json!("closed"), &json!("open"))
        );
        assert!(
            of(provider, "assign")["result"]["assignee"].is_object(),
            "{steps:?}"
        );
        assert!(
            of(provider, "answer")["result"]["id"].is_string(),
            "{steps:?}"
        );
    }
    let body = |provider: &str, step: &str| &of(provider, step)["requests"][0]["body"];
    assert_eq!(body("contactship", "close"), &json!({"status": "closed"}));
    assert_eq!(body("inboxapp", "close"), &json!({"archived": true}));
    assert_eq!(
        body("inboxapp-v1", "unassign"),
        &json!({"assigneeId": null})
    );
    assert_eq!(
        of("inboxapp-v1", "unassign")["result"]["assignee"],
        Value::Null
    );
    assert!(of("inboxapp", "read")["result"][0]["text"].is_string());
}

#[test]
fn the_sandbox_is_what_it_uses_anyway() {
    Threadline::new(&["--sandbox", "demo"]).run().succeeded();
}
