//! Redaction of credentials echoed by servers.

use std::ops::Range;

use bytes::Bytes;
use http::HeaderValue;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Headers, REDACTED};
use crate::Credential;

/// Shorter credentials are not redacted: they are not secret, and would match in ordinary text.
const SHORTEST: usize = 8;

/// The shortest prefix of a credential that is redacted where a body was truncated.
const SHORTEST_PART: usize = 4;

/// Replaces a credential, plain or JSON-escaped, wherever a server echoes it.
#[derive(Default)]
pub(crate) struct Redactor {
    /// The credential's encodings, longest first.
    needles: Vec<SecretString>,
}

impl Redactor {
    pub(crate) fn new(credential: &Credential) -> Self {
        let plain = credential.expose();
        let mut needles = Vec::new();
        if plain.len() >= SHORTEST {
            let quoted = escaped(plain, &['\\', '"']);
            let slashed = escaped(&quoted, &['/']);
            for needle in [slashed.as_str(), quoted.as_str(), plain] {
                if needles
                    .last()
                    .is_none_or(|last: &SecretString| last.expose_secret() != needle)
                {
                    needles.push(SecretString::from(needle));
                }
            }
        }
        Self { needles }
    }

    /// Whether a text contains the credential.
    pub(crate) fn finds_in(&self, text: &str) -> bool {
        self.needles().any(|needle| text.contains(needle))
    }

    /// The redacted text.
    pub(crate) fn text(&self, text: String) -> String {
        self.needles().fold(text, |text, needle| {
            if text.contains(needle) {
                text.replace(needle, REDACTED)
            } else {
                text
            }
        })
    }

    /// The redacted bytes.
    pub(crate) fn bytes(&self, bytes: Bytes) -> Bytes {
        let bytes = self.needles().fold(bytes, |bytes, needle| {
            replace(bytes, |bytes| find(bytes, needle.as_bytes()))
        });
        // Parsing the body as JSON would restore an escaped credential.
        match self.needles().last() {
            Some(plain) if find(&bytes, b"\\u").is_some() => {
                replace(bytes, |bytes| find_spelled(bytes, plain.as_bytes()))
            }
            _ => bytes,
        }
    }

    /// Redacts the beginning of the credential at the end of a truncated body.
    pub(crate) fn end(&self, bytes: Bytes) -> Bytes {
        let cut = self.needles().filter_map(|needle| {
            let lengths = (SHORTEST_PART..needle.len()).rev();
            let mut parts = lengths.filter_map(|length| needle.as_bytes().get(..length));
            parts.find(|part| bytes.ends_with(part)).map(<[u8]>::len)
        });
        match cut.max() {
            Some(length) => {
                let kept = bytes.get(..bytes.len() - length).unwrap_or_default();
                Bytes::from([kept, REDACTED.as_bytes()].concat())
            }
            None => bytes,
        }
    }

    /// Redacts all values.
    pub(crate) fn headers(&self, headers: &mut Headers) {
        for value in headers.values_mut() {
            if self
                .needles()
                .any(|needle| find(value.as_bytes(), needle.as_bytes()).is_some())
            {
                *value = HeaderValue::from_static(REDACTED);
            }
        }
    }

    fn needles(&self) -> impl Iterator<Item = &str> {
        self.needles.iter().map(SecretString::expose_secret)
    }
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redactor(..)")
    }
}

