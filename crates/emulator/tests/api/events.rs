//! The event log.

use std::error::Error;

use serde_json::{Value, json};
use threadline_emulator::{Emulator, ProviderKind};

use crate::exchange::{Outcome, call, main_thread};

/// The types and payloads of the events after a number.
async fn since(emulator: &Emulator, seq: u64) -> Result<Vec<(String, Value)>, Box<dyn Error>> {
    let line = format!("GET /events?afterSeq={seq}&limit=1000");
    let page = call(emulator, &ProviderKind::InboxappV2, &line, None)
        .await?
        .body;
    let events = page.get("data").and_then(Value::as_array);
    let events = events.cloned().unwrap_or_default();
    let kinds = events.iter().map(|event| {
        (
            event["type"].as_str().unwrap_or_default().to_owned(),
            event["data"].clone(),
        )
    });
    Ok(kinds.collect())
}

async fn last(emulator: &Emulator) -> Result<u64, Box<dyn Error>> {
    let page = call(
        emulator,
        &ProviderKind::InboxappV2,
        "GET /events?limit=1000",
        None,
    )
    .await?;
    let last = page.body.get("lastSeq").and_then(Value::as_u64);
    Ok(last.ok_or("nothing happened")?)
}

#[tokio::test]
async fn changes_of_threads_are_recorded() -> Outcome {
    let emulator = Emulator::start().await?;
    let begin = last(&emulator).await?;
    let line = format!(
        "PATCH /threads/{}",
        main_thread(&emulator, &ProviderKind::InboxappV2)
    );
    let update = |body| call(&emulator, &ProviderKind::InboxappV2, &line, Some(body));
    update(json!({"archived": true, "assigneeId": "abc", "unread": false})).await?;
    // Setting the same value again records no event.
    update(json!({"archived": true, "assigneeId": "abc"})).await?;
    update(json!({"archived": false})).await?;
    update(json!({"assigneeId": null})).await?;
    let recorded = since(&emulator, begin).await?;
    assert_eq!(
        recorded,
        [
            ("thread.archived".to_owned(), json!({})),
            ("thread.assigned".to_owned(), json!({"assigneeId": "abc"})),
            ("thread.unarchived".to_owned(), json!({})),
            ("thread.unassigned".to_owned(), json!({"assigneeId": null})),
        ]
    );
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn changes_of_contacts_and_labels_are_recorded() -> Outcome {
    let emulator = Emulator::start().await?;
    let begin = last(&emulator).await?;
    let contact = "/contacts/u0s9wr3d811t0lptc9wkbc61";
    let calls = [
        (
            format!("PATCH {contact}"),
            Some(json!({"status": "new enquiry", "valuation": 7, "notes": null})),
        ),
        (format!("PUT {contact}/tags/Repeat%20order"), None),
        (format!("PUT {contact}/tags/Repeat%20order"), None),
        (format!("DELETE {contact}/tags/Repeat%20order"), None),
        ("POST /tags".to_owned(), Some(json!({"name": "Retail"}))),
        (
            "PATCH /tags/retail".to_owned(),
            Some(json!({"color": "blue"})),
        ),
        ("DELETE /tags/RETAIL".to_owned(), None),
    ];
    for (line, body) in calls {
        let reply = call(&emulator, &ProviderKind::InboxappV2, &line, body).await?;
        assert!((200..300).contains(&reply.status), "{line}: {}", reply.body);
    }
    let recorded = since(&emulator, begin).await?;
    let kinds: Vec<&str> = recorded.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "contact.statusChanged",
            "contact.notesChanged",
            "contact.valuationChanged",
            "contact.tagsChanged",
            "contact.tagsChanged",
            "tag.created",
            "tag.updated",
            "tag.deleted",
        ]
    );
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn filtered_pages_may_be_empty_with_more_to_come() -> Outcome {
    let emulator = Emulator::start().await?;
    let tag = call(
        &emulator,
        &ProviderKind::InboxappV2,
        "POST /tags",
        Some(json!({"name": "Retail"})),
    )
    .await?;
    assert_eq!(tag.status, 201);
    let (mut empty, mut found) = (0, Vec::new());
    let mut line = "GET /events?type=tag.created&limit=10".to_owned();
    loop {
        let page = call(&emulator, &ProviderKind::InboxappV2, &line, None)
            .await?
            .body;
        let events = page["data"].as_array().cloned().unwrap_or_default();
        empty += usize::from(events.is_empty() && page["hasMore"] == true);
        found.extend(events);
        if page["hasMore"] == false {
            break;
        }
        line = format!(
            "GET /events?type=tag.created&limit=10&afterSeq={}",
            page["lastSeq"]
        );
    }
    assert!(empty > 2);
    let ids: Vec<&Value> = found
        .iter()
        .filter_map(|event| event.pointer("/object/id"))
        .collect();
    assert_eq!(ids, [&tag.body["id"]]);
    let end = "GET /events?afterSeq=9007199254740991";
    let nothing = call(&emulator, &ProviderKind::InboxappV2, end, None)
        .await?
        .body;
    assert_eq!(
        nothing,
        json!({"data": [], "lastSeq": null, "hasMore": false})
    );
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn version_1_tells_too_with_whole_objects() -> Outcome {
    let emulator = Emulator::start().await?;
    let begin = call(
        &emulator,
        &ProviderKind::InboxappV1,
        "GET /events?limit=1000",
        None,
    )
    .await?;
    let begin = begin.body["lastSeq"].clone();
    let id = main_thread(&emulator, &ProviderKind::InboxappV1);
    let update = format!("PATCH /threads/{id}");
    call(
        &emulator,
        &ProviderKind::InboxappV1,
        &update,
        Some(json!({"done": true})),
    )
    .await?;
    let prospect = "PATCH /prospects/l44e15irdq4db30i77cgphhx/context";
    let body = json!({"done": false, "notes": "Asked again.", "assigneeId": null});
    call(&emulator, &ProviderKind::InboxappV1, prospect, Some(body)).await?;
    let line = format!("GET /events?afterSeq={begin}");
    let page = call(&emulator, &ProviderKind::InboxappV1, &line, None)
        .await?
        .body;
    let events = page["events"].as_array().cloned().unwrap_or_default();
    let kinds: Vec<&str> = events
        .iter()
        .filter_map(|event| event["type"].as_str())
        .collect();
    let expected = [
        "thread.archived",
        "prospect.notesChanged",
        "thread.unarchived",
        "thread.unassigned",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(
        events
            .first()
            .and_then(|event| event.pointer("/data/thread/done")),
        Some(&json!(true))
    );
    assert_eq!(emulator.violations(), []);
    Ok(())
}
