//! Idempotency keys whose first request meets a fault, and unconfirmed sends.

use std::time::Duration;

use serde_json::{Value, json};
use threadline_emulator::{Emulator, Fault, FaultPlan, ProviderKind};

use crate::exchange::{Outcome, Reply, call, main_thread};
use crate::sending::send_keyed;

fn message(emulator: &Emulator, content: &str) -> Value {
    let thread = main_thread(emulator, &ProviderKind::InboxappV2);
    json!({"target": {"type": "thread", "threadId": thread}, "content": content})
}

fn always(fault: Fault) -> FaultPlan {
    FaultPlan::seeded(1).chance(fault, 1.0)
}

/// The status, code and message id of an error.
fn error(reply: &Reply) -> (u16, &str, &str) {
    let text = |pointer| reply.body.pointer(pointer).and_then(Value::as_str);
    let code = text("/code").unwrap_or_default();
    (
        reply.status,
        code,
        text("/details/messageId").unwrap_or_default(),
    )
}

/// The number of messages with this content.
async fn count(emulator: &Emulator, content: &str) -> Result<usize, Box<dyn std::error::Error>> {
    let thread = main_thread(emulator, &ProviderKind::InboxappV2);
    let line = format!("GET /threads/{thread}/messages?limit=100");
    let reply = call(emulator, &ProviderKind::InboxappV2, &line, None).await?;
    let messages = reply.body.get("data").and_then(Value::as_array);
    Ok(messages
        .into_iter()
        .flatten()
        .filter(|message| message["content"] == content)
        .count())
}

#[tokio::test]
async fn a_key_is_remembered_if_its_first_request_was_executed() -> Outcome {
    let emulator = Emulator::start().await?;
    for fault in Fault::ALL {
        if matches!(fault, Fault::SendUnconfirmed | Fault::SendUnconfirmedAfter) {
            continue;
        }
        let content = format!("{fault:?}");
        let body = message(&emulator, &content);
        emulator.faults(&always(fault).stall(Duration::from_millis(1)));
        // The response itself does not matter here.
        drop(send_keyed(&emulator, &content, &body).await);
        emulator.stop_faults();
        let again = send_keyed(&emulator, &content, &body).await?;
        let expected = if fault.is_after() { 200 } else { 201 };
        assert_eq!(again.status, expected, "{fault:?}");
        assert_eq!(again.body["message"]["content"], content, "{fault:?}");
        let other = message(&emulator, "Another");
        let other = send_keyed(&emulator, &content, &other).await?;
        assert_eq!(
            error(&other),
            (422, "idempotencyKeyReused", ""),
            "{fault:?}"
        );
        assert_eq!(count(&emulator, &content).await?, 1, "{fault:?}");
    }
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn a_key_is_busy_until_its_first_request_is_done() -> Outcome {
    let emulator = Emulator::start().await?;
    let (body, other) = (message(&emulator, "Hello"), message(&emulator, "Bye"));
    emulator.faults(&always(Fault::StallAfter));
    let seen = async {
        while emulator.requests().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        first = send_keyed(&emulator, "key-1", &body) => {
            return Err(format!("it does not stall: {first:?}").into());
        }
        // The sender gives up, but the send stays in progress.
        () = seen => {}
    }
    emulator.faults(&FaultPlan::seeded(1));
    let mut named = Vec::new();
    for _ in 0..2 {
        let busy = send_keyed(&emulator, "key-1", &body).await?;
        let (status, code, id) = error(&busy);
        assert_eq!((status, code), (409, "sendInProgress"));
        named.push(id.to_owned());
    }
    let reused = send_keyed(&emulator, "key-1", &other).await?;
    assert_eq!(error(&reused), (422, "idempotencyKeyReused", ""));
    assert_eq!(send_keyed(&emulator, "key-2", &other).await?.status, 201);

    emulator.stop_faults();
    let done = send_keyed(&emulator, "key-1", &body).await?;
    assert_eq!(done.status, 200);
    for id in named {
        assert_eq!(done.body["message"]["id"], id);
    }
    let outcomes: Vec<_> = emulator
        .requests()
        .iter()
        .map(|request| (request.status, request.outcome))
        .collect();
    let expected = [
        (0, 201),
        (409, 409),
        (409, 409),
        (422, 422),
        (201, 201),
        (200, 200),
    ];
    assert_eq!(
        outcomes,
        expected.map(|(status, outcome)| (status, Some(outcome)))
    );
    assert_eq!(count(&emulator, "Hello").await?, 1);
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn an_unconfirmed_message_can_be_looked_up_and_is_not_sent_again() -> Outcome {
    let emulator = Emulator::start().await?;
    for fault in [Fault::SendUnconfirmed, Fault::SendUnconfirmedAfter] {
        let content = format!("{fault:?}");
        let body = message(&emulator, &content);
        emulator.faults(&always(fault));
        emulator.clear_requests();
        let unconfirmed = send_keyed(&emulator, &content, &body).await?;
        let (status, code, id) = error(&unconfirmed);
        assert_eq!((status, code), (502, "sendUnconfirmed"));
        emulator.stop_faults();
        let line = format!("GET /messages/{id}");
        let found = call(&emulator, &ProviderKind::InboxappV2, &line, None).await?;
        let expected = if fault.is_after() { 200 } else { 404 };
        assert_eq!(found.status, expected, "{fault:?}: {}", found.body);

        let again = send_keyed(&emulator, &content, &body).await?;
        assert_eq!(error(&again), (502, "sendUnconfirmed", id));
        let other = send_keyed(&emulator, &content, &message(&emulator, "Another")).await?;
        assert_eq!(error(&other), (422, "idempotencyKeyReused", ""));
        let sent = usize::from(fault.is_after());
        assert_eq!(count(&emulator, &content).await?, sent, "{fault:?}");

        let requests = emulator.requests();
        let logged = |index: usize| {
            let request = requests.get(index)?;
            Some((request.status, request.outcome, request.fault))
        };
        let outcome = fault.is_after().then_some(201);
        assert_eq!(logged(0), Some((502, outcome, Some(fault))));
        assert_eq!(logged(2), Some((502, Some(502), None)));
    }
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn only_a_send_that_would_succeed_is_unconfirmed() -> Outcome {
    let emulator = Emulator::start().await?;
    let body = message(&emulator, "Hello");
    assert_eq!(send_keyed(&emulator, "key-1", &body).await?.status, 201);
    for fault in [Fault::SendUnconfirmed, Fault::SendUnconfirmedAfter] {
        emulator.faults(&always(fault));
        emulator.clear_requests();
        let known = send_keyed(&emulator, "key-1", &body).await?;
        assert_eq!(known.status, 200);
        let nowhere = json!({"target": {"type": "thread", "threadId": "abc"}, "content": "Hello"});
        let refused = send_keyed(&emulator, "key-2", &nowhere).await?;
        assert_eq!(error(&refused), (404, "threadNotFound", ""));
        let tag = json!({"name": format!("{fault:?}")});
        let tag = call(
            &emulator,
            &ProviderKind::InboxappV2,
            "POST /tags",
            Some(tag),
        )
        .await?;
        assert_eq!(tag.status, 201);
        let requests = emulator.requests();
        let faults: Vec<_> = requests
            .iter()
            .filter_map(|request| request.fault)
            .collect();
        assert_eq!(faults, []);
    }
    assert_eq!(emulator.violations(), []);
    Ok(())
}
