//! The secret that a request carries.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

use crate::Error;

/// An API key or token. Its value is never shown and is wiped from memory on drop.
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

impl Credential {
    /// Checks and takes a credential.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) when the value is empty or
    /// holds anything but visible ASCII characters. The message says what is wrong and does not
    /// show the value.
    pub fn new(value: impl Into<String>) -> Result<Self, Error> {
        let value = SecretString::from(value.into());
        match complaint(value.expose_secret()) {
            Some(complaint) => Err(Error::invalid_config("", complaint)),
            None => Ok(Self(value)),
        }
    }

    /// The bare value, for the header that carries it and for scrubbing what comes back.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(redacted)")
    }
}

/// What is wrong with a credential, if anything.
fn complaint(value: &str) -> Option<&'static str> {
    if value.is_empty() {
        Some("the credential is empty")
    } else if value.contains(['\n', '\r']) {
        Some("the credential contains a line break: was it read from a file with a final newline?")
    } else if value.contains(' ') {
        Some("the credential contains a space: give the bare value, without a scheme like `Bearer`")
    } else if value.contains(|c: char| c.is_ascii_control()) {
        Some("the credential contains a control character")
    } else if !value.is_ascii() {
        Some("the credential contains a character that is not ASCII")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn visible_ascii_is_taken() {
        assert_eq!(Credential::new("!aZ~9").unwrap().expose(), "!aZ~9");
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
