//! What a vendor allows in a request, checked before anything is sent. Answers are never checked.

use regex_lite::Regex;
use serde_json::Value;

use crate::Operation;

/// A limit on one value of a request. Written by the generator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// Where the value stands.
    pub place: Place,
    /// The name of the parameter or header; for a body the JSON pointer, with `*` for every item of
    /// a list.
    pub at: &'static str,
    /// What it has to keep to.
    pub rule: Rule,
}

/// Where a value stands in a request. Written by the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
    /// In the JSON body.
    Body,
}

/// What a value has to keep to. Written by the generator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// At least so many characters.
    MinLength(u32),
    /// At most so many characters.
    MaxLength(u32),
    /// A text that matches the pattern.
    Pattern(&'static str),
    /// A number no smaller.
    Minimum(f64),
    /// A number no larger.
    Maximum(f64),
    /// At least so many items.
    MinItems(u32),
    /// At most so many items.
    MaxItems(u32),
}

/// Checks a value of the path before it is encoded.
pub(crate) fn check_path(operation: &Operation, name: &str, value: &str) -> Result<(), String> {
    for bound in operation.bounds {
        if bound.place == Place::Path && bound.at == name {
            check_text(bound.rule, value).map_err(|problem| format!("{name} {problem}"))?;
        }
    }
    Ok(())
}

/// Checks everything else of a request; the error names the field.
pub(crate) fn check(operation: &Operation, request: &reqwest::Request) -> Result<(), String> {
    let mut body = None;
    for bound in operation.bounds {
        match bound.place {
            Place::Path => {}
            Place::Query => check_query(bound, request)?,
            Place::Header => check_header(bound, request)?,
            Place::Body => {
                let value = body.get_or_insert_with(|| json_body(request));
                let steps = bound.at.split('/').skip(1).collect::<Vec<_>>();
                check_inside(value, &steps, bound.rule, &mut String::new())?;
            }
        }
    }
    Ok(())
}

fn check_query(bound: &Bound, request: &reqwest::Request) -> Result<(), String> {
    let named = |problem: String| format!("{} {problem}", bound.at);
    let values = request
        .url()
        .query_pairs()
        .filter(|(name, _)| name == bound.at);
    if let Rule::MinItems(_) | Rule::MaxItems(_) = bound.rule {
        let count = values.count();
        // A list that is not sent has no size.
        return if count == 0 {
            Ok(())
        } else {
            check_count(bound.rule, count).map_err(named)
        };
    }
    for (_, value) in values {
        check_text(bound.rule, &value).map_err(named)?;
    }
    Ok(())
}

fn check_header(bound: &Bound, request: &reqwest::Request) -> Result<(), String> {
    for value in request.headers().get_all(bound.at) {
        let value = String::from_utf8_lossy(value.as_bytes());
        check_text(bound.rule, &value).map_err(|problem| format!("{} {problem}", bound.at))?;
    }
    Ok(())
}

fn json_body(request: &reqwest::Request) -> Value {
    let bytes = request
        .body()
        .and_then(reqwest::Body::as_bytes)
        .unwrap_or_default();
    serde_json::from_slice(bytes).unwrap_or(Value::Null)
}

/// Follows the steps and checks what stands there; what is absent or null keeps to everything.
fn check_inside(
    value: &Value,
    steps: &[&str],
    rule: Rule,
    place: &mut String,
) -> Result<(), String> {
    let Some((step, rest)) = steps.split_first() else {
        return check_value(rule, value).map_err(|problem| format!("{place} {problem}"));
    };
    let depth = place.len();
    match value {
        Value::Array(items) if *step == "*" => {
            for (index, item) in items.iter().enumerate() {
                place.push_str(&format!("[{index}]"));
                check_inside(item, rest, rule, place)?;
                place.truncate(depth);
            }
            Ok(())
        }
        Value::Object(members) => match members.get(*step) {
            Some(member) => {
                if depth > 0 {
                    place.push('.');
                }
                place.push_str(step);
                check_inside(member, rest, rule, place)?;
                place.truncate(depth);
                Ok(())
            }
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

fn check_value(rule: Rule, value: &Value) -> Result<(), String> {
    match value {
        Value::String(text) => check_text(rule, text),
        Value::Number(number) => number
            .as_f64()
            .map_or(Ok(()), |number| check_number(rule, number)),
        Value::Array(items) => check_count(rule, items.len()),
        _ => Ok(()),
    }
}

fn check_text(rule: Rule, text: &str) -> Result<(), String> {
    let count = text.chars().count();
    match rule {
        Rule::MinLength(least) if count < least as usize => Err(if count == 0 {
            "is empty".to_owned()
        } else {
            format!("has {count} characters, at least {least} are needed")
        }),
        Rule::MaxLength(most) if count > most as usize => Err(format!(
            "has {count} characters, at most {most} are allowed"
        )),
        Rule::Pattern(pattern) => match Regex::new(pattern) {
            Ok(regex) if !regex.is_match(text) => Err(format!("does not match {pattern}")),
            _ => Ok(()),
        },
        Rule::Minimum(_) | Rule::Maximum(_) => text
            .parse()
            .map_or(Ok(()), |number| check_number(rule, number)),
        _ => Ok(()),
    }
}

fn check_number(rule: Rule, number: f64) -> Result<(), String> {
    match rule {
        Rule::Minimum(least) if number < least => {
            Err(format!("is {number}, the least allowed is {least}"))
        }
        Rule::Maximum(most) if number > most => {
            Err(format!("is {number}, the most allowed is {most}"))
        }
        _ => Ok(()),
    }
}

fn check_count(rule: Rule, count: usize) -> Result<(), String> {
    match rule {
        Rule::MinItems(least) if count < least as usize => {
            Err(format!("has {count} items, at least {least} are needed"))
        }
        Rule::MaxItems(most) if count > most as usize => {
            Err(format!("has {count} items, at most {most} are allowed"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn inside(at: &str, rule: Rule, value: &Value) -> Result<(), String> {
        let steps = at.split('/').skip(1).collect::<Vec<_>>();
        check_inside(value, &steps, rule, &mut String::new())
    }

    #[test]
    fn a_broken_bound_names_the_field_and_the_limit() {
        let body =
            json!({"name": "", "events": [{"id": "a"}, {"id": "abcd"}], "tags": ["x"], "speed": 3});
        for (at, rule, message) in [
            ("/name", Rule::MinLength(1), "name is empty"),
            (
                "/events/*/id",
                Rule::MaxLength(3),
                "events[1].id has 4 characters, at most 3 are allowed",
            ),
            (
                "/tags",
                Rule::MinItems(2),
                "tags has 1 items, at least 2 are needed",
            ),
            (
                "/speed",
                Rule::Maximum(2.0),
                "speed is 3, the most allowed is 2",
            ),
            (
                "/events/*/id",
                Rule::Pattern("^[a-c]+$"),
                "events[1].id does not match ^[a-c]+$",
            ),
        ] {
            assert_eq!(inside(at, rule, &body), Err(message.to_owned()));
        }
    }

    #[test]
    fn what_is_absent_or_null_keeps_to_everything() {
        for body in [json!({}), json!({"name": null}), json!(null)] {
            assert_eq!(inside("/name", Rule::MinLength(1), &body), Ok(()));
        }
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        assert_eq!(check_text(Rule::MaxLength(2), "éü"), Ok(()));
    }

    #[test]
    fn numbers_in_a_query_are_numbers() {
        assert!(check_text(Rule::Minimum(1.0), "0").is_err());
        assert_eq!(check_text(Rule::Maximum(100.0), "100"), Ok(()));
    }
}
