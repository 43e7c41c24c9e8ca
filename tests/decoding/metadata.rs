//! What comes with an answer, and the options of the calls that ask for it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use threadline::{
    CallOptions, ErrorKind, ResponseMetadata, Result, RetryPolicy, Thread, ThreadProvider,
    ThreadProviderExt as _,
};
use threadline_tests::{Answer, CREDENTIAL, Stub, Vendor};

use crate::id;

/// Keeps the metadata of every answer.
#[derive(Clone, Default)]
struct Noted(Arc<Mutex<Vec<ResponseMetadata>>>);

impl Noted {
    fn options(&self) -> CallOptions {
        let noted = self.clone();
        CallOptions::new().on_response(move |metadata| {
            noted.0.lock().unwrap().push(metadata.clone());
        })
    }

    /// The metadata since this was asked last.
    fn take(&self) -> Vec<ResponseMetadata> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// A thread, and what came with it.
async fn read(vendor: Vendor, answers: Vec<Answer>) -> (Result<Thread>, Vec<ResponseMetadata>) {
    let noted = Noted::default();
    let stub = Stub::start(answers).await;
    let patient = RetryPolicy::default().base_delay(Duration::ZERO);
    let provider: Box<dyn ThreadProvider> = vendor.connect_with(&stub.url(), CREDENTIAL, patient);
    let provider = provider.with_options(&noted.options()).unwrap();
    (provider.get_thread(&id()).await, noted.take())
}

#[tokio::test]
async fn any_success_is_a_success() {
    for vendor in Vendor::ALL {
        for status in [200, 201, 202, 206, 299] {
            let answer = Answer::json(status, vendor.thread());
            let (thread, metadata) = read(vendor, vec![answer]).await;
            thread.unwrap();
            assert_eq!(metadata[0].status(), status);
        }
    }
}

#[tokio::test]
async fn what_surrounds_a_thread_is_told() {
    for vendor in Vendor::ALL {
        let answer = Answer::json(200, vendor.thread())
            .header("x-request-id", "req_7")
            .header("x-ratelimit-limit", "60")
            .header("x-ratelimit-remaining", "59");
        let (thread, metadata) = read(vendor, vec![Answer::empty(503), answer]).await;
        let [metadata] = &metadata[..] else {
            panic!("{vendor:?}: {metadata:?}")
        };
        assert_eq!((metadata.status(), metadata.attempts()), (200, 2));
        assert_eq!(metadata.request_id(), Some("req_7"));
        let limit = metadata.rate_limit().unwrap();
        assert_eq!((limit.limit(), limit.remaining()), (Some(60), Some(59)));
        assert_eq!(metadata.headers().get("X-Request-Id"), Some("req_7"));
        assert_eq!(metadata.idempotency_key(), None);
        assert_eq!(metadata.skipped(), []);
        let kept = thread.unwrap().vendor_json.unwrap();
        assert_eq!(kept.text(), vendor.thread().to_string());
    }
}

#[tokio::test]
async fn members_that_are_left_out_of_the_unified_thread_are_told() {
    for (vendor, member) in [
        (Vendor::ContactShip, "assignee"),
        (Vendor::InboxappV1, "assigneeId"),
        (Vendor::InboxappV2, "assigneeId"),
    ] {
        let mut body = vendor.thread();
        body[member] = json!(["U"]);
        let (thread, metadata) = read(vendor, vec![Answer::json(200, body)]).await;
        assert_eq!(thread.unwrap().assignee, None, "{vendor:?}");
        let [field] = metadata[0].skipped() else {
            panic!("{vendor:?}: {metadata:?}")
        };
        assert_eq!(field.pointer(), format!("/{member}"));
        assert_eq!(field.found(), r#"["U"]"#);
    }
}

#[tokio::test]
async fn failures_have_no_metadata() {
    for vendor in Vendor::ALL {
        for answer in [
            Answer::json(404, json!({})),
            Answer::json(200, json!({})),
            Answer::html(200, "<html>"),
        ] {
            let (thread, metadata) = read(vendor, vec![answer]).await;
            assert!(thread.is_err() && metadata.is_empty(), "{metadata:?}");
        }
    }
}

#[tokio::test]
async fn a_pointer_to_a_provider_passes_its_options_on() {
    for vendor in Vendor::ALL {
        let noted = Noted::default();
        let stub = Stub::answering(Answer::json(200, vendor.thread())).await;
        let shared: Arc<dyn ThreadProvider> = Arc::from(vendor.connect(&stub.url()));
        let nested: Box<dyn ThreadProvider> = Box::new(Arc::clone(&shared));
        for provider in [&shared as &dyn ThreadProvider, &nested, &&nested] {
            let provider = provider.with_options(&noted.options()).unwrap();
            provider.close_thread(&id()).await.unwrap();
            assert_eq!(noted.take().len(), 1);
        }
        // The provider itself is as it was.
        shared.get_thread(&id()).await.unwrap();
        assert_eq!(noted.take().len(), 0);
    }
}

#[tokio::test]
async fn options_merge_field_by_field() {
    for vendor in Vendor::ALL {
        let noted = Noted::default();
        let stub = Stub::answering(Answer::json(200, vendor.thread())).await;
        let other = CallOptions::new()
            .attempts(1)
            .deadline(Duration::from_secs(9));
        let dry = CallOptions::new().dry_run(true);
        // Set for the provider, or by options: other options leave it as it is.
        let by_options = vendor.connect(&stub.url()).with_options(&dry).unwrap();
        for (sent, provider) in [vendor.dry(&stub.url()), by_options].iter().enumerate() {
            let provider = provider.with_options(&other).unwrap();
            let provider = provider.with_options(&noted.options()).unwrap();
            let error = provider.close_thread(&id()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::DryRun, "{vendor:?}");
            assert_eq!((stub.requests().len(), noted.take().len()), (sent, 0));
            // Only who says so ends it.
            let wet = CallOptions::new().dry_run(false);
            let provider = provider.with_options(&wet).unwrap();
            provider.get_thread(&id()).await.unwrap();
            assert_eq!(noted.take().len(), 1);
        }
        assert_eq!(stub.requests().len(), 2);

        let first = CallOptions::new().header("x-a", "1").unwrap();
        let second = CallOptions::new()
            .header("x-a", "2")
            .unwrap()
            .header("x-b", "3")
            .unwrap();
        let provider = vendor.connect(&stub.url()).with_options(&first).unwrap();
        let provider = provider.with_options(&second).unwrap();
        provider.get_thread(&id()).await.unwrap();
        let headers = stub.requests().pop().unwrap().headers;
        for header in ["x-a: 2", "x-b: 3"] {
            assert!(headers.contains(&header.to_owned()), "{headers:?}");
        }
        assert!(!headers.contains(&"x-a: 1".to_owned()), "{headers:?}");
    }
}
