//! All pages of a list.

use std::collections::{BTreeMap, HashSet};

use serde_json::value::RawValue;
use threadline::ProviderKind;
use threadline::transport::{NextPage, Pagination};

use super::Call;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::Reader;

/// Fetches the pages one after the other, and prints each item as a line.
pub(super) async fn print(
    call: Call,
    kind: &ProviderKind,
    context: &mut Context,
) -> Result<(), Failure> {
    let Some(pagination) = &call.operation.pagination else {
        return Err(Failure::usage(format!(
            "{} has no pages",
            call.operation.id
        )));
    };
    let watch = call.watch(context);
    let mut position = first(pagination, &call);
    let mut seen = HashSet::new();
    loop {
        let answer = call.make(&position, kind, &watch, context).await?;
        let Some(page) = answer.result else {
            return Ok(());
        };
        let items = items(&page, pagination.items)?;
        for item in &items {
            if context.printer.json(item)? == Reader::Gone {
                return Ok(());
            }
        }
        seen.insert(position.clone());
        match next(pagination, &call, &position, &page, items.len()) {
            None => return Ok(()),
            Some(next) if seen.contains(&next) => {
                return Err(Failure::pages(
                    "the page links to one that was already read",
                ));
            }
            Some(next) => position = next,
        }
    }
}

/// The query parameters that ask for the first page. Where a vendor takes a limit only together with
/// an offset, the offset is not left out.
fn first(pagination: &Pagination, call: &Call) -> Vec<(String, String)> {
    let is_given = |name: &str| call.arguments.query.iter().any(|(known, _)| known == name);
    match (&pagination.next, pagination.limit) {
        (NextPage::Offset { param, .. }, Some(limit)) if is_given(limit) && !is_given(param) => {
            vec![((*param).to_owned(), "0".to_owned())]
        }
        _ => Vec::new(),
    }
}

/// The items of a page.
fn items<'a>(page: &'a RawValue, pointer: &str) -> Result<Vec<&'a RawValue>, Failure> {
    at(page, pointer)
        .and_then(|list| serde_json::from_str(list.get()).ok())
        .ok_or_else(|| Failure::pages(format!("the page has no list at {pointer:?}")))
}

/// The query parameters that ask for the next page; `None` after the last one.
fn next(
    pagination: &Pagination,
    call: &Call,
    position: &[(String, String)],
    page: &RawValue,
    count: usize,
) -> Option<Vec<(String, String)>> {
    let follow = |params: &[(&str, &str)]| {
        let values = params.iter().map(|(name, pointer)| {
            let value = text(at(page, pointer)?)?;
            Some(((*name).to_owned(), value))
        });
        values.collect::<Option<Vec<_>>>()
    };
    let given = |name: &str| {
        let mut query = position.iter().chain(&call.arguments.query);
        let value = query.find(|(known, _)| known == name);
        value.and_then(|(_, value)| value.parse::<usize>().ok())
    };
    match &pagination.next {
        NextPage::Cursor { params, .. } => follow(params),
        NextPage::Sequence { params, more, .. } => {
            let has_more = at(page, more).is_some_and(|more| more.get() == "true");
            if has_more { follow(params) } else { None }
        }
        NextPage::Offset {
            param,
            page_size,
            total,
            ..
        } => {
            let read = given(param).unwrap_or(0) + count;
            let total = total.iter().find_map(|pointer| text(at(page, pointer)?));
            let total = total.and_then(|total| total.parse::<usize>().ok());
            let asked = pagination.limit.and_then(given);
            let asked = asked.or(page_size.and_then(|size| usize::try_from(size).ok()));
            let is_last = match (total, asked) {
                (Some(total), _) => read >= total,
                (None, Some(asked)) => count < asked,
                (None, None) => false,
            };
            let mut next = vec![((*param).to_owned(), read.to_string())];
            if let Some(limit) = pagination.limit.filter(|limit| given(limit).is_none()) {
                next.push((limit.to_owned(), count.to_string()));
            }
            (count > 0 && !is_last).then_some(next)
        }
        _ => None,
    }
}

/// The value at a JSON pointer through objects, as it stands.
fn at<'a>(json: &'a RawValue, pointer: &str) -> Option<&'a RawValue> {
    pointer.split('/').skip(1).try_fold(json, |json, member| {
        let members: BTreeMap<String, &RawValue> = serde_json::from_str(json.get()).ok()?;
        members.get(member).copied()
    })
}

/// A text or a number as text; `None` if it is empty or something else.
fn text(json: &RawValue) -> Option<String> {
    let text = match serde_json::from_str(json.get()).ok()? {
        serde_json::Value::String(text) => text,
        serde_json::Value::Number(_) => json.get().to_owned(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_as_they_stand() {
        let json: Box<RawValue> = serde_json::from_str(
            r#"{"a":{"b":[1.0, {"c": 1e2}]},"next":"","n":12345678901234567890123}"#,
        )
        .unwrap();
        let items = items(&json, "/a/b").unwrap();
        assert_eq!(items[1].get(), r#"{"c": 1e2}"#);
        assert_eq!(text(at(&json, "/next").unwrap()), None);
        assert_eq!(
            text(at(&json, "/n").unwrap()).unwrap(),
            "12345678901234567890123"
        );
        assert!(at(&json, "/a/x").is_none());
        assert_eq!(at(&json, "").unwrap().get(), json.get());
    }
}
