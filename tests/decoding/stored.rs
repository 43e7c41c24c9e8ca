//! Threads that are stored and read back.

use serde_json::{Value, json};
use threadline::{Assignee, ErrorKind, ProviderKind, Thread, ThreadStatus};
use threadline_tests::{Answer, Vendor};

use crate::read;

fn stored_and_read(thread: &Thread) -> Thread {
    serde_json::from_str(&serde_json::to_string(thread).unwrap()).unwrap()
}

#[tokio::test]
async fn a_stored_thread_reads_back_equal() {
    for vendor in Vendor::ALL {
        let thread = read(vendor, &vendor.documented_thread()).await;
        let again = stored_and_read(&thread);
        assert_eq!(again, thread, "{vendor:?}");
        assert_eq!(
            again.vendor_json.unwrap().text(),
            vendor.documented_thread().to_string()
        );
        // Also by way of a value, in which members may change places.
        let value = serde_json::to_value(&thread).unwrap();
        let again: Thread = serde_json::from_value(value).unwrap();
        assert_eq!(
            vendor.native(&again).unwrap(),
            vendor.native(&thread).unwrap()
        );
    }
}

#[tokio::test]
async fn the_vendors_json_is_stored_byte_for_byte() {
    let text = r#"{ "id":"x" , "done":false,"z": 1.50e+3,"a":123456789012345678901234567890 }"#;
    let answer = Answer::json(200, text);
    let thread = Vendor::InboxappV1.read(answer).await.unwrap();
    let stored = serde_json::to_string(&thread).unwrap();
    assert!(stored.contains(text), "{stored}");
    assert_eq!(stored_and_read(&thread), thread);
}

#[test]
fn a_thread_of_an_unknown_provider_reads_back_equal() {
    let kind = ProviderKind::other("acme");
    let mut thread = Thread::new(kind, "t-1".parse().unwrap(), "snoozed".into());
    thread.assignee = Some(Assignee::new("team".into(), "T"));
    thread.created_at = Some("2026-01-02T03:04:05Z".into());
    assert_eq!(stored_and_read(&thread), thread);
    let stored = json!({
        "provider": "acme",
        "id": "t-1",
        "status": "open",
        "native": {"whatever": [1, {"deep": null}]},
        "priority": "high",
        "labels": [{}],
    });
    let thread: Thread = serde_json::from_value(stored.clone()).unwrap();
    assert_eq!(thread.provider.as_str(), "acme");
    assert!(matches!(thread.provider, ProviderKind::Other(_)));
    assert_eq!(thread.status, ThreadStatus::Open);
    assert_eq!(
        (&thread.assignee, &thread.created_at, &thread.updated_at),
        (&None, &None, &None)
    );
    assert_eq!(thread.native::<Value>().unwrap(), stored["native"]);
    assert_eq!(stored_and_read(&thread), thread);
}

#[tokio::test]
async fn a_stored_thread_of_a_later_version_reads_back() {
    for vendor in Vendor::ALL {
        let thread = read(vendor, &vendor.documented_thread()).await;
        let mut stored = serde_json::to_value(&thread).unwrap();
        stored["later"] = json!({"native": {}});
        let again: Thread = serde_json::from_str(&stored.to_string()).unwrap();
        assert_eq!(again.provider, vendor.kind());
        assert_eq!((&again.id, &again.status), (&thread.id, &thread.status));
        assert_eq!(again.assignee, thread.assignee);
        assert_eq!(
            vendor.native(&again).unwrap(),
            vendor.native(&thread).unwrap()
        );
    }
}

#[tokio::test]
async fn a_native_value_that_cannot_be_read_costs_nothing_else() {
    for vendor in Vendor::ALL {
        // Enough for the unified thread, and not for the vendor's own where more is required.
        let mut body = json!({ "id": "x", "lastMessage": 7 });
        body[vendor.state_member()] = vendor.documented_thread()[vendor.state_member()].clone();
        let thread = read(vendor, &body).await;
        for thread in [stored_and_read(&thread), thread] {
            assert_eq!(thread.id.as_str(), "x");
            let error = thread.native::<Vec<u8>>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{error:?}");
            assert_eq!(error.provider(), vendor.name());
            // The thread still has the JSON, and a log need not have it.
            assert_eq!(error.body(), None);
            assert!(!error.is_retryable());
            let error = thread.native::<Missing>().unwrap_err();
            assert!(error.message().contains("missing field"), "{error}");
            assert_eq!(thread.native::<Value>().unwrap(), body);
            assert_eq!(thread.vendor_json.unwrap().text(), body.to_string());
        }
    }
}

/// What no thread has.
#[derive(Debug, serde::Deserialize)]
struct Missing {
    #[serde(rename = "missing")]
    _missing: String,
}

#[test]
fn a_thread_without_its_vendors_json_says_so() {
    let thread = Thread::new(
        ProviderKind::ContactShip,
        "t-1".parse().unwrap(),
        ThreadStatus::Open,
    );
    let error = thread.native::<Value>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidResponse);
    assert_eq!(error.provider(), "contactship");
    assert_eq!(stored_and_read(&thread), thread);
}

#[test]
fn what_is_no_thread_is_not_read_back() {
    for stored in [
        json!({"id": "t-1", "status": "open"}),
        json!({"provider": "acme", "status": "open"}),
        json!({"provider": "acme", "id": "t-1"}),
        json!({"provider": "acme", "id": "", "status": "open"}),
        json!({"provider": 7, "id": "t-1", "status": "open"}),
    ] {
        let text = stored.to_string();
        assert!(serde_json::from_str::<Thread>(&text).is_err(), "{text}");
    }
}
