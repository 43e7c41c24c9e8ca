//! The vendor's limits on requests, checked before sending. Responses are never checked.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use regex_lite::Regex;
use serde_json::Value;

use super::Operation;
use crate::call::Request;

data! {
    /// A limit on one value in a request. Written by the generator.
    #[derive(Debug, Clone, Copy, PartialEq)]
    pub struct Bound {
        /// Where the value is.
        place: Place,
        /// The name of the parameter or header; for a body, the JSON pointer, with `*` for every item
        /// of a list.
        at: &'static str,
        /// The constraint.
        rule: Rule,
    }
}

/// The part of a request that contains a value. Written by the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// The path.
    Path,
    /// The query.
    Query,
    /// A header.
    Header,
    /// The JSON body.
    Body,
}

/// A constraint on a value. Written by the generator.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Rule {
    /// Minimum length in characters.
    MinLength(u32),
    /// Maximum length in characters.
    MaxLength(u32),
    /// A pattern the text must match.
    Pattern(&'static str),
    /// Minimum of a number.
    Minimum(f64),
    /// Maximum of a number.
    Maximum(f64),
    /// Minimum number of items.
    MinItems(u32),
    /// Maximum number of items.
    MaxItems(u32),
}

/// Checks a path parameter before it is encoded.
pub(crate) fn check_path(operation: &Operation, name: &str, value: &str) -> Result<(), String> {
    let mut bounds = operation.bounds.iter();
    bounds.try_for_each(|bound| match bound.place {
        Place::Path if bound.at == name => check_all(bound, [value]),
        _ => Ok(()),
    })
}

/// Checks the rest of a request; the error names the field.
pub(crate) fn check(operation: &Operation, request: &Request) -> Result<(), String> {
    let mut body = None;
    for bound in operation.bounds {
        match bound.place {
            Place::Path => {}
            Place::Query => {
                let pairs = request.url().query_pairs();
                let values = pairs.filter(|(name, _)| name == bound.at);
                check_all(bound, values.map(|(_, value)| value))?;
            }
            Place::Header => {
                let values = request.header_values(bound.at);
                check_all(
                    bound,
                    values.map(|value| String::from_utf8_lossy(value.as_bytes())),
                )?;
            }
            Place::Body => {
                let value = body.get_or_insert_with(|| request.json_body());
                let steps = bound.at.split('/').skip(1).collect::<Vec<_>>();
                check_inside(value, &steps, bound.rule, "")?;
            }
        }
    }
    Ok(())
}

/// Checks each value of a parameter, and their number if there are any: an absent list has no size.
fn check_all(
    bound: &Bound,
    values: impl IntoIterator<Item = impl AsRef<str>>,
) -> Result<(), String> {
    let mut count = 0;
    let mut values = values.into_iter().inspect(|_| count += 1);
    let checked = values.try_for_each(|value| check_text(bound.rule, value.as_ref()));
    let checked = match count {
        0 => checked,
        _ => checked.and_then(|()| check_count(bound.rule, count)),
    };
    checked.map_err(|problem| format!("{} {problem}", bound.at))
}

/// Follows the pointer and checks the value there. Skipped when absent or null.
fn check_inside(value: &Value, steps: &[&str], rule: Rule, place: &str) -> Result<(), String> {
    let Some((step, rest)) = steps.split_first() else {
        return check_value(rule, value).map_err(|problem| format!("{place} {problem}"));
    };
    match value {
        Value::Array(items) if *step == "*" => {
            let mut items = items.iter().enumerate();
            items.try_for_each(|(index, item)| {
                check_inside(item, rest, rule, &format!("{place}[{index}]"))
            })
        }
        Value::Object(members) => {
            let dot = if place.is_empty() { "" } else { "." };
            members.get(*step).map_or(Ok(()), |member| {
                check_inside(member, rest, rule, &format!("{place}{dot}{step}"))
            })
        }
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
            format!("has {count} characters, the minimum is {least}")
        }),
        Rule::MaxLength(most) if count > most as usize => {
            Err(format!("has {count} characters, the maximum is {most}"))
        }
        Rule::Pattern(pattern) if !matches(pattern, text) => {
            Err(format!("does not match {pattern}"))
        }
        Rule::Minimum(_) | Rule::Maximum(_) => text
            .parse()
            .map_or(Ok(()), |number| check_number(rule, number)),
        _ => Ok(()),
    }
}

/// A pattern, if it is one.
type Compiled = Option<Arc<Regex>>;

/// Whether a text matches. Each pattern is compiled once per process; one that does not compile
/// matches everything.
fn matches(pattern: &'static str, text: &str) -> bool {
    static COMPILED: LazyLock<Mutex<HashMap<&str, Compiled>>> = LazyLock::new(Mutex::default);
    let regex = COMPILED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .entry(pattern)
        .or_insert_with(|| compile(pattern))
        .clone();
    regex.is_none_or(|regex| regex.is_match(text))
}

/// Compiles a pattern, if it is one.
fn compile(pattern: &'static str) -> Compiled {
    #[cfg(test)]
    tests::COMPILED.with_borrow_mut(|compiled| compiled.push(pattern));
    Regex::new(pattern).ok().map(Arc::new)
}

fn check_number(rule: Rule, number: f64) -> Result<(), String> {
    match rule {
        Rule::Minimum(least) if number < least => {
            Err(format!("is {number}, the minimum is {least}"))
        }
        Rule::Maximum(most) if number > most => Err(format!("is {number}, the maximum is {most}")),
        _ => Ok(()),
    }
}

fn check_count(rule: Rule, count: usize) -> Result<(), String> {
    match rule {
        Rule::MinItems(least) if count < least as usize => {
            Err(format!("has {count} items, the minimum is {least}"))
        }
        Rule::MaxItems(most) if count > most as usize => {
            Err(format!("has {count} items, the maximum is {most}"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use serde_json::json;

    use super::*;

    thread_local! {
        /// The patterns compiled on this thread, which is this test's own.
        pub(super) static COMPILED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
    }

    fn inside(at: &str, rule: Rule, value: &Value) -> Result<(), String> {
        let steps = at.split('/').skip(1).collect::<Vec<_>>();
        check_inside(value, &steps, rule, "")
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
                "events[1].id has 4 characters, the maximum is 3",
            ),
            (
                "/tags",
                Rule::MinItems(2),
                "tags has 1 items, the minimum is 2",
            ),
            ("/speed", Rule::Maximum(2.0), "speed is 3, the maximum is 2"),
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
    fn each_pattern_is_compiled_once() {
        // No other test uses these patterns; the second one is not valid.
        let patterns = ["^compiled-once-[0-9]+$", "(compiled-once"];
        for text in ["compiled-once-1", "compiled-once", "compiled-once-1"] {
            let is_match = text.ends_with('1');
            for (pattern, is_fine) in patterns.into_iter().zip([is_match, true]) {
                let checked = inside("/id", Rule::Pattern(pattern), &json!({ "id": text }));
                assert_eq!(checked.is_ok(), is_fine, "{pattern} on {text}");
                assert_eq!(check_text(Rule::Pattern(pattern), text).is_ok(), is_fine);
            }
        }
        assert_eq!(COMPILED.take(), patterns);
    }

    #[test]
    fn absent_and_null_are_skipped() {
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
