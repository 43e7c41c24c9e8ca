//! Events are numbered, and the answer says whether there are more.

use serde_json::{Value, json};
use threadline_inboxapp_v2::types::EventType;
use threadline_tests::Vendor;
use threadline_transport::ErrorKind;

use crate::{asked, inboxapp_v1, inboxapp_v2, serving};

fn page(items: &str, numbers: &[i64], last: Value, more: bool) -> Value {
    let event = |seq| {
        json!({
            "id": format!("e{seq}"), "seq": seq, "teamId": "t", "version": "1.0",
            "timestamp": "2026-10-12T14:50:00.112Z", "type": "thread.archived", "apiVersion": "2",
            "createdAt": "2026-10-12T14:50:00.112Z",
            "object": { "type": "thread", "id": "t1", "url": "/threads/t1" }, "data": {},
        })
    };
    let events: Vec<_> = numbers.iter().map(event).collect();
    json!({ items: events, "lastSeq": last, "hasMore": more })
}

/// Events 5 and 9, with pages between them in which nothing is for the caller.
fn sparse(items: &str) -> [Value; 4] {
    [
        page(items, &[5], 6.into(), true),
        page(items, &[], 7.into(), true),
        page(items, &[], 8.into(), true),
        page(items, &[9], 9.into(), false),
    ]
}

#[tokio::test]
async fn empty_pages_are_not_the_end() {
    let stub = serving(sparse("data")).await;
    let list = inboxapp_v2(&stub)
        .events()
        .list()
        .limit(1)
        .after_seq(4)
        .type_([EventType::ThreadArchived, EventType::TagCreated]);
    assert_eq!(list.items().collect().await.unwrap().len(), 2);
    let target =
        |seq: i64| format!("/events?afterSeq={seq}&type=thread.archived&type=tag.created&limit=1");
    assert_eq!(
        asked(Vendor::InboxappV2, &stub),
        [target(4), target(6), target(7), target(8)]
    );

    let stub = serving(sparse("events")).await;
    let items = inboxapp_v1(&stub).events().list().items();
    let events = items.collect().await.unwrap();
    let numbers: Vec<_> = events.iter().map(|event| event.seq).collect();
    assert_eq!(numbers, [5, 9]);
    assert_eq!(
        asked(Vendor::InboxappV1, &stub),
        [
            "/events",
            "/events?afterSeq=6",
            "/events?afterSeq=7",
            "/events?afterSeq=8"
        ]
    );
}

#[tokio::test]
async fn nothing_new_is_the_end() {
    let stub = serving([page("data", &[], Value::Null, false)]).await;
    let items = inboxapp_v2(&stub).events().list().after_seq(90).items();
    assert_eq!(items.collect().await.unwrap(), []);
    assert_eq!(stub.requests().len(), 1);
}

#[tokio::test]
async fn a_replay_goes_on_where_another_stopped() {
    let stub = serving(sparse("data")).await;
    let mut pages = inboxapp_v2(&stub).events().list().pages();
    pages.next().await.unwrap().unwrap();
    let next = pages.next_request().unwrap().clone();
    let rest = next.items().collect().await.unwrap();
    assert_eq!(rest.len(), 1);
    let requests = asked(Vendor::InboxappV2, &stub);
    assert_eq!(requests[..2], ["/events", "/events?afterSeq=6"]);
}

#[tokio::test]
async fn a_limit_stops_a_replay() {
    let stub = serving(sparse("data")).await;
    let items = inboxapp_v2(&stub).events().list().items();
    assert_eq!(items.limit(1).collect().await.unwrap().len(), 1);
    assert_eq!(stub.requests().len(), 1);
}

#[tokio::test]
async fn more_that_is_nowhere_is_an_error() {
    // More, but not where; and more where the replay has been already.
    for last in [Value::Null, 4.into()] {
        let stub = serving([page("data", &[5], last, true)]).await;
        let mut items = inboxapp_v2(&stub).events().list().after_seq(4).items();
        assert!(items.next().await.unwrap().is_ok(), "what came is not lost");
        let error = items.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{error:?}");
        assert_eq!(error.operation(), Some("events.list"));
        assert!(items.next().await.is_none());
        assert_eq!(stub.requests().len(), 1);
    }
}
