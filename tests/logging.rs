//! What `tracing` is told about calls. It stands alone, as listening on one thread needs that no
//! other thread is the first to say something.

use std::time::Duration;

use threadline::{RetryPolicy, ThreadId, ThreadProviderExt as _, ThreadUpdate};
use threadline_tests::{Answer, CANARY, Log, Stub, Vendor, echoes};

fn id() -> ThreadId {
    "t-1".parse().unwrap()
}

#[tokio::test]
async fn the_log_tells_of_calls_and_never_of_the_credential() {
    let log = Log::default();
    let guard = log.listen();
    let patient = || {
        RetryPolicy::default()
            .base_delay(Duration::ZERO)
            .max_attempts(2)
    };
    for vendor in Vendor::ALL {
        for answer in echoes() {
            let thread = Answer::json(200, vendor.thread()).header("sunset", CANARY);
            let stub = Stub::start([answer, thread.header("deprecation", CANARY)]).await;
            let provider = vendor.connect_with(&stub.url(), CANARY, patient());
            // The first answer fails or is repeated, the second one succeeds.
            let _ = provider.close_thread(&id()).await;
            provider.get_thread(&id()).await.unwrap();
        }
        let dry = vendor.dry_with("http://127.0.0.1:9", CANARY);
        dry.close_thread(&id()).await.unwrap_err();
        dry.update_thread(&id(), &ThreadUpdate::new())
            .await
            .unwrap_err();
    }
    drop(guard);
    let text = log.text();
    for part in [
        "TRACE",
        "threadline.call",
        "http.response.status_code=401",
        "will try again",
    ] {
        assert!(text.contains(part), "{part} is not in the log");
    }
    let line = text.lines().find(|line| line.contains(CANARY));
    assert_eq!(line, None);
}
