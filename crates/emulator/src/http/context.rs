//! What is known about a request besides what it says.

use jiff::Timestamp;

use crate::faults::Fate;
use crate::faults::Stall;
use crate::rate_limit::Allowance;

/// What is known about a request besides what it says.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// The name of this request, unique in an emulator.
    pub(crate) request_id: String,
    /// When it came in.
    pub(crate) now: Timestamp,
    /// What is left of the sender's allowance, this request counted.
    pub(crate) allowance: Allowance,
    /// The same of the budget that the operation counts in besides, where headers tell of it, and
    /// what their names end in.
    pub(crate) budget: Option<(String, Allowance)>,
    /// The stall that keeps the answer back, if one does.
    pub(crate) stall: Option<Stall>,
    /// What becomes of the message to send, if its sender is to hear that nobody knows.
    pub(crate) fate: Option<Fate>,
}

impl Context {
    /// The time of the request, as both vendors write times.
    pub(crate) fn timestamp(&self) -> String {
        timestamp(self.now)
    }
}

/// A time as both vendors write it: UTC with milliseconds.
pub(crate) fn timestamp(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

#[cfg(test)]
impl Context {
    /// A request that came in when time began.
    pub(crate) fn for_tests() -> Self {
        let now = Timestamp::UNIX_EPOCH;
        Self {
            request_id: "req_1".to_owned(),
            now,
            allowance: crate::rate_limit::RateLimiter::new(&[], &[]).allowance(now, None),
            budget: None,
            stall: None,
            fate: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_milliseconds() {
        let time: Timestamp = "2026-04-06T16:00:00.5Z".parse().unwrap();
        assert_eq!(timestamp(time), "2026-04-06T16:00:00.500Z");
    }
}
