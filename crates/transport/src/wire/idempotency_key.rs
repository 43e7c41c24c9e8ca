//! Idempotency keys.

use std::fmt;
use std::str::FromStr;

use http::HeaderValue;
use serde::{Deserialize, Serialize};

use crate::{Error, ErrorKind};

/// The maximum length in characters.
const LONGEST: usize = 255;

/// A key by which a server recognizes a repeated request and executes it only once. It is not
/// secret.
///
/// Use one key per request. Store it before sending; after a crash, the same request can be sent
/// again with it. Use a new key for another request.
///
/// ```
/// use threadline_transport::IdempotencyKey;
///
/// let key = IdempotencyKey::generate();
/// assert_eq!(key.as_str().len(), 32);
/// assert!(IdempotencyKey::new("two\nlines").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct IdempotencyKey(
    #[cfg_attr(feature = "schemars", schemars(length(min = 1, max = 255)))] String,
);

impl IdempotencyKey {
    /// Validates and wraps a key.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] unless it is 1 to 255 printable ASCII characters without
    /// leading or trailing spaces.
    pub fn new(key: impl Into<String>) -> Result<Self, Error> {
        let key = key.into();
        let complaint = if key.is_empty() {
            "the idempotency key is empty"
        } else if key.len() > LONGEST {
            "the idempotency key is longer than 255 characters"
        } else if !key.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            "the idempotency key contains characters that are not printable ASCII"
        } else if key.starts_with(' ') || key.ends_with(' ') {
            "the idempotency key begins or ends with a space"
        } else {
            return Ok(Self(key));
        };
        Err(Error::new(ErrorKind::InvalidRequest, "", complaint))
    }

    /// Generates a key: 128 random bits from the operating system, in hexadecimal.
    pub fn generate() -> Self {
        let mut bytes = [0; 16];
        if getrandom::fill(&mut bytes).is_err() {
            fastrand::fill(&mut bytes);
        }
        Self::from_bits(u128::from_be_bytes(bytes))
    }

    /// Creates a key from bits of another source of randomness.
    pub fn from_bits(bits: u128) -> Self {
        Self(format!("{bits:032x}"))
    }

    /// The key as sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key as a header value.
    pub(crate) fn to_header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}

/// The idempotency key of a request, if its operation accepts one.
///
/// ```
/// use threadline_transport::{IdempotencyKey, KeyChoice};
///
/// assert_eq!(KeyChoice::default(), KeyChoice::Generated);
/// let own = IdempotencyKey::new("order-7")?;
/// assert_eq!(KeyChoice::from(own.clone()), KeyChoice::Own(own));
/// # Ok::<(), threadline_transport::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum KeyChoice {
    /// A new key for this request, so that it can be retried after a lost response. The result and
    /// the error contain it.
    #[default]
    Generated,
    /// This key, for a request that may be repeated later or by another process.
    Own(IdempotencyKey),
    /// None: the request is not retried once it may have been sent.
    Without,
}

impl From<IdempotencyKey> for KeyChoice {
    fn from(key: IdempotencyKey) -> Self {
        Self::Own(key)
    }
}

impl From<&IdempotencyKey> for KeyChoice {
    fn from(key: &IdempotencyKey) -> Self {
        Self::Own(key.clone())
    }
}

impl TryFrom<String> for IdempotencyKey {
    type Error = Error;

    fn try_from(key: String) -> Result<Self, Error> {
        Self::new(key)
    }
}

impl From<IdempotencyKey> for String {
    fn from(key: IdempotencyKey) -> Self {
        key.0
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
    use crate::tests::{Script, Step, call, call_options, call_with, steady};
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
        for choice in [KeyChoice::Generated, key("mine").into()] {
            let script = Script::new([Step::Break, Step::answer(503, ""), Step::answer(200, "{}")]);
            let response = call_with(&steady(&script), "send_message", choice.clone())
                .await
                .unwrap();
            let sent = response.idempotency_key().unwrap();
            if let KeyChoice::Own(key) = &choice {
                assert_eq!(sent, key);
            }
            assert_eq!(response.attempts(), 3);
            for request in script.seen() {
                assert_eq!(request.headers["idempotency-key"], sent.as_str());
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn each_call_gets_a_key_of_its_own() {
        let script = Script::new([Step::answer(200, "{}"), Step::answer(200, "{}")]);
        let transport = steady(&script);
        for _ in 0..2 {
            call(&transport, "send_message").await.unwrap();
        }
        let [first, second] = &script.seen()[..] else {
            panic!("two requests")
        };
        assert_ne!(
            first.headers["idempotency-key"],
            second.headers["idempotency-key"]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_tells_the_key_too() {
        let script = Script::new([Step::Break, Step::answer(409, ""), Step::answer(200, "[")]);
        let own = IdempotencyKey::from_bits(1);
        let transport = script.transport();
        for _ in 0..3 {
            let once = CallOptions::new().attempts(1);
            let error = call_options(&transport, "send_message", own.clone().into(), &once)
                .await
                .unwrap_err();
            assert_eq!(error.idempotency_key(), Some(&own));
            assert!(
                format!("{error:?}").contains("idempotency key: 0000"),
                "{error:?}"
            );
        }
        let dry = CallOptions::new().dry_run(true);
        let error = call_options(&transport, "send_message", KeyChoice::Generated, &dry)
            .await
            .unwrap_err();
        assert!(error.idempotency_key().is_some());
        assert_eq!(error.delivery(), Delivery::NotSent);
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_may_be_refused_and_other_operations_have_none() {
        let script = Script::new(vec![Step::answer(200, "{}"); 3]);
        let transport = steady(&script);
        for (operation, choice) in [
            ("send_message", KeyChoice::Without),
            ("get_thread", key("own").into()),
            ("add_note", KeyChoice::Generated),
        ] {
            let response = call_with(&transport, operation, choice).await.unwrap();
            assert_eq!(response.idempotency_key(), None);
        }
        for request in script.seen() {
            assert!(!request.headers.contains_key("idempotency-key"));
        }
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
