//! Unwrapping of response envelopes.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::wire::enums::Text;

/// The result in a body: the named field if the body is an envelope, otherwise the whole body.
///
/// An envelope is an object with that field and a `statusCode`, but without `success`, which tells
/// something about a result. Anything else, JSON or not, is bare: a result may itself have a field
/// of that name.
pub(crate) fn unwrap<'a>(body: &'a [u8], member: &str) -> &'a [u8] {
    open(body, member).map_or(body, |raw| raw.get().as_bytes())
}

/// The contents of the envelope, if it is one.
fn open<'a>(body: &'a [u8], member: &str) -> Option<&'a RawValue> {
    let mut input = serde_json::Deserializer::from_slice(body);
    let found = Envelope { member }.deserialize(&mut input).ok()?;
    input.end().ok()?;
    found
        .content
        .filter(|_| found.has_status && !found.has_success)
}

/// Visits an object's fields.
struct Envelope<'m> {
    member: &'m str,
}

/// What has been found so far.
#[derive(Default)]
struct Found<'a> {
    content: Option<&'a RawValue>,
    has_status: bool,
    has_success: bool,
}

impl<'de> DeserializeSeed<'de> for Envelope<'_> {
    type Value = Found<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Envelope<'_> {
    type Value = Found<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Found<'de>, A::Error> {
        let mut found = Found::default();
        while let Some(Text(name)) = members.next_key()? {
            if name == self.member {
                found.content = Some(members.next_value()?);
                continue;
            }
            members.next_value::<IgnoredAny>()?;
            found.has_status |= name == "statusCode";
            found.has_success |= name == "success";
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn data(body: &str) -> &str {
        std::str::from_utf8(unwrap(body.as_bytes(), "data")).unwrap()
    }

    #[test]
    fn envelopes_are_opened_byte_for_byte() {
        assert_eq!(
            data(r#"{"statusCode":200,"data":{"id": 1 }}"#),
            r#"{"id": 1 }"#
        );
        assert_eq!(data(r#" { "data" : [1, 2] , "statusCode":200} "#), "[1, 2]");
        assert_eq!(data(r#"{"data":null,"statusCode":200}"#), "null");
        assert_eq!(
            data(r#"{"data":1,"statusCode":200,"timestamp":"now"}"#),
            "1"
        );
        assert_eq!(data(r#"{"statusCode":200,"\u0064ata":1}"#), "1");
        let sent = r#"{"success":true,"message":"ok","data":{"message_id":"m"}}"#;
        assert_eq!(
            data(&format!(r#"{{"statusCode":200,"data":{sent}}}"#)),
            sent
        );
    }

    #[test]
    fn anything_else_is_bare() {
        for body in [
            r#"{"id":"x","data":{"a":1}}"#,
            r#"{"data":{"a":1}}"#,
            r#"{"message":"ok","data":{"a":1}}"#,
            r#"{"success":true,"message":"ok","data":{"a":1}}"#,
            r#"{"statusCode":200,"success":true,"message":"ok","data":{"a":1}}"#,
            r#"{"statusCode":200}"#,
            r#"{"id":"x"}"#,
            "[1]",
            "null",
            "",
            "<html>",
            r#"{"data":1"#,
            r#"{"data":1} trailing"#,
        ] {
            assert_eq!(data(body), body);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_fine(body: Vec<u8>) {
            unwrap(&body, "data");
        }

        #[test]
        fn what_is_wrapped_comes_out(content: String, status: u16) {
            let content = serde_json::to_string(&content).unwrap();
            let body = format!(r#"{{"statusCode":{status},"data":{content}}}"#);
            prop_assert_eq!(unwrap(body.as_bytes(), "data"), content.as_bytes());
        }
    }
}
