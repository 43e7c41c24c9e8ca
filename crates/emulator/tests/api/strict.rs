//! Strict emulators reject everything unknown.

use serde_json::{Value, json};
use threadline_emulator::{Emulator, ProviderKind};

use crate::exchange::{Outcome, call, main_thread};

/// A well-formed Inboxapp id that belongs to no member.
const NOBODY: &str = "aaaaaaaaaaaaaaaaaaaaaaaa";

/// What strict emulators reject: the provider, the request, its body and what the error says.
fn rejected() -> Vec<(&'static ProviderKind, &'static str, Value, &'static str)> {
    let contactship = &ProviderKind::ContactShip;
    let v1 = &ProviderKind::InboxappV1;
    let v2 = &ProviderKind::InboxappV2;
    vec![
        (
            contactship,
            "PUT /v1/thread/ID",
            json!({"status": "open", "color": 1}),
            "color is not a known field",
        ),
        (
            contactship,
            "GET /v1/credits?verbose=1",
            Value::Null,
            "verbose is not a known parameter",
        ),
        (
            contactship,
            "PUT /v1/thread/ID",
            json!({"assignee": "user-nobody", "assignee_type": "user"}),
            "assignee is no member of the organization",
        ),
        (
            contactship,
            "PUT /v1/thread/ID",
            json!({"assignee": "user-58b0", "assignee_type": "agent"}),
            "assignee is no agent",
        ),
        (
            v1,
            "PATCH /threads/ID",
            json!({"archived": true}),
            "archived is not a known field",
        ),
        (
            v1,
            "GET /threads?folder=inbox",
            Value::Null,
            "folder is not a known parameter",
        ),
        (
            v1,
            "PATCH /threads/ID",
            json!({"assigneeId": NOBODY}),
            "assigneeId is no member of the team",
        ),
        (
            v2,
            "PATCH /threads/ID",
            json!({"done": true}),
            "done is not a known field",
        ),
        (
            v2,
            "GET /threads?inbox=default",
            Value::Null,
            "inbox is not a known parameter",
        ),
        (
            v2,
            "GET /threads?folder=default",
            Value::Null,
            "folder must be one of ",
        ),
        (
            v2,
            "PATCH /threads/ID",
            json!({"assigneeId": NOBODY}),
            "assigneeId is no member of the team",
        ),
        (
            v2,
            "GET /threads?assigneeId=aaaaaaaaaaaaaaaaaaaaaaaa",
            Value::Null,
            "assigneeId is no member of the team",
        ),
    ]
}

#[tokio::test]
async fn everything_unknown_is_named_in_the_vendors_format() -> Outcome {
    let emulator = Emulator::builder().strict(true).start().await?;
    for (provider, line, body, message) in rejected() {
        let line = line.replace("ID", &main_thread(&emulator, provider));
        let body = Some(body).filter(|body| !body.is_null());
        let reply = call(&emulator, provider, &line, body.clone()).await?;
        let said = match provider {
            ProviderKind::ContactShip => &reply.body["message"],
            ProviderKind::InboxappV1 => &reply.body["error"]["message"],
            _ => &reply.body["details"]["issues"][0]["message"],
        };
        assert_eq!(reply.status, 400, "{provider} {line} {body:?}");
        let said = said.as_str().unwrap_or_default();
        assert!(said.starts_with(message), "{provider} {line}: {said}");
        let logged = emulator.requests().pop().ok_or("not logged")?.issues;
        assert!(
            logged.iter().any(|issue| issue.starts_with(message)),
            "{logged:?}"
        );
    }
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn what_is_known_is_accepted() -> Outcome {
    let emulator = Emulator::builder().strict(true).start().await?;
    for (provider, line, body) in [
        (
            &ProviderKind::ContactShip,
            "PUT /v1/thread/ID",
            json!({"assignee": "user-58b0", "assignee_type": "user"}),
        ),
        (
            &ProviderKind::InboxappV1,
            "PATCH /threads/ID",
            json!({"done": true, "assigneeId": null}),
        ),
        (
            &ProviderKind::InboxappV2,
            "PATCH /threads/ID",
            json!({"archived": true, "assigneeId": null}),
        ),
        (
            &ProviderKind::InboxappV2,
            "POST /messages",
            json!({"target": {"type": "thread", "threadId": "THREAD"}, "content": "hello"}),
        ),
    ] {
        let thread = main_thread(&emulator, provider);
        let line = line.replace("ID", &thread);
        let body = serde_json::from_str(&body.to_string().replace("THREAD", &thread))?;
        let reply = call(&emulator, provider, &line, Some(body)).await?;
        assert!(reply.status < 300, "{provider} {line}: {}", reply.body);
    }
    let members = call(
        &emulator,
        &ProviderKind::InboxappV2,
        "GET /team/members",
        None,
    )
    .await?;
    let member = &members.body["data"][0]["id"];
    let line = format!(
        "PATCH /threads/{}",
        main_thread(&emulator, &ProviderKind::InboxappV2)
    );
    let body = json!({"assigneeId": member});
    let reply = call(&emulator, &ProviderKind::InboxappV2, &line, Some(body)).await?;
    assert_eq!(reply.status, 200, "{}", reply.body);
    Ok(())
}

#[tokio::test]
async fn by_default_only_what_the_documents_forbid_is_rejected() -> Outcome {
    let emulator = Emulator::start().await?;
    for (provider, line, body, message) in rejected() {
        let line = line.replace("ID", &main_thread(&emulator, provider));
        let body = Some(body).filter(|body| !body.is_null());
        let reply = call(&emulator, provider, &line, body).await?;
        // The document of version 2 is strict itself, but nobody checks its assignees.
        let is_about_assignees = message.starts_with("assigneeId");
        let is_closed = *provider == ProviderKind::InboxappV2 && !is_about_assignees;
        assert_eq!(
            reply.status == 400,
            is_closed,
            "{provider} {line}: {}",
            reply.body
        );
    }
    Ok(())
}
