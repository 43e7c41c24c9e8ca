//! The line that is logged for each request.

use std::sync::{Arc, Mutex};

use serde_json::json;
use threadline_emulator::{Emulator, Fault, FaultPlan, ProviderKind};

use crate::exchange::{Outcome, call, control, control_with};

#[tokio::test]
async fn each_request_is_one_line_without_a_credential() -> Outcome {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&lines);
    let emulator = Emulator::builder()
        .log(move |request| {
            if let Ok(mut lines) = noted.lock() {
                lines.push(request.to_string());
            }
        })
        .start()
        .await?;
    let v2 = &ProviderKind::InboxappV2;
    call(&emulator, v2, "GET /threads?limit=1&folder=all", None).await?;
    call(&emulator, v2, "GET /threads?limit=0", None).await?;
    call(
        &emulator,
        v2,
        "POST /tags",
        Some(json!({"name": 1, "a\nb": "c"})),
    )
    .await?;
    emulator.faults(&FaultPlan::once(Fault::HtmlAfter).then(Fault::Reset));
    call(&emulator, &ProviderKind::InboxappV1, "GET /team", None).await?;
    assert!(
        call(&emulator, &ProviderKind::InboxappV1, "GET /team", None)
            .await
            .is_err()
    );
    emulator.stop_faults();
    let misplaced = "GET /v1/credits?api_key=real-key&x=sandbox%2Dkey";
    let headers = [("x-api-key", "my-real-key")];
    let contactship = &ProviderKind::ContactShip;
    control_with(&emulator, contactship, misplaced, &headers, None).await?;
    control_with(
        &emulator,
        contactship,
        "GET /v1/my-real-key",
        &headers,
        None,
    )
    .await?;
    // Neither the page nor a control request is one to a vendor.
    control(&emulator, v2, "GET /", None).await?;
    control(&emulator, v2, "GET /_/state", None).await?;
    let lines = lines.lock().map_err(|_| "poisoned")?.clone();
    let expected = [
        "inboxapp GET /api/v2/threads?limit=1&folder=all 200",
        "inboxapp GET /api/v2/threads?limit=0 400: limit must be at least 1",
        "inboxapp POST /api/v2/tags 400: a\\nb is not a known field; name must be string",
        "inboxapp-v1 GET /api/v1/team 504 (html-after)",
        "inboxapp-v1 GET /api/v1/team - (reset)",
        "contactship GET /v1/credits?api_key=***&x=*** 401",
        "contactship GET /v1/*** 404",
    ];
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.starts_with(expected), "{line}");
        assert!(!line.contains('\n') && !line.contains("real-key"), "{line}");
    }
    Ok(())
}
