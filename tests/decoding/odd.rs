//! Threads of which only what the unified thread needs is as documented.

use std::time::Duration;

use serde_json::{Value, json};
use threadline::{
    CallOptions, ErrorKind, RetryPolicy, ThreadProviderExt as _, ThreadStatus, ThreadUpdate,
};
use threadline_tests::{Answer, CREDENTIAL, Fixture, Stub, Vendor, fixture};

use crate::{assert_unreadable, id};

/// One value of each kind that JSON has.
fn kinds() -> [Value; 7] {
    [
        Value::Null,
        json!(true),
        json!(7),
        json!(1.5),
        json!("x"),
        json!([]),
        json!({}),
    ]
}

/// The pointers of every member and item of a value, at any depth.
fn places(value: &Value) -> Vec<String> {
    let nested = |(token, value): (String, &Value)| {
        let pointer = format!("/{}", token.replace('~', "~0").replace('/', "~1"));
        let inner = places(value).into_iter();
        let inner: Vec<_> = inner.map(|rest| format!("{pointer}{rest}")).collect();
        std::iter::once(pointer).chain(inner)
    };
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| (name.clone(), value));
            members.flat_map(nested).collect()
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            let items = items.map(|(index, value)| (index.to_string(), value));
            items.flat_map(nested).collect()
        }
        _ => Vec::new(),
    }
}

/// The value without the member or item at a place.
fn without(value: &Value, pointer: &str) -> Value {
    let mut value = value.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match value.pointer_mut(parent).unwrap() {
        Value::Array(items) => drop(items.remove(name.parse().unwrap())),
        parent => drop(parent.as_object_mut().unwrap().remove(name)),
    }
    value
}

/// The value with each other kind at a place, and with nothing there.
fn altered<'a>(value: &'a Value, pointer: &'a str) -> impl Iterator<Item = Value> + 'a {
    let present = value.pointer(pointer).unwrap();
    let kinds = kinds().into_iter().filter(move |kind| kind != present);
    let replaced = kinds.map(move |kind| {
        let mut value = value.clone();
        *value.pointer_mut(pointer).unwrap() = kind;
        value
    });
    replaced.chain(std::iter::once_with(|| without(value, pointer)))
}

#[tokio::test]
async fn the_vendors_own_example_of_an_update_is_a_success() {
    let example = fixture(Fixture::InboxappV1Update)["response"].to_string();
    let placeholder = r#""indices":"<array>""#;
    assert!(example.contains(placeholder), "{example}");
    let stub = Stub::answering(Answer::json(200, &example)).await;
    let provider = Vendor::InboxappV1.connect(&stub.url());
    let thread = provider
        .update_thread(&id(), &ThreadUpdate::new().close())
        .await
        .unwrap();
    assert_eq!(thread.id.as_str(), "<string>");
    assert_eq!(thread.status, ThreadStatus::Closed);
    assert_eq!(thread.vendor_json.unwrap().text(), example);
}

#[tokio::test]
async fn an_id_and_a_state_are_enough() {
    for (vendor, body, status) in [
        (
            Vendor::InboxappV1,
            r#"{"id":"x","done":true}"#,
            ThreadStatus::Closed,
        ),
        (
            Vendor::InboxappV2,
            r#"{"id":"x","archived":false}"#,
            ThreadStatus::Open,
        ),
        (
            Vendor::ContactShip,
            r#"{"id":"x","status":"open"}"#,
            ThreadStatus::Open,
        ),
    ] {
        let stub = Stub::answering(Answer::json(200, body)).await;
        let provider = vendor.connect(&stub.url());
        let update = ThreadUpdate::new().close();
        for thread in [
            provider.update_thread(&id(), &update).await.unwrap(),
            provider.get_thread(&id()).await.unwrap(),
        ] {
            assert_eq!(thread.provider, vendor.kind());
            assert_eq!((thread.id.as_str(), &thread.status), ("x", &status));
            assert_eq!(thread.assignee, None);
            assert_eq!((&thread.created_at, &thread.updated_at), (&None, &None));
            assert_eq!(thread.vendor_json.unwrap().text(), body);
        }
    }
}

