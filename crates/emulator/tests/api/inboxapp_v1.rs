//! The threads of Inboxapp's version 1.

use reqwest::Method;
use serde_json::{Value, json};
use threadline_emulator::{Emulator, ProviderKind};

use crate::exchange::{Outcome, Reply, main_thread, send, send_with};

type Replied = Result<Reply, Box<dyn std::error::Error>>;

async fn patch(emulator: &Emulator, body: &str) -> Replied {
    let path = format!(
        "/threads/{}",
        main_thread(emulator, &ProviderKind::InboxappV1)
    );
    send(
        emulator,
        &ProviderKind::InboxappV1,
        (Method::PATCH, &path),
        Some(body),
    )
    .await
}

async fn get(emulator: &Emulator, path: &str) -> Replied {
    send(
        emulator,
        &ProviderKind::InboxappV1,
        (Method::GET, path),
        None,
    )
    .await
}

fn assert_common_headers(reply: &Reply) {
    assert_eq!(reply.header("sunset"), "Thu, 03 Dec 2026 00:00:00 GMT");
    assert_eq!(reply.header("x-ratelimit-limit"), "300");
    assert!(
        reply
            .header("x-ratelimit-remaining")
            .parse::<u32>()
            .is_ok_and(|left| left < 300)
    );
    assert!(reply.header("x-ratelimit-reset").parse::<u64>().is_ok());
}

#[tokio::test]
async fn updates_are_kept() -> Outcome {
    let emulator = Emulator::start().await?;
    let path = format!(
        "/threads/{}",
        main_thread(&emulator, &ProviderKind::InboxappV1)
    );
    let before = get(&emulator, &path).await?;
    assert_eq!(before.body["done"], false);
    assert!(before.body["prospect"]["platformData"].is_object());

    let done = patch(&emulator, r#"{"done": true}"#).await?;
    assert_eq!(done.status, 200);
    assert_eq!(done.body["done"], true);
    assert_eq!(done.body["assigneeId"], before.body["assigneeId"]);

    let both = patch(&emulator, r#"{"done": false, "assigneeId": null}"#).await?;
    assert_eq!(
        (&both.body["done"], &both.body["assigneeId"]),
        (&json!(false), &Value::Null)
    );
    let assigned = patch(&emulator, r#"{"assigneeId": "abc123"}"#).await?;
    assert_eq!(assigned.body["assigneeId"], "abc123");
    assert_eq!(patch(&emulator, "{}").await?.body, assigned.body);
    assert_eq!(get(&emulator, &path).await?.body, assigned.body);
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn an_update_needs_no_body() -> Outcome {
    let emulator = Emulator::start().await?;
    let path = format!(
        "/threads/{}",
        main_thread(&emulator, &ProviderKind::InboxappV1)
    );
    let request = (Method::PATCH, path.as_str());
    let reply = send(&emulator, &ProviderKind::InboxappV1, request, None).await?;
    assert_eq!(reply.status, 200);
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn every_response_has_the_sunset_header() -> Outcome {
    let emulator = Emulator::start().await?;
    let main = main_thread(&emulator, &ProviderKind::InboxappV1);
    assert_common_headers(&get(&emulator, &format!("/threads/{main}")).await?);
    assert_common_headers(&get(&emulator, "/threads/abc").await?);
    assert_common_headers(&get(&emulator, "/nowhere").await?);
    assert_common_headers(&patch(&emulator, "5").await?);
    let request = (Method::GET, "/threads/abc");
    assert_common_headers(
        &send_with(&emulator, &ProviderKind::InboxappV1, request, &[], None).await?,
    );
    Ok(())
}

#[tokio::test]
async fn errors_have_the_vendors_format() -> Outcome {
    let emulator = Emulator::start().await?;
    let unknown = get(&emulator, "/threads/abc").await?;
    let message = "There is no thread with this id";
    let error = json!({"code": "THREAD_NOT_FOUND", "message": message, "status": 404});
    assert_eq!(unknown.body, json!({"error": error}));
    assert_eq!(unknown.status, 404);

    let request = (Method::GET, "/threads/abc");
    let headers = [("x-api-key", Emulator::CREDENTIAL)];
    let refused = send_with(
        &emulator,
        &ProviderKind::InboxappV1,
        request,
        &headers,
        None,
    )
    .await?;
    assert_eq!(refused.status, 401);
    assert_eq!(refused.body["error"]["code"], "UNAUTHORIZED");

    let invalid = patch(&emulator, r#"{"done": "yes", "assigneeId": 5}"#).await?;
    assert_eq!(invalid.status, 400);
    let error = &invalid.body["error"];
    assert_eq!(
        error["message"],
        "assigneeId must be null or string; done must be boolean"
    );

    for id in [
        "A",
        "a-b",
        "1566123362161725440:1733905218846101504",
        "a%2Fb",
        "%C3%A9",
    ] {
        let reply = get(&emulator, &format!("/threads/{id}")).await?;
        assert_eq!(reply.status, 400, "{id}");
        let message = reply.body["error"]["message"].as_str().unwrap_or_default();
        assert!(message.starts_with("threadId must match"), "{message}");
    }
    assert_eq!(emulator.violations(), []);
    Ok(())
}
