//! Version 1's lists, paged by a cursor of an id and a time.

use serde_json::{Value, json};

use super::errors::Failure;
use crate::http::arguments::Arguments;
use crate::vendors::pagination::{Page, Position, page};

/// The requested page of a list.
pub(super) fn page_of(
    arguments: &Arguments,
    list: Vec<Position>,
    descending: bool,
    page_size: usize,
) -> Result<Page, Failure> {
    let after = cursor(arguments)?;
    let limit = arguments.count("limit").unwrap_or(page_size);
    Ok(page(list, descending, after.as_ref(), limit))
}

/// The cursor of the next page.
pub(super) fn next_cursor(page: &Page) -> Value {
    match &page.next {
        Some(position) => json!({ "id": position.id, "timestamp": position.key }),
        None => Value::Null,
    }
}

/// The cursor can be sent in two formats, but only in one of them at a time.
fn cursor(arguments: &Arguments) -> Result<Option<Position>, Failure> {
    let flat = ["cursorId", "cursorTimestamp"].map(|name| arguments.value(name));
    let nested = arguments.value("cursor").filter(|cursor| !cursor.is_null());
    let field = |name| nested.and_then(|cursor| cursor.get(name));
    let (id, time) = match (flat, nested) {
        ([None, None], None) => return Ok(None),
        ([None, None], Some(_)) => (field("id"), field("timestamp")),
        ([Some(_), None], None) => {
            return Err(Failure::invalid("cursorTimestamp", "must go with cursorId"));
        }
        ([None, Some(_)], None) => {
            return Err(Failure::invalid("cursorId", "must go with cursorTimestamp"));
        }
        ([id, time], None) => (id, time),
        (_, Some(_)) => {
            return Err(Failure::invalid(
                "cursor",
                "cannot go with cursorId and cursorTimestamp",
            ));
        }
    };
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let (id, time) = (text(id), text(time));
    if time.parse::<jiff::Timestamp>().is_err() {
        return Err(Failure::invalid("cursorTimestamp", "must be a date-time"));
    }
    Ok(Some(Position::at(&time, &id)))
}