#[tokio::test]
async fn everything_else_may_have_any_shape() {
    for vendor in Vendor::ALL {
        let whole = vendor.thread();
        let needed = ["/id".to_owned(), format!("/{}", vendor.state_member())];
        let places: Vec<_> = places(&whole)
            .into_iter()
            .filter(|place| !needed.contains(place))
            .collect();
        let cases: Vec<_> = places
            .iter()
            .flat_map(|place| altered(&whole, place).map(move |body| (place, body.to_string())))
            .collect();
        assert!(cases.len() > 50, "{vendor:?}: {}", cases.len());
        let expected = vendor.read(Answer::json(200, &whole)).await.unwrap();
        let stub = Stub::start(cases.iter().map(|(_, body)| Answer::json(200, body))).await;
        let provider = vendor.connect(&stub.url());
        for (place, body) in &cases {
            let thread = provider
                .get_thread(&id())
                .await
                .unwrap_or_else(|error| panic!("{vendor:?} {place}: {error}: {body}"));
            assert_eq!(
                (&thread.provider, &thread.id, &thread.status),
                (&expected.provider, &expected.id, &expected.status),
                "{vendor:?} {place}"
            );
            let kept = thread.vendor_json.unwrap();
            assert_eq!(kept.text(), *body, "{vendor:?} {place}");
        }
        println!("{vendor:?}: {} odd threads", cases.len());
    }
}

/// Spaces, the order of members, doubled members, numbers without end and escapes are all kept.
#[tokio::test]
async fn the_vendors_json_is_kept_byte_for_byte() {
    for vendor in Vendor::ALL {
        let state = match vendor {
            Vendor::ContactShip => r#""status" : "closed""#,
            Vendor::InboxappV1 => r#""done" : true"#,
            Vendor::InboxappV2 => r#""archived" : true"#,
        };
        let odd = r#""z":1.50e+3 , "a":[ 123456789012345678901234567890,"\u00e9\/é" ],"z":null"#;
        let text = format!("{{ {odd},\r\n\t\"id\": \"x\",{state} }}");
        let thread = vendor.read(Answer::json(200, &text)).await.unwrap();
        assert_eq!(thread.status, ThreadStatus::Closed, "{vendor:?}");
        assert_eq!(thread.vendor_json.unwrap().text(), text, "{vendor:?}");
    }
}

/// Threads without an id or a state that is one.
fn unusable(vendor: Vendor) -> Vec<Value> {
    let (whole, state) = (vendor.thread(), vendor.state_member());
    let mut bodies = vec![
        without(&whole, "/id"),
        without(&whole, &format!("/{state}")),
    ];
    for kind in kinds() {
        let mut body = whole.clone();
        body["id"] = kind.clone();
        // A whole number is an id, too.
        if !kind.is_string() && !kind.is_u64() {
            bodies.push(body);
        }
        let mut body = whole.clone();
        body[state] = kind.clone();
        let is_state = match vendor {
            Vendor::ContactShip => kind.is_string(),
            Vendor::InboxappV1 | Vendor::InboxappV2 => kind.is_boolean(),
        };
        if !is_state {
            bodies.push(body);
        }
    }
    bodies
}

#[tokio::test]
async fn an_id_may_be_a_whole_number() {
    for vendor in Vendor::ALL {
        let mut body = vendor.thread();
        body["id"] = json!(7);
        let thread = vendor.read(Answer::json(200, body)).await.unwrap();
        assert_eq!(thread.id.as_str(), "7");
    }
}

#[tokio::test]
async fn a_thread_without_an_id_or_a_state_is_an_error_and_is_asked_for_once() {
    for vendor in Vendor::ALL {
        for body in unusable(vendor) {
            let text = body.to_string();
            let stub = Stub::answering(Answer::json(200, &text)).await;
            let patient = RetryPolicy::default().base_delay(Duration::ZERO);
            let provider = vendor.connect_with(&stub.url(), CREDENTIAL, patient);
            let error = provider.get_thread(&id()).await.unwrap_err();
            assert_unreadable(&error, vendor, 200, &text);
            let named = ["id", vendor.state_member()].map(|member| {
                let places = [format!("at /{member}: "), format!("field `{member}`")];
                places.iter().any(|place| error.message().contains(place))
            });
            assert!(named[0] != named[1], "{error}");
            let error = provider.close_thread(&id()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{error:?}");
            assert_eq!(error.body(), Some(text.as_bytes()));
            assert_eq!(stub.requests().len(), 2, "{text}");
        }
    }
}

/// Whoever wants the documented shape of what is read can have it.
#[tokio::test]
async fn a_strict_provider_refuses_an_odd_member_that_it_reads() {
    for vendor in Vendor::ALL {
        let strict = CallOptions::new().strict(true);
        let member = match vendor {
            Vendor::ContactShip => "assignee",
            Vendor::InboxappV1 | Vendor::InboxappV2 => "assigneeId",
        };
        let mut body = vendor.thread();
        body["another"] = json!([]);
        let fine = Answer::json(200, &body);
        body[member] = json!({});
        let stub = Stub::start([fine, Answer::json(200, &body)]).await;
        let provider = vendor.connect(&stub.url()).with_options(&strict).unwrap();
        provider.get_thread(&id()).await.unwrap();
        let error = provider.get_thread(&id()).await.unwrap_err();
        assert_unreadable(&error, vendor, 200, &body.to_string());
        assert!(error.message().contains(&format!("/{member}")), "{error}");
    }
}
