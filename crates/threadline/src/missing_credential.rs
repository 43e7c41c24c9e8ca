//! Why there is no client without a credential.

use std::error::Error;
use std::fmt;

/// No credential was given: the [source](std::error::Error::source) of the
/// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) error that says so, for programs
/// that tell this from other mistakes and ask for one.
///
/// ```
/// # #[cfg(feature = "contactship")] {
/// use std::error::Error as _;
///
/// use threadline::{ContactShip, MissingCredential};
///
/// let error = ContactShip::builder().build().unwrap_err();
/// let missing = error.source().and_then(|source| source.downcast_ref::<MissingCredential>());
/// assert_eq!(missing.map(MissingCredential::variable), Some("CONTACTSHIP_API_KEY"));
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingCredential {
    variable: &'static str,
}

impl MissingCredential {
    pub(crate) const fn new(variable: &'static str) -> Self {
        Self { variable }
    }

    /// The environment variable that would have held it.
    pub fn variable(&self) -> &'static str {
        self.variable
    }
}

impl fmt::Display for MissingCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not set", self.variable)
    }
}

impl Error for MissingCredential {}
