//! Exports calls to the `metrics` facade through an observer, and prints the recorded values.
//!
//! `cargo run -p threadline --example metrics`

use std::error::Error;
use std::io::Write as _;

use metrics::{counter, gauge, histogram};
use metrics_util::debugging::DebuggingRecorder;
use threadline::{
    CallEvent, CallInfo, Config, Credential, InboxappV2, Observer, RetryPolicy,
    ThreadProviderExt as _,
};

/// Counts calls, attempts and waits. Labels have low cardinality: no ids, no messages.
#[derive(Debug)]
struct Metrics;

impl Observer for Metrics {
    fn on_event(&self, call: &CallInfo, event: &CallEvent<'_>) {
        let in_flight = || gauge!("threadline_calls_in_flight", "provider" => call.provider());
        match event {
            CallEvent::Started => in_flight().increment(1),
            CallEvent::Waiting { delay } => {
                histogram!("threadline_rate_limit_wait_seconds", "provider" => call.provider())
                    .record(*delay);
            }
            CallEvent::AttemptFailed { error, .. } => counter!(
                "threadline_failed_attempts_total",
                "operation" => call.operation(),
                "kind" => error.kind().as_str(),
                "delivery" => error.delivery().as_str(),
            )
            .increment(1),
            CallEvent::WillRetry { error, .. } => {
                counter!("threadline_retries_total", "reason" => error.kind().as_str())
                    .increment(1);
            }
            CallEvent::Finished { outcome } => {
                let outcome = match outcome {
                    Some(Ok(_)) => "success",
                    Some(Err(error)) => error.kind().as_str(),
                    None => "dropped",
                };
                in_flight().decrement(1);
                histogram!(
                    "threadline_call_seconds",
                    "operation" => call.operation(),
                    "outcome" => outcome,
                )
                .record(call.elapsed());
            }
            // Events may be added.
            _ => {}
        }
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
