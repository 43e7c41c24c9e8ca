//! Version 2's lists: pages of `{data, nextCursor}`, whose cursors are bound to their filters.

use serde_json::{Value, json};

use super::errors::Failure;
use crate::http::arguments::Arguments;
use crate::http::response::Response;
use crate::vendors::pagination::{Position, page};

/// The default page size.
const PAGE_SIZE: usize = 50;

/// Parameters that are not bound to the cursor: they may change from page to page.
const FREE: [&str; 3] = ["cursor", "limit", "expand"];

/// The response with the requested page of a list.
pub(super) fn response(
    arguments: &Arguments,
    name: &str,
    list: Vec<Position>,
    descending: bool,
    show: impl Fn(&str) -> Option<Value>,
) -> Result<Response, Failure> {
    let filters = format!("{name}?{:?}", arguments.without(&FREE));
    let after = match arguments.value("cursor").and_then(Value::as_str) {
        Some(cursor) => {
            Some(Position::from_cursor(cursor, &filters).ok_or(Failure::InvalidCursor)?)
        }
        None => None,
    };
    let limit = arguments.count("limit").unwrap_or(PAGE_SIZE);
    let page = page(list, descending, after.as_ref(), limit);
    let data: Vec<Value> = page
        .positions
        .iter()
        .filter_map(|position| show(&position.id))
        .collect();
    let next = page.next.map(|position| position.to_cursor(&filters));
    Ok(Response::ok(json!({ "data": data, "nextCursor": next })))
}

/// The response with a list that is not paged.
pub(super) fn single_page(data: &[Value]) -> Response {
    Response::ok(json!({ "data": data, "nextCursor": null }))
}
