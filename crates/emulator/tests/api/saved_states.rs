//! Starting with records of one's own.

use std::error::Error;

use serde_json::{Value, json};
use threadline_emulator::{Emulator, ProviderKind, StartError};

use crate::exchange::{Outcome, call, control, main_thread};

/// Why an emulator does not start with a seed.
async fn refusal(seed: Value) -> Result<String, Box<dyn Error>> {
    match Emulator::builder().seed(seed).start().await {
        Err(StartError::Seed { message }) => Ok(message),
        other => Err(format!("{other:?}").into()),
    }
}

#[tokio::test]
async fn a_saved_state_is_loaded_again() -> Outcome {
    let before = Emulator::start().await?;
    let mut states = Vec::new();
    for (provider, line, body) in [
        (
            &ProviderKind::ContactShip,
            "PUT /v1/thread/ID",
            json!({"status": "closed"}),
        ),
        (
            &ProviderKind::InboxappV1,
            "PATCH /threads/ID",
            json!({"done": true}),
        ),
        (
            &ProviderKind::InboxappV2,
            "PATCH /threads/ID",
            json!({"archived": true}),
        ),
    ] {
        let line = line.replace("ID", &main_thread(&before, provider));
        let reply = call(&before, provider, &line, Some(body)).await?;
        assert_eq!(reply.status, 200, "{}", reply.body);
        states.push(control(&before, provider, "GET /_/state", None).await?.body);
    }
    let tag = json!({"name": "Before"});
    call(&before, &ProviderKind::InboxappV2, "POST /tags", Some(tag)).await?;
    let v2 = control(&before, &ProviderKind::InboxappV2, "GET /_/state", None).await?;

    // The last state of an API counts.
    let builder = Emulator::builder().seed(Value::Array(states)).seed(v2.body);
    let after = builder.start().await?;
    for provider in &Emulator::PROVIDERS {
        let saved = control(&before, provider, "GET /_/state", None).await?.body;
        let mut loaded = control(&after, provider, "GET /_/state", None).await?.body;
        loaded["requests"] = saved["requests"].clone();
        assert_eq!(loaded, saved, "{provider}");
    }
    // New records get ids of their own.
    let tag = json!({"name": "After"});
    let made = call(&after, &ProviderKind::InboxappV2, "POST /tags", Some(tag)).await?;
    assert_eq!(made.status, 201, "{}", made.body);
    let tags = call(&after, &ProviderKind::InboxappV2, "GET /tags", None)
        .await?
        .body
        .to_string();
    assert!(tags.contains("Before") && tags.contains("After"), "{tags}");
    // A reset goes back to the seed.
    control(&after, &ProviderKind::InboxappV2, "POST /_/reset", None).await?;
    let tags = call(&after, &ProviderKind::InboxappV2, "GET /tags", None)
        .await?
        .body
        .to_string();
    assert!(tags.contains("Before") && !tags.contains("After"), "{tags}");
    assert_eq!(after.violations(), []);
    Ok(())
}

#[tokio::test]
async fn a_seed_can_be_one_list_in_a_file() -> Outcome {
    let threads = json!([{
        "id": "thr-1",
        "channel_id": "chn_1",
        "channel_type": "WABA",
        "contact_id": "c-1",
        "organization_id": "org-1",
        "status": "open",
        "assignee": null,
        "assignee_type": null,
        "created_at": "2026-10-01T08:00:00.000Z",
        "updated_at": "2026-10-01T08:00:00.000Z",
    }]);
    let seed = json!({"provider": "contactship", "threads": threads});
    let path = std::env::temp_dir().join(format!("threadline-seed-{}.json", std::process::id()));
    std::fs::write(&path, seed.to_string())?;
    let started = Emulator::builder().seed_file(&path).start().await;
    std::fs::remove_file(&path)?;
    let emulator = started?;
    let provider = &ProviderKind::ContactShip;
    assert_eq!(emulator.thread_ids(provider), ["thr-1"]);
    let reply = call(&emulator, provider, "GET /v1/thread/thr-1", None).await?;
    assert_eq!(
        (reply.status, &reply.body["contact_id"]),
        (200, &json!("c-1"))
    );
    let state = control(&emulator, provider, "GET /_/state", None)
        .await?
        .body;
    assert_eq!(state["messages"], json!([]));
    assert_ne!(state["contacts"], json!([]));
    assert!(emulator.thread_ids(&ProviderKind::InboxappV1).len() > 36);

    let gone = Emulator::builder().seed_file(&path).start().await;
    let message = gone.err().ok_or("it started")?.to_string();
    assert!(message.contains("threadline-seed-"), "{message}");
    Ok(())
}

#[tokio::test]
async fn a_seed_that_no_vendor_could_have_is_refused() -> Outcome {
    let v2 = |lists: Value| {
        let mut seed = lists;
        seed["provider"] = json!("inboxapp");
        refusal(seed)
    };
    assert_eq!(refusal(json!("x")).await?, "a state must be an object");
    assert_eq!(
        refusal(json!({"threads": []})).await?,
        "provider must be one of contactship, inboxapp-v1, inboxapp"
    );
    let unknown = v2(json!({"thread": []})).await?;
    assert!(
        unknown.starts_with("inboxapp: thread is no list of records; there are "),
        "{unknown}"
    );
    assert_eq!(
        v2(json!({"threads": [{"name": "x"}]})).await?,
        "inboxapp: threads[0] must be an object with an id"
    );
    let id = v2(json!({"threads": [{"id": "../x"}]})).await?;
    assert!(
        id.starts_with("inboxapp: threads: \"../x\": id must "),
        "{id}"
    );
    let field = v2(json!({"threads": [{"id": "gp6rl0b5lo0zhf9u5hsglblr"}]})).await?;
    // All of them at once, so that a record need not be mended field by field.
    for name in ["platform", "contactId", "archived", "createdAt"] {
        assert!(field.contains(&format!("{name} is required")), "{field}");
    }
    Ok(())
}
