//! Threads.

use serde_json::{Value, json};

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::{Record, set, text, value};
use crate::vendors::inboxapp_v1::errors::{Failure, Kind};
use crate::vendors::inboxapp_v1::lists::{next_cursor, page_of};
use crate::vendors::inboxapp_v1::state::State;
use crate::vendors::pagination::Position;

/// The default page size.
const PAGE_SIZE: usize = 20;

/// The minimum time between typing indicators in a thread, in milliseconds.
const TYPING_PAUSE: i64 = 2_500;

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("threads.list", list_threads),
    ("threads.get", get_thread),
    ("threads.update", update_thread),
    ("threads.delete", delete_thread),
    ("threads.typing", send_typing_indicator),
    ("threads.updateSettings", update_thread_settings),
];

fn list_threads(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    let list = state
        .threads
        .iter()
        .filter(|thread| matches_filters(state, thread, arguments))
        .map(|thread| Position::at(text(thread, "computedSortTimestamp"), text(thread, "id")))
        .collect();
    let filters = arguments.value("filters");
    let order = filters.and_then(|filters| filters.get("sortOrder"));
    let descending = order != Some(&Value::from("asc"));
    let page = page_of(arguments, list, descending, PAGE_SIZE)?;
    let threads: Vec<Value> = page
        .positions
        .iter()
        .filter_map(|position| state.show_thread(&position.id))
        .collect();
    Ok(Response::ok(
        json!({ "threads": threads, "nextCursor": next_cursor(&page) }),
    ))
}

fn matches_filters(state: &State, thread: &Record, arguments: &Arguments) -> bool {
    let prospect = state.prospects.get(text(thread, "_prospect"));
    let context = prospect.and_then(|prospect| prospect.get("context"));
    let of_context = |name| context.and_then(|context| context.get(name));
    let tags = of_context("tags").and_then(Value::as_array);
    let tags = tags.map(Vec::as_slice).unwrap_or_default();
    let one = |value: Option<&Value>| -> Vec<Value> {
        value
            .filter(|id| !id.is_null())
            .cloned()
            .into_iter()
            .collect()
    };
    let links = arguments.texts("accountLinkIds");
    (links.is_empty() || links.contains(&text(thread, "accountLinkId")))
        && is_in_inbox(prospect, thread, arguments.text("inbox"))
        && fits(arguments, ("tags", "noTags"), tags)
        && fits(arguments, ("statuses", "noStatus"), &one(of_context("statusId")))
        && fits(arguments, ("assignees", "noAssignee"), &one(thread.get("assigneeId")))
        // There are no campaigns.
        && fits(arguments, ("campaigns", "noCampaign"), &[])
}

fn is_in_inbox(prospect: Option<&Record>, thread: &Record, inbox: &str) -> bool {
    let is = |field| thread.get(field) == Some(&Value::Bool(true));
    let author = thread
        .get("lastMessage")
        .and_then(|message| message.get("authorId"));
    let theirs = author.is_some() && author == prospect.and_then(|known| known.get("externalId"));
    match inbox {
        "archived" => is("done"),
        "requests" => !is("done") && is("isRequest"),
        "no-reply" => !is("done") && !is("isRequest") && theirs,
        _ => !is("done") && !is("isRequest"),
    }
}

/// Whether a thread with these ids matches a filter: it has one of the selected ids, or none if the
/// filter includes that.
fn fits(arguments: &Arguments, (filter, none): (&str, &str), ids: &[Value]) -> bool {
    let filter = arguments
        .value("filters")
        .and_then(|filters| filters.get(filter));
    let Some(filter) = filter else {
        return true;
    };
    let selected = filter.get("selectedIds").and_then(Value::as_array);
    let none = filter.get(none) == Some(&Value::Bool(true));
    match selected {
        None => !none || ids.is_empty(),
        Some(selected) => ids.iter().any(|id| selected.contains(id)) || (none && ids.is_empty()),
    }
}

fn get_thread(state: &mut State, arguments: &Arguments, _: &Context) -> Result<Response, Failure> {
    shown(state, arguments.text("threadId"))
}

fn shown(state: &State, id: &str) -> Result<Response, Failure> {
    let thread = state
        .show_thread(id)
        .ok_or(Failure::NotFound(Kind::Thread))?;
    Ok(Response::ok(thread))
}

fn update_thread(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("threadId");
    state.thread(id)?;
    for field in ["done", "assigneeId"] {
        if let Some(wanted) = arguments.field(field) {
            change(state, id, (field, wanted), context);
        }
    }
    shown(state, id)
}

/// Sets a field of a thread, and records an event if its value changed.
pub(super) fn change(
    state: &mut State,
    id: &str,
    (field, wanted): (&str, &Value),
    context: &Context,
) {
    let thread = state.threads.get_mut(id);
    if !thread.is_some_and(|thread| set(thread, field, wanted.clone())) {
        return;
    }
    let event = match (field, wanted) {
        ("done", Value::Bool(true)) => "thread.archived",
        ("done", _) => "thread.unarchived",
        (_, Value::Null) => "thread.unassigned",
        _ => "thread.assigned",
    };
    state.record_thread_event(event, id, context);
}

fn delete_thread(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("threadId");
    state.thread(id)?;
    state.record_thread_event("thread.deleted", id, context);
    state.threads.remove(id);
    state
        .messages
        .retain(|message| text(message, "threadId") != id);
    Ok(Response::ok(json!({})))
}

fn send_typing_indicator(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("threadId");
    let thread = state.thread(id)?;
    let now = context.now.as_millisecond();
    let last = state.typing.get(id).copied();
    let skipped = if text(thread, "variant") != "xChat" {
        Some("unsupported")
    } else if value(thread, "typingIndicatorsEnabled") == false {
        Some("typingDisabled")
    } else if last.is_some_and(|last| now.saturating_sub(last) < TYPING_PAUSE) {
        Some("rateLimited")
    } else {
        state.typing.insert(id.to_owned(), now);
        None
    };
    Ok(Response::ok(match skipped {
        Some(reason) => json!({ "status": "skipped", "reason": reason }),
        None => json!({ "status": "sent" }),
    }))
}

fn update_thread_settings(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    const SETTING: &str = "typingIndicatorsEnabled";
    let id = arguments.text("threadId");
    let thread = state.threads.get_mut(id);
    let thread = thread.ok_or(Failure::NotFound(Kind::Thread))?;
    if let Some(wanted) = arguments.field(SETTING) {
        set(thread, SETTING, wanted.clone());
    }
    Ok(Response::ok(
        json!({ "threadId": id, SETTING: value(thread, SETTING) }),
    ))
}
