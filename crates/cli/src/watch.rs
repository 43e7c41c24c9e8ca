//! One call while it runs: what is said about a long wait, and what is known when it is interrupted.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use threadline::{
    CallEvent, CallInfo, CallOptions, Delivery, ErrorKind, Observer, RateLimit, Result, printable,
};
use tokio::time::{Instant, sleep_until};

use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::output::Printer;

/// How long a call may take before something is said.
const PATIENCE: Duration = Duration::from_secs(2);

/// One call. Clones are the same call.
#[derive(Clone, Debug)]
pub(crate) struct Watch(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// What the call is about, in front of what is said; empty if there is only one.
    name: String,
    printer: Printer,
    verbose: bool,
    /// Whether the call is to change something.
    changes: bool,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    started: Instant,
    phase: Phase,
    is_sent: bool,
    /// Whether the user was told that this takes a while.
    has_spoken: bool,
    request_id: Option<String>,
    date: Option<String>,
    rate_limit: Option<RateLimit>,
}

/// What a call is doing.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    Starting,
    /// For the client-side rate limit.
    Waiting {
        until: Instant,
    },
    Attempt {
        number: u32,
        of: u32,
    },
    /// Before the next attempt.
    Pause {
        next: u32,
        of: u32,
        reason: ErrorKind,
        until: Instant,
    },
}

impl Watch {
    pub(crate) fn new(printer: &Printer, verbose: bool, changes: bool) -> Self {
        Self::named(String::new(), printer, verbose, changes)
    }

    /// One of several calls.
    pub(crate) fn named(name: String, printer: &Printer, verbose: bool, changes: bool) -> Self {
        Self(Arc::new(Inner {
            name,
            printer: printer.clone(),
            verbose,
            changes,
            state: Mutex::new(State {
                started: Instant::now(),
                phase: Phase::Starting,
                is_sent: false,
                has_spoken: false,
                request_id: None,
                date: None,
                rate_limit: None,
            }),
        }))
    }

    /// The options that let the call be watched.
    pub(crate) fn options(&self) -> CallOptions {
        let watch = self.clone();
        CallOptions::new()
            .observer(self.clone())
            .on_response(move |answer| {
                let mut state = watch.state();
                state.request_id = answer.request_id().map(str::to_owned);
                state.date = answer.headers().get("date").map(str::to_owned);
                state.rate_limit = answer.rate_limit();
            })
    }

    /// The id of the last answered request.
    pub(crate) fn request_id(&self) -> Option<String> {
        self.state().request_id.clone()
    }

    /// The server's time in the last answer, as an HTTP date.
    pub(crate) fn date(&self) -> Option<String> {
        self.state().date.clone()
    }

    /// The rate limit in the last answer.
    pub(crate) fn rate_limit(&self) -> Option<RateLimit> {
        self.state().rate_limit.clone()
    }

    /// Whether the request, if the call is dropped now, may have been carried out.
    pub(crate) fn delivery(&self) -> Delivery {
        if self.state().is_sent {
            Delivery::Unknown
        } else {
            Delivery::NotSent
        }
    }

    /// Runs the call until it ends or the user interrupts it.
    pub(crate) async fn run<T>(
        &self,
        interrupt: &mut Interrupt,
        call: impl Future<Output = Result<T>>,
    ) -> Result<T, Failure> {
        let outcome = tokio::select! {
            biased;
            () = interrupt.wait() => {
                return Err(Failure::interrupted(self.delivery(), self.0.changes));
            }
            outcome = self.speaking(call) => outcome,
        };
        outcome.map_err(|error| Failure::from(error).of_change(self.0.changes))
    }

    /// Runs the call, and speaks if it takes long.
    pub(crate) async fn speaking<T>(&self, call: impl Future<Output = T>) -> T {
        // The wait for the call itself, not for those before it in a list.
        self.state().started = Instant::now();
        let patience = sleep_until(Instant::now() + PATIENCE);
        tokio::pin!(call, patience);
        tokio::select! {
            outcome = &mut call => return outcome,
            () = &mut patience => {}
        }
        self.speak();
        call.await
    }

