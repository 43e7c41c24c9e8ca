//! The event log.

use serde_json::{Value, json};

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::inboxapp_v1::errors::Failure;
use crate::vendors::inboxapp_v1::state::State;

/// The default page size.
const PAGE_SIZE: usize = 100;

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[("events.list", list_events)];

fn list_events(state: &mut State, arguments: &Arguments, _: &Context) -> Result<Response, Failure> {
    let after = arguments.value("afterSeq").and_then(Value::as_u64);
    let limit = arguments.count("limit").unwrap_or(PAGE_SIZE);
    let page = state.event_log.after(after, limit);
    Ok(Response::ok(json!({
        "events": page.entries,
        "lastSeq": page.last,
        "hasMore": page.has_more,
    })))
}
