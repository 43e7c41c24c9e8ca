//! What becomes of the vendors' errors, and of what stands between them and us.

#[path = "errors/codes.rs"]
mod codes;
#[path = "errors/fields.rs"]
mod fields;

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use threadline::{
    Config, ContactShip, Credential, Delivery, Error, ErrorKind, ThreadId, ThreadProvider as _,
    ThreadProviderExt as _,
};
use threadline_tests::{Answer, CREDENTIAL, Stub, Vendor, config};

fn id() -> ThreadId {
    "t-1".parse().unwrap()
}

/// The errors that reading and updating a thread end in when everything is answered like this.
async fn fail(vendor: Vendor, answer: Answer) -> [Error; 2] {
    let stub = Stub::answering(answer).await;
    let provider = vendor.connect(&stub.url());
    let read = provider.get_thread(&id()).await.unwrap_err();
    let update = provider.close_thread(&id()).await.unwrap_err();
    assert_eq!(read.operation(), Some(Vendor::READ));
    assert_eq!(update.operation(), Some(Vendor::UPDATE));
    for error in [&read, &update] {
        assert_eq!(error.provider(), vendor.name());
        assert_eq!(error.delivery(), Delivery::Answered);
        assert_eq!(error.attempts(), 1);
    }
    [read, update]
}

/// An error as each API words it: a body with the code and message, where it has codes.
fn body(vendor: Vendor, status: u16, code: &str, message: &str) -> Value {
    match vendor {
        Vendor::ContactShip => json!({"statusCode": status, "message": message}),
        Vendor::InboxappV1 => {
            json!({"error": {"code": code, "message": message, "status": status}})
        }
        Vendor::InboxappV2 => {
            json!({"code": code, "message": message, "details": null, "requestId": "req_1"})
        }
    }
}

#[tokio::test]
async fn every_documented_error() {
    for (status, kind, v1, v2) in [
        (400, ErrorKind::Rejected, "BAD_REQUEST", "invalidRequest"),
        (
            401,
            ErrorKind::Authentication,
            "UNAUTHORIZED",
            "unauthorized",
        ),
        (
            403,
            ErrorKind::PermissionDenied,
            "FORBIDDEN",
            "workspaceLocked",
        ),
        (
            404,
            ErrorKind::NotFound,
            "THREAD_NOT_FOUND",
            "threadNotFound",
        ),
        (
            409,
            ErrorKind::Conflict,
            "CONFLICT",
            "accountLinkDisconnected",
        ),
        (
            422,
            ErrorKind::Rejected,
            "UNPROCESSABLE",
            "capabilityNotSupported",
        ),
        (429, ErrorKind::RateLimited, "RATE_LIMITED", "rateLimited"),
        (
            500,
            ErrorKind::Unavailable,
            "INTERNAL_SERVER_ERROR",
            "internal",
        ),
        (502, ErrorKind::Unavailable, "BAD_GATEWAY", "platformError"),
        (
            503,
            ErrorKind::Unavailable,
            "SERVICE_UNAVAILABLE",
            "platformUnavailable",
        ),
    ] {
        for vendor in Vendor::ALL {
            let code = match vendor {
                Vendor::ContactShip => None,
                Vendor::InboxappV1 => Some(v1),
                Vendor::InboxappV2 => Some(v2),
            };
            let body = body(vendor, status, code.unwrap_or_default(), "What went wrong.");
            for error in fail(vendor, Answer::json(status, &body)).await {
                assert_eq!(
                    (error.kind(), error.status()),
                    (kind, Some(status)),
                    "{vendor:?}"
                );
                assert_eq!((error.code(), error.message()), (code, "What went wrong."));
                assert_eq!(error.body(), Some(body.to_string().as_bytes()));
                let request_id = (vendor == Vendor::InboxappV2).then_some("req_1");
                assert_eq!(error.request_id(), request_id);
                let passes = matches!(status, 429 | 500 | 502 | 503);
                assert_eq!(error.is_retryable(), passes, "{vendor:?} {status}");
                let line = error.to_string();
                let parts = [vendor.name(), &status.to_string(), "What went wrong."];
                for part in parts.into_iter().chain(code).chain(request_id) {
                    assert!(line.contains(part), "{part} is not in {line}");
                }
                assert!(!line.contains('\n'), "{line}");
            }
        }
    }
}

