//! ContactShip's threads.

use reqwest::Method;
use serde_json::{Value, json};
use threadline_emulator::{Emulator, ProviderKind};

use crate::exchange::{Outcome, Reply, main_thread, send, send_with};

const THREAD: &str = "thr-b2c3d4e5-f6a7-8901-bcde-f12345678901";

async fn put(emulator: &Emulator, body: &str) -> Result<Reply, Box<dyn std::error::Error>> {
    let path = format!("/v1/thread/{THREAD}");
    send(
        emulator,
        &ProviderKind::ContactShip,
        (Method::PUT, &path),
        Some(body),
    )
    .await
}

async fn get(emulator: &Emulator, path: &str) -> Result<Reply, Box<dyn std::error::Error>> {
    send(
        emulator,
        &ProviderKind::ContactShip,
        (Method::GET, path),
        None,
    )
    .await
}

#[tokio::test]
async fn updates_are_kept() -> Outcome {
    let emulator = Emulator::start().await?;
    assert_eq!(main_thread(&emulator, &ProviderKind::ContactShip), THREAD);
    let before = get(&emulator, &format!("/v1/thread/{THREAD}")).await?;
    assert_eq!(before.status, 200);
    assert_eq!(before.body["status"], "open");
    assert_eq!(before.body["assignee"], Value::Null);

    let closed = put(&emulator, r#"{"status": "closed"}"#).await?;
    assert_eq!(closed.body["status"], "closed");
    assert_ne!(closed.body["updated_at"], before.body["updated_at"]);

    let assigned = put(
        &emulator,
        r#"{"assignee": "agent-1", "assignee_type": "agent"}"#,
    )
    .await?;
    assert_eq!(assigned.body["assignee"], "agent-1");
    assert_eq!(assigned.body["assignee_type"], "agent");
    assert_eq!(assigned.body["status"], "closed");

    let unassigned = put(&emulator, r#"{"assignee": null, "status": "open"}"#).await?;
    assert_eq!(unassigned.body["assignee"], Value::Null);
    assert_eq!(unassigned.body["assignee_type"], Value::Null);
    assert_eq!(unassigned.body["status"], "open");

    let after = get(&emulator, &format!("/v1/thread/{THREAD}")).await?;
    assert_eq!(after.body, unassigned.body);
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn undocumented_updates_do_no_harm() -> Outcome {
    let emulator = Emulator::start().await?;
    let before = get(&emulator, &format!("/v1/thread/{THREAD}")).await?;
    assert_eq!(put(&emulator, "{}").await?.body, before.body);
    // Without an assignee there is no type to change.
    assert_eq!(
        put(&emulator, r#"{"assignee_type": "user"}"#).await?.body,
        before.body
    );
    // Statuses are an open set, and unknown fields are ignored.
    let snoozed = put(&emulator, r#"{"status": "snoozed", "colour": "blue"}"#).await?;
    assert_eq!(snoozed.body["status"], "snoozed");
    assert_eq!(snoozed.body.get("colour"), None);
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn a_wrong_field_is_named() -> Outcome {
    let emulator = Emulator::start().await?;
    let cases = [
        (
            r#"{"assignee": "u-1"}"#,
            "assignee_type is required when assignee is set",
        ),
        (
            r#"{"assignee": "u-1", "assignee_type": "team"}"#,
            "assignee_type must be one of user, agent",
        ),
        (r#"{"status": 5}"#, "status must be string"),
        (r#"{"status": null}"#, "status must be string"),
        ("[]", "the body must be object"),
        ("", "the body is required"),
    ];
    for (body, message) in cases {
        let reply = put(&emulator, body).await?;
        assert_eq!(
            reply.body,
            json!({"statusCode": 400, "message": message}),
            "{body}"
        );
        assert_eq!(reply.status, 400, "{body}");
    }
    let reply = put(&emulator, r#"{"status": 5, "assignee": 6}"#).await?;
    assert_eq!(reply.body["message"].as_array().map(Vec::len), Some(2));
    let reply = put(&emulator, r#"{"status": "#).await?;
    assert_eq!(reply.status, 400);
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn other_media_types_are_rejected() -> Outcome {
    let emulator = Emulator::start().await?;
    let path = format!("/v1/thread/{THREAD}");
    let key = ("x-api-key", Emulator::CREDENTIAL);
    for kind in ["text/plain", "application/x-www-form-urlencoded"] {
        let headers = [key, ("content-type", kind)];
        let request = (Method::PUT, path.as_str());
        let reply = send_with(
            &emulator,
            &ProviderKind::ContactShip,
            request,
            &headers,
            Some("{}"),
        )
        .await?;
        assert_eq!(
            reply.body["message"],
            "content-type must be application/json"
        );
    }
    let headers = [key, ("content-type", "application/json; charset=utf-8")];
    let request = (Method::PUT, path.as_str());
    let reply = send_with(
        &emulator,
        &ProviderKind::ContactShip,
        request,
        &headers,
        Some("{}"),
    )
    .await?;
    assert_eq!(reply.status, 200);
    Ok(())
}

#[tokio::test]
async fn the_key_is_checked_before_anything_is_read() -> Outcome {
    let emulator = Emulator::start().await?;
    let path = format!("/v1/thread/{THREAD}");
    let bearer = format!("Bearer {}", Emulator::CREDENTIAL);
    let wrong: [&[(&str, &str)]; 4] = [
        &[],
        &[("x-api-key", "other")],
        &[("x-api-key", "")],
        &[("authorization", &bearer)],
    ];
    for headers in wrong {
        let request = (Method::PUT, path.as_str());
        let reply = send_with(
            &emulator,
            &ProviderKind::ContactShip,
            request,
            headers,
            Some("5"),
        )
        .await?;
        assert_eq!(reply.status, 401);
        assert_eq!(
            reply.body,
            json!({"statusCode": 401, "message": "Invalid API key"})
        );
    }
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn unknown_records_are_not_found() -> Outcome {
    let emulator = Emulator::start().await?;
    let unknown = json!({"statusCode": 404, "message": "Thread not found"});
    for id in ["thr-1", "a%2Fb%3Fc%23d%25e%20%C3%A9", "%FF"] {
        let reply = get(&emulator, &format!("/v1/thread/{id}")).await?;
        assert_eq!((reply.status, &reply.body), (404, &unknown), "{id}");
    }
    let nowhere = json!({"statusCode": 404, "message": "Not found"});
    for path in [
        "/v1/thread",
        "/v1/thread/",
        "/v1/threads/x",
        "/v1/thread/a/b",
        "/thread/x",
    ] {
        let reply = get(&emulator, path).await?;
        assert_eq!((reply.status, &reply.body), (404, &nowhere), "{path}");
    }
    let request = (Method::PATCH, "/v1/thread/x");
    let reply = send(&emulator, &ProviderKind::ContactShip, request, None).await?;
    assert_eq!((reply.status, reply.header("allow")), (405, "GET, PUT"));
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn unknown_query_parameters_are_ignored() -> Outcome {
    let emulator = Emulator::start().await?;
    let reply = get(&emulator, &format!("/v1/thread/{THREAD}?more=1")).await?;
    assert_eq!(reply.status, 200);
    Ok(())
}
