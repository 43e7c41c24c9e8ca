//! The emulated APIs.

use std::fmt;

/// One of the emulated APIs.
///
/// ```
/// use threadline_emulator::Provider;
///
/// assert_eq!(Provider::Inboxapp.as_str(), "inboxapp");
/// assert_eq!(Provider::ALL.len(), 3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Provider {
    /// ContactShip.
    ContactShip,
    /// Inboxapp, version 1 of its API.
    InboxappV1,
    /// Inboxapp, version 2 of its API.
    Inboxapp,
}

impl Provider {
    /// All variants.
    pub const ALL: [Self; 3] = [Self::ContactShip, Self::InboxappV1, Self::Inboxapp];

    /// Its name: `contactship`, `inboxapp-v1` or `inboxapp`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ContactShip => "contactship",
            Self::InboxappV1 => "inboxapp-v1",
            Self::Inboxapp => "inboxapp",
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
