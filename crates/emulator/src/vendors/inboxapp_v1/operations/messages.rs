//! Reading messages.

use serde_json::{Value, json};

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::{text, value};
use crate::vendors::inboxapp_v1::errors::Failure;
use crate::vendors::inboxapp_v1::lists::{next_cursor, page_of};
use crate::vendors::inboxapp_v1::state::State;
use crate::vendors::pagination::Position;

/// The default page size.
const PAGE_SIZE: usize = 50;

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("messages.list", list_messages),
    ("messages.history", get_message_history),
];

fn list_messages(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("threadId");
    let thread = state.thread(id)?;
    let list = state
        .messages
        .iter()
        .filter(|message| text(message, "threadId") == id)
        .map(|message| Position::at(text(message, "createdAt"), text(message, "id")))
        .collect();
    let page = page_of(arguments, list, true, PAGE_SIZE)?;
    let messages: Vec<Value> = page
        .positions
        .iter()
        .filter_map(|position| state.messages.get(&position.id).cloned().map(Value::Object))
        .collect();
    Ok(Response::ok(json!({
        "teamId": state.team_id(),
        "threadId": id,
        "messages": messages,
        "nextCursor": next_cursor(&page),
        "isSyncing": value(thread, "isSyncing"),
    })))
}

fn get_message_history(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("messageId");
    let message = state.message(arguments.text("threadId"), id)?;
    let history = state.histories.get(id);
    let versions = match history {
        Some(history) if !history.versions.is_empty() => history.versions.clone(),
        _ => vec![State::version(message, &Value::Null)],
    };
    let deletion = history.map(|history| history.deletion.clone());
    Ok(Response::ok(
        json!({ "versions": versions, "deletion": deletion }),
    ))
}