    /// Says what the call is doing.
    fn speak(&self) {
        let line = {
            let mut state = self.state();
            state.has_spoken = true;
            sentence(state.phase, state.started, Instant::now())
        };
        self.note(&line);
    }

    fn note(&self, line: &str) {
        if self.0.printer.speaks() {
            let name = &self.0.name;
            let colon = if name.is_empty() { "" } else { ": " };
            self.0
                .printer
                .note(&format!("{}{colon}{line}", printable(name)));
        }
    }

    fn enter(&self, phase: Phase) {
        let speaks = {
            let mut state = self.state();
            state.phase = phase;
            state.is_sent |= matches!(phase, Phase::Attempt { .. });
            // A first sentence is due only after a while, the following ones at every change.
            state.has_spoken
        };
        if speaks {
            self.speak();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a call is doing, in words.
fn sentence(phase: Phase, started: Instant, now: Instant) -> String {
    let seconds = |duration: Duration| format!("{:.0} s", duration.as_secs_f64());
    let waited = seconds(now.saturating_duration_since(started));
    match phase {
        Phase::Starting => format!("waiting for {waited}"),
        Phase::Waiting { until } => format!(
            "waiting for the rate limit, about {}",
            seconds(until.saturating_duration_since(now))
        ),
        Phase::Attempt { number, of } => {
            format!("waiting for {waited}: attempt {number} of {of}, no response yet")
        }
        Phase::Pause {
            next,
            of,
            reason,
            until,
        } => format!(
            "waiting for {waited}: {reason}, attempt {next} of {of} in {}",
            seconds(until.saturating_duration_since(now))
        ),
    }
}

impl Observer for Watch {
    fn on_event(&self, call: &CallInfo, event: &CallEvent<'_>) {
        if self.0.verbose
            && let Some(line) = exchange(call, event)
        {
            self.0.printer.note(&line);
        }
        let now = Instant::now();
        self.enter(match event {
            CallEvent::Waiting { delay } => Phase::Waiting {
                until: now + *delay,
            },
            CallEvent::AttemptStarted => Phase::Attempt {
                number: call.attempts(),
                of: call.max_attempts(),
            },
            CallEvent::WillRetry { error, delay } => Phase::Pause {
                next: call.attempts() + 1,
                of: call.max_attempts(),
                reason: error.kind(),
                until: now + *delay,
            },
            _ => return,
        });
    }
}

/// The line about a request or its response.
fn exchange(call: &CallInfo, event: &CallEvent<'_>) -> Option<String> {
    match event {
        CallEvent::AttemptStarted => Some(format!("> {} {}", call.method(), printable(call.url()))),
        CallEvent::AttemptSucceeded { status, elapsed } => {
            Some(format!("< {status} in {elapsed:.1?}"))
        }
        CallEvent::AttemptFailed { error, elapsed } => {
            let status = error.status().map(|status| format!("{status} "));
            let (status, kind) = (status.unwrap_or_default(), error.kind());
            Some(format!("< {status}{kind} after {elapsed:.1?}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Output;

    #[tokio::test(start_paused = true)]
    async fn nothing_is_said_before_two_seconds_and_something_after() {
        for (milliseconds, is_told) in [(1_900, false), (2_100, true)] {
            // Silent, since a program reads it.
            let watch = Watch::new(&Printer::new(Output::Json, Vec::new()), false, false);
            watch
                .speaking(tokio::time::sleep(Duration::from_millis(milliseconds)))
                .await;
            assert_eq!(watch.state().has_spoken, is_told);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_sentence_says_what_is_waited_for() {
        let started = Instant::now();
        let after = |seconds| started + Duration::from_secs(seconds);
        for (phase, expected) in [
            (
                Phase::Attempt { number: 1, of: 4 },
                "waiting for 2 s: attempt 1 of 4, no response yet",
            ),
            (
                Phase::Pause {
                    next: 2,
                    of: 4,
                    reason: ErrorKind::Unavailable,
                    until: after(5),
                },
                "waiting for 2 s: unavailable, attempt 2 of 4 in 3 s",
            ),
            (
                Phase::Waiting { until: after(32) },
                "waiting for the rate limit, about 30 s",
            ),
        ] {
            assert_eq!(sentence(phase, started, after(2)), expected);
        }
    }
}
