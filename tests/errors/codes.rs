//! The vendors' codes and what comes with them, as typed values.

use serde_json::{Value, json};
use threadline::{Error, RetryPolicy, ThreadProvider as _, inboxapp_v1, inboxapp_v2};
use threadline_inboxapp_v2::operations::API;
use threadline_inboxapp_v2::types::{AccountLinkStatus, Capability, RateLimitWindow};
use threadline_tests::{Answer, CANARY, Stub, Vendor};

use inboxapp_v2::{ErrorCode, ErrorDetails};

use crate::{fail, id};

/// Every code of version 2 with its status and what comes with it.
fn documented() -> Vec<(u16, &'static str, Value)> {
    let issue = json!({"path": ["filter", 0], "message": "Expected a string."});
    vec![
        (400, "invalidRequest", json!({"issues": [issue]})),
        (400, "invalidCursor", Value::Null),
        (401, "unauthorized", Value::Null),
        (403, "platformNotAvailable", json!({"platform": "linkedin"})),
        (403, "planRequired", json!({"feature": "Advanced API"})),
        (403, "workspaceLocked", Value::Null),
        (404, "memberNotFound", Value::Null),
        (404, "accountLinkNotFound", Value::Null),
        (404, "contactNotFound", Value::Null),
        (404, "threadNotFound", Value::Null),
        (404, "messageNotFound", Value::Null),
        (404, "tagNotFound", Value::Null),
        (404, "statusNotFound", Value::Null),
        (
            409,
            "accountLinkDisconnected",
            json!({"accountLinkId": "al1", "status": "offline"}),
        ),
        (
            409,
            "integrationSetupRequired",
            json!({"accountLinkId": "al2"}),
        ),
        (409, "sendInProgress", json!({"messageId": "m1"})),
        (409, "nameTaken", json!({"name": "Retail"})),
        (
            422,
            "capabilityNotSupported",
            json!({"capability": "message:edit"}),
        ),
        (
            422,
            "threadRestricted",
            json!({"capability": "message:send"}),
        ),
        (
            422,
            "mutationWindowClosed",
            json!({"capability": "message:unsend", "closedAt": "2026-11-02T09:41:17.200Z"}),
        ),
        (
            422,
            "messageNotModifiable",
            json!({"reason": "It is deleted."}),
        ),
        (422, "contentRejected", json!({"detail": "It is too long."})),
        (422, "idempotencyKeyReused", Value::Null),
        (422, "recipientUnavailable", json!({"reason": "They left."})),
        (
            422,
            "platformNotSupported",
            json!({"platform": "linkedin", "supported": ["twitter", "carrierPigeon"]}),
        ),
        (
            422,
            "profileAmbiguous",
            json!({"contactId": "c1", "platform": "twitter"}),
        ),
        (422, "tagLimitReached", json!({"max": 500})),
        (
            429,
            "rateLimited",
            json!({"window": "hour", "limit": 10_000, "resetAt": "2026-11-02T10:00:00.000Z"}),
        ),
        (429, "platformRateLimited", json!({"retryAfterSeconds": 30})),
        (500, "internal", Value::Null),
        (502, "platformError", Value::Null),
        (502, "sendUnconfirmed", json!({"messageId": "m2"})),
        (
            503,
            "platformUnavailable",
            json!({"retryAfterSeconds": null}),
        ),
    ]
}

/// What typed details say, field by field.
fn fields(details: &ErrorDetails) -> Value {
    use ErrorDetails as D;
    match details {
        D::InvalidRequest(it) => {
            let issues = it.issues.iter();
            let issues = issues.map(|issue| json!({"path": issue.path, "message": issue.message}));
            json!({"issues": issues.collect::<Vec<_>>()})
        }
        D::PlatformNotAvailable(it) => json!({"platform": it.platform}),
        D::PlanRequired(it) => json!({"feature": it.feature}),
        D::AccountLinkDisconnected(it) => {
            json!({"accountLinkId": it.account_link_id, "status": it.status})
        }
        D::IntegrationSetupRequired(it) => json!({"accountLinkId": it.account_link_id}),
        D::SendInProgress(it) => json!({"messageId": it.message_id}),
        D::NameTaken(it) => json!({"name": it.name}),
        D::CapabilityNotSupported(it) => json!({"capability": it.capability}),
        D::ThreadRestricted(it) => json!({"capability": it.capability}),
        D::MutationWindowClosed(it) => {
            json!({"capability": it.capability, "closedAt": it.closed_at})
        }
        D::MessageNotModifiable(it) => json!({"reason": it.reason}),
        D::ContentRejected(it) => json!({"detail": it.detail}),
        D::RecipientUnavailable(it) => json!({"reason": it.reason}),
        D::PlatformNotSupported(it) => {
            json!({"platform": it.platform, "supported": it.supported})
        }
        D::ProfileAmbiguous(it) => json!({"contactId": it.contact_id, "platform": it.platform}),
        D::TagLimitReached(it) => json!({"max": it.max}),
        D::RateLimited(it) => {
            json!({"window": it.window, "limit": it.limit, "resetAt": it.reset_at})
        }
        D::PlatformRateLimited(it) => json!({"retryAfterSeconds": it.retry_after_seconds}),
        D::SendUnconfirmed(it) => json!({"messageId": it.message_id}),
        D::PlatformUnavailable(it) => json!({"retryAfterSeconds": it.retry_after_seconds}),
        other => panic!("not typed: {other:?}"),
    }
}

