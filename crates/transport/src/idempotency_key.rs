//! The key by which a server knows a repeated request again.

use std::fmt;
use std::str::FromStr;

use http::HeaderValue;

use crate::{Error, ErrorKind, Idempotency};

/// The longest key, in characters.
const LONGEST: usize = 255;

/// The key by which a server knows a repeated request again and does the thing once. It is no
/// secret.
///
/// One key stands for one request: keep it before sending, and after a crash the same request can
/// be sent again with it. For another request make another key.
///
/// ```
/// use threadline_transport::{CallOptions, IdempotencyKey};
///
/// let key = IdempotencyKey::generate();
/// assert_eq!(key.as_str().len(), 32);
/// let options = CallOptions::new().with_idempotency_key(key.clone());
/// assert_eq!(options.idempotency_key(), Some(&key));
/// assert!(IdempotencyKey::new("two\nlines").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Checks and takes a key.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] unless it is 1 to 255 printable ASCII characters, with no
    /// space at either end.
    pub fn new(key: impl Into<String>) -> Result<Self, Error> {
        let key = key.into();
        let complaint = if key.is_empty() {
            "the idempotency key is empty"
        } else if key.len() > LONGEST {
            "the idempotency key is longer than 255 characters"
        } else if !key.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            "the idempotency key contains something else than printable ASCII characters"
        } else if key.starts_with(' ') || key.ends_with(' ') {
            "the idempotency key begins or ends with a space"
        } else {
            return Ok(Self(key));
        };
        Err(Error::new(ErrorKind::InvalidRequest, "", complaint))
    }

    /// A new key: 128 random bits from the operating system in hexadecimal digits.
    pub fn generate() -> Self {
        let mut bytes = [0; 16];
        if getrandom::fill(&mut bytes).is_err() {
            fastrand::fill(&mut bytes);
        }
        Self::from_bits(u128::from_be_bytes(bytes))
    }

    /// A key from bits of one's own, for who has another source of randomness.
    pub fn from_bits(bits: u128) -> Self {
        Self(format!("{bits:032x}"))
    }

    /// The key as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key of a request: its own, else the option's, which is put into it. `None` if the
    /// operation knows no key.
    pub(crate) fn put(
        idempotency: Idempotency,
        option: Option<&Self>,
        request: &mut reqwest::Request,
    ) -> Option<Self> {
        let Idempotency::WithKey(header) = idempotency else {
            return None;
        };
        if !request.headers().contains_key(header) {
            let value = option?.to_header()?;
            request.headers_mut().insert(header, value);
        }
        let value = request.headers().get(header)?.to_str().ok()?;
        Self::new(value).ok()
    }

    /// The key as the value of a header.
    fn to_header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for IdempotencyKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for IdempotencyKey {
    type Err = Error;

    fn from_str(key: &str) -> Result<Self, Error> {
        Self::new(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::{Script, Step, call, call_with, steady};
    use crate::{CallOptions, Delivery};
    use proptest::prelude::*;

    fn key(text: &str) -> IdempotencyKey {
        text.parse().unwrap()
    }

    #[test]
    fn what_cannot_be_a_key_is_refused() {
        let long = "x".repeat(256);
        for (text, word) in [
            ("", "empty"),
            (&long, "longer than 255"),
            ("a\nb", "printable"),
            ("é", "printable"),
            ("\u{7f}", "printable"),
            (" a", "space"),
        ] {
            let error = IdempotencyKey::new(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            assert!(error.message().contains(word), "{error}");
        }
        assert_eq!(key(&"x".repeat(255)).as_str().len(), 255);
        assert_eq!(
            format!("{} {:?}", key("k-1"), key("k-1")),
            "k-1 IdempotencyKey(\"k-1\")"
        );
    }

    #[test]
    fn generated_keys_differ() {
        let keys: std::collections::HashSet<_> =
            (0..1000).map(|_| IdempotencyKey::generate()).collect();
        assert_eq!(keys.len(), 1000);
        assert_eq!(
            IdempotencyKey::from_bits(255).as_str(),
            format!("{:0>32}", "ff")
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_same_key_goes_out_with_every_attempt_and_comes_back() {
        let script = Script::new([Step::Break, Step::answer(503, ""), Step::answer(200, "{}")]);
        let options = CallOptions::new().with_idempotency_key(key("mine"));
        let transport = steady(&script).with_options(options);
        let response = call_with(&transport, "send_message", None).await.unwrap();
        assert_eq!(response.idempotency_key(), Some(&key("mine")));
        assert_eq!(response.attempts(), 3);
        for request in script.seen() {
            assert_eq!(request.headers["idempotency-key"], "mine");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_tells_the_key_too() {
        let options = CallOptions::new().with_attempts(1);
        let script = Script::new([Step::Break, Step::answer(409, ""), Step::answer(200, "[")]);
        let one = IdempotencyKey::from_bits(1);
        let transport = steady(&script).with_options(options.with_idempotency_key(one.clone()));
        for _ in 0..3 {
            let error = call_with(&transport, "send_message", None)
                .await
                .unwrap_err();
            assert_eq!(error.idempotency_key(), Some(&one));
            assert!(
                format!("{error:?}").contains("idempotency key: 0000"),
                "{error:?}"
            );
        }
        let dry = transport.with_options(transport.options().clone().with_dry_run(true));
        let error = call_with(&dry, "send_message", None).await.unwrap_err();
        assert!(error.idempotency_key().is_some());
        assert_eq!(error.delivery(), Delivery::NotSent);
    }

    #[tokio::test(start_paused = true)]
    async fn the_callers_own_header_wins_and_other_operations_have_no_key() {
        let script = Script::new(vec![Step::answer(200, "{}"); 4]);
        let options = CallOptions::new().with_idempotency_key(key("option"));
        let transport = steady(&script).with_options(options);
        let response = call(&transport, "send_message").await.unwrap();
        assert_eq!(response.idempotency_key(), Some(&key("key-1")));
        for operation in ["get_thread", "add_note"] {
            let response = call(&transport, operation).await.unwrap();
            assert_eq!(response.idempotency_key(), None);
        }
        let seen = script.seen();
        assert_eq!(seen[0].headers["idempotency-key"], "key-1");
        assert!(!seen[1].headers.contains_key("idempotency-key"));
        assert!(!seen[2].headers.contains_key("idempotency-key"));
        let response = call_with(&steady(&script), "send_message", None)
            .await
            .unwrap();
        assert_eq!(response.idempotency_key(), None);
    }

    proptest! {
        #[test]
        fn what_is_accepted_can_be_sent_and_read_back(text: String) {
            if let Ok(key) = IdempotencyKey::new(&*text) {
                let header = key.to_header().unwrap();
                prop_assert_eq!(header.to_str().unwrap(), &text);
                prop_assert_eq!(key.to_string(), text);
            }
        }
    }
}
