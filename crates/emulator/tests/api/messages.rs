//! Editing and deleting messages, and reactions.

use serde_json::{Value, json};
use threadline_emulator::{Emulator, ProviderKind};

use crate::exchange::{Outcome, call};

const V2: &ProviderKind = &ProviderKind::InboxappV2;
const V1: &ProviderKind = &ProviderKind::InboxappV1;
const MESSAGE: &str = "j5i0ouyr87j6jlejnh5f4dk3";

#[tokio::test]
async fn version_2_keeps_edited_versions() -> Outcome {
    let emulator = Emulator::start().await?;
    let line = format!("PATCH /messages/{MESSAGE}");
    let edited = call(&emulator, V2, &line, Some(json!({"content": "All forty."}))).await?;
    assert_eq!(edited.body["content"], "All forty.");
    assert!(edited.body["editedAt"].is_string());
    let history = call(
        &emulator,
        V2,
        &format!("GET /messages/{MESSAGE}/history"),
        None,
    )
    .await?;
    let versions = history.body["versions"].as_array().map_or(0, Vec::len);
    assert_eq!((versions, &history.body["deletion"]), (2, &Value::Null));

    let inbound = "PATCH /messages/k12f4vetc6mdz95u9ub022qn";
    let refused = call(&emulator, V2, inbound, Some(json!({"content": "No."}))).await?;
    assert_eq!(refused.body["code"], "messageNotModifiable");
    let restricted = format!("DELETE /messages/{MESSAGE}?scope=all");
    let refused = call(&emulator, V2, &restricted, None).await?;
    assert_eq!(
        refused.body["details"],
        json!({"capability": "message:unsend"})
    );
    let impossible = format!("DELETE /messages/{MESSAGE}?scope=self");
    let refused = call(&emulator, V2, &impossible, None).await?;
    assert_eq!(refused.body["code"], "capabilityNotSupported");
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn version_2_counts_reactions_once() -> Outcome {
    let emulator = Emulator::start().await?;
    let line = format!("POST /messages/{MESSAGE}/reactions");
    let react = |emoji: &str| call(&emulator, V2, &line, Some(json!({"emoji": emoji})));
    let first = react("🫶🏽").await?.body;
    assert_eq!(react("🫶🏽").await?.body, first);
    for emoji in ["#️⃣", "🇵🇹", "👩‍🚀", "❤️"] {
        assert_eq!(react(emoji).await?.status, 200, "{emoji}");
    }
    for wrong in ["", "a", "yes", "🎉 🎉", "5"] {
        assert_eq!(react(wrong).await?.status, 400, "{wrong}");
    }
    let emoji = "%F0%9F%AB%B6%F0%9F%8F%BD";
    let line = format!("DELETE /messages/{MESSAGE}/reactions?emoji={emoji}");
    let removed = call(&emulator, V2, &line, None).await?.body;
    assert_eq!(call(&emulator, V2, &line, None).await?.body, removed);
    let has = |body: &Value| body["reactions"].to_string().contains("🫶🏽");
    assert!(has(&first) && !has(&removed));
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn version_2_embeds_requested_objects() -> Outcome {
    let emulator = Emulator::start().await?;
    let target = json!({"type": "thread", "threadId": "gp6rl0b5lo0zhf9u5hsglblr"});
    let body = json!({"target": target, "content": "Hi", "replyToMessageId": MESSAGE});
    let sent = call(&emulator, V2, "POST /messages", Some(body))
        .await?
        .body;
    let id = sent
        .pointer("/message/id")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let line = format!(
        "GET /messages/{id}?expand=thread&expand=accountLink&expand=sentBy&expand=replyTo.message"
    );
    let shown = call(&emulator, V2, &line, None).await?.body;
    assert_eq!(shown["thread"]["id"], shown["threadId"]);
    assert_eq!(shown["accountLink"]["id"], shown["accountLinkId"]);
    assert_eq!(shown["sentBy"]["token"]["id"], shown["sentBy"]["tokenId"]);
    assert_eq!(shown["replyTo"]["message"]["id"], MESSAGE);
    let line = format!("GET /messages/{MESSAGE}?expand=sentBy&expand=reactions.author");
    let shown = call(&emulator, V2, &line, None).await?.body;
    assert_eq!(shown["sentBy"]["agent"]["id"], shown["sentBy"]["agentId"]);
    assert_eq!(shown["sentBy"]["member"]["id"], shown["sentBy"]["memberId"]);
    let plain = call(&emulator, V2, &format!("GET /messages/{MESSAGE}"), None)
        .await?
        .body;
    assert_eq!(plain["sentBy"].get("agent"), None);
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn version_2_fetches_media_but_no_cards() -> Outcome {
    let emulator = Emulator::start().await?;
    for (index, status) in [("0", 200), ("1", 400), ("99", 400), ("-1", 400), ("x", 400)] {
        let line = format!("GET /messages/{MESSAGE}/attachments/{index}");
        assert_eq!(
            call(&emulator, V2, &line, None).await?.status,
            status,
            "{index}"
        );
    }
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn deleting_a_thread_deletes_its_messages() -> Outcome {
    let emulator = Emulator::start().await?;
    for (provider, thread, message) in [
        (
            V2,
            "gp6rl0b5lo0zhf9u5hsglblr",
            format!("/messages/{MESSAGE}"),
        ),
        (
            V1,
            "w0v5kq1xz7m3c9dn2rj8htfp",
            "/threads/w0v5kq1xz7m3c9dn2rj8htfp/messages".to_owned(),
        ),
    ] {
        let deletion = format!("DELETE /threads/{thread}");
        assert_eq!(
            call(&emulator, provider, &deletion, None).await?.status,
            200
        );
        assert_eq!(
            call(&emulator, provider, &deletion, None).await?.status,
            404
        );
        let line = format!("GET {message}");
        assert_eq!(call(&emulator, provider, &line, None).await?.status, 404);
    }
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn version_1_changes_its_own_messages_in_encrypted_threads() -> Outcome {
    let emulator = Emulator::start().await?;
    let thread = "/threads/w0v5kq1xz7m3c9dn2rj8htfp/messages";
    let own = format!("{thread}/y6k3d8wn1zq5tx0hv9rc2msb");
    let theirs = format!("{thread}/p4n9s2vd7hx1qk6t0bwjz83m");
    let edit = json!({"content": "Here it is."});
    let line = format!("PATCH {theirs}");
    assert_eq!(
        call(&emulator, V1, &line, Some(edit.clone())).await?.status,
        422
    );
    let line = format!("PATCH {own}");
    assert_eq!(
        call(&emulator, V1, &line, Some(edit.clone())).await?.body["success"],
        true
    );
    let line = format!("POST {own}/reactions/reactions");
    assert_eq!(
        call(&emulator, V1, &line, Some(json!({"emoji": "👍"})))
            .await?
            .status,
        200
    );
    let line = format!("DELETE {own}");
    let deleted = call(&emulator, V1, &line, Some(json!({"deleteForAll": false})))
        .await?
        .body;
    assert_eq!(call(&emulator, V1, &line, None).await?.body, deleted);
    let history = call(&emulator, V1, &format!("GET {own}/history"), None)
        .await?
        .body;
    assert_eq!(history["versions"].as_array().map(Vec::len), Some(2));
    assert_eq!(history["deletion"]["deletionType"], "self");
    let line = format!("PATCH {own}");
    assert_eq!(call(&emulator, V1, &line, Some(edit)).await?.status, 422);
    let elsewhere = "GET /threads/abc/messages/y6k3d8wn1zq5tx0hv9rc2msb/history";
    let missing = call(&emulator, V1, elsewhere, None).await?;
    assert_eq!(missing.body["error"]["code"], "THREAD_NOT_FOUND");
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn typing_is_throttled_and_can_be_turned_off() -> Outcome {
    let emulator = Emulator::start().await?;
    let line = "POST /threads/gp6rl0b5lo0zhf9u5hsglblr/typing";
    let first = call(&emulator, V2, line, None).await?;
    assert_eq!((first.status, &first.body["status"]), (202, &json!("sent")));
    let second = call(&emulator, V2, line, None).await?.body;
    assert_eq!(
        second,
        json!({"status": "skipped", "reason": "rateLimited"})
    );
    let off = json!({"typingIndicatorsEnabled": false});
    let settings = "PATCH /threads/w0v5kq1xz7m3c9dn2rj8htfp/settings";
    let response = call(&emulator, V1, settings, Some(off)).await?.body;
    assert_eq!(response["typingIndicatorsEnabled"], false);
    let line = "POST /threads/w0v5kq1xz7m3c9dn2rj8htfp/typing";
    assert_eq!(
        call(&emulator, V1, line, None).await?.body["reason"],
        "typingDisabled"
    );
    assert_eq!(emulator.violations(), []);
    Ok(())
}
