//! The threads of Inboxapp's version 2.

use reqwest::Method;
use serde_json::{Value, json};
use threadline_emulator::{Emulator, ProviderKind};

use crate::exchange::{Outcome, Reply, main_thread, send, send_with};

type Replied = Result<Reply, Box<dyn std::error::Error>>;

async fn patch(emulator: &Emulator, id: &str, body: &str) -> Replied {
    let path = format!("/threads/{id}");
    send(
        emulator,
        &ProviderKind::InboxappV2,
        (Method::PATCH, &path),
        Some(body),
    )
    .await
}

async fn get(emulator: &Emulator, path: &str) -> Replied {
    send(
        emulator,
        &ProviderKind::InboxappV2,
        (Method::GET, path),
        None,
    )
    .await
}

/// The first thread whose assignee is its contact's default.
async fn thread_with_a_default(
    emulator: &Emulator,
) -> Result<(String, Value), Box<dyn std::error::Error>> {
    for id in emulator.thread_ids(&ProviderKind::InboxappV2) {
        let thread = get(emulator, &format!("/threads/{id}?expand=contact"))
            .await?
            .body;
        let default = thread
            .pointer("/contact/assigneeId")
            .cloned()
            .unwrap_or_default();
        if !default.is_null() && thread.get("assigneeId") == Some(&default) {
            return Ok((id, default));
        }
    }
    Err("no thread has a default assignee".into())
}

#[tokio::test]
async fn updates_are_kept() -> Outcome {
    let emulator = Emulator::start().await?;
    let id = main_thread(&emulator, &ProviderKind::InboxappV2);
    let archived = patch(&emulator, &id, r#"{"archived": true, "unread": false}"#).await?;
    assert_eq!(archived.status, 200);
    assert_eq!(
        (&archived.body["archived"], &archived.body["unread"]),
        (&json!(true), &json!(false))
    );
    let all = r#"{"archived": false, "assigneeId": null, "typingIndicators": "disabled"}"#;
    let all = patch(&emulator, &id, all).await?;
    assert_eq!(all.body["archived"], false);
    assert_eq!(all.body["assigneeId"], Value::Null);
    assert_eq!(all.body["typingIndicators"], "disabled");
    assert_eq!(patch(&emulator, &id, "{}").await?.body, all.body);
    assert_eq!(
        get(&emulator, &format!("/threads/{id}")).await?.body,
        all.body
    );
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn without_its_own_assignee_a_thread_falls_back_to_its_contact() -> Outcome {
    let emulator = Emulator::start().await?;
    let (id, default) = thread_with_a_default(&emulator).await?;
    let assigned = patch(&emulator, &id, r#"{"assigneeId": "somebody"}"#).await?;
    assert_eq!(assigned.body["assigneeId"], "somebody");
    let unassigned = patch(&emulator, &id, r#"{"assigneeId": null}"#).await?;
    assert_eq!(unassigned.body["assigneeId"], default);
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn objects_are_embedded_on_request() -> Outcome {
    let emulator = Emulator::start().await?;
    for id in emulator.thread_ids(&ProviderKind::InboxappV2) {
        let path = format!(
            "/threads/{id}?expand=profile&expand=contact&expand=accountLink&expand=assignee"
        );
        let thread = get(&emulator, &path).await?.body;
        for object in ["profile", "contact", "accountLink"] {
            assert_eq!(thread[object]["id"], thread[format!("{object}Id")], "{id}");
        }
        assert_eq!(thread["assignee"]["id"], thread["assigneeId"], "{id}");
        let plain = get(&emulator, &format!("/threads/{id}")).await?.body;
        assert_eq!(plain.get("profile"), None);
    }
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn every_response_has_a_request_id() -> Outcome {
    let emulator = Emulator::start().await?;
    let id = main_thread(&emulator, &ProviderKind::InboxappV2);
    let fine = get(&emulator, &format!("/threads/{id}")).await?;
    let unknown = get(&emulator, "/threads/abc").await?;
    let nowhere = get(&emulator, "/nowhere").await?;
    for reply in [&fine, &unknown, &nowhere] {
        assert!(reply.header("x-request-id").starts_with("req_"));
        for header in [
            "x-ratelimit-limit",
            "x-ratelimit-remaining",
            "x-ratelimit-reset",
        ] {
            assert!(reply.header(header).parse::<u64>().is_ok(), "{header}");
        }
        assert_eq!(reply.header("sunset"), "");
    }
    assert_ne!(fine.header("x-request-id"), unknown.header("x-request-id"));
    assert_eq!(unknown.body["requestId"], unknown.header("x-request-id"));
    Ok(())
}

#[tokio::test]
async fn errors_have_the_vendors_format() -> Outcome {
    let emulator = Emulator::start().await?;
    let unknown = get(&emulator, "/threads/abc").await?;
    assert_eq!(unknown.status, 404);
    assert_eq!(unknown.body["code"], "threadNotFound");
    assert_eq!(unknown.body.get("details"), Some(&Value::Null));

    let headers = [("authorization", "Bearer other")];
    let request = (Method::GET, "/threads/abc");
    let refused = send_with(
        &emulator,
        &ProviderKind::InboxappV2,
        request,
        &headers,
        None,
    )
    .await?;
    assert_eq!(
        (refused.status, &refused.body["code"]),
        (401, &json!("unauthorized"))
    );
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn a_wrong_field_is_named() -> Outcome {
    let emulator = Emulator::start().await?;
    let id = main_thread(&emulator, &ProviderKind::InboxappV2);
    let cases = [
        (r#"{"archived": null}"#, json!(["archived"])),
        (r#"{"assigneeId": "A b"}"#, json!(["assigneeId"])),
        (
            r#"{"typingIndicators": "off"}"#,
            json!(["typingIndicators"]),
        ),
        (r#"{"done": true}"#, json!(["done"])),
        ("[]", json!([])),
    ];
    for (body, path) in cases {
        let reply = patch(&emulator, &id, body).await?;
        assert_eq!(
            (reply.status, &reply.body["code"]),
            (400, &json!("invalidRequest")),
            "{body}"
        );
        assert_eq!(reply.body["details"]["issues"][0]["path"], path, "{body}");
    }
    let cases = [
        ("expand=contacts", json!(["expand", 0])),
        ("expand[]=contact", json!(["expand[]"])),
        ("expand=contact,profile", json!(["expand", 0])),
        (
            "expand=contact&expand=contact&expand=contact&expand=contact&expand=contact",
            json!(["expand"]),
        ),
        ("more=1", json!(["more"])),
    ];
    for (query, path) in cases {
        let reply = get(&emulator, &format!("/threads/{id}?{query}")).await?;
        assert_eq!(reply.status, 400, "{query}");
        assert_eq!(reply.body["details"]["issues"][0]["path"], path, "{query}");
    }
    let reply = get(&emulator, "/threads/A").await?;
    assert_eq!(
        reply.body["details"]["issues"][0]["path"],
        json!(["threadId"])
    );
    assert_eq!(emulator.violations(), []);
    Ok(())
}
