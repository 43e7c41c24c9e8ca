//! Sending messages.

use reqwest::Method;
use serde_json::{Value, json};
use threadline_emulator::{Emulator, ProviderKind};

use crate::exchange::{Outcome, Reply, call, main_thread, send_with};

/// Sends a message with an idempotency key.
pub(crate) async fn send_keyed(
    emulator: &Emulator,
    key: &str,
    body: &Value,
) -> Result<Reply, Box<dyn std::error::Error>> {
    let credential = format!("Bearer {}", Emulator::CREDENTIAL);
    let headers = [
        ("authorization", credential.as_str()),
        ("content-type", "application/json"),
        ("idempotency-key", key),
    ];
    let request = (Method::POST, "/messages");
    send_with(
        emulator,
        &ProviderKind::InboxappV2,
        request,
        &headers,
        Some(&body.to_string()),
    )
    .await
}

#[tokio::test]
async fn a_key_sends_once() -> Outcome {
    let emulator = Emulator::start().await?;
    let thread = main_thread(&emulator, &ProviderKind::InboxappV2);
    let count = async || -> Result<usize, Box<dyn std::error::Error>> {
        let line = format!("GET /threads/{thread}/messages?limit=100");
        let page = call(&emulator, &ProviderKind::InboxappV2, &line, None).await?;
        Ok(page.body["data"].as_array().map_or(0, Vec::len))
    };
    let before = count().await?;
    let body = json!({"target": {"type": "thread", "threadId": thread}, "content": "Hello"});
    let first = send_keyed(&emulator, "key-1", &body).await?;
    let again = send_keyed(&emulator, "key-1", &body).await?;
    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(first.body, again.body);
    assert_eq!(count().await?, before + 1);

    let other = json!({"target": {"type": "thread", "threadId": thread}, "content": "Bye"});
    let reused = send_keyed(&emulator, "key-1", &other).await?;
    assert_eq!(
        (reused.status, &reused.body["code"]),
        (422, &json!("idempotencyKeyReused"))
    );
    assert_eq!(send_keyed(&emulator, "key-2", &other).await?.status, 201);
    let unkeyed = call(
        &emulator,
        &ProviderKind::InboxappV2,
        "POST /messages",
        Some(other.clone()),
    )
    .await?;
    assert_eq!(unkeyed.status, 201);
    assert_eq!(count().await?, before + 3);
    assert_eq!(send_keyed(&emulator, "", &body).await?.status, 400);
    assert_eq!(
        send_keyed(&emulator, &"k".repeat(256), &body).await?.status,
        400
    );

    let outcomes: Vec<_> = emulator
        .requests()
        .iter()
        .filter(|request| request.method == "POST")
        .map(|request| request.outcome)
        .collect();
    assert_eq!(outcomes, [201, 200, 422, 201, 201, 400, 400].map(Some));
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn targets_are_found_or_rejected() -> Outcome {
    let emulator = Emulator::start().await?;
    let offline = "GET /account-links?status=offline";
    let offline = call(&emulator, &ProviderKind::InboxappV2, offline, None).await?;
    let offline = offline.body.pointer("/data/0/id").and_then(Value::as_str);
    let active = "ielafdryptdw9dihcxank8a4";
    let contact = |link: Option<&str>, id: &str| json!({"type": "contact", "accountLinkId": link, "contactId": id});
    let profile = |platform: &str| json!({"type": "profile", "accountLinkId": active, "platform": platform, "platformId": "1"});
    let known = "u0s9wr3d811t0lptc9wkbc61";
    let cases = [
        (contact(Some(active), known), 201, ""),
        (contact(Some(active), "abc"), 404, "contactNotFound"),
        (contact(Some("abc"), known), 404, "accountLinkNotFound"),
        (contact(offline, known), 409, "accountLinkDisconnected"),
        (profile("twitter"), 403, "planRequired"),
        (profile("post"), 403, "platformNotAvailable"),
        (
            json!({"type": "thread", "threadId": "abc"}),
            404,
            "threadNotFound",
        ),
        (json!({"type": "pigeon"}), 400, "invalidRequest"),
    ];
    for (target, status, code) in cases {
        let body = json!({"target": target, "content": "Hello"});
        let reply = call(
            &emulator,
            &ProviderKind::InboxappV2,
            "POST /messages",
            Some(body),
        )
        .await?;
        assert_eq!(reply.status, status, "{target}: {}", reply.body);
        assert_eq!(
            reply.body["code"].as_str().unwrap_or_default(),
            code,
            "{target}"
        );
    }
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn texts_are_limited_and_replies_stay_in_their_thread() -> Outcome {
    let emulator = Emulator::start().await?;
    let thread = main_thread(&emulator, &ProviderKind::InboxappV2);
    let send = async |content: &str, reply: &str| {
        let target = json!({"type": "thread", "threadId": thread});
        let body = json!({"target": target, "content": content, "replyToMessageId": reply});
        call(
            &emulator,
            &ProviderKind::InboxappV2,
            "POST /messages",
            Some(body),
        )
        .await
    };
    let original = "k12f4vetc6mdz95u9ub022qn";
    let long = send(&"x".repeat(10_001), original).await?;
    assert_eq!(long.body["code"], "contentRejected");
    let stray = send("Hello", "abc").await?;
    assert_eq!(
        stray.body["details"]["issues"][0]["path"],
        json!(["replyToMessageId"])
    );
    let fine = send("Hello", original).await?.body;
    assert_eq!(
        fine["message"]["replyTo"]["content"],
        "Could you glaze them in sea green?"
    );
    assert_eq!(fine["thread"]["lastMessage"]["id"], fine["message"]["id"]);
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn version_1_sends_into_threads_and_makes_them() -> Outcome {
    let emulator = Emulator::start().await?;
    let v1 = &ProviderKind::InboxappV1;
    let body = json!({"externalPlatformId": "12345", "accountLinkId": "kq81t5bnd0w3fz6xyr7hm2jc", "content": "Hi"});
    let lookup =
        "GET /threads/lookup?accountLinkId=kq81t5bnd0w3fz6xyr7hm2jc&externalPlatformId=12345";
    assert_eq!(call(&emulator, v1, lookup, None).await?.body, Value::Null);
    let sent = call(&emulator, v1, "POST /threads/messages", Some(body.clone())).await?;
    assert_eq!(sent.status, 200, "{}", sent.body);
    let again = call(&emulator, v1, "POST /threads/messages", Some(body)).await?;
    assert_eq!(sent.body["thread"], again.body["thread"]);
    assert_ne!(sent.body["message"]["id"], again.body["message"]["id"]);
    let found = call(&emulator, v1, lookup, None).await?;
    assert_eq!(found.body["id"], sent.body["thread"]["id"]);
    assert_eq!(found.body["lastMessage"]["id"], again.body["message"]["id"]);
    let wrong = [
        (
            json!({"accountLinkId": "kq81t5bnd0w3fz6xyr7hm2jc", "content": "Hi"}),
            400,
        ),
        (
            json!({"externalId": "abc", "accountLinkId": "kq81t5bnd0w3fz6xyr7hm2jc", "content": "Hi"}),
            422,
        ),
        (
            json!({"externalPlatformId": "1", "accountLinkId": "abc", "content": "Hi"}),
            422,
        ),
    ];
    for (body, status) in wrong {
        let reply = call(&emulator, v1, "POST /threads/messages", Some(body)).await?;
        assert_eq!(reply.status, status);
    }
    let unknown = "GET /threads/lookup-by-username?username=nobody";
    assert_eq!(call(&emulator, v1, unknown, None).await?.body, json!([]));
    let somebody = "GET /threads/lookup-by-username?username=LARCHFIELDROAST";
    assert_eq!(
        call(&emulator, v1, somebody, None)
            .await?
            .body
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    assert_eq!(
        call(&emulator, v1, "GET /prospects/lookup?platformId=0", None)
            .await?
            .body,
        Value::Null
    );
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn contactship_sends_to_whatsapp() -> Outcome {
    let emulator = Emulator::start().await?;
    let contactship = &ProviderKind::ContactShip;
    let body = json!({"thread_id": main_thread(&emulator, contactship), "content": "Hello"});
    let sent = call(&emulator, contactship, "POST /v1/waba/send", Some(body)).await?;
    let id = sent
        .body
        .pointer("/data/message_id")
        .and_then(Value::as_str);
    let line = format!("GET /v1/messages/{}", id.unwrap_or_default());
    let message = call(&emulator, contactship, &line, None).await?.body;
    assert_eq!(
        (&message["content"], &message["role"]),
        (&json!("Hello"), &json!("assistant"))
    );
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn contactship_validates_the_target_of_a_message() -> Outcome {
    let emulator = Emulator::start().await?;
    let contactship = &ProviderKind::ContactShip;
    let channels = "GET /v1/channels?type=INSTAGRAM";
    let channels = call(&emulator, contactship, channels, None).await?;
    let instagram = channels
        .body
        .pointer("/data/0/id")
        .cloned()
        .unwrap_or_default();
    let contact = "c1d2e3f4-a5b6-7890-cdef-123456789012";
    let to = |channel: &Value, contact: &str| json!({"content": "x", "channel_id": channel, "contact_id": contact});
    let known = json!("chn_y0xspd9p1v7vla6wkwc2z01u");
    let cases = [
        (
            json!({"content": "x"}),
            400,
            "channel_id is required without thread_id",
        ),
        (
            to(&instagram, contact),
            400,
            "channel_id is no WhatsApp channel",
        ),
        (to(&known, "x"), 404, "Contact not found"),
        (
            json!({"content": "x", "thread_id": "thr-1"}),
            404,
            "Thread not found",
        ),
    ];
    for (body, status, message) in cases {
        let reply = call(&emulator, contactship, "POST /v1/waba/send", Some(body)).await?;
        assert_eq!(
            (reply.status, reply.body["message"].as_str()),
            (status, Some(message))
        );
    }
    let mut place = to(&json!("chn_1"), contact);
    place["latitude"] = json!(1);
    place["longitude"] = json!(2);
    let line = "POST /api/integrations/waba/send-location";
    assert_eq!(
        call(&emulator, contactship, line, Some(place))
            .await?
            .status,
        403
    );
    assert_eq!(emulator.violations(), []);
    Ok(())
}
