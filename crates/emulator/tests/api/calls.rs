//! ContactShip's calls, agents and tasks.

use std::error::Error;

use serde_json::{Value, json};
use threadline_emulator::{Emulator, ProviderKind};

use crate::exchange::{Outcome, Reply, call};

const AGENT: &str = "agent-a1b2c3d4-e5f6-7890-abcd-ef1234567890";

async fn contactship(
    emulator: &Emulator,
    line: &str,
    body: Option<Value>,
) -> Result<Reply, Box<dyn Error>> {
    call(emulator, &ProviderKind::ContactShip, line, body).await
}

fn text(reply: &Reply, pointer: &str) -> String {
    let text = reply.body.pointer(pointer).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn phone_call() -> Value {
    json!({
        "from_number": "+12025550143",
        "to_number": "+13125550188",
        "full_name": "Rosa Example",
        "agent_id": AGENT,
    })
}

const PLACE: &str = "POST /v1/calls/single-phone-call";

#[tokio::test]
async fn a_call_runs_until_it_is_stopped() -> Outcome {
    let emulator = Emulator::start().await?;
    let placed = contactship(&emulator, PLACE, Some(phone_call())).await?;
    assert_eq!(placed.status, 201);
    assert_eq!(
        text(&placed, "/data/contact_id"),
        "c1d2e3f4-a5b6-7890-cdef-123456789012"
    );
    let id = text(&placed, "/data/call_id");
    let status = format!("GET /v1/calls/{id}/status");
    let running = contactship(&emulator, &status, None).await?;
    assert_eq!(text(&running, "/data/call_status"), "in_progress");
    assert_eq!(running.body["data"]["finished"], false);
    let stop = format!("POST /v1/calls/single-phone-call/{id}/stop");
    for stopped in [true, false] {
        let reply = contactship(&emulator, &stop, None).await?;
        assert_eq!(reply.body["data"]["stopped"], stopped);
    }
    let over = contactship(&emulator, &status, None).await?;
    assert_eq!(text(&over, "/data/disconnection_reason"), "user_hangup");
    assert_eq!(text(&over, "/data/call_status"), "ended");
    assert_eq!(over.body["data"]["finished"], true);
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn calls_that_cannot_be_placed_or_stopped_are_rejected() -> Outcome {
    let emulator = Emulator::start().await?;
    let mut body = phone_call();
    let time = "2026-12-09 10:00:00";
    body["schedule"] = json!({"scheduled_call_time": time, "timezone": "Europe/Madrid"});
    let placed = contactship(&emulator, PLACE, Some(body.clone())).await?;
    let id = text(&placed, "/data/call_id");
    let stop = format!("POST /v1/calls/single-phone-call/{id}/stop");
    assert_eq!(contactship(&emulator, &stop, None).await?.status, 409);
    body["from_number"] = json!("+1");
    assert_eq!(contactship(&emulator, PLACE, Some(body)).await?.status, 400);
    for line in [
        "GET /v1/calls/abc/status",
        "POST /v1/calls/single-phone-call/abc/stop",
    ] {
        assert_eq!(contactship(&emulator, line, None).await?.status, 400);
    }
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn transcripts_have_two_formats() -> Outcome {
    let emulator = Emulator::start().await?;
    let line = "GET /v1/calls/5d0c7a52-9f0e-4b1d-8a37-2f6c1e9b4d10";
    let plain = contactship(&emulator, line, None).await?.body;
    assert!(plain["data"]["chat_history"].is_array());
    let words = contactship(&emulator, &format!("{line}?include_words=true"), None)
        .await?
        .body;
    assert!(words["data"]["chat_history"][0]["words"].is_array());
    let toon = contactship(&emulator, &format!("{line}?transcript_format=toon"), None).await?;
    assert!(text(&toon, "/data/chat_history").starts_with("[2]{role,content}:\n  agent,"));
    let without = contactship(&emulator, &format!("{line}?include_transcript=false"), None).await?;
    assert_eq!(without.body["data"].get("chat_history"), None);
    let history = "GET /v1/contacts/c1d2e3f4-a5b6-7890-cdef-123456789012/call-history";
    let history = contactship(&emulator, history, None).await?;
    assert_eq!(text(&history, "/data/call_history/calls/0/duration"), "144");
    let filtered = "GET /v1/calls?phoneNumber=%2B13125550188&call_status=completed&date_to=2026-05-01T00:00:00Z";
    let filtered = contactship(&emulator, filtered, None).await?;
    assert_eq!(filtered.body["pagination"]["total_rows"], 1);
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn agents_are_created_updated_and_deleted() -> Outcome {
    let emulator = Emulator::start().await?;
    let body = json!({"name": "Night desk", "voice_id": "voice-es-calm-02", "timezone": "UTC", "volume": 1.5});
    let made = contactship(&emulator, "POST /v1/agents", Some(body.clone())).await?;
    let path = format!("/v1/agents/{}", text(&made, "/data/id"));
    let change = json!({"tools": [], "ambient_sound": null, "name": "Day desk"});
    let changed = contactship(&emulator, &format!("PUT {path}"), Some(change))
        .await?
        .body;
    let read = contactship(&emulator, &format!("GET {path}"), None)
        .await?
        .body;
    assert_eq!(changed, read);
    assert_eq!(
        (&read["data"]["name"], &read["data"]["volume"]),
        (&json!("Day desk"), &json!(1.5))
    );
    let mut wrong = body;
    wrong["voice_id"] = json!("nobody");
    let reply = contactship(&emulator, "POST /v1/agents", Some(wrong)).await?;
    assert_eq!(
        text(&reply, "/message"),
        "voice_id is not the id of a voice"
    );
    assert_eq!(
        contactship(&emulator, &format!("DELETE {path}"), None)
            .await?
            .body["data"],
        true
    );
    assert_eq!(
        contactship(&emulator, &format!("GET {path}"), None)
            .await?
            .status,
        404
    );
    let voices = contactship(&emulator, "GET /v1/agents/voices", None).await?;
    assert_eq!(text(&voices, "/data/0/id"), "voice-es-calm-02");
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn tasks_belong_to_members() -> Outcome {
    let emulator = Emulator::start().await?;
    let task = |author: &str, assignee: &str| json!({"type": "custom", "brief": "Call", "details": "Call back.", "created_by": author, "assigned_to": [assignee]});
    let line = "POST /v1/tasks";
    let made = contactship(
        &emulator,
        line,
        Some(task("desk@example.com", "orders@example.com")),
    )
    .await?;
    assert_eq!(made.body["data"]["assigned_to"], json!(["user-7c41"]));
    assert_eq!(
        (&made.body["data"]["status"], &made.body["data"]["priority"]),
        (&json!("todo"), &json!("high"))
    );
    let read = format!("GET /v1/tasks/{}", text(&made, "/data/id"));
    assert_eq!(
        contactship(&emulator, &read, None).await?.body["data"],
        made.body["data"]
    );
    for wrong in [
        task("x@example.com", "desk@example.com"),
        task("desk@example.com", "x@example.com"),
    ] {
        assert_eq!(contactship(&emulator, line, Some(wrong)).await?.status, 400);
    }
    assert_eq!(emulator.violations(), []);
    Ok(())
}
