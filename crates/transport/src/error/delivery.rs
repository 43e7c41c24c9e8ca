//! Whether the server saw the request.

use std::fmt;

/// Whether the request reached the server, as far as this side can know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Delivery {
    /// The request never left this machine: it was certainly not carried out.
    NotSent,
    /// The request may have been sent and no whole answer came back: it may have been carried
    /// out or not.
    Unknown,
    /// The server answered: its status says what it did.
    Answered,
}

impl Delivery {
    /// The word for it in `snake_case`, stable across versions.
    ///
    /// ```
    /// use threadline_transport::Delivery;
    ///
    /// assert_eq!(Delivery::NotSent.as_str(), "not_sent");
    /// ```
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Unknown => "unknown",
            Self::Answered => "answered",
        }
    }
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
