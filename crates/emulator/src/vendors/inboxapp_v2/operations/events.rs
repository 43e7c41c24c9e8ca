//! The event log.

use serde_json::{Value, json};

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::inboxapp_v2::errors::Failure;
use crate::vendors::inboxapp_v2::state::State;

/// The default page size.
const PAGE_SIZE: usize = 100;

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[("events.list", list_events)];

/// The limit applies before the filter, so pages can be short or empty although more events follow.
fn list_events(state: &mut State, arguments: &Arguments, _: &Context) -> Result<Response, Failure> {
    let types = arguments.texts("type");
    let after = arguments.value("afterSeq").and_then(Value::as_u64);
    let limit = arguments.count("limit").unwrap_or(PAGE_SIZE);
    let page = state.event_log.after(after, limit);
    let wanted = |event: &&&Value| {
        let kind = event.get("type").and_then(Value::as_str);
        types.is_empty() || kind.is_some_and(|kind| types.contains(&kind))
    };
    let data: Vec<&Value> = page.entries.iter().filter(wanted).copied().collect();
    Ok(Response::ok(json!({
        "data": data,
        "lastSeq": page.last,
        "hasMore": page.has_more,
    })))
}
