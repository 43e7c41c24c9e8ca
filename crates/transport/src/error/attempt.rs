//! One failed attempt of a call, for the record.

use std::fmt;
use std::time::Duration;

/// One failed attempt of a call, as found in [`Error::history`](crate::Error::history).
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
    /// Which attempt it was, counted from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The HTTP status, if an answer's head arrived.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// What failed, in a few words.
    pub fn failure(&self) -> &str {
        &self.failure
    }

    /// How long the attempt took.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// How long the call waited after it, if another attempt followed.
    pub fn waited(&self) -> Option<Duration> {
        self.waited
    }

    /// Why no other attempt followed, where the failure alone would have allowed one: the retry
    /// budget is exhausted, or the wait would be too long.
    pub fn not_repeated(&self) -> Option<&str> {
        self.not_repeated
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. ", self.number)?;
        if let Some(status) = self.status {
            write!(f, "{status}: ")?;
        }
        super::display::line(f, &self.failure)?;
        write!(f, " (after {:.1?}", self.elapsed)?;
        if let Some(waited) = self.waited {
            write!(f, ", then waited {waited:.1?}")?;
        }
        if let Some(reason) = self.not_repeated {
            write!(f, ", not repeated: {reason}")?;
        }
        f.write_str(")")
    }
}
