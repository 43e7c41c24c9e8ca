//! ContactShip's lists: a limit and an offset go in, a page and a total come out.

use serde_json::{Value, json};

use crate::http::arguments::Arguments;
use crate::http::response::Answer;
use crate::vendors::collection::{Document, text};
use crate::vendors::pagination::Position;

/// The most that is ever on one page.
const MAX_PAGE: usize = 1_000;

/// The part of a list that is asked for.
pub(super) struct Part<'a> {
    /// What is in it, in order.
    pub(super) things: Vec<&'a Document>,
    /// How much the whole list holds.
    pub(super) total: usize,
    limit: Option<usize>,
    offset: usize,
}

/// Sorts a list by age, the youngest first unless asked otherwise.
pub(super) fn by_age<'a>(arguments: &Arguments, mut list: Vec<&'a Document>) -> Vec<&'a Document> {
    list.sort_by_cached_key(|thing| Position::at(text(thing, "created_at"), text(thing, "id")));
    if arguments.text("order") != "asc" {
        list.reverse();
    }
    list
}

impl<'a> Part<'a> {
    /// Takes the part that is asked for out of a sorted list; all of it if neither the request nor
    /// the operation says how much.
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

    /// Answers with this part, a page number and totals.
    pub(super) fn answer(&self, show: impl Fn(&Document) -> Value) -> Answer {
        let data: Vec<Value> = self.things.iter().map(|thing| show(thing)).collect();
        // Pages of nothing, and what is not paged at all, have no numbers.
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

/// Does a text contain what a parameter asks for? It does if nothing is asked for.
pub(super) fn contains(arguments: &Arguments, parameter: &str, text: &str) -> bool {
    text.to_lowercase()
        .contains(&arguments.text(parameter).to_lowercase())
}

/// Is a text what a parameter asks for? It is if nothing is asked for.
pub(super) fn equals(arguments: &Arguments, parameter: &str, text: &str) -> bool {
    arguments
        .value(parameter)
        .is_none_or(|wanted| wanted == text)
}
