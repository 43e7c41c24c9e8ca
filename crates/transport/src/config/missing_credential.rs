//! The cause of a missing-credential error.

use std::error::Error;
use std::fmt;

/// No credential was given. This is the [source](std::error::Error::source) of the corresponding
/// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) error, so that a program can
/// distinguish it from other configuration errors and ask for a credential.
///
/// ```
/// use std::error::Error as _;
///
/// use threadline_transport::{Api, Config, MissingCredential, Transport};
///
/// static ACME: Api = Api::new("acme", "Acme Inbox", "https://api.acme.example");
/// let config = Config::new().credential_variable("ACME_API_KEY");
/// let error = Transport::new(&ACME, config).unwrap_err();
/// let missing = error.source().and_then(|source| source.downcast_ref::<MissingCredential>());
/// assert_eq!(missing.and_then(MissingCredential::variable), Some("ACME_API_KEY"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingCredential {
    variable: Option<&'static str>,
    is_empty: bool,
}

impl MissingCredential {
    pub(crate) const fn new(variable: Option<&'static str>, is_empty: bool) -> Self {
        Self { variable, is_empty }
    }

    /// The environment variable that should hold the credential, if the client reads one.
    pub fn variable(&self) -> Option<&'static str> {
        self.variable
    }
}

impl fmt::Display for MissingCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.variable {
            Some(variable) if self.is_empty => write!(f, "{variable} is empty"),
            Some(variable) => write!(f, "{variable} is not set"),
            None => f.write_str("no credential was given"),
        }
    }
}

impl Error for MissingCredential {}
