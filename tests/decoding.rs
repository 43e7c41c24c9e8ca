//! Answers that are not quite as documented.

#[path = "decoding/metadata.rs"]
mod metadata;
#[path = "decoding/odd.rs"]
mod odd;
#[path = "decoding/stored.rs"]
mod stored;
#[path = "decoding/whatsapp.rs"]
mod whatsapp;

use serde_json::{Value, json};
use threadline::{
    Assignee, AssigneeKind, Delivery, Error, ErrorKind, Thread, ThreadId, ThreadProviderExt as _,
    ThreadStatus,
};
use threadline_tests::{Answer, Stub, Vendor, plain};

fn id() -> ThreadId {
    "t-1".parse().unwrap()
}

async fn read(vendor: Vendor, thread: &Value) -> Thread {
    vendor
        .read(Answer::json(200, thread))
        .await
        .unwrap_or_else(|error| panic!("{error:?}"))
}

/// The vendor's own value as JSON.
fn native(thread: &Thread, vendor: Vendor) -> Value {
    vendor
        .native(thread)
        .unwrap_or_else(|error| panic!("{error:?}"))
}

/// What is read of a thread, apart from the JSON it was read from.
fn unified(mut thread: Thread) -> Thread {
    thread.vendor_json = None;
    thread
}

/// Every string on each API's thread that is a word out of a set which may grow.
fn words(vendor: Vendor) -> &'static [&'static str] {
    match vendor {
        Vendor::ContactShip => &["/channel_type", "/status", "/assignee_type"],
        Vendor::InboxappV1 => &[
            "/status",
            "/variant",
            "/platform",
            "/prospect/platform",
            "/prospect/verified",
            "/prospect/profileType",
            "/prospect/accountStatus",
            "/prospect/source",
        ],
        Vendor::InboxappV2 => &[
            "/platform",
            "/acceptanceState",
            "/typingIndicators",
            "/restrictions/0",
            "/lastMessage/direction",
            "/activity/direction",
            "/accountLink/status",
            "/accountLink/capabilities/0",
            "/profile/accountStatus",
            "/profile/platformData/badge",
            "/profile/platformData/profileType",
            "/assignee/role",
        ],
    }
}

/// Sets what a pointer leads to, and makes the last member if it is not there.
fn set(thread: &mut Value, pointer: &str, value: Value) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match thread.pointer_mut(parent).unwrap() {
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
        parent => parent[name] = value,
    }
}

#[tokio::test]
async fn an_unknown_word_is_kept() {
    for vendor in Vendor::ALL {
        for pointer in words(vendor) {
            let mut body = vendor.documented_thread();
            set(&mut body, pointer, json!("brand-new"));
            let thread = read(vendor, &body).await;
            assert_eq!(
                plain(&native(&thread, vendor)),
                plain(&body),
                "{vendor:?} {pointer}"
            );
        }
    }
}

#[tokio::test]
async fn an_unknown_word_is_kept_in_the_unified_thread() {
    let mut body = Vendor::ContactShip.thread();
    body["status"] = json!("snoozed");
    body["assignee"] = json!("T");
    body["assignee_type"] = json!("team");
    let thread = read(Vendor::ContactShip, &body).await;
    assert_eq!(thread.status, ThreadStatus::Unknown("snoozed".into()));
    let team = AssigneeKind::Unknown("team".into());
    assert_eq!(thread.assignee, Some(Assignee::new(team, "T")));
    // An assignee of no stated kind is still an assignee.
    body["assignee_type"] = Value::Null;
    let assignee = read(Vendor::ContactShip, &body).await.assignee.unwrap();
    assert_eq!(
        (assignee.id.as_str(), assignee.kind.as_str()),
        ("T", "unknown")
    );
}

#[tokio::test]
async fn an_unknown_field_is_passed_over() {
    for vendor in Vendor::ALL {
        let known = read(vendor, &vendor.documented_thread()).await;
        let mut body = vendor.documented_thread();
        add_fields(&mut body);
        let thread = read(vendor, &body).await;
        assert_eq!(
            native(&thread, vendor),
            native(&known, vendor),
            "{vendor:?}"
        );
        assert_eq!(unified(thread), unified(known), "{vendor:?}");
    }
}

/// Adds fields to every object but the free ones.
fn add_fields(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                if name != "rawData" {
                    add_fields(member);
                }
            }
            for (name, value) in [
                ("data", json!({"id": "another"})),
                ("newField", json!([1, {"deep": null}])),
                ("", json!(1.5)),
            ] {
                members.insert(name.to_owned(), value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(add_fields),
        _ => {}
    }
}

/// Every field of each API's thread that may be `null`, where objects count as one field.
fn nullable(vendor: Vendor) -> &'static [&'static str] {
    match vendor {
        Vendor::ContactShip => &["assignee", "assignee_type", "created_at"],
        Vendor::InboxappV1 => &[
            "platform",
            "platformId",
            "variant",
            "typingIndicatorsEnabled",
            "assigneeId",
            "lastMessageTimestamp",
            "computedSortTimestamp",
            "lastMessage",
        ],
        Vendor::InboxappV2 => &["platformId", "assigneeId", "lastMessage", "activity"],
    }
}

#[tokio::test]
async fn a_nullable_field_may_be_null_or_missing() {
    for vendor in Vendor::ALL {
        let mut nothing = vendor.documented_thread();
        for field in nullable(vendor) {
            let mut body = vendor.documented_thread();
            body[field] = Value::Null;
            let null = read(vendor, &body).await;
            body.as_object_mut().unwrap().remove(*field);
            let missing = read(vendor, &body).await;
            assert_eq!(
                native(&null, vendor),
                native(&missing, vendor),
                "{vendor:?} {field}"
            );
            assert_eq!(
                native(&missing, vendor).get(field),
                None,
                "{vendor:?} {field}"
            );
            assert_eq!(unified(null), unified(missing), "{vendor:?} {field}");
            nothing.as_object_mut().unwrap().remove(*field);
        }
        let thread = read(vendor, &nothing).await;
        assert_eq!(thread.assignee, None, "{vendor:?}");
    }
}

