//! Things that go wrong on the way, on purpose.

mod injector;
mod plan;
mod stall;

pub(crate) use injector::{Drawn, Injector};
pub use plan::FaultPlan;
pub(crate) use stall::Stall;

/// A way in which an exchange can go wrong.
///
/// Some come in two forms: what happens *after* has the request carried out, whatever its sender
/// hears of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Fault {
    /// A connection is reset before anything is read from it. This happens to connections, not to
    /// requests, so [`Emulator::requests`](crate::Emulator::requests) does not tell of it.
    Refuse,
    /// The connection is reset once the request was read; nothing is carried out.
    Reset,
    /// The connection is reset once the request was carried out.
    ResetAfter,
    /// Nothing is carried out and nothing answered, until the connection is reset.
    Stall,
    /// The request is carried out and not answered, until the connection is reset. As long as that
    /// takes, whether or not its sender waits, version 2 of Inboxapp answers a send with the same
    /// key with 409 `sendInProgress`.
    StallAfter,
    /// A gateway's HTML page instead of an answer, with status 502; nothing is carried out.
    Html,
    /// A gateway's HTML page instead of an answer, with status 504; the request was carried out.
    HtmlAfter,
    /// The vendor's own error, 500, 502 or 503; nothing is carried out.
    Error,
    /// The vendor's own error, 500, 502 or 503; the request was carried out.
    ErrorAfter,
    /// 429 without a hint when to come back; nothing is carried out.
    RateLimit,
    /// 429 with a hint when to come back; nothing is carried out.
    RateLimitHinted,
    /// The request is carried out, and the connection ends in the middle of the answer's body.
    Truncate,
    /// The request is carried out, and the answer's body is no JSON.
    Garbage,
    /// 502 `sendUnconfirmed`: Inboxapp does not know whether the message was sent. It was not.
    ///
    /// This and the next one happen only to sends of version 2 that would succeed.
    SendUnconfirmed,
    /// 502 `sendUnconfirmed`: Inboxapp does not know whether the message was sent. It was.
    SendUnconfirmedAfter,
}

impl Fault {
    /// All of them.
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

    /// Is the request carried out all the same?
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

    /// Does the sender get no status at all?
    pub(crate) const fn is_silent(self) -> bool {
        matches!(
            self,
            Self::Refuse | Self::Reset | Self::ResetAfter | Self::Stall | Self::StallAfter
        )
    }

    /// What becomes of a message that its sender is told nothing certain about.
    pub(crate) const fn fate(self) -> Option<Fate> {
        match self {
            Self::SendUnconfirmed => Some(Fate::Lost),
            Self::SendUnconfirmedAfter => Some(Fate::Sent),
            _ => None,
        }
    }
}

/// What became of a message of which its sender only hears that nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It was sent.
    Sent,
    /// It was not.
    Lost,
}
