//! Lookups of threads and prospects. Finding nothing is not an error.

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::{Record, text};
use crate::vendors::inboxapp_v1::errors::Failure;
use crate::vendors::inboxapp_v1::state::State;

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("threads.lookup", lookup_thread),
    ("threads.lookupByUsername", lookup_threads_by_username),
    ("prospects.lookup", lookup_prospect),
];

fn lookup_thread(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    let (platform_id, id) = (
        arguments.text("externalPlatformId"),
        arguments.text("externalId"),
    );
    if platform_id.is_empty() && id.is_empty() {
        return Err(Failure::invalid(
            "externalPlatformId",
            "or externalId is required",
        ));
    }
    let prospect = prospect(state, platform_id, id).map(|prospect| text(prospect, "id"));
    let thread = state.threads.iter().find(|thread| {
        Some(text(thread, "_prospect")) == prospect
            && text(thread, "accountLinkId") == arguments.text("accountLinkId")
    });
    let thread = thread.and_then(|thread| state.show_thread(text(thread, "id")));
    Ok(Response::ok(thread.unwrap_or_default()))
}

fn lookup_threads_by_username(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    let username = arguments.text("username");
    let links = arguments.texts("accountLinkIds");
    let threads = state.threads.iter().filter(|thread| {
        let prospect = state.prospects.get(text(thread, "_prospect"));
        prospect.is_some_and(|known| text(known, "username").eq_ignore_ascii_case(username))
            && (links.is_empty() || links.contains(&text(thread, "accountLinkId")))
    });
    let threads = threads.filter_map(|thread| state.show_thread(text(thread, "id")));
    Ok(Response::ok(threads.collect()))
}

fn lookup_prospect(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    let prospect = prospect(state, arguments.text("platformId"), "");
    let shown = prospect.and_then(|prospect| state.show_prospect(text(prospect, "id")));
    Ok(Response::ok(shown.unwrap_or_default()))
}

/// The prospect with the platform's id or with Inboxapp's id.
pub(super) fn prospect<'a>(state: &'a State, platform_id: &str, id: &str) -> Option<&'a Record> {
    state.prospects.iter().find(|prospect| {
        let is = |field, wanted: &str| !wanted.is_empty() && text(prospect, field) == wanted;
        is("platformId", platform_id) || is("externalId", id)
    })
}
