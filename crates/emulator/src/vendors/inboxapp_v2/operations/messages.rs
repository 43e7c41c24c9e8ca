//! Reading messages.

use http::StatusCode;
use serde_json::{Value, json};

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::text;
use crate::vendors::inboxapp_v2::errors::Failure;
use crate::vendors::inboxapp_v2::lists;
use crate::vendors::inboxapp_v2::state::State;
use crate::vendors::pagination::Position;

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("messages.list", list_messages),
    ("messages.get", get_message),
    ("messages.history", get_message_history),
    ("messages.attachment", get_attachment),
];

fn list_messages(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    let thread = arguments.text("threadId");
    state.thread(thread)?;
    let list = state
        .messages
        .iter()
        .filter(|message| text(message, "threadId") == thread)
        .map(|message| Position::at(text(message, "createdAt"), text(message, "id")))
        .collect();
    let expand = arguments.texts("expand");
    let descending = arguments.text("order") != "asc";
    lists::response(arguments, "messages", list, descending, |id| {
        let message = state.messages.get(id)?;
        Some(state.show_message(message, &expand))
    })
}

fn get_message(state: &mut State, arguments: &Arguments, _: &Context) -> Result<Response, Failure> {
    let message = state.message(arguments.text("messageId"))?;
    let shown = state.show_message(message, &arguments.texts("expand"));
    Ok(Response::ok(shown))
}

fn get_message_history(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("messageId");
    let message = state.message(id)?;
    let history = state.histories.get(id);
    let versions = match history {
        Some(history) if !history.versions.is_empty() => history.versions.clone(),
        _ => vec![State::first_version(message)],
    };
    Ok(Response::ok(json!({
        "versions": versions,
        "deletion": history.map(|history| &history.deletion),
        "times": "observed",
    })))
}

/// Cards have no media, so requesting theirs is an invalid request.
fn get_attachment(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    let message = state.message(arguments.text("messageId"))?;
    let index = arguments.value("index");
    let mut attachments = message
        .get("attachments")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let attachment = attachments.find(|attachment| attachment.get("index") == index);
    let is =
        |field, text| attachment.and_then(|known| known.get(field)) == Some(&Value::from(text));
    match attachment {
        None => Err(Failure::invalid(
            "index",
            "is not the index of an attachment",
        )),
        Some(_) if is("kind", "card") => Err(Failure::invalid("index", "is the index of a card")),
        Some(media) if is("status", "pending") || is("status", "processing") => {
            Ok(Response::json(StatusCode::ACCEPTED, media.clone()))
        }
        Some(media) => Ok(Response::ok(media.clone())),
    }
}
