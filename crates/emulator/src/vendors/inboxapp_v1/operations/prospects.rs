//! Prospects and their context.

use serde_json::{Value, json};

use super::threads::change;
use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::{Record, set, text, value};
use crate::vendors::inboxapp_v1::errors::{Failure, Kind};
use crate::vendors::inboxapp_v1::state::State;

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("prospects.get", get_prospect),
    ("prospects.updateContext", update_prospect_context),
];

fn get_prospect(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    shown(state, arguments.text("prospectId"))
}

fn shown(state: &State, id: &str) -> Result<Response, Failure> {
    let prospect = state.show_prospect(id);
    Ok(Response::ok(
        prospect.ok_or(Failure::NotFound(Kind::Prospect))?,
    ))
}

/// The assignee and `done` belong to threads, so they are set on all threads of the prospect.
fn update_prospect_context(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("prospectId");
    if !state.prospects.contains(id) {
        return Err(Failure::NotFound(Kind::Prospect));
    }
    check(state, arguments)?;
    let missing = || Failure::NotFound(Kind::Prospect);
    let prospect = state.prospects.get_mut(id).ok_or_else(missing)?;
    let mut events = Vec::new();
    if let Some(Value::Object(notes)) = prospect.get_mut("context") {
        let fields = [
            ("notes", "prospect.notesChanged"),
            ("valuation", "prospect.valuationChanged"),
            ("statusId", "prospect.statusChanged"),
        ];
        for (field, event) in fields {
            if let Some(wanted) = arguments.field(field)
                && set(notes, field, wanted.clone())
            {
                events.push(event);
            }
        }
        let tags = tags(notes, arguments);
        if set(notes, "tags", tags) {
            events.push("prospect.tagsChanged");
        }
    }
    for event in events {
        let data = json!({ "prospect": state.show_prospect(id) });
        state.record_event(event, &data, &context.timestamp());
    }
    let threads = state.threads.iter();
    let threads = threads.filter(|thread| text(thread, "_prospect") == id);
    let threads: Vec<String> = threads
        .map(|thread| text(thread, "id").to_owned())
        .collect();
    for field in ["done", "assigneeId"] {
        if let Some(wanted) = arguments.field(field) {
            for thread in &threads {
                change(state, thread, (field, wanted), context);
            }
        }
    }
    shown(state, id)
}

/// Checks that the status and the tags to set exist.
fn check(state: &State, arguments: &Arguments) -> Result<(), Failure> {
    let status = arguments.field("statusId").and_then(Value::as_str);
    if status.is_some_and(|status| !state.statuses.contains(status)) {
        return Err(Failure::Unprocessable(
            "statusId is no status of this team".to_owned(),
        ));
    }
    let tags = arguments.field("addTags").and_then(Value::as_array);
    let mut tags = tags.into_iter().flatten().filter_map(Value::as_str);
    if tags.any(|tag| !state.tags.contains(tag)) {
        return Err(Failure::Unprocessable(
            "addTags holds a tag that is not there".to_owned(),
        ));
    }
    Ok(())
}

/// The tags after the update. A tag that is both added and removed is removed.
fn tags(notes: &Record, arguments: &Arguments) -> Vec<Value> {
    let list = |name| arguments.field(name).and_then(Value::as_array);
    let mut tags = value(notes, "tags").as_array().cloned().unwrap_or_default();
    for tag in list("addTags").into_iter().flatten() {
        if !tags.contains(tag) {
            tags.push(tag.clone());
        }
    }
    if let Some(removed) = list("removeTags") {
        tags.retain(|tag| !removed.contains(tag));
    }
    tags
}