fn answer(status: u16, code: &str, details: &Value) -> Answer {
    let body = json!({"code": code, "message": "No.", "details": details, "requestId": "req_1"});
    Answer::json(status, body)
}

/// The error that reading a thread through version 2 ends in.
async fn refused(status: u16, code: &str, details: &Value) -> Error {
    let [error, _] = fail(Vendor::InboxappV2, answer(status, code, details)).await;
    error
}

#[tokio::test]
async fn every_code_is_typed_with_its_details() {
    let documented = documented();
    let codes: Vec<_> = documented.iter().map(|(_, code, _)| *code).collect();
    assert_eq!(codes, ErrorCode::KNOWN, "every code, once");
    assert_eq!(codes.len(), 33);
    for ((status, code, details), rule) in documented.iter().zip(API.errors.codes) {
        assert_eq!((*status, *code), (rule.status, rule.code));
        let error = refused(*status, code, details).await;
        let typed = ErrorCode::of(&error).unwrap();
        assert!(!matches!(typed, ErrorCode::Unknown(_)), "{code}");
        assert_eq!(typed.as_str(), *code);
        match ErrorDetails::of(&error) {
            Some(typed) => assert_eq!(fields(&typed), *details, "{code}"),
            None => assert!(details.is_null(), "{code}"),
        }
    }
}

#[tokio::test]
async fn words_in_details_are_words_of_the_api() {
    let documented = documented();
    let read = async |wanted: &str| {
        let found = documented.iter().find(|(_, code, _)| *code == wanted);
        let (status, code, details) = found.unwrap();
        ErrorDetails::of(&refused(*status, code, details).await).unwrap()
    };
    let ErrorDetails::AccountLinkDisconnected(link) = read("accountLinkDisconnected").await else {
        panic!("another variant")
    };
    assert_eq!(link.status, AccountLinkStatus::Offline);
    let ErrorDetails::ThreadRestricted(thread) = read("threadRestricted").await else {
        panic!("another variant")
    };
    assert_eq!(thread.capability, Capability::MessageSend);
    let ErrorDetails::RateLimited(limit) = read("rateLimited").await else {
        panic!("another variant")
    };
    assert_eq!(limit.window, RateLimitWindow::Hour);
    assert_eq!(limit.reset_at.as_str(), "2026-11-02T10:00:00.000Z");
}

#[tokio::test]
async fn what_nobody_documents_is_kept_as_it_came() {
    let details = json!({"since": "today"});
    let error = refused(409, "moonInRetrograde", &details).await;
    let unknown = ErrorCode::Unknown("moonInRetrograde".into());
    assert_eq!(ErrorCode::of(&error), Some(unknown));
    assert_eq!(ErrorDetails::of(&error), Some(ErrorDetails::Other(details)));

    // A known code with details that it never had, or that have changed.
    for (code, details) in [
        ("threadNotFound", json!({"threadId": "t-1"})),
        ("nameTaken", json!({"names": ["Retail"]})),
        ("nameTaken", json!(["Retail"])),
        ("nameTaken", json!("Retail")),
        ("platformRateLimited", json!({"retryAfterSeconds": "soon"})),
        ("platformRateLimited", json!([])),
        ("tagLimitReached", json!({"max": "many"})),
        ("tagLimitReached", json!(false)),
    ] {
        let error = refused(422, code, &details).await;
        assert_eq!(ErrorCode::of(&error).unwrap().as_str(), code);
        let kept = ErrorDetails::of(&error);
        assert_eq!(kept, Some(ErrorDetails::Other(details)), "{code}");
    }

    // More than is documented breaks nothing, and neither does a word that is new.
    let more = json!({"capability": "message:sing", "because": {"of": "the night"}});
    let error = refused(422, "capabilityNotSupported", &more).await;
    let Some(ErrorDetails::CapabilityNotSupported(it)) = ErrorDetails::of(&error) else {
        panic!("{error:?}")
    };
    assert_eq!(it.capability, Capability::Unknown("message:sing".into()));
}

