//! Fault injection.

mod injector;
mod plan;
mod stall;

use std::fmt;

pub(crate) use injector::{InjectedFault, Injector};
pub use plan::FaultPlan;
pub(crate) use stall::Stall;

/// A fault that can be injected into an exchange.
///
/// Some come in two variants: with those that end in `After`, the request is executed although its
/// sender gets no success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Fault {
    /// A connection is reset before its first request is looked at. This concerns connections, not
    /// requests, so it does not appear in [`Emulator::requests`](crate::Emulator::requests).
    Refuse,
    /// The connection is reset after the request was read; it is not executed.
    Reset,
    /// The connection is reset after the request was executed.
    ResetAfter,
    /// The request is not executed and gets no response until the connection is reset.
    Stall,
    /// The request is executed but gets no response until the connection is reset. Until then, even
    /// if the sender gives up, version 2 of Inboxapp returns 409 `sendInProgress` for a send with
    /// the same idempotency key.
    StallAfter,
    /// A gateway's HTML page with status 502; the request is not executed.
    Html,
    /// A gateway's HTML page with status 504; the request was executed.
    HtmlAfter,
    /// The vendor's own error, 500, 502 or 503; the request is not executed.
    Error,
    /// The vendor's own error, 500, 502 or 503; the request was executed.
    ErrorAfter,
    /// 429 without `Retry-After`; the request is not executed.
    RateLimit,
    /// 429 with `Retry-After`; the request is not executed.
    RateLimitHinted,
    /// The request is executed, and the connection is closed in the middle of the response body.
    Truncate,
    /// The request is executed, and the response body is not valid JSON.
    Garbage,
    /// 502 `sendUnconfirmed`: Inboxapp does not know whether the message was sent. It was not sent.
    ///
    /// This variant and the next apply only to sends of version 2 that would succeed.
    SendUnconfirmed,
    /// 502 `sendUnconfirmed`: Inboxapp does not know whether the message was sent. It was sent.
    SendUnconfirmedAfter,
}

impl Fault {
    /// All variants.
    pub const ALL: [Self; 15] = [
        Self::Refuse,
        Self::Reset,
        Self::ResetAfter,
        Self::Stall,
        Self::StallAfter,
        Self::Html,
        Self::HtmlAfter,
        Self::Error,
        Self::ErrorAfter,
        Self::RateLimit,
        Self::RateLimitHinted,
        Self::Truncate,
        Self::Garbage,
        Self::SendUnconfirmed,
        Self::SendUnconfirmedAfter,
    ];

    /// Its name in the JSON of the control endpoints, such as `reset-after`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Reset => "reset",
            Self::ResetAfter => "reset-after",
            Self::Stall => "stall",
            Self::StallAfter => "stall-after",
            Self::Html => "html",
            Self::HtmlAfter => "html-after",
            Self::Error => "error",
            Self::ErrorAfter => "error-after",
            Self::RateLimit => "rate-limit",
            Self::RateLimitHinted => "rate-limit-hinted",
            Self::Truncate => "truncate",
            Self::Garbage => "garbage",
            Self::SendUnconfirmed => "send-unconfirmed",
            Self::SendUnconfirmedAfter => "send-unconfirmed-after",
        }
    }

    /// The fault of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.as_str() == name)
    }

    /// Whether the request is executed all the same.
    pub const fn is_after(self) -> bool {
        matches!(
            self,
            Self::ResetAfter
                | Self::StallAfter
                | Self::HtmlAfter
                | Self::ErrorAfter
                | Self::Truncate
                | Self::Garbage
                | Self::SendUnconfirmedAfter
        )
    }

    /// Whether the sender gets no response at all.
    pub(crate) const fn is_silent(self) -> bool {
        matches!(
            self,
            Self::Refuse | Self::Reset | Self::ResetAfter | Self::Stall | Self::StallAfter
        )
    }

    /// The real outcome of a send that is reported as unconfirmed.
    pub(crate) const fn unconfirmed(self) -> Option<UnconfirmedSend> {
        match self {
            Self::SendUnconfirmed => Some(UnconfirmedSend::NotSent),
            Self::SendUnconfirmedAfter => Some(UnconfirmedSend::Sent),
            _ => None,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The real outcome of a send that is reported as unconfirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnconfirmedSend {
    /// It was sent.
    Sent,
    /// It was not sent.
    NotSent,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_a_name_of_its_own() {
        for fault in Fault::ALL {
            assert_eq!(Fault::named(fault.as_str()), Some(fault));
        }
        assert_eq!(Fault::ResetAfter.to_string(), "reset-after");
        assert_eq!(Fault::named("ResetAfter"), None);
    }
}
