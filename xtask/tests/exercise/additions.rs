//! What a vendor adds breaks no caller: the same code compiles and works before and after a spec gained an optional
//! parameter, an optional field in a request and in a response, a value of an enumeration and a variant of a union.

use httpmock::prelude::*;
use serde_json::json;
use threadline_transport::{Config, Credential, RetryPolicy};

use super::{additive_after, additive_before};

macro_rules! caller {
    ($name:ident, $client:ident) => {
        #[tokio::test]
        async fn $name() {
            use $client::requests::{Things, ThingsUpdate};
            use $client::types::{Kind, Part, TextPart, ThingUpdate};

            let server = MockServer::start_async().await;
            let mock = server
                .mock_async(|when, then| {
                    when.method(PATCH)
                        .path("/things/a")
                        .query_param("expand", "part")
                        .json_body(json!({"name": "n", "part": {"type": "text", "text": "t"}}));
                    then.status(200).json_body(
                        json!({"id": "a", "kind": "big", "part": {"type": "text", "text": "t"}}),
                    );
                })
                .await;
            let config = Config::new()
                .credential(Credential::new("k").unwrap())
                .base_url(server.base_url())
                .retry(RetryPolicy::none())
                .strict(true);
            let client = $client::Client::with_config(config).unwrap();
            let things: Things = client.things();

            let request: ThingsUpdate = things.update("a", "n").part(TextPart::new("t"));
            let thing = request.expand("part").await.unwrap();
            let kind = match thing.kind {
                Some(Kind::Big) => "big",
                _ => "another",
            };
            let text = match &thing.part {
                Some(Part::TextPart(part)) => part.text.as_str(),
                _ => "another",
            };
            assert_eq!((kind, text), ("big", "t"));

            let body = ThingUpdate::new("n").part(TextPart::new("t"));
            let request = client.things().update("a", "other").body(body).expand("part");
            assert_eq!(request.await.unwrap().id, "a");
            assert_eq!(mock.calls_async().await, 2);
        }
    };
}

caller!(before, additive_before);
caller!(after, additive_after);
