//! Everything that can go wrong on the way, a fifth of the time, and what must hold all the same: no acknowledged update
//! is missing, nothing that must not be repeated is carried out twice, and every error tells the truth about delivery.
//!
//! The faults are seeded. The run here is a small one; `THREADLINE_CHAOS=full` makes 100,000 updates and 20,000 sends.

#[path = "chaos/ledger.rs"]
mod ledger;
#[path = "chaos/sends.rs"]
mod sends;
#[path = "chaos/unconfirmed.rs"]
mod unconfirmed;
#[path = "chaos/updates.rs"]
mod updates;

use std::time::Duration;

use threadline::{Config, RetryBudget, RetryPolicy};
use threadline_emulator::{Emulator, FaultPlan};

/// Of all exchanges.
const FAULTS: f64 = 0.2;

/// How long an attempt may take: long enough for a busy machine to answer whatever does not stall.
const ATTEMPT: Duration = Duration::from_millis(400);

/// How long a stall lasts: longer than an attempt.
const STALL: Duration = Duration::from_millis(480);

/// How many calls a run makes: few as a rule, many when asked.
fn calls(few: usize, many: usize) -> usize {
    if std::env::var_os("THREADLINE_CHAOS").is_some_and(|run| run == "full") {
        many
    } else {
        few
    }
}

/// An emulator on which a fifth of everything fails, and which forgets nothing.
async fn hostile(seed: u64, calls: usize, stall: Duration) -> Emulator {
    let plan = FaultPlan::seeded(seed).any(FAULTS).stall(stall);
    Emulator::builder()
        .log_capacity(calls * 8)
        .unlimited()
        .faults(plan)
        .start()
        .await
        .unwrap()
}

/// Retries without pauses and without end, so that a run meets as many faults as it can.
fn eager() -> RetryPolicy {
    RetryPolicy::default()
        .max_attempts(6)
        .base_delay(Duration::ZERO)
        .max_delay(Duration::ZERO)
        .budget(RetryBudget::unlimited())
}

/// The settings of every client of a run.
fn settings(base_url: &str) -> Config {
    threadline_tests::config(base_url, Emulator::CREDENTIAL)
        .attempt_timeout(ATTEMPT)
        .retry(eager())
}
