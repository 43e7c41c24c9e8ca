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
        for body in bodies {
            assert!(stdout.contains(body), "{body}: {stdout}");
        }
    }
    for step in ["close", "reopen", "assign", "unassign"] {
        assert_eq!(
            stdout.matches(&format!("\n{step}\n")).count(),
            3,
            "{stdout}"
        );
    }
    let shown = stdout
        .lines()
        .filter(|line| line.trim_start().starts_with("status "));
    assert_eq!(shown.count(), 12, "{stdout}");
}

#[test]
fn programs_get_a_list() {
    let run = Threadline::new(&["demo", "--output", "json"]).run();
    assert_eq!(run.stderr, "");
    let steps = run.json();
    let steps = steps.as_array().unwrap();
    assert_eq!(steps.len(), 12);
    let of = |provider: &str| -> Vec<&Value> {
        steps
            .iter()
            .filter(|step| step["provider"] == provider)
            .collect()
    };
    for provider in ["contactship", "inboxapp-v1", "inboxapp"] {
        let steps = of(provider);
        let names: Vec<_> = steps
            .iter()
            .map(|step| step["step"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["close", "reopen", "assign", "unassign"]);
        let status = |step: usize| steps[step]["thread"]["status"].as_str().unwrap();
        assert_eq!((status(0), status(1)), ("closed", "open"));
        assert!(steps[2]["thread"]["assignee"].is_object(), "{steps:?}");
        assert_eq!(steps[2]["thread"]["provider"], provider);
    }
    assert_eq!(
        of("contactship")[0]["request"]["body"],
        json!({"status": "closed"})
    );
    assert_eq!(
        of("inboxapp")[0]["request"]["body"],
        json!({"archived": true})
    );
    assert_eq!(
        of("inboxapp-v1")[3]["request"]["body"],
        json!({"assigneeId": null})
    );
    assert_eq!(of("inboxapp-v1")[3]["thread"]["assignee"], Value::Null);
}

#[test]
fn the_sandbox_is_what_it_uses_anyway() {
    Threadline::new(&["--sandbox", "demo"]).run().succeeded();
}
