//! The initial data of an emulator.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;
use threadline_emulator::{Emulator, ProviderKind};

use crate::exchange::{Outcome, send};

fn path(provider: &ProviderKind, id: &str) -> String {
    match provider {
        ProviderKind::ContactShip => format!("/v1/thread/{id}"),
        ProviderKind::InboxappV1 | ProviderKind::InboxappV2 => format!("/threads/{id}"),
        other => unreachable!("{other} is not emulated"),
    }
}

#[tokio::test]
async fn every_thread_can_be_read_and_fits_the_spec() -> Outcome {
    let emulator = Emulator::start().await?;
    for provider in &Emulator::PROVIDERS {
        let ids = emulator.thread_ids(provider);
        assert!(ids.len() > 36, "{provider}");
        for id in ids {
            let request = path(provider, &id);
            let reply = send(&emulator, provider, (Method::GET, &request), None).await?;
            assert_eq!(
                (reply.status, &reply.body["id"]),
                (200, &Value::from(id)),
                "{provider}"
            );
        }
    }
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn threads_differ() -> Outcome {
    let emulator = Emulator::start().await?;
    let fields = [
        (&ProviderKind::ContactShip, "status"),
        (&ProviderKind::ContactShip, "assignee_type"),
        (&ProviderKind::InboxappV1, "done"),
        (&ProviderKind::InboxappV1, "assigneeId"),
        (&ProviderKind::InboxappV2, "archived"),
        (&ProviderKind::InboxappV2, "assigneeId"),
    ];
    for (provider, field) in fields {
        let mut values = BTreeSet::new();
        for id in emulator.thread_ids(provider) {
            let request = path(provider, &id);
            let reply = send(&emulator, provider, (Method::GET, &request), None).await?;
            values.insert(reply.body[field].to_string());
        }
        assert!(values.len() > 1, "{provider} {field}");
    }
    Ok(())
}

#[tokio::test]
async fn every_start_gives_the_same_data() -> Outcome {
    let (one, other) = (Emulator::start().await?, Emulator::start().await?);
    for provider in &Emulator::PROVIDERS {
        assert_eq!(one.thread_ids(provider), other.thread_ids(provider));
        let id = one.thread_ids(provider).pop().unwrap_or_default();
        let request = path(provider, &id);
        let first = send(&one, provider, (Method::GET, &request), None).await?;
        let second = send(&other, provider, (Method::GET, &request), None).await?;
        assert_eq!(first.body, second.body);
    }
    Ok(())
}
