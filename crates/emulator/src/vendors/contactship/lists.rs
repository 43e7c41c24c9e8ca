//! ContactShip's lists, paged by limit and offset.

use serde_json::{Value, json};

use crate::http::arguments::Arguments;
use crate::http::response::Response;
use crate::vendors::collection::{Record, text};
use crate::vendors::pagination::Position;

/// The maximum page size.
const MAX_PAGE: usize = 1_000;

/// The requested page of a list.
pub(super) struct Page<'a> {
    /// The records, in order.
    pub(super) records: Vec<&'a Record>,
    /// The length of the whole list.
    pub(super) total: usize,
    limit: Option<usize>,
    offset: usize,
}

/// Sorts a list by creation time, the latest first by default.
pub(super) fn by_age<'a>(arguments: &Arguments, mut list: Vec<&'a Record>) -> Vec<&'a Record> {
    list.sort_by_cached_key(|record| Position::at(text(record, "created_at"), text(record, "id")));
    if arguments.text("order") != "asc" {
        list.reverse();
    }
    list
}

impl<'a> Page<'a> {
    /// The requested page of a sorted list; all of it if neither the request nor the operation has
    /// a limit.
    pub(super) fn of(
        arguments: &Arguments,
        list: Vec<&'a Record>,
        page_size: Option<usize>,
    ) -> Self {
        let limit = arguments.count("limit").map(|limit| limit.min(MAX_PAGE));
        let limit = limit.or(page_size);
        let offset = arguments.count("offset").unwrap_or_default();
        let total = list.len();
        let rest = list.into_iter().skip(offset);
        Self {
            records: rest.take(limit.unwrap_or(usize::MAX)).collect(),
            total,
            limit,
            offset,
        }
    }

    /// The response with this page and its pagination.
    pub(super) fn response(&self, show: impl Fn(&Record) -> Value) -> Response {
        let data: Vec<Value> = self.records.iter().map(|record| show(record)).collect();
        // Without a limit, or with a limit of 0, there are no page numbers.
        let limit = self.limit.filter(|limit| *limit > 0);
        let page = limit.map(|limit| (self.offset / limit).saturating_add(1));
        let pages = limit.map(|limit| self.total.div_ceil(limit));
        Response::ok(json!({
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
