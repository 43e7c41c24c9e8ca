//! A vendor that differs from the real ones in everything is generated rightly.

use httpmock::prelude::*;
use serde_json::{Value, json};
use threadline_transport::{Config, Credential, RetryPolicy};

use super::vendor::{Client, types};

fn client(server: &MockServer) -> Client {
    let config = Config::new()
        .credential(Credential::new("secret-key").unwrap())
        .base_url(server.base_url())
        .retry(RetryPolicy::none())
        .strict(true);
    Client::with_config(config).unwrap()
}

#[tokio::test]
async fn required_headers_and_fields_with_unusual_names_are_sent() {
    let server = MockServer::start_async().await;
    let body = json!({
        "self": "a", "async": true, "new": null, "type": "Unknown", "attempts": 3, "body": "b",
        "client": "c", "ratio": 2.0, "odd name": "o", "times": {"a": 1},
    });
    let mock = server
        .mock_async(|when, then| {
            when.method(POST)
                .path("/things/x%2Fy")
                .query_param("region", "eu")
                .header("x-api-token", "secret-key")
                .header("x-mode", "self")
                .header("x-depth", "2")
                .header_missing("authorization")
                .json_body(body);
            then.status(200).json_body(json!({"id": "a", "self": "me"}));
        })
        .await;
    let update = types::Move::new("a")
        .async_(true)
        .clear_new()
        .type_(types::Mode::Unknown_)
        .attempts(3)
        .body("b")
        .client("c")
        .ratio(2)
        .odd_name("o")
        .times([("a", 1)]);
    let request = client(&server)
        .self_()
        .move_("x/y", "eu", types::Mode::Self_, 2, "a");
    let thing = request.body(update).attempts(1).await.unwrap();
    assert_eq!(thing.self_.as_deref(), Some("me"));
    assert_eq!(mock.calls_async().await, 1);
}

#[tokio::test]
async fn parameters_of_a_path_hold_for_its_operations_and_can_be_overridden() {
    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.method(GET)
                .path("/areas/7/things")
                .query_param("region", "eu")
                .query_param("limit", "20")
                .query_param("attempts", "9")
                .query_param("client", "c")
                .query_param("type", "deep");
            then.status(200).json_body(json!({"things": []}));
        })
        .await;
    let list = || client(&server).self_().list(7, "eu");
    let page = list()
        .limit(20)
        .attempts_(9)
        .client_("c")
        .type_(types::Mode::Deep);
    assert!(page.await.unwrap().things.is_empty());
    assert_eq!(mock.calls_async().await, 1);
    // The path allows 50, the operation 20.
    let error = list().limit(21).await.unwrap_err();
    assert!(error.message().contains("limit is 21"), "{error}");
}

/// Answers a page, whatever the limit: the server has a cap of its own.
async fn page(server: &MockServer, skip: &str, ids: &[&str]) {
    let things: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
    let skip = skip.to_owned();
    server
        .mock_async(|when, then| {
            when.method(GET)
                .path("/areas/7/things")
                .query_param("skip", &skip);
            then.status(200).json_body(json!({"things": things}));
        })
        .await;
}

#[tokio::test]
async fn a_list_whose_pages_the_server_caps_is_read_to_its_end() {
    let server = MockServer::start_async().await;
    page(&server, "0", &["a", "b"]).await;
    page(&server, "2", &["c", "d"]).await;
    page(&server, "4", &["e"]).await;
    page(&server, "5", &[]).await;
    let items = client(&server).self_().list(7, "eu").items();
    let things = items.collect().await.unwrap();
    let ids = things.iter().map(|thing| thing.id.as_str());
    assert_eq!(ids.collect::<Vec<_>>(), ["a", "b", "c", "d", "e"]);
}
