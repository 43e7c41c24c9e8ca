//! The secret that authenticates requests.

use std::fmt;

use bytes::Bytes;
use http::HeaderValue;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};

use crate::Error;

/// An API key or token. Its value is never shown, and is wiped from memory on drop.
///
/// This covers every copy the library makes: the credential itself, the header value, and the
/// patterns used to redact it from responses. It does not cover copies outside the library: where
/// the caller read the value from, and the buffers of HTTP, TLS and the operating system during a
/// request.
///
/// ```
/// use threadline_transport::Credential;
///
/// let credential = Credential::new("key-123")?;
/// assert_eq!(format!("{credential:?}"), "Credential(redacted)");
/// assert!(Credential::new("key\n").is_err());
/// # Ok::<(), threadline_transport::Error>(())
/// ```
#[derive(Clone)]
pub struct Credential(SecretString);

impl TryFrom<&str> for Credential {
    type Error = Error;

    fn try_from(value: &str) -> Result<Self, Error> {
        Self::new(value)
    }
}

impl TryFrom<String> for Credential {
    type Error = Error;

    fn try_from(value: String) -> Result<Self, Error> {
        Self::new(value)
    }
}

impl Credential {
    /// Validates and wraps a credential.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) if the value is empty or
    /// contains anything but visible ASCII characters. The message does not contain the value.
    pub fn new(value: impl Into<String>) -> Result<Self, Error> {
        // Both copies are wiped: a plain conversion may reallocate and leave the old one behind.
        let value = Zeroizing::new(value.into());
        let value = SecretString::from(value.as_str());
        match complaint(value.expose_secret()) {
            Some(complaint) => Err(Error::invalid_config("", complaint)),
            None => Ok(Self(value)),
        }
    }

    /// The value of a header that carries the credential after a prefix; marked as sensitive, and
    /// wiped when its last clone is dropped.
    pub(crate) fn header(&self, prefix: &str) -> Result<HeaderValue, String> {
        let bare = self.expose();
        // Allocated at full size: growing would leave the old copy behind.
        let mut text = Zeroizing::new(String::with_capacity(prefix.len() + bare.len()));
        text.push_str(prefix);
        text.push_str(bare);
        let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(Wiped(text)))
            .map_err(|_| "the credential is not a valid header value".to_owned())?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// The raw value, for the header that carries it and for redacting responses.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The text of a header; wiped on drop.
struct Wiped(Zeroizing<String>);

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(redacted)")
    }
}

/// Describes what is wrong with a credential, if anything.
fn complaint(value: &str) -> Option<&'static str> {
    if value.is_empty() {
        Some("the credential is empty")
    } else if value.contains(['\n', '\r']) {
        Some("the credential contains a line break: was it read from a file with a final newline?")
    } else if value.contains(' ') {
        Some("the credential contains a space: pass the bare value, without a scheme like `Bearer`")
    } else if value.contains(|c: char| c.is_ascii_control()) {
        Some("the credential contains a control character")
    } else if !value.is_ascii() {
        Some("the credential contains a character that is not ASCII")
    } else {
        None
    }
}

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
    pub(crate) variable: Option<&'static str>,
    pub(crate) is_empty: bool,
}

impl MissingCredential {
    /// The environment variable that should hold the credential, if the client reads one.
    pub fn variable(&self) -> Option<&'static str> {
        self.variable
    }
}

impl fmt::Display for MissingCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.variable {
            Some(variable) if self.is_empty => write!(f, "{variable} is empty"),
            Some(variable) => write!(f, "set {variable}, or give one in the configuration"),
            None => f.write_str("give one in the configuration"),
        }
    }
}

impl std::error::Error for MissingCredential {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn visible_ascii_is_taken() {
        assert_eq!(Credential::new("!aZ~9").unwrap().expose(), "!aZ~9");
    }

    #[test]
    fn a_header_shares_the_memory_that_is_wiped() {
        let credential = Credential::new("canary-1").unwrap();
        let value = credential.header("Bearer ").unwrap();
        assert_eq!(value.as_bytes(), b"Bearer canary-1");
        assert!(value.is_sensitive());
        assert_eq!(format!("{value:?}"), "Sensitive");
        assert_eq!(value.clone().as_bytes().as_ptr(), value.as_bytes().as_ptr());
        let text = Zeroizing::new("canary-1".to_owned());
        let at = text.as_ptr();
        let value = HeaderValue::from_maybe_shared(Bytes::from_owner(Wiped(text))).unwrap();
        assert_eq!(value.as_bytes().as_ptr(), at);
    }

    #[test]
    fn anything_else_is_refused_without_being_shown() {
        for (value, word) in [
            ("", "empty"),
            ("canary\n", "line break"),
            ("canary\r\nx: y", "line break"),
            ("Bearer canary", "space"),
            ("canary\t", "control character"),
            ("canary\u{7f}", "control character"),
            ("canaryé", "not ASCII"),
        ] {
            let error = Credential::new(value).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidConfig);
            assert!(error.to_string().contains(word), "{error}");
            assert!(!format!("{error} {error:?}").contains("canary"));
        }
    }
}
