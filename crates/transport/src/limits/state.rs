//! The account: what was sent, what servers said, who waits.

use std::collections::VecDeque;
use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

use super::told::Told;
use super::window::{Window, after};
use crate::RateLimitWindow;

/// The longest that a server's word alone keeps requests back. After it one is sent to ask again.
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// The account of one credential, for the whole API or for one budget.
#[derive(Debug, Default)]
pub(super) struct State {
    windows: Vec<Window>,
    /// Requests on their way.
    in_flight: u32,
    /// How many requests have got the right to be sent.
    granted: u64,
    /// Until when nobody may send, by a server's word.
    paused_until: Option<Instant>,
    /// What is left of a window that is not among ours.
    quota: Option<Quota>,
    line: VecDeque<Waiter>,
    next_ticket: u64,
}

/// How many requests are left until when.
#[derive(Debug)]
struct Quota {
    left: u32,
    until: Instant,
}

/// Somebody in line.
#[derive(Debug)]
struct Waiter {
    ticket: u64,
    waker: Waker,
}

/// What the account looked like when a request got the right to be sent.
#[derive(Debug)]
pub(super) struct Granted {
    number: u64,
    in_flight: u32,
    /// How many requests counted in each window, this one included.
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

    /// Forgets what no longer counts.
    pub(super) fn prune(&mut self, now: Instant) {
        for window in &mut self.windows {
            window.prune(now);
        }
        self.paused_until.take_if(|until| *until <= now);
        self.quota.take_if(|quota| quota.until <= now);
    }

    /// When a request can be sent that is the `position`th in line: the earliest moment, going by
    /// what is known.
    pub(super) fn ready_at(&self, now: Instant, position: u32) -> Instant {
        let windows = self.windows.iter();
        let mut ready = windows
            .map(|window| window.ready_at(now, self.in_flight, position))
            .max()
            .unwrap_or(now);
        if let Some(until) = self.paused_until {
            ready = ready.max(until);
        }
        if let Some(quota) = self.quota.as_ref().filter(|quota| position >= quota.left) {
            ready = ready.max(quota.until);
        }
        ready
    }

    /// Gives the right to send a request.
    pub(super) fn grant(&mut self) -> Granted {
        self.in_flight = self.in_flight.saturating_add(1);
        self.granted = self.granted.wrapping_add(1);
        if let Some(quota) = &mut self.quota {
            quota.left = quota.left.saturating_sub(1);
        }
        Granted {
            number: self.granted,
            in_flight: self.in_flight,
            own: self
                .windows
                .iter()
                .map(|window| window.own(self.in_flight))
                .collect(),
        }
    }

    /// A request was not sent after all.
    pub(super) fn take_back(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if let Some(quota) = &mut self.quota {
            quota.left = quota.left.saturating_add(1);
        }
        self.wake_first();
    }

    /// A request is over, and the server may have counted it.
    pub(super) fn settle(&mut self, now: Instant) {
        self.prune(now);
        self.in_flight = self.in_flight.saturating_sub(1);
        for window in &mut self.windows {
            window.record(now);
        }
    }

    /// Learns from an answer.
    pub(super) fn learn(&mut self, granted: &Granted, told: &Told, now: Instant) {
        if let Some(remaining) = told.remaining {
            self.learn_limit(granted, remaining, told, now);
        }
        if let Some(pause) = told.pause {
            let until = after(now, pause.min(LONGEST_PAUSE));
            self.paused_until = self.paused_until.max(Some(until));
            for waiter in &self.line {
                waiter.waker.wake_by_ref();
            }
        }
    }

    /// Compares the server's account with ours.
    fn learn_limit(&mut self, granted: &Granted, remaining: u32, told: &Told, now: Instant) {
        let reset = told.reset;
        if reset == Some(Duration::ZERO) {
            return;
        }
        // Of these the server may have counted any: what it says may or may not include them.
        let since = saturated(self.granted.wrapping_sub(granted.number));
        let mut windows = self.windows.iter_mut().zip(&granted.own);
        let known = windows.find(|(window, _)| Some(window.requests) == told.limit);
        if let Some((window, own)) = known {
            let counted = window.requests.saturating_sub(remaining);
            let others = counted.saturating_sub(own.saturating_add(since));
            let until = reset.map_or(window.per, |reset| reset.min(window.per));
            window.learn(others, after(now, until));
        } else if let Some(reset) = reset {
            let not_counted = since.saturating_add(granted.in_flight.saturating_sub(1));
            self.quota = Some(Quota {
                left: remaining.saturating_sub(not_counted),
                until: after(now, reset.min(LONGEST_PAUSE)),
            });
        }
        self.wake_first();
    }

    /// Joins the line, at its end.
    pub(super) fn join(&mut self, waker: &Waker) -> u64 {
        let ticket = self.next_ticket;
        self.next_ticket = ticket.wrapping_add(1);
        self.line.push_back(Waiter {
            ticket,
            waker: waker.clone(),
        });
        ticket
    }

    /// Where in line somebody is, from 0, who is to be woken like this from now on.
    pub(super) fn position(&mut self, ticket: u64, waker: &Waker) -> usize {
        let at = self.line.partition_point(|waiter| waiter.ticket < ticket);
        if let Some(waiter) = self.line.get_mut(at) {
            waiter.waker.clone_from(waker);
        }
        at
    }

    /// Leaves the line.
    pub(super) fn leave(&mut self, ticket: u64) {
        let at = self.line.partition_point(|waiter| waiter.ticket < ticket);
        if self
            .line
            .get(at)
            .is_some_and(|waiter| waiter.ticket == ticket)
        {
            self.line.remove(at);
        }
        self.wake_first();
    }

    /// How many wait.
    pub(super) fn waiting(&self) -> usize {
        self.line.len()
    }

    /// Lets the first in line look again.
    pub(super) fn wake_first(&self) {
        if let Some(first) = self.line.front() {
            first.waker.wake_by_ref();
        }
    }
}

/// A count that is large enough to mean "many".
pub(super) fn saturated(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
