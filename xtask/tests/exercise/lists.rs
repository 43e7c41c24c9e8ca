//! Lists are read to their end and no further; bounds are kept before anything is sent.

use httpmock::prelude::*;
use serde_json::{Value, json};
use threadline_transport::{Config, Credential, Error, ErrorKind, RetryPolicy};

use super::lists::{Client, types};

fn client(server: &MockServer) -> Client {
    let config = Config::new()
        .credential(Credential::new("k").unwrap())
        .base_url(server.base_url())
        .retry(RetryPolicy::none())
        .strict(true);
    Client::with_config(config).unwrap()
}

/// Answers a request with exactly this query.
async fn page<'a>(
    server: &'a MockServer,
    path: &'static str,
    query: &'static [(&'static str, &'static str)],
    answer: Value,
) -> httpmock::Mock<'a> {
    server
        .mock_async(|when, then| {
            when.method(GET).path(path).is_true(move |request| {
                let mut found = request.query_params();
                let mut wanted = query
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                    .collect::<Vec<_>>();
                found.sort();
                wanted.sort();
                found == wanted
            });
            then.status(200).json_body(answer);
        })
        .await
}

#[tokio::test]
async fn a_cursor_of_two_parts_keeps_the_filters() {
    let server = MockServer::start_async().await;
    let path = "/groups/g/things";
    let cursor = json!({"id": "b", "at": "noon"});
    page(
        &server,
        path,
        &[("color", "red"), ("limit", "2")],
        json!({"things": ["a", "b"], "nextCursor": cursor}),
    )
    .await;
    let rest = [
        ("color", "red"),
        ("limit", "2"),
        ("cursorId", "b"),
        ("cursorAt", "noon"),
    ];
    let last = page(
        &server,
        path,
        Box::leak(Box::new(rest)),
        json!({"things": ["c"], "nextCursor": null}),
    )
    .await;
    let client = client(&server);
    let things = || client.things().list("g").color("red").limit(2);
    assert_eq!(things().items().collect().await.unwrap(), ["a", "b", "c"]);
    assert_eq!(last.calls_async().await, 1);

    let two = things().items().limit(2).collect().await.unwrap();
    assert_eq!(
        (two.len(), last.calls_async().await),
        (2, 1),
        "the limit stops fetching"
    );

    let mut pages = things().pages();
    pages.next().await.unwrap().unwrap();
    let next = pages.next_request().unwrap().clone();
    let resumed = next.items().collect().await.unwrap();
    assert_eq!(resumed, ["c"], "another stream goes on from there");
}

#[tokio::test]
async fn a_cursor_without_its_second_part_is_no_place_to_go_on() {
    let server = MockServer::start_async().await;
    page(
        &server,
        "/groups/g/things",
        &[],
        json!({"things": ["a"], "nextCursor": {"id": "b"}}),
    )
    .await;
    let things = client(&server).things().list("g").items();
    assert_eq!(things.collect().await.unwrap(), ["a"]);
}

#[tokio::test]
async fn counting_goes_up_to_the_total_wherever_it_stands() {
    let server = MockServer::start_async().await;
    let first = [("limit", "2"), ("offset", "0")];
    let second = [("limit", "2"), ("offset", "2")];
    page(
        &server,
        "/rows",
        Box::leak(Box::new(first)),
        json!({"data": [1, 2], "pagination": {"total": 3}}),
    )
    .await;
    page(
        &server,
        "/rows",
        Box::leak(Box::new(second)),
        json!({"data": [3], "count": 3}),
    )
    .await;
    let rows = client(&server).rows().list().items();
    assert_eq!(rows.collect().await.unwrap(), [1, 2, 3]);
}

#[tokio::test]
async fn without_a_sign_of_the_end_an_empty_page_is_one() {
    let server = MockServer::start_async().await;
    page(&server, "/marks", &[], json!({"data": ["a"], "after": "1"})).await;
    page(
        &server,
        "/marks",
        &[("after", "1")],
        json!({"data": [], "after": "2"}),
    )
    .await;
    let marks = client(&server).marks().list().items();
    assert_eq!(marks.collect().await.unwrap(), ["a"]);
}

#[tokio::test]
async fn events_go_on_over_empty_pages_and_never_in_circles() {
    let server = MockServer::start_async().await;
    page(
        &server,
        "/events",
        &[],
        json!({"data": [], "lastSeq": 5, "hasMore": true}),
    )
    .await;
    page(
        &server,
        "/events",
        &[("afterSeq", "5")],
        json!({"data": [6], "lastSeq": 6, "hasMore": true}),
    )
    .await;
    page(
        &server,
        "/events",
        &[("afterSeq", "6")],
        json!({"data": [7], "lastSeq": 6, "hasMore": true}),
    )
    .await;
    let mut events = client(&server).events().list().items();
    assert_eq!(events.next().await.unwrap().unwrap(), 6);
    assert_eq!(events.next().await.unwrap().unwrap(), 7);
    let error = events.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidResponse);
    assert!(events.next().await.is_none());
}

async fn refused(events: Vec<types::NewEvent>, trace: Option<&str>) -> Error {
    let server = MockServer::start_async().await;
    let anything = server.mock_async(|_, then| drop(then.status(204))).await;
    let request = client(&server).events().send(events);
    let request = match trace {
        Some(trace) => request.trace(trace),
        None => request,
    };
    let error = request.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(anything.calls_async().await, 0, "nothing was sent");
    error
}

#[tokio::test]
async fn a_broken_bound_is_named_before_anything_is_sent() {
    let event = |name: &str| types::NewEvent::new(name);
    for (events, trace, named) in [
        (vec![], None, "events has 0 items"),
        (
            vec![event("a"), event("abcd")],
            None,
            "events[1].name has 4 characters",
        ),
        (vec![event("")], None, "events[0].name is empty"),
        (vec![event("a").value(-1)], None, "events[0].value is -1"),
        (vec![event("a")], Some("A"), "Trace does not match"),
    ] {
        let error = refused(events, trace).await;
        assert!(error.message().contains(named), "{error}");
    }
}
