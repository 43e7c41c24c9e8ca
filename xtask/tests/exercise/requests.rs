//! The generated clients do on the wire what their specs say.

use httpmock::prelude::*;
use serde_json::{Value, json};
use threadline_transport::{Config, Credential, Error, ErrorKind, IdempotencyKey, RetryPolicy};

use super::{answers, enums, errors, patch, query, shapes};

fn config(server: &MockServer) -> Config {
    Config::new()
        .credential(Credential::new("k").unwrap())
        .base_url(server.base_url())
        .retry(RetryPolicy::none())
        .strict(true)
}

macro_rules! client {
    ($module:ident, $server:expr) => {
        $module::Client::with_config(config($server)).unwrap()
    };
}

/// The body that an update of a thing sends.
async fn sent(update: patch::types::ThingUpdate) -> Value {
    let server = MockServer::start_async().await;
    let expected = serde_json::to_value(&update).unwrap();
    let body = expected.clone();
    let mock = server
        .mock_async(|when, then| {
            when.method(PATCH)
                .path("/things/a")
                .header("x-key", "k")
                .json_body(body);
            then.status(200).json_body(json!({"id": "a"}));
        })
        .await;
    let thing = client!(patch, &server)
        .things()
        .update("a")
        .body(update)
        .await
        .unwrap()
        .into_inner();
    mock.assert_async().await;
    assert_eq!(
        thing.owner, None,
        "a missing nullable field reads as nothing"
    );
    assert_eq!(thing.tags, None);
    expected
}

#[tokio::test]
async fn absent_null_and_value_are_three_things() {
    let update = patch::types::ThingUpdate::new;
    assert_eq!(sent(update()).await, json!({}));
    assert_eq!(sent(update().clear_owner()).await, json!({"owner": null}));
    assert_eq!(sent(update().owner("me")).await, json!({"owner": "me"}));
    assert_eq!(
        sent(update().tags(Vec::<String>::new())).await,
        json!({"tags": []})
    );
    assert_eq!(sent(update().clear_links()).await, json!({"links": null}));
    assert_eq!(
        sent(update().links(Vec::<String>::new())).await,
        json!({"links": []})
    );
    let both = update().size(patch::types::Size::Large).title("t");
    assert_eq!(sent(both).await, json!({"title": "t", "size": "large"}));
}

#[tokio::test]
async fn a_new_word_breaks_nothing_and_is_kept() {
    use enums::types::{Color, Order, State};

    let server = MockServer::start_async().await;
    let body = json!([
        {"state": "idle", "color": "red"},
        {"state": "unknown", "color": null},
        {"state": "dancing", "color": "#fff"},
    ]);
    let answer = body.clone();
    let mock = server
        .mock_async(|when, then| {
            when.method(GET)
                .path("/things")
                .query_param("order", "desc");
            then.status(200).json_body(answer);
        })
        .await;
    let things = client!(enums, &server)
        .things()
        .list()
        .order(Order::Desc)
        .await
        .unwrap()
        .into_inner();
    mock.assert_async().await;
    assert_eq!(things[0].state, State::Idle);
    assert_eq!(things[0].color, Some(Color::Red));
    assert_eq!(things[1].state, State::Unknown_);
    assert_eq!(things[2].state, State::Unknown("dancing".to_owned()));
    assert_eq!(serde_json::to_value(&things[2]).unwrap(), body[2]);
    assert!("sideways".parse::<Order>().is_err());
}

async fn failure(status: u16, content_type: &str, body: &str) -> Error {
    let server = MockServer::start_async().await;
    server
        .mock_async(|when, then| {
            when.method(GET);
            then.status(status)
                .header("content-type", content_type)
                .body(body);
        })
        .await;
    client!(errors, &server)
        .things()
        .get("a")
        .await
        .unwrap_err()
}

