//! One sliding window.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::RateLimitWindow;

/// The tolerance for clocks and timers.
const MARGIN: Duration = Duration::from_millis(1);
/// The resolution of the log. More parts cost memory, fewer waste allowance: this wastes at most a
/// thousandth.
const PARTS: u32 = 1024;
/// Thirty years, which stands in for "forever".
const NEVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// Counts a request from when it may be sent until one window length after its response or failure.
/// The server counts it at some point in between, so the server's window, sliding or fixed, never
/// holds more requests than this one.
#[derive(Debug)]
pub(super) struct Window {
    pub(super) requests: u32,
    pub(super) per: Duration,
    /// Completed requests, oldest first.
    log: VecDeque<Part>,
    logged: u32,
    /// Requests of other clients, as reported by the server, and until when they count.
    others: u32,
    others_until: Instant,
}

/// Requests that completed at about the same time.
#[derive(Debug)]
struct Part {
    first: Instant,
    last: Instant,
    count: u32,
}

impl Window {
    pub(super) fn new(window: RateLimitWindow, now: Instant) -> Self {
        Self {
            requests: window.requests.max(1),
            per: Duration::from_secs(window.per_seconds.max(1).into()),
            log: VecDeque::new(),
            logged: 0,
            others: 0,
            others_until: now,
        }
    }

    pub(super) fn prune(&mut self, now: Instant) {
        while let Some(part) = self.log.front().filter(|part| self.expiry(part) <= now) {
            self.logged = self.logged.saturating_sub(part.count);
            self.log.pop_front();
        }
        if self.others_until <= now {
            self.others = 0;
        }
    }

    pub(super) fn record(&mut self, now: Instant) {
        let grain = self.per / PARTS;
        self.logged = self.logged.saturating_add(1);
        match self.log.back_mut() {
            Some(part) if now.saturating_duration_since(part.first) < grain => {
                part.last = now;
                part.count = part.count.saturating_add(1);
            }
            _ => self.log.push_back(Part {
                first: now,
                last: now,
                count: 1,
            }),
        }
    }

    pub(super) fn learn(&mut self, others: u32, until: Instant) {
        self.others = others;
        self.others_until = until;
    }

    /// How many of our requests count, including those in flight.
    pub(super) fn own(&self, in_flight: u32) -> u32 {
        self.logged.saturating_add(in_flight)
    }

    /// The earliest time at which a request with `position` others in front can be sent.
    pub(super) fn ready_at(&self, now: Instant, in_flight: u32, position: u32) -> Instant {
        let used = self.own(in_flight).saturating_add(self.others);
        let free = self.requests.saturating_sub(used);
        let (rounds, index) = (position / self.requests, position % self.requests);
        let start = if index < free {
            now
        } else {
            let excess = used.saturating_sub(self.requests);
            self.freed_at(now, (index - free).saturating_add(excess))
        };
        after(start, self.per.saturating_mul(rounds))
    }

    /// When more than `count` of the counted requests have expired.
    fn freed_at(&self, now: Instant, count: u32) -> Instant {
        let mut freed = 0_u32;
        let mut others = (self.others > 0).then_some(self.others_until);
        for part in &self.log {
            let expiry = self.expiry(part);
            if let Some(until) = others.take_if(|until| *until <= expiry) {
                freed = freed.saturating_add(self.others);
                if freed > count {
                    return until;
                }
            }
            freed = freed.saturating_add(part.count);
            if freed > count {
                return expiry;
            }
        }
        match others {
            Some(until) if freed.saturating_add(self.others) > count => until,
            // Requests in flight count for a whole window after they complete.
            _ => after(now, self.per + MARGIN),
        }
    }

    fn expiry(&self, part: &Part) -> Instant {
        after(part.last, self.per + MARGIN)
    }
}

/// `wait` after `start`; far in the future if it cannot be represented.
pub(super) fn after(start: Instant, wait: Duration) -> Instant {
    start
        .checked_add(wait)
        .or_else(|| start.checked_add(NEVER))
        .unwrap_or(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(requests: u32, per_seconds: u32, now: Instant) -> Window {
        Window::new(
            RateLimitWindow {
                requests,
                per_seconds,
            },
            now,
        )
    }

    /// When the first `count` requests in the queue can go, in milliseconds from now.
    fn ready(window: &Window, now: Instant, in_flight: u32, count: u32) -> Vec<u128> {
        (0..count)
            .map(|position| (window.ready_at(now, in_flight, position) - now).as_millis())
            .collect()
    }

    #[tokio::test(start_paused = true)]
    async fn a_slot_is_free_a_windows_length_after_the_answer() {
        let start = Instant::now();
        let mut window = window(3, 10, start);
        assert_eq!(ready(&window, start, 0, 4), [0, 0, 0, 10_000]);
        window.record(start);
        let later = start + Duration::from_secs(4);
        window.record(later);
        assert_eq!(ready(&window, later, 0, 4), [0, 6001, 10_001, 10_000]);
        assert_eq!(ready(&window, later, 1, 3), [6001, 10_001, 10_001]);
        window.prune(start + Duration::from_secs(10));
        assert_eq!(window.own(0), 2);
        window.prune(start + Duration::from_millis(10_001));
        assert_eq!(window.own(0), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn what_others_sent_counts_until_it_is_over() {
        let now = Instant::now();
        let mut window = window(5, 10, now);
        window.record(now);
        window.learn(7, now + Duration::from_secs(3));
        assert_eq!(ready(&window, now, 0, 2), [3000, 3000]);
        window.learn(4, now + Duration::from_secs(20));
        assert_eq!(ready(&window, now, 0, 2), [10_001, 20_000]);
        window.prune(now + Duration::from_secs(20));
        assert_eq!(ready(&window, now + Duration::from_secs(20), 0, 1), [0]);
    }

    #[tokio::test(start_paused = true)]
    async fn memory_does_not_grow_with_the_number_of_requests() {
        let start = Instant::now();
        let mut window = window(1_000_000, 86_400, start);
        for second in 0..200_000 {
            let now = start + Duration::from_secs(second);
            window.prune(now);
            window.record(now);
        }
        assert!(window.log.len() <= 1100, "{}", window.log.len());
        // Everything that counts is in the log, and hardly more.
        assert!(
            (86_400..86_500).contains(&window.own(0)),
            "{}",
            window.own(0)
        );
    }

    #[test]
    fn senseless_windows_do_no_harm() {
        let now = Instant::now();
        let mut never = window(0, 0, now);
        assert_eq!((never.requests, never.per), (1, Duration::from_secs(1)));
        never.record(now);
        let window = window(1, u32::MAX, now);
        assert!(window.ready_at(now, 1, u32::MAX) > now);
    }
}
