//! Editing and deleting messages, and reactions.

use serde_json::{Value, json};

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::{Record, set, text, value, with};
use crate::vendors::inboxapp_v1::errors::{Failure, Kind};
use crate::vendors::inboxapp_v1::state::State;

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("messages.edit", edit_message),
    ("messages.delete", delete_message),
    ("messages.react", add_reaction),
    ("messages.unreact", remove_reaction),
];

fn edit_message(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let (thread, id) = (arguments.text("threadId"), arguments.text("messageId"));
    check_changeable(state, thread, id)?;
    let time = context.timestamp();
    let content = arguments.field_text("content");
    let first = State::version(state.message(thread, id)?, &Value::Null);
    let message = message_mut(state, id)?;
    set(message, "content", content);
    set(message, "updatedAt", time.as_str());
    set(message, "isEdited", true);
    let edited = State::version(message, &Value::from("api"));
    let edited = with(edited, "createdAt", time.as_str());
    let versions = &mut state.histories.entry(id.to_owned()).or_default().versions;
    if versions.is_empty() {
        versions.push(first);
    }
    versions.push(edited);
    record_event(state, "message.edited", id, context);
    Ok(Response::ok(json!({
        "success": true, "messageId": id, "content": content, "editedAt": time,
    })))
}

/// Deleting a message again returns the first deletion.
fn delete_message(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let (thread, id) = (arguments.text("threadId"), arguments.text("messageId"));
    let before = value(state.message(thread, id)?, "deletedAt");
    if before.is_string() {
        return Ok(Response::ok(
            json!({ "success": true, "messageId": id, "deletedAt": before }),
        ));
    }
    check_changeable(state, thread, id)?;
    let for_all = arguments.field("deleteForAll") != Some(&Value::Bool(false));
    let time = context.timestamp();
    let message = message_mut(state, id)?;
    set(message, "deletedAt", time.as_str());
    if for_all {
        set(message, "platformDeletedAt", time.as_str());
    }
    let link = state
        .account_links
        .get(text(state.thread(thread)?, "accountLinkId"));
    let deletion = json!({
        "deletedAt": time,
        "deletionType": if for_all { "all" } else { "self" },
        "deletionAuthorPlatformId": link.map(|link| value(link, "platformId")),
        "origin": "api",
    });
    state.histories.entry(id.to_owned()).or_default().deletion = deletion;
    record_event(state, "message.deleted", id, context);
    Ok(Response::ok(
        json!({ "success": true, "messageId": id, "deletedAt": time }),
    ))
}

fn add_reaction(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    react(state, arguments, true, context)
}

fn remove_reaction(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    react(state, arguments, false, context)
}

fn react(
    state: &mut State,
    arguments: &Arguments,
    add: bool,
    context: &Context,
) -> Result<Response, Failure> {
    let (thread, id) = (arguments.text("threadId"), arguments.text("messageId"));
    state.message(thread, id)?;
    let author = value(state.thread(thread)?, "accountLinkId");
    let emoji = arguments.field_text("emoji");
    if emoji.is_empty() {
        return Err(Failure::Unprocessable("emoji must be an emoji".to_owned()));
    }
    let message = message_mut(state, id)?;
    let reactions = value(message, "reactions");
    let mut reactions = reactions.as_array().cloned().unwrap_or_default();
    reactions.retain(|known| {
        known.get("emoji") != Some(&Value::from(emoji)) || known.get("authorId") != Some(&author)
    });
    if add {
        let time = context.timestamp();
        reactions.push(json!({ "emoji": emoji, "authorId": author, "createdAt": time }));
    }
    let before = value(message, "reactions").as_array().map_or(0, Vec::len);
    let changed = before != reactions.len();
    if changed {
        set(message, "reactions", reactions);
        let event = if add {
            "message.reactionAdded"
        } else {
            "message.reactionRemoved"
        };
        record_event(state, event, id, context);
    }
    Ok(Response::ok(json!({ "success": true, "messageId": id })))
}

fn record_event(state: &mut State, event: &str, id: &str, context: &Context) {
    let data = json!({ "message": state.messages.get(id) });
    state.record_event(event, &data, &context.timestamp());
}

fn message_mut<'a>(state: &'a mut State, id: &str) -> Result<&'a mut Record, Failure> {
    let message = state.messages.get_mut(id);
    message.ok_or(Failure::NotFound(Kind::Message))
}

/// Only the team's own messages in encrypted threads can be changed, unless they are deleted.
fn check_changeable(state: &State, thread: &str, id: &str) -> Result<(), Failure> {
    let message = state.message(thread, id)?;
    let thread = state.thread(thread)?;
    let problem = if text(thread, "variant") != "xChat" {
        "Messages can be changed in X Chat threads only"
    } else if text(message, "authorId") != text(thread, "accountLinkId") {
        "Only messages of the team can be changed"
    } else if value(message, "deletedAt").is_string() {
        "The message is deleted"
    } else {
        return Ok(());
    };
    Err(Failure::Unprocessable(problem.to_owned()))
}
