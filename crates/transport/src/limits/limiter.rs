//! Acquiring permits, first come, first served.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use super::TooLong;
use super::feedback::Feedback;
use super::state::{Grant, State};
use crate::RateLimitWindow;

/// Limits the requests of one credential, in general or within one budget.
#[derive(Debug, Default)]
pub(super) struct Limiter(Mutex<State>);

impl Limiter {
    /// Adds windows; of two with the same length, the smaller limit applies.
    pub(super) fn keep_to(&self, windows: &[RateLimitWindow]) {
        let now = Instant::now();
        let mut state = self.state();
        for window in windows {
            state.keep_to(*window, now);
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `latest` for a permit to send a request; without `latest`, does not wait. Calls
    /// `waiting` once if it has to wait.
    ///
    /// Dropping the future leaves the queue.
    ///
    /// # Errors
    ///
    /// The request would have to wait past `latest`. Fails immediately.
    pub(super) async fn acquire(
        self: &Arc<Self>,
        latest: Option<Instant>,
        mut waiting: impl FnMut(Duration),
    ) -> Result<Permit, TooLong> {
        let mut request = Request {
            limiter: self,
            ticket: None,
            has_yielded: false,
        };
        let mut timer: Option<Pin<Box<Sleep>>> = None;
        poll_fn(|context| {
            loop {
                let due = match request.decide(latest, context.waker()) {
                    Decision::Permit(permit) => return Poll::Ready(Ok(permit)),
                    Decision::Refuse(too_long) => return Poll::Ready(Err(too_long)),
                    Decision::WaitUntil(due) => due,
                    Decision::Yield => return Poll::Pending,
                };
                let timer = timer.get_or_insert_with(|| {
                    waiting(due.saturating_duration_since(Instant::now()));
                    Box::pin(sleep_until(due))
                });
                timer.as_mut().reset(due);
                if timer.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
            }
        })
        .await
    }
}

/// A request without a permit. Leaves the queue on drop.
struct Request<'a> {
    limiter: &'a Arc<Limiter>,
    ticket: Option<u64>,
    has_yielded: bool,
}

enum Decision {
    Permit(Permit),
    Refuse(TooLong),
    /// Decide again at this time, or when woken.
    WaitUntil(Instant),
    /// Decide again as soon as other tasks have run.
    Yield,
}

impl Request<'_> {
    fn decide(&mut self, latest: Option<Instant>, waker: &Waker) -> Decision {
        let now = Instant::now();
        let mut state = self.limiter.state();
        state.prune(now);
        let ticket = *self.ticket.get_or_insert_with(|| state.issue_ticket());
        let position = state.position(ticket);
        let due = state.ready_at(now, position);
        if due <= now {
            // There is capacity for those in front too. They get the chance to go first, but the
            // outcome does not depend on it: they may never be polled again.
            if position > 0 && latest.is_some() && !std::mem::replace(&mut self.has_yielded, true) {
                state.enqueue(ticket, waker, due);
                state.wake(now);
                waker.wake_by_ref();
                return Decision::Yield;
            }
            self.ticket = None;
            let grant = state.grant();
            state.leave(ticket, now);
            drop(state);
            return Decision::Permit(Permit {
                limiter: Arc::clone(self.limiter),
                grant,
                is_used: false,
            });
        }
        if latest.is_none_or(|latest| due >= latest) {
            return Decision::Refuse(TooLong(due.saturating_duration_since(now)));
        }
        self.has_yielded = false;
        state.enqueue(ticket, waker, due);
        Decision::WaitUntil(due)
    }
}

impl Drop for Request<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.limiter.state().leave(ticket, Instant::now());
        }
    }
}

/// A permit to send one request. Returned on drop, unless the request may have been sent.
#[derive(Debug)]
pub(super) struct Permit {
    limiter: Arc<Limiter>,
    grant: Grant,
    is_used: bool,
}

impl Permit {
    /// Marks the request as possibly sent: dropping the permit now uses it up.
    pub(super) fn commit(mut self) -> Self {
        self.is_used = true;
        self
    }

    /// The request was not sent.
    pub(super) fn unused(mut self) {
        self.is_used = false;
    }

    /// The server answered.
    pub(super) fn answered(mut self, feedback: &Feedback) {
        self.is_used = true;
        let mut state = self.limiter.state();
        state.learn(&self.grant, feedback, Instant::now());
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let now = Instant::now();
        let mut state = self.limiter.state();
        if self.is_used {
            state.settle(now);
        } else {
            state.take_back(now);
        }
    }
}