#[tokio::test]
async fn errors_keep_everything_whatever_their_shape() {
    let body = r#"{"code":"thingNotFound","message":"Nothing here.","requestId":"r-1"}"#;
    let error = failure(404, "application/json", body).await;
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.code(), Some("thingNotFound"));
    assert_eq!(error.request_id(), Some("r-1"));
    assert_eq!(error.body(), Some(body.as_bytes()));

    let error = failure(500, "application/json", r#"{"error":"Oh no."}"#).await;
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::Unavailable, "Oh no.")
    );

    let error = failure(503, "text/html", "<html><title>Gone fishing</title></html>").await;
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Unavailable, Some(503))
    );
    assert!(error.is_retryable());
    assert!(error.to_string().contains("Gone fishing"), "{error}");

    let error = failure(200, "text/html", "<html>Welcome</html>").await;
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::InvalidResponse, Some(200))
    );
    assert_eq!(error.body(), Some("<html>Welcome</html>".as_bytes()));
}

#[tokio::test]
async fn codes_and_what_comes_with_them_are_typed() {
    use errors::errors::{ErrorDetails, Reason};

    let read = async |body: Value| {
        let error = failure(409, "application/json", &body.to_string()).await;
        (Reason::of(&error), ErrorDetails::of(&error))
    };
    let owner = json!({"owner": {"name": "Bo"}});
    let (code, details) = read(json!({"code": "busy", "details": owner})).await;
    assert_eq!(code, Some(Reason::Busy));
    assert!(matches!(details, Some(ErrorDetails::Busy(busy)) if busy.owner.name == "Bo"));
    let second = json!({"code": "busy", "error": {"details": owner}});
    let (_, details) = read(second).await;
    assert!(matches!(details, Some(ErrorDetails::Busy(_))));

    let (code, details) = read(json!({"code": "other", "details": {"until": null}})).await;
    assert_eq!(code, Some(Reason::Other));
    assert!(matches!(details, Some(ErrorDetails::Other_(other)) if other.until.is_none()));
    let (_, details) = read(json!({"code": "other", "details": [7]})).await;
    assert_eq!(details, Some(ErrorDetails::Other(json!([7]))));

    let (code, details) = read(json!({"code": "dull", "details": owner})).await;
    assert_eq!(code, Some(Reason::Unknown("dull".to_owned())));
    assert_eq!(details, Some(ErrorDetails::Other(owner)));
    assert_eq!(read(json!({"error": "Oh no."})).await, (None, None));
}

#[tokio::test]
async fn parameters_are_sent_as_the_spec_says() {
    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.method(GET)
                .path("/things")
                .header("x-trace", "t-1")
                .header_missing("api-version")
                .is_true(|request| {
                    let pairs = request.query_params();
                    let pairs = pairs
                        .iter()
                        .map(|(name, value)| (name.as_str(), value.as_str()))
                        .collect::<Vec<_>>();
                    let mut expected = vec![
                        ("kind", "a&b"),
                        ("tag", "x"),
                        ("tag", "y z"),
                        ("cursor[id]", "7"),
                        ("cursor[at]", "2026-11-02T09:41:17.200Z"),
                        ("ids[]", "1"),
                        ("where", r#"{"id":"ä"}"#),
                        ("limit", "3"),
                        ("all", "false"),
                    ];
                    let mut found = pairs.clone();
                    found.sort_unstable();
                    expected.sort_unstable();
                    found == expected
                });
            then.status(200).json_body(json!([]));
        })
        .await;
    client!(query, &server)
        .things()
        .list("a&b")
        .tag(["x", "y z"])
        .cursor_id("7")
        .cursor_at("2026-11-02T09:41:17.200Z")
        .ids(["1"])
        .where_(r#"{"id":"ä"}"#)
        .x_trace("t-1")
        .limit(3)
        .all(false)
        .await
        .unwrap();
    mock.assert_async().await;
}

#[tokio::test]
async fn no_content_is_no_failure() {
    let server = MockServer::start_async().await;
    server
        .mock_async(|when, then| {
            when.method(DELETE)
                .path("/things/a")
                .header("authorization", "Bearer k");
            then.status(204);
        })
        .await;
    assert_eq!(
        client!(answers, &server)
            .things()
            .delete("a")
            .await
            .unwrap()
            .status(),
        204
    );
}

