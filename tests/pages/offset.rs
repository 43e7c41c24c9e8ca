//! ContactShip: the request says how many items to skip.

use futures_core::Stream;
use serde_json::{Value, json};
use threadline_contactship::requests::ChannelsList;
use threadline_contactship::types::Channel;
use threadline_tests::{Answer, Stub, Vendor};
use threadline_transport::{Error, ErrorKind};

use crate::{asked, contactship, serving};

fn channel(id: &str) -> Value {
    json!({ "id": id, "name": "Desk", "type": "WABA", "status": "active" })
}

/// A page of channels, with what says how many there are.
fn page<const N: usize>(ids: [&str; N], total: &Value) -> Value {
    let mut page = json!({ "data": ids.map(channel).to_vec() });
    page.as_object_mut()
        .unwrap()
        .extend(total.as_object().unwrap().clone());
    page
}

fn rows(total: u32) -> Value {
    json!({ "pagination": { "total_rows": total } })
}

/// A list in pages of two.
fn two(stub: &Stub) -> ChannelsList {
    contactship(stub).channels().list().limit(2)
}

fn ids(channels: Vec<Channel>) -> Vec<String> {
    channels.into_iter().map(|channel| channel.id).collect()
}

fn requests(stub: &Stub) -> Vec<String> {
    asked(Vendor::ContactShip, stub)
}

#[tokio::test]
async fn the_total_says_which_page_is_the_last() {
    for total in [rows(4), json!({ "count": 4 })] {
        let stub = serving([page(["a", "b"], &total), page(["c", "d"], &total)]).await;
        let items = two(&stub).items();
        assert_eq!(ids(items.collect().await.unwrap()), ["a", "b", "c", "d"]);
        assert_eq!(
            requests(&stub),
            [
                "/v1/channels?limit=2&offset=0",
                "/v1/channels?limit=2&offset=2"
            ]
        );
    }
}

/// The server may give fewer items than were asked for, so a short page says nothing.
#[tokio::test]
async fn without_a_total_only_an_empty_page_is_the_last() {
    let none = json!({});
    let stub = serving([page(["a", "b"], &none), page(["c"], &none), page([], &none)]).await;
    let items = two(&stub).items();
    assert_eq!(ids(items.collect().await.unwrap()), ["a", "b", "c"]);
    assert_eq!(
        requests(&stub),
        [
            "/v1/channels?limit=2&offset=0",
            "/v1/channels?limit=2&offset=2",
            "/v1/channels?limit=2&offset=3"
        ]
    );
}

#[tokio::test]
async fn an_empty_page_is_the_last_whatever_the_total_says() {
    let stub = serving([page(["a", "b"], &rows(9)), page([], &rows(9))]).await;
    let items = two(&stub).items();
    assert_eq!(ids(items.collect().await.unwrap()), ["a", "b"]);
    assert_eq!(stub.requests().len(), 2);
}

#[tokio::test]
async fn filters_stay_and_a_page_is_large_unless_its_size_is_given() {
    let stub = serving([page(["a"], &rows(2)), page(["b"], &rows(2))]).await;
    let channels = contactship(&stub).channels();
    let items = channels.list().status("active").name("R&D desk").items();
    assert_eq!(ids(items.collect().await.unwrap()), ["a", "b"]);
    assert_eq!(
        requests(&stub),
        [
            "/v1/channels?limit=100&offset=0&status=active&name=R%26D%20desk",
            "/v1/channels?limit=100&offset=1&status=active&name=R%26D%20desk"
        ]
    );
}

#[tokio::test]
async fn contacts_come_in_pages_although_they_need_not() {
    let page = |id: &str| json!({ "statusCode": 200, "data": [{ "id": id }], "pagination": { "total_rows": 2 } });
    let stub = serving([page("a"), page("b")]).await;
    let items = contactship(&stub).contacts().list().limit(1).items();
    let contacts = items.collect().await.unwrap();
    assert_eq!(contacts.len(), 2);
    assert_eq!(
        requests(&stub),
        [
            "/v1/contacts?limit=1&offset=0",
            "/v1/contacts?limit=1&offset=1"
        ]
    );
}

#[tokio::test]
async fn a_limit_stops_fetching() {
    for (limit, expected, count) in [
        (0, &[][..], 0),
        (1, &["a"], 1),
        (2, &["a", "b"], 1),
        (3, &["a", "b", "c"], 2),
        (9, &["a", "b", "c", "d"], 2),
    ] {
        let stub = serving([page(["a", "b"], &rows(4)), page(["c", "d"], &rows(4))]).await;
        let items = two(&stub).items().limit(limit);
        assert_eq!(ids(items.collect().await.unwrap()), expected);
        assert_eq!(stub.requests().len(), count, "{limit}");
    }
}

#[tokio::test]
async fn a_list_goes_on_where_another_stopped() {
    let stub = serving([page(["a", "b"], &rows(3)), page(["c"], &rows(3))]).await;
    let mut pages = two(&stub).pages();
    let first = pages.next().await.unwrap().unwrap();
    assert_eq!((first.data.len(), first.status()), (2, 200));
    let next = pages.next_request().unwrap().clone();
    drop(pages);

    let mut rest = next.pages();
    let page = rest.next().await.unwrap().unwrap().into_inner();
    assert_eq!(ids(page.data), ["c"]);
    assert!(rest.next().await.is_none());
    assert!(rest.next_request().is_none());
}

#[tokio::test]
async fn after_an_error_the_failed_page_can_be_asked_for_again() {
    let stub = Stub::start([
        Answer::json(200, page(["a", "b"], &rows(3))),
        Answer::json(500, json!({ "message": "down" })),
        Answer::json(200, page(["c"], &rows(3))),
    ])
    .await;
    let mut items = two(&stub).items();
    assert_eq!(items.next().await.unwrap().unwrap().id, "a");
    assert_eq!(items.next().await.unwrap().unwrap().id, "b");
    let error = items.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(items.next().await.is_none(), "the list ends with an error");

    let rest = items.next_request().unwrap().clone().items();
    assert_eq!(ids(rest.collect().await.unwrap()), ["c"]);
}

#[tokio::test]
async fn lists_are_streams_that_can_be_sent_away() {
    fn stream<T>(stream: impl Stream<Item = Result<T, Error>> + Send + Unpin + 'static) {
        drop(stream);
    }
    let stub = serving([]).await;
    stream(two(&stub).items());
    stream(two(&stub).pages());
    assert_eq!(stub.requests(), [], "nothing is fetched unasked");
}