#[tokio::test]
async fn a_gateways_page() {
    let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body></html>";
    for vendor in Vendor::ALL {
        for error in fail(vendor, Answer::html(502, page)).await {
            assert_eq!(
                (error.kind(), error.status()),
                (ErrorKind::Unavailable, Some(502))
            );
            assert!(error.is_retryable());
            assert_eq!((error.code(), error.body()), (None, Some(page.as_bytes())));
            let beginning = "<html> <head><title>502 Bad Gateway</title></head> <body>nginx";
            assert!(error.to_string().contains(beginning), "{error}");
            assert_eq!(
                error.headers().unwrap().get("content-type").unwrap(),
                "text/html; charset=utf-8"
            );
        }
        let long = format!("<p>{}</p>", "na ".repeat(50_000));
        let [error, _] = fail(vendor, Answer::html(503, &long)).await;
        assert!(error.to_string().chars().count() < 400, "{error}");
        assert_eq!(error.body().map(<[u8]>::len), Some(64 * 1024));
    }
}

/// Whatever the shape of a body, the status decides and the words are found.
#[tokio::test]
async fn errors_of_any_shape() {
    for vendor in Vendor::ALL {
        for body in [
            json!({"error": "nope"}),
            json!({"error": {"message": "nope"}}),
            json!({"error": {"code": "NOPE", "message": "nope"}}),
            json!({"message": "nope"}),
            json!({"message": ["nope", "and status is wrong"]}),
            json!({"message": {"status": ["nope"]}}),
            json!({"message": null, "error": "nope"}),
            json!({"statusCode": 404, "message": ["nope"], "error": "Not Found"}),
            json!({"error": ["nope"]}),
            json!({"errors": [{"detail": "nope"}]}),
            json!(["nope"]),
            json!("nope"),
            json!({"code": 7, "message": "nope", "requestId": 7}),
        ] {
            for error in fail(vendor, Answer::json(404, &body)).await {
                assert_eq!(error.kind(), ErrorKind::NotFound, "{vendor:?} {body}");
                assert!(
                    error.message().contains("nope"),
                    "{vendor:?} {body}: {error}"
                );
            }
        }
    }
}

#[tokio::test]
async fn several_messages_are_one_sentence() {
    let body = json!({"statusCode": 400, "message": ["a is wrong", "b is missing"], "error": "Bad Request"});
    for vendor in Vendor::ALL {
        let [error, _] = fail(vendor, Answer::json(400, &body)).await;
        assert_eq!(error.message(), "a is wrong; b is missing", "{vendor:?}");
    }
}

