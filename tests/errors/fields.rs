//! What the vendors say about the fields of a refused request.

use serde_json::{Value, json};
use threadline::{ErrorKind, ThreadProvider as _};
use threadline_contactship as contactship;
use threadline_emulator::Emulator;
use threadline_inboxapp_v1 as v1;
use threadline_inboxapp_v2 as v2;
use threadline_tests::{Answer, CANARY, Stub, Vendor, config};
use threadline_transport::{CallOptions, Error};

use crate::id;

/// The error of an update whose body no builder would make.
async fn refused(vendor: Vendor, emulator: &Emulator, body: &Value) -> Error {
    let config = config(emulator.url(&vendor.kind()).unwrap(), Emulator::CREDENTIAL);
    let thread = emulator.thread_ids(&vendor.kind()).remove(0);
    macro_rules! call {
        ($client:ident) => {{
            let client = $client::Client::with_config(config).unwrap();
            let update = &$client::operations::THREADS_UPDATE;
            let request = client.transport().request(update, &[&thread]).json(body);
            let call = client
                .transport()
                .call_without_value(request, &CallOptions::new());
            call.await.unwrap_err()
        }};
    }
    match vendor {
        Vendor::ContactShip => call!(contactship),
        Vendor::InboxappV1 => call!(v1),
        Vendor::InboxappV2 => call!(v2),
    }
}

#[tokio::test]
async fn a_refused_field_is_named_with_the_reason() {
    let emulator = Emulator::start().await.unwrap();
    for (vendor, field) in [
        (Vendor::ContactShip, "status"),
        (Vendor::InboxappV1, "done"),
        (Vendor::InboxappV2, "archived"),
    ] {
        let error = refused(vendor, &emulator, &json!({ field: ["x"] })).await;
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Rejected, Some(400))
        );
        let reason = format!("{field} must be ");
        assert!(error.to_string().contains(&reason), "{error}");
        // The others only name it in their message.
        let fields: Vec<_> = error
            .fields()
            .iter()
            .map(|refused| refused.field())
            .collect();
        let expected: &[_] = if vendor == Vendor::InboxappV2 {
            &[field]
        } else {
            &[]
        };
        assert_eq!(fields, expected, "{vendor:?}");
        assert_eq!(error.details().is_some(), vendor == Vendor::InboxappV2);
    }
}

#[tokio::test]
async fn all_refused_fields_of_version_2_are_listed_without_the_credential() {
    let issue = |path: Value, message: &str| json!({"path": path, "message": message});
    let issues = json!([
        issue(json!(["tags", 0, "name"]), "Too long."),
        issue(json!(["assigneeId"]), &format!("{CANARY} is no member.")),
        issue(json!([]), "Something else."),
    ]);
    let body = json!({"code": "invalidRequest", "message": "Not valid.",
        "details": {"issues": issues}, "requestId": "req_1"});
    let stub = Stub::answering(Answer::json(400, body)).await;
    let provider = Vendor::InboxappV2.build(Vendor::InboxappV2.config(&stub.url(), CANARY));
    let error = provider.get_thread(&id()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "inboxapp threads.get: 400 invalidRequest: Not valid: tags[0].name: Too long.; \
         assigneeId: [redacted] is no member.; Something else. (request id req_1)"
    );
    let details = error.details().unwrap();
    assert_eq!(details["issues"][0], issues[0]);
    let shown = format!("{error:?} {:?} {details}", error.fields());
    assert!(!shown.contains(CANARY), "{shown}");
}