#[tokio::test]
async fn an_envelope_is_opened_and_a_bare_body_taken() {
    for body in [
        json!({"statusCode": 200, "data": {"id": "a", "count": 3}}),
        json!({"id": "a", "count": 3}),
    ] {
        let server = MockServer::start_async().await;
        let answer = body.to_string();
        server
            .mock_async(|when, then| {
                when.method(GET).path("/things/a");
                then.status(200).body(&answer);
            })
            .await;
        let thing = client!(answers, &server).things().get("a").await.unwrap();
        assert_eq!((thing.id.as_str(), thing.count), ("a", Some(3)));
        assert_eq!(
            thing.body().as_ref(),
            answer.as_bytes(),
            "the body stays readable as received"
        );
    }
}

#[tokio::test]
async fn null_is_an_answer_where_the_spec_says_so() {
    let server = MockServer::start_async().await;
    server
        .mock_async(|when, then| {
            when.method(GET).path("/things/lookup");
            then.status(200).body("null");
        })
        .await;
    assert_eq!(
        client!(answers, &server)
            .things()
            .lookup()
            .await
            .unwrap()
            .into_inner(),
        None
    );
}

#[tokio::test]
async fn an_id_cannot_name_another_route() {
    let server = MockServer::start_async().await;
    let anything = server.mock_async(|_, then| drop(then.status(200))).await;
    for id in ["lookup", "", ".", ".."] {
        let error = client!(answers, &server)
            .things()
            .get(id)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
        assert!(error.message().contains("thingId"), "{error}");
    }
    assert_eq!(anything.calls_async().await, 0);
}

#[tokio::test]
async fn the_success_code_is_readable_and_another_server_can_be_replaced() {
    let server = MockServer::start_async().await;
    server
        .mock_async(|when, then| {
            when.method(POST)
                .path("/v9/things")
                .header("idempotency-key", "k-1");
            then.status(201).json_body(json!({"id": "a"}));
        })
        .await;
    let replaced = config(&server).server(
        "https://other.acme.example/v0",
        format!("{}/v9", server.base_url()),
    );
    let client = answers::Client::with_config(replaced).unwrap();
    let key = IdempotencyKey::new("k-1").unwrap();
    let created = client
        .things()
        .create("a")
        .idempotency_key(key)
        .await
        .unwrap();
    assert_eq!(created.status(), 201);
}

#[tokio::test]
async fn shapes_survive_the_way_there_and_back() {
    use shapes::types::{FileTarget, Node};
    use shapes::types::{Size, Target};

    let server = MockServer::start_async().await;
    let body = json!({
        "id": "a",
        "target": {"kind": "video"},
        "size": "big",
        "count": 3,
        "span": [0.5, 2.0],
        "at": "2026-11-02T09:41:17.200Z",
        "parent": {"id": "NOT A PATTERN", "target": {"kind": "hologram", "depth": 3}, "size": 12.0},
        "new": {"since": "yesterday"},
    });
    let answer = body.clone();
    server
        .mock_async(|when, then| {
            when.method(POST)
                .json_body(json!({"target": {"kind": "file", "path": "p"}, "labels": {}}));
            then.status(201).json_body(answer);
        })
        .await;
    let no_labels = std::iter::empty::<(String, String)>();
    let node: Node = client!(shapes, &server)
        .nodes()
        .create(FileTarget::new("p"))
        .labels(no_labels)
        .await
        .unwrap()
        .into_inner();
    assert!(matches!(&node.target, Target::MediaTarget(media) if media.kind.as_str() == "video"));
    assert_eq!(node.size, Size::Text("big".to_owned()));
    let parent = node.parent.as_ref().unwrap();
    assert!(
        matches!(&parent.target, Target::Unknown(_)),
        "an unknown tag is kept"
    );
    assert_eq!(node.more["new"], json!({"since": "yesterday"}));
    assert_eq!(serde_json::to_value(&node).unwrap(), body);
}

#[test]
fn composed_objects_are_one_type_with_all_fields() {
    let node: shapes::webhooks::NamedNode = serde_json::from_value(
        json!({"id": "a", "target": {"kind": "image"}, "size": 1.0, "name": "n"}),
    )
    .unwrap();
    assert_eq!((node.id.as_str(), node.name.as_str()), ("a", "n"));
}
