//! Failed attempts, and whether the request reached the server.

use std::fmt;
use std::time::Duration;

use super::display::Line;

/// The maximum number of attempts in a message.
const SHOWN: usize = 5;

/// A failed attempt of a call, listed in [`Error::history`](crate::Error::history).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub(crate) number: u32,
    pub(crate) status: Option<u16>,
    pub(crate) failure: String,
    pub(crate) elapsed: Duration,
    pub(crate) waited: Option<Duration>,
    pub(crate) not_repeated: Option<&'static str>,
}

impl Attempt {
    getters! { self:
        /// The number of the attempt, counted from 1.
        number: u32 = self.number;
        /// The HTTP status, if response headers arrived.
        status: Option<u16> = self.status;
        /// A short description of the failure.
        failure: &str = &self.failure;
        /// How long the attempt took.
        elapsed: Duration = self.elapsed;
        /// How long the call waited before the next attempt, if there was one.
        waited: Option<Duration> = self.waited;
        /// Why the attempt was not retried, if the failure alone would have allowed it: the retry
        /// budget is exhausted, or the wait would be too long.
        not_repeated: Option<&str> = self.not_repeated;
    }
}

/// In one line; `{:#}` is shorter.
impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. ", self.number)?;
        match self.status {
            // The status of an error says enough.
            Some(status) if f.alternate() && !matches!(status, 200..=299) => write!(f, "{status}")?,
            Some(status) if !f.alternate() => write!(f, "{status}: {}", Line(&self.failure))?,
            _ => write!(f, "{}", Line(&self.failure))?,
        }
        write!(f, " (after {:.1?}", self.elapsed)?;
        if let Some(waited) = self.waited {
            write!(f, ", then waited {waited:.1?}")?;
        }
        if let Some(reason) = self.not_repeated.filter(|_| !f.alternate()) {
            write!(f, ", not repeated: {reason}")?;
        }
        f.write_str(")")
    }
}

/// The attempts of a call in few words: the last ones, and how many there were before.
pub(crate) fn attempts(history: &[Attempt]) -> String {
    let earlier = history.len().saturating_sub(SHOWN);
    let shown = history.iter().skip(earlier);
    let mut parts: Vec<_> = shown.map(|attempt| format!("{attempt:#}")).collect();
    if earlier > 0 {
        parts.insert(0, format!("{earlier} earlier attempts"));
    }
    parts.join(", ")
}

crate::closed_enum! {
    /// Whether the request reached the server, as far as the client can tell. Its names are stable
    /// across versions.
    ///
    /// ```
    /// use threadline_transport::Delivery;
    ///
    /// assert_eq!(Delivery::NotSent.as_str(), "not_sent");
    /// ```
    pub enum Delivery {
        /// The request was not sent, so it was not executed.
        NotSent = "not_sent",
        /// The request may have been sent, but no complete response arrived: it may or may not have
        /// been executed.
        Unknown = "unknown",
        /// The server responded; the status tells the result.
        Answered = "answered",
    }
}
