//! Fault injection.

mod injector;
mod plan;
mod stall;

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
    /// A connection is reset before anything is read from it. This concerns connections, not
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

/// The real outcome of a send that is reported as unconfirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnconfirmedSend {
    /// It was sent.
    Sent,
    /// It was not sent.
    NotSent,
}