#[tokio::test]
async fn what_says_nothing_has_no_code_and_no_details() {
    let bare = json!({"code": "nameTaken", "message": "No."});
    let [error, _] = fail(Vendor::InboxappV2, Answer::json(409, bare)).await;
    assert_eq!(ErrorCode::of(&error), Some(ErrorCode::NameTaken));
    assert_eq!(ErrorDetails::of(&error), None);

    let page = "<html><body>502 Bad Gateway</body></html>";
    for answer in [
        Answer::html(502, page),
        Answer::html(502, r#"{"code": "nameTaken", "details": "#),
        Answer::empty(503),
        Answer::json(500, "null"),
        Answer::json(500, "[]"),
        Answer::json(500, json!({"details": {"name": "Retail"}})),
        // A thread that cannot be read is no error body.
        Answer::json(200, json!({"id": 7, "details": {"name": "Retail"}})),
    ] {
        let [error, _] = fail(Vendor::InboxappV2, answer).await;
        assert_eq!(ErrorCode::of(&error), None, "{error}");
        assert_eq!(ErrorDetails::of(&error), None, "{error}");
    }
    let here = Error::invalid_request("inboxapp", Vendor::READ, "threadId is empty");
    assert_eq!(
        (ErrorCode::of(&here), ErrorDetails::of(&here)),
        (None, None)
    );
}

#[tokio::test]
async fn one_apis_code_is_not_read_as_anothers() {
    let body = json!({"error": {"code": "THREAD_NOT_FOUND", "message": "No."}});
    let [error, _] = fail(Vendor::InboxappV1, Answer::json(404, body)).await;
    let code = inboxapp_v1::ErrorCode::of(&error);
    assert_eq!(code, Some(inboxapp_v1::ErrorCode::ThreadNotFound));
    assert_eq!(ErrorCode::of(&error), None);

    // Even where the words are the same.
    let body = json!({"code": "nameTaken", "message": "No.", "details": {"name": "Retail"}});
    for vendor in [Vendor::InboxappV1, Vendor::ContactShip] {
        let [error, _] = fail(vendor, Answer::json(409, &body)).await;
        assert_eq!(ErrorCode::of(&error), None, "{vendor:?}");
        assert_eq!(ErrorDetails::of(&error), None, "{vendor:?}");
    }
    let [error, _] = fail(Vendor::InboxappV1, Answer::json(409, &body)).await;
    let unknown = inboxapp_v1::ErrorCode::Unknown("nameTaken".into());
    assert_eq!(inboxapp_v1::ErrorCode::of(&error), Some(unknown));
    let error = refused(404, "threadNotFound", &Value::Null).await;
    assert_eq!(inboxapp_v1::ErrorCode::of(&error), None);
}

#[tokio::test]
async fn version_1_has_five_known_codes() {
    use inboxapp_v1::ErrorCode;

    let known = [
        (401, "UNAUTHORIZED", ErrorCode::Unauthorized),
        (403, "FORBIDDEN", ErrorCode::Forbidden),
        (404, "THREAD_NOT_FOUND", ErrorCode::ThreadNotFound),
        (404, "PROSPECT_NOT_FOUND", ErrorCode::ProspectNotFound),
        (429, "RATE_LIMITED", ErrorCode::RateLimited),
    ];
    assert_eq!(known.each_ref().map(|(_, word, _)| *word), ErrorCode::KNOWN);
    for (status, word, code) in known {
        for body in [json!({"error": {"code": word}}), json!({"code": word})] {
            let [error, _] = fail(Vendor::InboxappV1, Answer::json(status, body)).await;
            assert_eq!(ErrorCode::of(&error).as_ref(), Some(&code));
        }
    }
}

/// However the server spells the credential it echoes, details do not hold it.
#[tokio::test]
async fn details_hold_no_credential() {
    let escaped = format!(r"\u0063{}", &CANARY[1..]);
    let spelled: String = CANARY
        .bytes()
        .map(|byte| format!(r"\u{byte:04X}"))
        .collect();
    for echo in [CANARY, &escaped, &spelled] {
        for (code, name) in [
            ("nameTaken", "name"),
            ("contentRejected", "x"),
            ("new", "x"),
        ] {
            let body = format!(
                r#"{{"code":"{code}","message":"No: {echo}","details":{{"{name}":"the key {echo}","{echo}":["{echo}"]}}}}"#
            );
            let stub = Stub::answering(Answer::json(409, body)).await;
            let provider =
                Vendor::InboxappV2.connect_with(&stub.url(), CANARY, RetryPolicy::none());
            let error = provider.get_thread(&id()).await.unwrap_err();
            let details = ErrorDetails::of(&error).unwrap();
            if let ErrorDetails::NameTaken(taken) = &details {
                assert_eq!(taken.name, "the key [redacted]");
            }
            let shown = format!("{details:?} {:?} {error:?} {error}", ErrorCode::of(&error));
            assert!(shown.contains("[redacted]"), "{shown}");
            for spelling in [CANARY, &escaped, &spelled] {
                assert!(!shown.contains(spelling), "{shown}");
            }
            if let ErrorDetails::Other(value) = details {
                assert!(!value.to_string().contains(CANARY), "{value}");
            }
        }
    }
}
