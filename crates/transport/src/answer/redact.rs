//! Redaction of credentials echoed by servers.

use bytes::Bytes;
use http::HeaderValue;
use serde_json::Value;

use super::{Headers, REDACTED};
use crate::Credential;

/// Shorter credentials are not redacted: they are not secret, and would match in ordinary text.
const SHORTEST: usize = 8;

/// The shortest prefix of a credential that is redacted where a body was truncated.
const SHORTEST_PART: usize = 4;

/// Replaces a credential, plain or JSON-escaped, wherever a server echoes it.
#[derive(Debug, Default)]
pub(crate) struct Redactor(Option<Credential>);

impl Redactor {
    pub(crate) fn new(credential: &Credential) -> Self {
        let is_secret = credential.expose().len() >= SHORTEST;
        Self(is_secret.then(|| credential.clone()))
    }

    /// Whether a text contains the credential.
    pub(crate) fn finds_in(&self, text: &[u8]) -> bool {
        self.find(text).is_some()
    }

    /// The redacted text.
    pub(crate) fn text(&self, text: String) -> String {
        if self.finds_in(text.as_bytes()) {
            String::from_utf8_lossy(&self.bytes(text.into())).into_owned()
        } else {
            text
        }
    }

    /// The redacted bytes.
    pub(crate) fn bytes(&self, bytes: Bytes) -> Bytes {
        let mut kept = Vec::new();
        let mut rest: &[u8] = &bytes;
        while let Some([before, found, after]) = self.find(rest) {
            kept.extend_from_slice(before);
            let quote = if is_number(&kept, found, after) {
                "\""
            } else {
                ""
            };
            kept.extend([quote, REDACTED, quote].concat().bytes());
            rest = after;
        }
        if kept.is_empty() {
            return bytes;
        }
        kept.extend_from_slice(rest);
        kept.into()
    }

    /// The redacted JSON value; `None` if it is not JSON any more.
    pub(crate) fn json(&self, value: Value) -> Option<Value> {
        let text = value.to_string();
        if self.finds_in(text.as_bytes()) {
            serde_json::from_slice(&self.bytes(text.into())).ok()
        } else {
            Some(value)
        }
    }

    /// Redacts the beginning of the credential at the end of a truncated body.
    pub(crate) fn end(&self, bytes: Bytes) -> Bytes {
        let secret = self.secret();
        let cut = (0..bytes.len()).find(|start| {
            let (count, rest) = after(bytes.get(*start..).unwrap_or_default(), secret);
            let in_escape = rest.starts_with(b"\\") && rest.len() < br"\u0000".len();
            count >= SHORTEST_PART && (rest.is_empty() || in_escape)
        });
        match cut.and_then(|start| bytes.get(..start)) {
            Some(kept) => Bytes::from([kept, REDACTED.as_bytes()].concat()),
            None => bytes,
        }
    }

    /// Redacts all values.
    pub(crate) fn headers(&self, headers: &mut Headers) {
        for value in headers.values_mut() {
            if self.finds_in(value.as_bytes()) {
                *value = HeaderValue::from_static(REDACTED);
            }
        }
    }

    fn secret(&self) -> &[u8] {
        let secret = self.0.as_ref().map(Credential::expose);
        secret.unwrap_or_default().as_bytes()
    }

    /// The first place of the credential: what stands before it, the credential as it is spelled
    /// there, and what follows.
    fn find<'t>(&self, text: &'t [u8]) -> Option<[&'t [u8]; 3]> {
        let secret = self.secret();
        let first = *secret.first().filter(|_| text.len() >= secret.len())?;
        let mut starts = (0..)
            .zip(text)
            .filter(|(_, byte)| [first, b'\\'].contains(byte));
        starts.find_map(|(start, _)| {
            let (before, rest) = text.split_at_checked(start)?;
            let after = rest.strip_prefix(secret).or_else(|| {
                let (count, after) = after(rest, secret);
                (count == secret.len()).then_some(after)
            })?;
            Some([before, rest.strip_suffix(after)?, after])
        })
    }
}

/// How many bytes of a secret begin a text, plain or as in a JSON string, and what follows. Parsing
/// the text as JSON would restore an escaped secret.
fn after<'t>(text: &'t [u8], secret: &[u8]) -> (usize, &'t [u8]) {
    let mut rest = text;
    for (count, byte) in secret.iter().enumerate() {
        match after_escape(rest, *byte).or_else(|| rest.strip_prefix(&[*byte])) {
            Some(after) => rest = after,
            None => return (count, rest),
        }
    }
    (secret.len(), rest)
}

/// What follows a byte that is spelled as an escape in a JSON string.
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

/// Whether a credential that consists of digits stands as a number in JSON, which must become a
/// string to be JSON still.
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
