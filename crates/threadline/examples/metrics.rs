//! Exports calls to the `metrics` facade through an observer, and prints the recorded values.
//!
//! `cargo run -p threadline --example metrics`

use std::error::Error;
use std::io::Write as _;

use metrics::{counter, gauge, histogram};
use metrics_util::debugging::DebuggingRecorder;
use threadline::{
    AttemptFailed, CallFinished, CallStarted, CallWaiting, Config, Credential, InboxappV2,
    Observer, RetryPolicy, ThreadProviderExt as _, WillRetry,
};

/// Counts calls, attempts and waits. Labels have low cardinality: no ids, no messages.
#[derive(Debug)]
struct Metrics;

impl Observer for Metrics {
    fn call_started(&self, call: &CallStarted<'_>) {
        gauge!("threadline_calls_in_flight", "provider" => call.provider().to_owned()).increment(1);
    }

    fn waiting(&self, call: &CallWaiting<'_>) {
        histogram!("threadline_rate_limit_wait_seconds", "provider" => call.provider().to_owned())
            .record(call.wait());
    }

    fn attempt_failed(&self, call: &AttemptFailed<'_>) {
        counter!(
            "threadline_failed_attempts_total",
            "operation" => call.operation().to_owned(),
            "kind" => call.error_kind().as_str(),
            "delivery" => call.delivery().as_str(),
        )
        .increment(1);
    }

    fn will_retry(&self, call: &WillRetry<'_>) {
        counter!("threadline_retries_total", "reason" => call.reason().as_str()).increment(1);
    }

    fn finished(&self, call: &CallFinished<'_>) {
        let outcome = match call.error_kind() {
            Some(kind) => kind.as_str(),
            None if call.is_dropped() => "dropped",
            None => "success",
        };
        gauge!("threadline_calls_in_flight", "provider" => call.provider().to_owned()).decrement(1);
        histogram!(
            "threadline_call_seconds",
            "operation" => call.operation().to_owned(),
            "outcome" => outcome,
        )
        .record(call.elapsed());
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let recorder = DebuggingRecorder::new();
    let received = recorder.snapshotter();
    recorder.install()?;
    let config = Config::new()
        .credential(Credential::new("key-123")?)
        // No server listens here: every attempt fails to connect.
        .base_url("http://127.0.0.1:9")
        .retry(RetryPolicy::default().max_attempts(3))
        .observer(Metrics);
    let inbox = InboxappV2::with_config(config)?;
    let outcome = inbox.thread("w5hs7kz546ds69ep2st18dhb").await;
    let mut out = std::io::stdout();
    writeln!(out, "{:?}", outcome.map_err(|error| error.kind()))?;
    for (key, _, _, value) in received.snapshot().into_vec() {
        writeln!(out, "{} {value:?}", key.key())?;
    }
    Ok(())
}
