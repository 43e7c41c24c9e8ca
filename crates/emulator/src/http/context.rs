//! The context of a request: everything except its own content.

use jiff::Timestamp;

use crate::faults::Stall;
use crate::faults::UnconfirmedSend;
use crate::rate_limit::Allowance;

/// The context of a request: everything except its own content.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// The id of the request, unique within one API.
    pub(crate) request_id: String,
    /// When it was received.
    pub(crate) now: Timestamp,
    /// What is left of the allowance that this request counts in, after it: the general one, or
    /// that of a separate budget. `None` if nothing is enforced.
    pub(crate) allowance: Option<Allowance>,
    /// The allowance of the operation's own budget, with the suffix of the headers that report it.
    pub(crate) budget: Option<(String, Allowance)>,
    /// The stall that delays the response, if any.
    pub(crate) stall: Option<Stall>,
    /// The real outcome of a send that is reported as unconfirmed.
    pub(crate) unconfirmed: Option<UnconfirmedSend>,
}

impl Context {
    /// The time of the request in the vendors' format.
    pub(crate) fn timestamp(&self) -> String {
        timestamp(self.now)
    }
}

/// A time in the format of both vendors: UTC with milliseconds.
pub(crate) fn timestamp(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

#[cfg(test)]
impl Context {
    /// A request received at the Unix epoch.
    pub(crate) fn for_tests() -> Self {
        let now = Timestamp::UNIX_EPOCH;
        Self {
            request_id: "req_1".to_owned(),
            now,
            allowance: None,
            budget: None,
            stall: None,
            unconfirmed: None,
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