/// What the objects inside a thread may lack, down to the last of them.
#[tokio::test]
async fn what_is_embedded_may_be_incomplete() {
    let whole = async |vendor: Vendor, body: &Value| {
        let thread = read(vendor, body).await;
        assert_eq!(plain(&native(&thread, vendor)), plain(body));
    };
    whole(Vendor::ContactShip, &json!({"id": "t-1", "status": "open"})).await;
    let mut body = Vendor::InboxappV2.thread();
    // Another platform's data.
    body["profile"]["platformData"] = json!({"_tag": "linkedin", "headline": "Inn"});
    whole(Vendor::InboxappV2, &body).await;
}

#[tokio::test]
async fn a_contactship_thread_may_come_in_an_envelope() {
    let bare = Vendor::ContactShip.thread();
    let expected = read(Vendor::ContactShip, &bare).await;
    for envelope in [
        json!({"statusCode": 200, "data": bare}),
        json!({"statusCode": 200, "message": "ok", "data": bare, "timestamp": 1, "path": "/"}),
    ] {
        // What is kept of the vendor's JSON is the thread alone.
        assert_eq!(read(Vendor::ContactShip, &envelope).await, expected);
    }
    // The oddities together.
    let mut odd = bare.clone();
    odd["channel_type"] = json!("TELEGRAM");
    odd["new_field"] = json!({"data": 1});
    odd.as_object_mut().unwrap().remove("assignee");
    let thread = read(
        Vendor::ContactShip,
        &json!({"statusCode": 200, "data": odd}),
    )
    .await;
    let native: threadline::contactship::types::Thread = thread.native().unwrap();
    assert_eq!(native.channel_type, Some("TELEGRAM".into()));
}

#[tokio::test]
async fn inboxapp_has_no_envelope() {
    for vendor in Vendor::INBOXAPP {
        let body = json!({"statusCode": 200, "data": vendor.thread()});
        let error = vendor.read(Answer::json(200, body)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{vendor:?}");
    }
}

/// What an error about an unreadable answer must say.
fn assert_unreadable(error: &Error, vendor: Vendor, status: u16, body: &str) {
    assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{error:?}");
    assert_eq!(
        (error.provider(), error.operation()),
        (vendor.name(), Some(Vendor::READ))
    );
    assert_eq!(
        (error.status(), error.body()),
        (Some(status), Some(body.as_bytes()))
    );
    assert_eq!(
        (error.delivery(), error.attempts()),
        (Delivery::Answered, 1)
    );
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn a_page_in_place_of_a_thread() {
    let page = "<!doctype html>\n<title>Sign in</title>";
    for vendor in Vendor::ALL {
        let error = vendor.read(Answer::html(200, page)).await.unwrap_err();
        assert_unreadable(&error, vendor, 200, page);
    }
}

#[tokio::test]
async fn nothing_in_place_of_a_thread() {
    for vendor in Vendor::ALL {
        for (answer, status, body) in [
            (Answer::empty(204), 204, ""),
            (Answer::empty(200), 200, ""),
            (Answer::json(200, " \n"), 200, " \n"),
            (Answer::json(200, "null"), 200, "null"),
        ] {
            let error = vendor.read(answer).await.unwrap_err();
            assert_unreadable(&error, vendor, status, body);
        }
        let stub = Stub::answering(Answer::empty(204)).await;
        let error = vendor
            .connect(&stub.url())
            .close_thread(&id())
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::InvalidResponse, Some(204))
        );
        assert!(error.message().contains("empty"), "{error}");
    }
}

#[tokio::test]
async fn something_else_in_place_of_a_thread() {
    for vendor in Vendor::ALL {
        for body in [
            "{}",
            "[]",
            "7",
            "\"thread\"",
            r#"{"id":"#,
            r#"{"id":7}"#,
            "\u{feff}{}",
        ] {
            let error = vendor.read(Answer::json(200, body)).await.unwrap_err();
            assert_unreadable(&error, vendor, 200, body);
        }
        // Where in the body it went wrong.
        let mut thread = vendor.thread();
        thread["id"] = json!(["t-1"]);
        let error = vendor.read(Answer::json(200, thread)).await.unwrap_err();
        assert!(error.message().contains("/id"), "{error}");
    }
}

/// A list is no thread, even if the values in it are those of a thread.
#[tokio::test]
async fn a_list_in_place_of_a_thread() {
    for (vendor, body) in [
        (Vendor::ContactShip, r#"["x","open",null,null,null,null]"#),
        (Vendor::InboxappV1, r#"["x",true,null,null]"#),
        (Vendor::InboxappV2, r#"["x",false,null,null]"#),
    ] {
        let error = vendor.read(Answer::json(200, body)).await.unwrap_err();
        assert_unreadable(&error, vendor, 200, body);
    }
}

/// A thread whose id cannot be asked for again is no usable answer.
#[tokio::test]
async fn a_thread_without_a_usable_id() {
    for vendor in Vendor::ALL {
        for id in ["", ".."] {
            let mut thread = vendor.thread();
            thread["id"] = json!(id);
            let body = thread.to_string();
            let error = vendor.read(Answer::json(200, &body)).await.unwrap_err();
            assert_unreadable(&error, vendor, 200, &body);
        }
    }
}