/// The text with a backslash before each of these characters; wiped on drop, and allocated at full
/// size so that it never has to grow.
fn escaped(text: &str, special: &[char]) -> Zeroizing<String> {
    let mut escaped = Zeroizing::new(String::with_capacity(2 * text.len()));
    for c in text.chars() {
        if special.contains(&c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// The range of a needle.
fn find(haystack: &[u8], needle: &[u8]) -> Option<Range<usize>> {
    let start = haystack
        .windows(needle.len())
        .position(|window| window == needle)?;
    Some(start..start + needle.len())
}

/// The range where a JSON text spells a word, with any of its characters escaped.
fn find_spelled(json: &[u8], word: &[u8]) -> Option<Range<usize>> {
    (0..json.len()).find_map(|start| {
        let mut rest = json.get(start..)?;
        for byte in word {
            rest = after_escape(rest, *byte).or_else(|| rest.strip_prefix(&[*byte]))?;
        }
        Some(start..json.len() - rest.len())
    })
}

/// The rest of a JSON text after an escaped character, if it starts with it.
fn after_escape(json: &[u8], byte: u8) -> Option<&[u8]> {
    let escape = json.strip_prefix(b"\\")?;
    match escape.strip_prefix(b"u00") {
        Some(number) => {
            let (digits, after) = number.split_at_checked(2)?;
            let digits = std::str::from_utf8(digits).ok()?;
            (u8::from_str_radix(digits, 16) == Ok(byte)).then_some(after)
        }
        None => escape
            .strip_prefix(&[byte])
            .filter(|_| matches!(byte, b'"' | b'\\' | b'/')),
    }
}

/// Replaces every match; returns the same bytes if there is none.
fn replace(bytes: Bytes, find: impl Fn(&[u8]) -> Option<Range<usize>>) -> Bytes {
    if find(&bytes).is_none() {
        return bytes;
    }
    let mut kept = Vec::with_capacity(bytes.len());
    let mut rest: &[u8] = &bytes;
    while let Some((before, after, found)) = find(rest).and_then(|at| {
        let found = rest.get(at.clone())?;
        Some((rest.get(..at.start)?, rest.get(at.end..)?, found))
    }) {
        kept.extend_from_slice(before);
        // A JSON number is replaced by a string, so that the text stays valid JSON.
        let quote: &[u8] = if is_number(&kept, found, after) {
            b"\""
        } else {
            b""
        };
        for part in [quote, REDACTED.as_bytes(), quote] {
            kept.extend_from_slice(part);
        }
        rest = after;
    }
    kept.extend_from_slice(rest);
    Bytes::from(kept)
}

/// Whether digits are a complete value in a JSON text.
fn is_number(before: &[u8], found: &[u8], after: &[u8]) -> bool {
    found.iter().all(u8::is_ascii_digit)
        && matches!(before.trim_ascii_end().last(), Some(b':' | b'[' | b','))
        && matches!(after.trim_ascii_start().first(), Some(b',' | b']' | b'}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redactor(secret: &str) -> Redactor {
        Redactor::new(&Credential::new(secret).unwrap())
    }

    #[test]
    fn an_echo_is_replaced_everywhere() {
        let redactor = redactor("canary-123");
        assert_eq!(redactor.text("a canary-123 b".into()), "a [redacted] b");
        let body = Bytes::from_static(b"canary-123canary-123 and canary-12");
        assert_eq!(redactor.bytes(body), "[redacted][redacted] and canary-12");
        let mut headers: Headers = [("x-echo", "<canary-123>"), ("x-other", "fine")]
            .into_iter()
            .collect();
        redactor.headers(&mut headers);
        assert_eq!(headers.get("x-echo"), Some("[redacted]"));
        assert_eq!(headers.get("x-other"), Some("fine"));
    }

    #[test]
    fn an_escaped_echo_is_replaced_too() {
        let redactor = redactor(r#"can"ar\y/1"#);
        let body = Bytes::from(serde_json::to_vec(r#"can"ar\y/1"#).unwrap());
        assert_eq!(redactor.bytes(body), "\"[redacted]\"");
        let body = Bytes::from_static(br#""can\"ar\\y\/1""#);
        assert_eq!(redactor.bytes(body), "\"[redacted]\"");
    }

    #[test]
    fn an_echo_spelled_with_numbers_is_replaced_too() {
        let bytes = |secret: &str, body: &'static str| {
            let body = redactor(secret).bytes(Bytes::from_static(body.as_bytes()));
            String::from_utf8(body.into()).unwrap()
        };
        let spelled = r#"{"a":"\u0063anar\u0079-123","b":"\u0063anary-124"}"#;
        let kept = r#"{"a":"[redacted]","b":"\u0063anary-124"}"#;
        assert_eq!(bytes("canary-123", spelled), kept);
        let mixed = r#""\u0063an\u0022ar\\y\/\u002F\u002f1""#;
        assert_eq!(bytes(r#"can"ar\y///1"#, mixed), r#""[redacted]""#);
        for other in [r"\u0063anar", r"\u006", r"\", r"\u0163anary-123"] {
            assert_eq!(bytes("canary-123", other), other);
        }
    }

    #[test]
    fn an_echo_that_was_cut_is_replaced_too() {
        let redactor = redactor("canary-123");
        let end = |bytes: &'static str| redactor.end(Bytes::from_static(bytes.as_bytes()));
        assert_eq!(end("key canary-12"), "key [redacted]");
        assert_eq!(end("key cana"), "key [redacted]");
        for other in ["key can", "canary-12 ", ""] {
            assert_eq!(end(other), other);
        }
    }

    #[test]
    fn a_number_becomes_a_string() {
        let body =
            Bytes::from_static(br#"{"key":12345678,"list":[ 12345678 ],"text":"12345678,"}"#);
        let kept = r#"{"key":"[redacted]","list":[ "[redacted]" ],"text":"[redacted],"}"#;
        assert_eq!(redactor("12345678").bytes(body), kept);
    }

    #[test]
    fn a_trivial_credential_is_not_looked_for() {
        assert_eq!(redactor("k").text("kiosk".into()), "kiosk");
        assert_eq!(redactor("k").bytes(Bytes::from_static(b"kiosk")), "kiosk");
    }

    #[test]
    fn untouched_bytes_are_not_copied() {
        let body = Bytes::from_static(b"nothing here");
        assert_eq!(
            redactor("canary-123").bytes(body.clone()).as_ptr(),
            body.as_ptr()
        );
    }
}
