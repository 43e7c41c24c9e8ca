//! Request paths: an operation's template with its parameters filled in.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::excerpt;
use crate::{Operation, api};

/// Everything but the unreserved characters of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Appends an operation's path with these values filled in; the error describes an invalid value.
pub(crate) fn push_path(
    path: &mut String,
    operation: &Operation,
    values: &[&str],
) -> Result<(), String> {
    let mut values = values.iter();
    let mut rest = operation.path;
    while let Some((before, (name, after))) = rest
        .split_once('{')
        .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        path.push_str(before);
        let value = values.next().ok_or_else(|| format!("{name} is missing"))?;
        api::check_path(operation, name, value)?;
        let mut params = operation.path_params.iter();
        let param = params.find(|param| param.name == name);
        push_segment(path, name, value, param.map_or(&[], |param| param.reserved))?;
        rest = after;
    }
    path.push_str(rest);
    Ok(())
}

/// Appends a value as one percent-encoded segment; the error describes an invalid value.
fn push_segment(
    path: &mut String,
    param: &str,
    value: &str,
    reserved: &[&str],
) -> Result<(), String> {
    if value.is_empty() {
        return Err(format!("{param} is empty: pass an id"));
    }
    let encoded = Cow::from(utf8_percent_encode(value, ENCODED));
    let problem = if value == "." || value == ".." {
        "would change the path: pass an id"
    } else if reserved.contains(&value) {
        "is a fixed word of this API's paths and would call another operation: give an id"
    } else if matches!(encoded, Cow::Owned(_)) && value.contains(char::is_control) {
        "contains a control character: remove it"
    } else {
        path.push_str(&encoded);
        return Ok(());
    };
    let shown = excerpt(&value.escape_debug().to_string());
    Err(format!("{param} \"{shown}\" {problem}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PathParam;
    use crate::tests::ACME;
    use proptest::prelude::*;

    fn encode(param: &str, value: &str, reserved: &[&str]) -> Result<String, String> {
        let mut path = String::new();
        push_segment(&mut path, param, value, reserved).map(|()| path)
    }

    #[test]
    fn values_stand_where_the_template_has_its_parameters() {
        let operation = Operation {
            path: "/a/{threadId}/b/{index}/c",
            path_params: &[
                PathParam {
                    name: "threadId",
                    reserved: &["lookup"],
                },
                PathParam {
                    name: "index",
                    reserved: &[],
                },
            ],
            ..ACME.operations[0]
        };
        let path = |values: &[&str]| {
            let mut path = "/v1".to_owned();
            push_path(&mut path, &operation, values).map(|()| path)
        };
        assert_eq!(path(&["x/y", "lookup"]).unwrap(), "/v1/a/x%2Fy/b/lookup/c");
        assert_eq!(path(&["x"]).unwrap_err(), "index is missing");
        let message = path(&["lookup", "1"]).unwrap_err();
        assert!(message.starts_with("threadId \"lookup\" is a fixed word"));
    }

    #[test]
    fn awkward_ids_stay_one_segment() {
        assert_eq!(
            encode("id", "a/b?c#d%e é", &[]).unwrap(),
            "a%2Fb%3Fc%23d%25e%20%C3%A9"
        );
        assert_eq!(encode("id", "thr-1_A.b~c", &[]).unwrap(), "thr-1_A.b~c");
        assert_eq!(encode("id", "...", &[]).unwrap(), "...");
        assert_eq!(encode("id", "%2e%2e", &[]).unwrap(), "%252e%252e");
        assert_eq!(
            encode("id", "a+b;c=d&e:@", &[]).unwrap(),
            "a%2Bb%3Bc%3Dd%26e%3A%40"
        );
    }

    #[test]
    fn ids_that_change_the_path_are_refused_by_name() {
        for (value, words) in [
            ("", "is empty"),
            (".", "\".\" would change the path"),
            ("..", "\"..\" would change the path"),
            ("lookup", "\"lookup\" is a fixed word"),
            ("a\nb", "\"a\\nb\" contains a control character"),
            ("a\u{85}", "control character"),
        ] {
            let message = encode("threadId", value, &["lookup"]).unwrap_err();
            assert!(message.starts_with("threadId "), "{message}");
            assert!(message.contains(words), "{message}");
        }
        assert!(encode("threadId", "Lookup", &["lookup"]).is_ok());
    }

    #[test]
    fn a_refused_value_is_shown_only_in_part() {
        let message = encode("id", &format!("\0{}", "x".repeat(10_000)), &[]).unwrap_err();
        assert!(message.len() < 400, "{}", message.len());
    }

    proptest! {
        #[test]
        fn an_accepted_value_comes_back_from_the_url(value: String) {
            if let Ok(segment) = encode("id", &value, &[]) {
                let url = url::Url::parse(&format!("http://h/a/{segment}/b")).unwrap();
                let segments: Vec<_> = url.path_segments().unwrap().collect();
                prop_assert_eq!(segments.len(), 3);
                prop_assert_eq!(segments[1], &segment);
                let decoded = percent_encoding::percent_decode_str(segments[1]).decode_utf8();
                prop_assert_eq!(decoded.unwrap(), value);
                prop_assert_eq!((url.query(), url.fragment()), (None, None));
            }
        }

        #[test]
        fn only_unreserved_characters_are_left(value: String) {
            if let Ok(segment) = encode("id", &value, &[]) {
                prop_assert!(segment.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%".contains(&b)));
            }
        }
    }
}
