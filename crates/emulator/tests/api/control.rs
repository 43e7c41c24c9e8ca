//! The control endpoints.

use std::time::Duration;

use serde_json::{Value, json};
use threadline_emulator::{Emulator, Fault, FaultPlan, ProviderKind};

use crate::exchange::{Outcome, call, control, control_with, main_thread};

const V2: &ProviderKind = &ProviderKind::InboxappV2;

#[tokio::test]
async fn the_state_has_the_records_and_counts_requests() -> Outcome {
    let emulator = Emulator::start().await?;
    for provider in &Emulator::PROVIDERS {
        let line = match provider {
            ProviderKind::ContactShip => "GET /v1/credits",
            _ => "GET /team",
        };
        call(&emulator, provider, line, None).await?;
        call(&emulator, provider, "GET /nothing", None).await?;
        let state = control(&emulator, provider, "GET /_/state", None).await?;
        assert_eq!(state.status, 200);
        assert_eq!(state.body["provider"], provider.as_str());
        for list in ["threads", "contacts", "messages", "members"] {
            let records = state.body[list].as_array().ok_or(list)?;
            assert!(!records.is_empty(), "{provider} {list}");
        }
        let ids = emulator.thread_ids(provider);
        assert_eq!(
            state.body["threads"].as_array().map(Vec::len),
            Some(ids.len())
        );
        assert_eq!(state.body["requests"]["total"], 2);
        assert_eq!(
            state.body["requests"]["by_status"],
            json!({"200": 1, "404": 1})
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_reset_puts_everything_back() -> Outcome {
    let start = FaultPlan::once(Fault::Html);
    let builder = Emulator::builder().faults(start);
    let emulator = builder
        .rate_limit(5, Duration::from_secs(3_600))
        .start()
        .await?;
    let before = control(&emulator, V2, "GET /_/state", None).await?.body;
    let line = format!("PATCH /threads/{}", main_thread(&emulator, V2));
    let update = || call(&emulator, V2, &line, Some(json!({"archived": true})));
    assert!(update().await?.body.is_string());
    assert_eq!(update().await?.status, 200);
    control(
        &emulator,
        V2,
        "PUT /_/limits",
        Some(json!({"limits": null})),
    )
    .await?;
    control(
        &emulator,
        V2,
        "POST /_/faults",
        Some(json!({"fault": "reset"})),
    )
    .await?;
    call(
        &emulator,
        &ProviderKind::ContactShip,
        "GET /v1/credits",
        None,
    )
    .await
    .ok();
    let others = emulator.requests().len() - 2;

    let reset = control(&emulator, V2, "POST /_/reset", None).await?;
    assert_eq!(reset.status, 200);
    let after = control(&emulator, V2, "GET /_/state", None).await?.body;
    assert_eq!(after, before);
    // The other APIs keep theirs.
    assert_eq!(emulator.requests().len(), others);
    let limits = control(&emulator, V2, "GET /_/limits", None).await?.body;
    assert_eq!(
        limits,
        json!({"limits": [{"requests": 5, "seconds": 3600}]})
    );
    // The plan at the start begins anew.
    assert!(update().await?.body.is_string());
    assert_eq!(update().await?.header("x-ratelimit-remaining"), "4");
    Ok(())
}

#[tokio::test]
async fn faults_are_planned_by_name() -> Outcome {
    let emulator = Emulator::start().await?;
    let plan = |body| control(&emulator, V2, "POST /_/faults", Some(body));
    let planned = plan(json!({"fault": "rate-limit-hinted", "times": 2, "retry_after": 7})).await?;
    assert_eq!(planned.status, 200);
    let one = json!({"fault": "rate-limit-hinted", "operation": null});
    assert_eq!(planned.body, json!({"next": [one, one], "chances": []}));
    for _ in 0..2 {
        let reply = call(&emulator, V2, "GET /team", None).await?;
        assert_eq!((reply.status, reply.header("retry-after")), (429, "7"));
    }
    assert_eq!(call(&emulator, V2, "GET /team", None).await?.status, 200);

    let update = json!({"fault": "html", "operation": "threads.update"});
    plan(update).await?;
    assert_eq!(call(&emulator, V2, "GET /team", None).await?.status, 200);
    let line = format!("PATCH /threads/{}", main_thread(&emulator, V2));
    let body = json!({"archived": true});
    let failed = call(&emulator, V2, &line, Some(body.clone())).await?;
    assert_eq!(failed.status, 502);
    assert_eq!(call(&emulator, V2, &line, Some(body)).await?.status, 200);

    plan(json!({"fault": "error", "chance": 1})).await?;
    for _ in 0..3 {
        assert!(call(&emulator, V2, "GET /team", None).await?.status >= 500);
    }
    let shown = control(&emulator, V2, "GET /_/faults", None).await?.body;
    let drawn = json!({"fault": "error", "operation": null, "chance": 1.0});
    assert_eq!(shown, json!({"next": [], "chances": [drawn]}));
    let cleared = control(&emulator, V2, "DELETE /_/faults", None).await?.body;
    assert_eq!(cleared, json!({"next": [], "chances": []}));
    assert_eq!(call(&emulator, V2, "GET /team", None).await?.status, 200);
    // The faults were those of one API.
    let other = call(&emulator, &ProviderKind::InboxappV1, "GET /team", None).await?;
    assert_eq!(other.status, 200);
    Ok(())
}

#[tokio::test]
async fn what_is_wrong_with_a_fault_or_a_limit_is_said() -> Outcome {
    let emulator = Emulator::start().await?;
    for (line, body, message) in [
        (
            "POST /_/faults",
            json!([]),
            "the body must be a JSON object",
        ),
        ("POST /_/faults", json!({}), "fault is required"),
        (
            "POST /_/faults",
            json!({"fault": "boom"}),
            "fault must be one of refuse, reset, ",
        ),
        (
            "POST /_/faults",
            json!({"fault": "html", "times": 0}),
            "times must be a whole number",
        ),
        (
            "POST /_/faults",
            json!({"fault": "html", "chance": 2}),
            "chance must be between 0 and 1",
        ),
        (
            "POST /_/faults",
            json!({"fault": "html", "times": 1, "chance": 1}),
            "times cannot go with chance",
        ),
        (
            "POST /_/faults",
            json!({"fault": "html", "operation": "nothing"}),
            "operation must be an operationId",
        ),
        (
            "POST /_/faults",
            json!({"fault": "refuse", "operation": "threads.get"}),
            "operation cannot go with refuse",
        ),
        (
            "POST /_/faults",
            json!({"fault": "html", "chances": 1}),
            "chances is not a known field; there are fault, times",
        ),
        ("PUT /_/limits", json!({}), "limits must be null or a list"),
        (
            "PUT /_/limits",
            json!({"limits": []}),
            "limits must be null or a list",
        ),
        (
            "PUT /_/limits",
            json!({"limits": [{"requests": 1}]}),
            "seconds must be a number",
        ),
        (
            "PUT /_/limits",
            json!({"limits": [{"requests": 0, "seconds": 1}]}),
            "requests must be a whole number from 1",
        ),
    ] {
        let reply = control(&emulator, V2, line, Some(body.clone())).await?;
        let error = reply.body["error"].as_str().unwrap_or_default();
        assert_eq!(reply.status, 400, "{body}");
        assert!(error.starts_with(message), "{body}: {error}");
    }
    for (line, status) in [
        ("GET /_/nothing", 404),
        ("PATCH /_/state", 405),
        ("DELETE /", 405),
    ] {
        let reply = control(&emulator, V2, line, None).await?;
        let error = reply.body["error"].as_str().unwrap_or_default();
        assert_eq!(reply.status, status, "{line}");
        assert!(error.contains("GET /_/state"), "{error}");
    }
    let shown = control(&emulator, V2, "GET /_/faults", None).await?.body;
    assert_eq!(shown, json!({"next": [], "chances": []}));
    Ok(())
}

#[tokio::test]
async fn limits_are_set_and_lifted() -> Outcome {
    let emulator = Emulator::start().await?;
    let documented = control(&emulator, V2, "GET /_/limits", None).await?.body;
    let windows = json!({"limits": [
        {"requests": 300, "seconds": 60},
        {"requests": 10_000, "seconds": 3_600},
        {"requests": 100_000, "seconds": 86_400},
    ]});
    assert_eq!(documented, windows);
    let one = json!({"limits": [{"requests": 1, "seconds": 3_600}]});
    let set = control(&emulator, V2, "PUT /_/limits", Some(one.clone())).await?;
    assert_eq!((set.status, set.body), (200, one));
    assert_eq!(call(&emulator, V2, "GET /team", None).await?.status, 200);
    assert_eq!(call(&emulator, V2, "GET /team", None).await?.status, 429);
    let none = json!({"limits": null});
    let lifted = control(&emulator, V2, "PUT /_/limits", Some(none.clone())).await?;
    assert_eq!(lifted.body, none);
    assert_eq!(call(&emulator, V2, "GET /team", None).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn the_last_requests_are_shown_without_credentials() -> Outcome {
    let emulator = Emulator::builder().credential("canary").start().await?;
    let headers = [
        ("authorization", "Bearer canary"),
        ("idempotency-key", "key-1"),
        ("content-type", "application/json"),
        ("x-note", "a canary"),
    ];
    let path = "POST /api/v2/tags?token=canary";
    let body = r#"{"name": "canary", "other": 1}"#;
    control_with(&emulator, V2, path, &headers, Some(body)).await?;
    let reply = control(&emulator, V2, "GET /_/requests?limit=1", None).await?;
    let request = &reply.body["requests"][0];
    assert_eq!(request["target"], "/api/v2/tags?token=***");
    assert_eq!(
        (&request["method"], &request["status"]),
        (&json!("POST"), &json!(400))
    );
    assert_eq!(request["operation"], "tags.create");
    assert_eq!(request["headers"]["idempotency-key"], "key-1");
    assert_eq!(request["body"], json!({"name": "***", "other": 1}));
    assert!(!reply.body.to_string().contains("canary"), "{}", reply.body);
    let wrong = control(&emulator, V2, "GET /_/requests?limit=x", None).await?;
    assert_eq!(wrong.status, 400);
    Ok(())
}

#[tokio::test]
async fn control_requests_are_no_requests_to_the_vendor() -> Outcome {
    let always = FaultPlan::seeded(1)
        .chance(Fault::Reset, 0.5)
        .chance(Fault::Refuse, 1.0);
    let builder = Emulator::builder().faults(always);
    let emulator = builder
        .rate_limit(1, Duration::from_secs(3_600))
        .start()
        .await?;
    for line in [
        "GET /",
        "GET /_/state",
        "GET /_/limits",
        "POST /_/reset",
        "GET /_/requests",
    ] {
        assert_eq!(
            control(&emulator, V2, line, None).await?.status,
            200,
            "{line}"
        );
    }
    // A connection for anything else is refused.
    assert!(call(&emulator, V2, "GET /team", None).await.is_err());
    control(&emulator, V2, "DELETE /_/faults", None).await?;
    assert_eq!(emulator.requests().len(), 0);
    assert_eq!(call(&emulator, V2, "GET /team", None).await?.status, 200);
    assert_eq!(emulator.requests().len(), 1);
    Ok(())
}

#[tokio::test]
async fn pages_of_other_sites_can_do_nothing() -> Outcome {
    let emulator = Emulator::start().await?;
    let limit = Some(r#"{"limits": null}"#);
    let before = control(&emulator, V2, "GET /_/limits", None).await?.body;
    let origin = crate::exchange::origin(&emulator, V2);
    for (line, headers, body, status) in [
        // A form, with and without the header that browsers add.
        (
            "POST /_/faults",
            &[("content-type", "application/x-www-form-urlencoded")][..],
            Some("fault=html"),
            415,
        ),
        (
            "POST /_/faults",
            &[("content-type", "text/plain")],
            Some(r#"{"fault": "html"}"#),
            415,
        ),
        (
            "POST /_/reset",
            &[("origin", "https://evil.example")],
            None,
            403,
        ),
        ("POST /_/reset", &[("origin", "null")], None, 403),
        (
            "PUT /_/limits",
            &[
                ("origin", "https://evil.example"),
                ("content-type", "application/json"),
            ],
            limit,
            403,
        ),
        (
            "GET /_/state",
            &[("origin", "https://evil.example")],
            None,
            403,
        ),
        // A name that resolves to this machine.
        ("GET /_/state", &[("host", "evil.example")], None, 403),
        ("GET /", &[("host", "evil.example:80")], None, 403),
        (
            "POST /_/reset",
            &[("host", "evil.example"), ("origin", "http://evil.example")],
            None,
            403,
        ),
        // The emulator's own page.
        ("POST /_/reset", &[("origin", origin.as_str())], None, 200),
    ] {
        let reply = control_with(&emulator, V2, line, headers, body).await?;
        assert_eq!(reply.status, status, "{line} {headers:?}: {}", reply.body);
        let allowed = reply.header("access-control-allow-origin");
        assert_eq!(allowed, "", "{line} {headers:?}");
    }
    // A browser asks first whether it may send JSON, and may not.
    let preflight = [
        ("origin", "https://evil.example"),
        ("access-control-request-method", "PUT"),
        ("access-control-request-headers", "content-type"),
    ];
    let reply = control_with(&emulator, V2, "OPTIONS /_/limits", &preflight, None).await?;
    assert_eq!(
        (reply.status, reply.header("access-control-allow-origin")),
        (403, "")
    );
    let after = control(&emulator, V2, "GET /_/limits", None).await?.body;
    assert_eq!(after, before);
    let faults = control(&emulator, V2, "GET /_/faults", None).await?.body;
    assert_eq!(faults["next"], Value::Array(Vec::new()));
    Ok(())
}
