//! Unwrapping of response envelopes.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::wire::enums::Text;

/// The result in a body: the named field if the body is an envelope, otherwise the whole body.
///
/// An envelope is an object with that field and a `statusCode`, but without `success`, which tells
/// something about a result. Anything else, JSON or not, is bare: a result may itself have a field
/// of that name.
pub(crate) fn unwrap<'a>(body: &'a [u8], member: &str) -> &'a [u8] {
    let members: BTreeMap<Text<'_>, &RawValue> = serde_json::from_slice(body).unwrap_or_default();
    let find = |name| members.get(&Text(Cow::Borrowed(name)));
    match find(member) {
        Some(result) if find("statusCode").is_some() && find("success").is_none() => {
            result.get().as_bytes()
        }
        _ => body,
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