#[tokio::test]
async fn errors_that_say_nothing() {
    for vendor in Vendor::ALL {
        for (body, status, kind) in [
            ("", 404, ErrorKind::NotFound),
            ("   ", 401, ErrorKind::Authentication),
            ("{}", 404, ErrorKind::NotFound),
            ("[]", 404, ErrorKind::NotFound),
            ("null", 500, ErrorKind::Unavailable),
            ("\0\u{1b}[2J", 400, ErrorKind::Rejected),
            (r#"{"message":"#, 400, ErrorKind::Rejected),
        ] {
            for error in fail(vendor, Answer::json(status, body)).await {
                assert_eq!(
                    (error.kind(), error.status()),
                    (kind, Some(status)),
                    "{body:?}"
                );
                assert!(!error.message().is_empty(), "{body:?}");
                let line = error.to_string();
                assert!(!line.chars().any(char::is_control), "{line:?}");
                assert!(line.contains(&status.to_string()), "{line}");
            }
        }
        let [error, _] = fail(vendor, Answer::empty(404)).await;
        assert_eq!(
            error.to_string(),
            format!("{} {}: 404: Not Found", vendor.name(), Vendor::READ)
        );
    }
}

#[tokio::test]
async fn a_number_is_no_code_and_a_code_may_be_the_message() {
    for vendor in Vendor::ALL {
        let [error, _] = fail(vendor, Answer::json(404, json!({"code": 7, "error": null}))).await;
        assert_eq!(error.code(), None, "{vendor:?}");
        assert!(!error.to_string().contains("404 7"), "{error}");
    }
    for vendor in [Vendor::InboxappV1, Vendor::InboxappV2] {
        let [error, _] = fail(vendor, Answer::json(404, json!({"code": "threadNotFound"}))).await;
        assert_eq!(error.code(), Some("threadNotFound"));
        assert_eq!(
            error.to_string(),
            format!("{} {}: 404: threadNotFound", vendor.name(), Vendor::READ)
        );
    }
}

#[tokio::test]
async fn plain_text() {
    for vendor in Vendor::ALL {
        let [error, _] = fail(vendor, Answer::html(403, "Access denied\nby policy")).await;
        assert_eq!(error.message(), "Access denied by policy");
        assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    }
}

#[tokio::test]
async fn the_request_id_of_the_body_goes_before_that_of_the_header() {
    for vendor in Vendor::ALL {
        let body = body(vendor, 404, "c", "m");
        let answer = Answer::json(404, body).header("x-request-id", "req_header");
        let [error, _] = fail(vendor, answer).await;
        let expected = if vendor == Vendor::InboxappV2 {
            "req_1"
        } else {
            "req_header"
        };
        assert_eq!(error.request_id(), Some(expected), "{vendor:?}");
    }
}

#[tokio::test]
async fn the_servers_hint_is_in_the_error() {
    for vendor in Vendor::ALL {
        for answer in [Answer::json(429, "{}"), Answer::html(503, "<p>busy</p>")] {
            let [error, _] = fail(vendor, answer.header("retry-after", "7")).await;
            assert_eq!(
                error.retry_after(),
                Some(Duration::from_secs(7)),
                "{vendor:?}"
            );
            assert!(error.is_retryable());
        }
    }
    let body = json!({"code": "rateLimited", "message": "Slow down.", "details": {"retryAfterSeconds": 9}});
    let [error, _] = fail(Vendor::InboxappV2, Answer::json(429, &body)).await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(9)));
    let [error, _] = fail(
        Vendor::InboxappV2,
        Answer::json(429, &body).header("retry-after", "3"),
    )
    .await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
}

#[tokio::test]
async fn nobody_listens() {
    // A port that was free a moment ago.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    for vendor in Vendor::ALL {
        let error = vendor.connect(&url).close_thread(&id()).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Connect, None),
            "{error}"
        );
        assert_eq!((error.delivery(), error.attempts()), (Delivery::NotSent, 1));
        assert!(error.is_retryable());
    }
}

#[test]
fn what_cannot_be_set_up_is_named() {
    let without = ContactShip::with_config(Config::new()).unwrap_err();
    assert!(
        without.message().contains("CONTACTSHIP_API_KEY"),
        "{without}"
    );
    let mut errors = vec![without];
    for url in [
        "",
        "x",
        "ftp://x",
        "file:///etc",
        "http://example.com",
        "https://u:p@x",
        "https://x?a",
    ] {
        let config = config(url, CREDENTIAL);
        errors.push(ContactShip::with_config(config).unwrap_err());
    }
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::InvalidConfig, "{error}");
        assert_eq!(
            (error.provider(), error.delivery()),
            ("contactship", Delivery::NotSent)
        );
        assert!(!error.is_retryable());
    }
    for secret in ["", "a\nb", "a\r", "a b", "é"] {
        let error = Credential::new(secret).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidConfig, "{secret:?}");
    }
}

/// The page about a kind of error names every code that the vendors' documents give it.
#[test]
fn every_documented_code_is_on_its_page() {
    for api in [
        &threadline_contactship::operations::API,
        &threadline_inboxapp_v1::operations::API,
        &threadline_inboxapp_v2::operations::API,
    ] {
        for rule in api.errors.codes {
            let kind = match rule.status {
                401 => ErrorKind::Authentication,
                403 => ErrorKind::PermissionDenied,
                404 => ErrorKind::NotFound,
                409 => ErrorKind::Conflict,
                429 => ErrorKind::RateLimited,
                500.. => ErrorKind::Unavailable,
                _ => ErrorKind::Rejected,
            };
            let page = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join(format!("../crates/transport/docs/errors/{kind}.md"));
            let page = fs::read_to_string(page).unwrap();
            let code = format!("`{}`", rule.code);
            assert!(page.contains(&code), "{code} is not on the page of {kind}");
        }
    }
}
