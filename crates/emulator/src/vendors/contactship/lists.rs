//! ContactShip's lists, paged by limit and offset.

use serde_json::{Value, json};

use crate::http::arguments::Arguments;
use crate::http::response::Answer;
use crate::vendors::collection::{Document, text};
use crate::vendors::pagination::Position;

/// The maximum page size.
const MAX_PAGE: usize = 1_000;

/// The requested page of a list.
pub(super) struct Part<'a> {
    /// The records, in order.
    pub(super) things: Vec<&'a Document>,
    /// The length of the whole list.
    pub(super) total: usize,
    limit: Option<usize>,
    offset: usize,
}

/// Sorts a list by creation time, the latest first by default.
pub(super) fn by_age<'a>(arguments: &Arguments, mut list: Vec<&'a Document>) -> Vec<&'a Document> {
    list.sort_by_cached_key(|thing| Position::at(text(thing, "created_at"), text(thing, "id")));
    if arguments.text("order") != "asc" {
        list.reverse();
    }
    list
}

impl<'a> Part<'a> {
    /// The requested page of a sorted list; all of it if neither the request nor the operation has
    /// a limit.
    pub(super) fn of(
        arguments: &Arguments,
        list: Vec<&'a Document>,
        page_size: Option<usize>,
    ) -> Self {
        let limit = arguments.count("limit").map(|limit| limit.min(MAX_PAGE));
        let limit = limit.or(page_size);
        let offset = arguments.count("offset").unwrap_or_default();
        let total = list.len();
        let rest = list.into_iter().skip(offset);
        Self {
            things: rest.take(limit.unwrap_or(usize::MAX)).collect(),
            total,
            limit,
            offset,
        }
    }

    /// The response with this page and its pagination.
    pub(super) fn answer(&self, show: impl Fn(&Document) -> Value) -> Answer {
        let data: Vec<Value> = self.things.iter().map(|thing| show(thing)).collect();
        // Without a limit, or with a limit of 0, there are no page numbers.
        let limit = self.limit.filter(|limit| *limit > 0);
        let page = limit.map(|limit| (self.offset / limit).saturating_add(1));
        let pages = limit.map(|limit| self.total.div_ceil(limit));
        Answer::ok(json!({
            "statusCode": 200,
            "data": data,
            "pagination": { "page": page, "total_rows": self.total, "total_pages": pages },
        }))
    }
}

/// Whether a text contains the value of a parameter; true if the parameter is absent.
pub(super) fn contains(arguments: &Arguments, parameter: &str, text: &str) -> bool {
    text.to_lowercase()
        .contains(&arguments.text(parameter).to_lowercase())
}

/// Whether a text equals the value of a parameter; true if the parameter is absent.
pub(super) fn equals(arguments: &Arguments, parameter: &str, text: &str) -> bool {
    arguments
        .value(parameter)
        .is_none_or(|wanted| wanted == text)
}
