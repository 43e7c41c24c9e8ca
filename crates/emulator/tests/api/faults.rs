//! Fault injection.

use std::time::Duration;

use reqwest::{Client, Response};
use serde_json::{Value, json};
use threadline_emulator::{Emulator, Fault, FaultPlan, ProviderKind};

use crate::exchange::{Outcome, call, main_thread};

async fn post(emulator: &Emulator, path: &str, body: Value) -> Result<Response, reqwest::Error> {
    let client = Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(20))
        .build()?;
    client
        .post(format!("{}{path}", emulator.inboxapp_url()))
        .bearer_auth(Emulator::CREDENTIAL)
        .header("content-type", "application/json")
        .body(body.to_string())
        .send()
        .await
}

async fn create_tag(emulator: &Emulator, name: &str) -> Result<Response, reqwest::Error> {
    post(emulator, "/tags", json!({ "name": name })).await
}

async fn send(emulator: &Emulator, content: &str) -> Result<Response, reqwest::Error> {
    let thread = main_thread(emulator, &ProviderKind::InboxappV2);
    let target = json!({"type": "thread", "threadId": thread});
    let body = json!({"target": target, "content": content});
    post(emulator, "/messages", body).await
}

async fn was_sent(emulator: &Emulator, content: &str) -> Result<bool, Box<dyn std::error::Error>> {
    emulator.stop_faults();
    let thread = main_thread(emulator, &ProviderKind::InboxappV2);
    let line = format!("GET /threads/{thread}/messages?limit=100");
    let reply = call(emulator, &ProviderKind::InboxappV2, &line, None).await?;
    let messages = reply.body.get("data").and_then(Value::as_array);
    let mut messages = messages.into_iter().flatten();
    Ok(messages.any(|message| message["content"] == content))
}

#[tokio::test]
async fn the_log_says_what_was_executed() -> Outcome {
    let emulator = Emulator::start().await?;
    for fault in Fault::ALL {
        let stall = Duration::from_millis(20);
        emulator.faults(&FaultPlan::seeded(1).chance(fault, 1.0).stall(stall));
        emulator.clear_requests();
        let name = format!("{fault:?}");
        let response = send(&emulator, &name).await;
        let requests = emulator.requests();
        assert_eq!(
            was_sent(&emulator, &name).await?,
            fault.is_after(),
            "{fault:?}"
        );
        if fault == Fault::Refuse {
            assert!(response.is_err() && requests.is_empty());
            continue;
        }
        let [request] = requests.as_slice() else {
            return Err(format!("{fault:?}: {requests:?}").into());
        };
        assert_eq!(request.fault, Some(fault));
        assert_eq!(request.applied(), fault.is_after(), "{fault:?}");
        assert_eq!(
            request.outcome,
            fault.is_after().then_some(201),
            "{fault:?}"
        );
        assert_eq!(request.operation.as_deref(), Some("messages.send"));
        match response {
            Ok(response) => assert_eq!(response.status().as_u16(), request.status, "{fault:?}"),
            Err(error) => assert_eq!(request.status, 0, "{fault:?}: {error}"),
        }
    }
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn each_fault_has_its_effect() -> Outcome {
    let emulator = Emulator::start().await?;
    let meet = async |fault: Fault| {
        emulator.faults(&FaultPlan::seeded(2).chance(fault, 1.0).hint(3));
        create_tag(&emulator, &format!("{fault:?}")).await
    };
    let page = meet(Fault::Html).await?;
    assert_eq!(page.status(), 502);
    assert!(page.text().await?.starts_with("<!DOCTYPE html>"));
    let garbage = meet(Fault::Garbage).await?;
    assert_eq!(garbage.status(), 201);
    assert!(serde_json::from_slice::<serde_json::Value>(&garbage.bytes().await?).is_err());
    let cut = meet(Fault::Truncate).await?;
    assert_eq!(cut.status(), 201);
    assert!(cut.text().await.is_err());
    let hinted = meet(Fault::RateLimitHinted).await?;
    assert_eq!(hinted.status(), 429);
    assert_eq!(
        hinted
            .headers()
            .get("retry-after")
            .map(reqwest::header::HeaderValue::as_bytes),
        Some(&b"3"[..])
    );
    let unhinted = meet(Fault::RateLimit).await?;
    assert_eq!(
        (
            unhinted.status().as_u16(),
            unhinted.headers().get("retry-after")
        ),
        (429, None)
    );
    let error = meet(Fault::Error).await?;
    assert!([500, 502, 503].contains(&error.status().as_u16()));
    assert!(error.text().await?.contains("requestId"));
    Ok(())
}

#[tokio::test]
async fn the_same_plan_meets_the_same_requests() -> Outcome {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let plan = FaultPlan::seeded(9)
            .any(0.6)
            .stall(Duration::from_millis(1));
        let emulator = Emulator::builder().faults(plan).start().await?;
        // Refused connections do not reach the log, so they are retried.
        for number in 0..40 {
            while emulator.requests().len() <= number {
                drop(create_tag(&emulator, &number.to_string()).await);
            }
        }
        let faults: Vec<_> = emulator
            .requests()
            .iter()
            .map(|request| request.fault)
            .collect();
        runs.push(faults);
    }
    let [one, other] = runs.as_slice() else {
        return Err("there are two runs".into());
    };
    assert_eq!(one.get(..40), other.get(..40));
    assert!(one.iter().flatten().count() > 10);
    Ok(())
}
