//! The state of a limiter: what was sent, what servers reported, and the queue of waiters.

use std::collections::VecDeque;
use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

use super::feedback::Feedback;
use super::window::{Window, after};
use crate::RateLimitWindow;

/// The maximum pause for a server hint; then one request is sent to check.
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);
/// How long a woken waiter keeps its place without using the available capacity. No longer than the
/// shortest window, so that a waiter that is never polled costs one slot and delays the others no
/// further.
const GRACE: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
pub(super) struct State {
    windows: Vec<Window>,
    /// Requests that hold a permit and are not completed.
    in_flight: u32,
    /// The number of permits granted so far.
    granted: u64,
    /// The end of a pause requested by the server.
    paused_until: Option<Instant>,
    /// The remaining quota of a window that the server reported and `windows` lacks.
    quota: Option<Quota>,
    /// In the order of their tickets.
    queue: VecDeque<Waiter>,
    next_ticket: u64,
}

#[derive(Debug)]
struct Quota {
    left: u32,
    until: Instant,
}

#[derive(Debug)]
struct Waiter {
    ticket: u64,
    waker: Waker,
    /// When its timer fires, or when it was woken.
    due: Instant,
}

/// The counters when a permit was granted, to compare with what the server reports later.
#[derive(Debug)]
pub(super) struct Grant {
    number: u64,
    in_flight: u32,
    /// The number of requests counted in each window, including this one.
    own: Box<[u32]>,
}

impl State {
    pub(super) fn keep_to(&mut self, window: RateLimitWindow, now: Instant) {
        let new = Window::new(window, now);
        match self.windows.iter_mut().find(|known| known.per == new.per) {
            Some(known) => known.requests = known.requests.min(new.requests),
            None => self.windows.push(new),
        }
    }

    /// Drops entries that no longer count, and waiters that did not use their slot.
    pub(super) fn prune(&mut self, now: Instant) {
        for window in &mut self.windows {
            window.prune(now);
        }
        self.paused_until.take_if(|until| *until <= now);
        self.quota.take_if(|quota| quota.until <= now);
        let waiting = self.queue.len();
        // These are not being polled. They keep their tickets, so polling moves them to the front
        // again.
        let is_late = |waiter: &Waiter| after(waiter.due, GRACE) <= now;
        while self.queue.front().is_some_and(is_late) {
            self.queue.pop_front();
        }
        if self.queue.len() < waiting {
            self.wake(now);
        }
    }

    /// The earliest time at which a request with `position` others in front can be sent.
    pub(super) fn ready_at(&self, now: Instant, position: usize) -> Instant {
        let position = u32::try_from(position).unwrap_or(u32::MAX);
        let windows = self.windows.iter();
        let windows = windows.map(|window| window.ready_at(now, self.in_flight, position));
        let quota = self.quota.as_ref().filter(|quota| position >= quota.left);
        let others = [self.paused_until, quota.map(|quota| quota.until)];
        let ready = windows.chain(others.into_iter().flatten()).max();
        ready.map_or(now, |ready| ready.max(now))
    }

    pub(super) fn grant(&mut self) -> Grant {
        self.in_flight = self.in_flight.saturating_add(1);
        self.granted = self.granted.wrapping_add(1);
        if let Some(quota) = &mut self.quota {
            quota.left = quota.left.saturating_sub(1);
        }
        Grant {
            number: self.granted,
            in_flight: self.in_flight,
            own: self
                .windows
                .iter()
                .map(|window| window.own(self.in_flight))
                .collect(),
        }
    }

    /// Returns the permit of a request that was not sent.
    pub(super) fn take_back(&mut self, now: Instant) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if let Some(quota) = &mut self.quota {
            quota.left = quota.left.saturating_add(1);
        }
        self.wake(now);
    }

    /// Completes a request that the server may have counted.
    pub(super) fn settle(&mut self, now: Instant) {
        self.prune(now);
        self.in_flight = self.in_flight.saturating_sub(1);
        for window in &mut self.windows {
            window.record(now);
        }
    }

    /// Learns from a response.
    pub(super) fn learn(&mut self, grant: &Grant, feedback: &Feedback, now: Instant) {
        self.prune(now);
        if let Some(remaining) = feedback.remaining {
            self.learn_limit(grant, remaining, feedback, now);
        }
        if let Some(pause) = feedback.pause {
            let until = after(now, pause.min(LONGEST_PAUSE));
            self.paused_until = self.paused_until.max(Some(until));
            // Some waiters can no longer meet their deadline; wake them so they fail immediately.
            for waiter in &self.queue {
                waiter.waker.wake_by_ref();
            }
        }
    }

    /// Compares the server's counter with the local one.
    fn learn_limit(&mut self, grant: &Grant, remaining: u32, feedback: &Feedback, now: Instant) {
        let reset = feedback.reset;
        if reset == Some(Duration::ZERO) {
            return;
        }
        // The server may or may not have counted requests sent since then.
        let since = saturated(self.granted.wrapping_sub(grant.number));
        let mut windows = self.windows.iter_mut().zip(&grant.own);
        let known = windows.find(|(window, _)| Some(window.requests) == feedback.limit);
        if let Some((window, own)) = known {
            let counted = window.requests.saturating_sub(remaining);
            let others = counted.saturating_sub(own.saturating_add(since));
            let until = reset.map_or(window.per, |reset| reset.min(window.per));
            window.learn(others, after(now, until));
        } else if let Some(reset) = reset {
            let not_counted = since.saturating_add(grant.in_flight.saturating_sub(1));
            self.quota = Some(Quota {
                left: remaining.saturating_sub(not_counted),
                until: after(now, reset.min(LONGEST_PAUSE)),
            });
        }
        self.wake(now);
    }

    pub(super) fn issue_ticket(&mut self) -> u64 {
        self.next_ticket = self.next_ticket.wrapping_add(1);
        self.next_ticket
    }

    /// The number of waiters in front of a ticket.
    pub(super) fn position(&self, ticket: u64) -> usize {
        self.queue.partition_point(|waiter| waiter.ticket < ticket)
    }

    /// Puts a waiter into the queue, or updates it.
    pub(super) fn enqueue(&mut self, ticket: u64, waker: &Waker, due: Instant) {
        let at = self.position(ticket);
        match self.queue.get_mut(at) {
            Some(waiter) if waiter.ticket == ticket => {
                waiter.waker.clone_from(waker);
                waiter.due = due;
            }
            _ => {
                let waker = waker.clone();
                self.queue.insert(at, Waiter { ticket, waker, due });
            }
        }
    }

    pub(super) fn leave(&mut self, ticket: u64, now: Instant) {
        let at = self.position(ticket);
        let waiter = self.queue.get(at);
        if waiter.is_some_and(|waiter| waiter.ticket == ticket) {
            self.queue.remove(at);
        }
        self.wake(now);
    }

    /// Wakes the waiters that can go earlier than planned.
    ///
    /// Those that must wait anyway are not woken, except for the first: it resets its timer and
    /// wakes the next when it goes. If it is not polled, the next goes when its own timer fires.
    pub(super) fn wake(&mut self, now: Instant) {
        for position in 0..self.queue.len() {
            let ready = self.ready_at(now, position);
            if position > 0 && ready > now {
                break;
            }
            if let Some(waiter) = self.queue.get_mut(position)
                && ready < waiter.due
            {
                waiter.due = ready;
                waiter.waker.wake_by_ref();
            }
        }
    }
}

/// Saturates at a value that means "many".
pub(super) fn saturated(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
