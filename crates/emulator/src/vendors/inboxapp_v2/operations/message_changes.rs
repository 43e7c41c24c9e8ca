//! Editing and deleting messages, and reactions.

use serde_json::{Value, json};

use super::team::CHARACTERS;
use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::{Record, set, text, value};
use crate::vendors::inboxapp_v2::errors::{Failure, Kind};
use crate::vendors::inboxapp_v2::records;
use crate::vendors::inboxapp_v2::state::State;

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("messages.edit", edit_message),
    ("messages.unsend", unsend_message),
    ("messages.react", add_reaction),
    ("messages.unreact", remove_reaction),
];

fn edit_message(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("messageId");
    let thread = thread_of_own(state, id, "message:edit")?;
    let content = arguments.field_text("content");
    if content.chars().count() > CHARACTERS {
        return Err(Failure::ContentRejected("the text is too long"));
    }
    let time = context.timestamp();
    let first = State::first_version(state.message(id)?);
    let versions = &mut state.histories.entry(id.to_owned()).or_default().versions;
    if versions.is_empty() {
        versions.push(first);
    }
    versions.push(json!({ "content": content, "createdAt": time, "origin": "api" }));
    let message = message_mut(state, id)?;
    set(message, "content", content);
    set(message, "entities", records::no_entities());
    set(message, "editedAt", time);
    let shown = message.clone();
    state.record_event_now(
        "message.edited",
        ("message", id),
        &json!({ "threadId": thread }),
        context,
    );
    Ok(Response::ok(state.show_message(&shown, &[])))
}

/// Deleting a message again returns the first deletion.
fn unsend_message(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("messageId");
    let scope = arguments.text("scope");
    let deleted = state
        .histories
        .get(id)
        .filter(|history| !history.deletion.is_null());
    if let Some(history) = deleted.filter(|_| state.messages.contains(id)) {
        let before = |field| history.deletion.get(field).cloned();
        return Ok(Response::ok(json!({
            "messageId": id, "scope": before("scope"), "deletedAt": before("deletedAt"),
        })));
    }
    let capability = if scope == "self" {
        "message:delete:self"
    } else {
        "message:unsend"
    };
    let thread = if scope == "self" {
        thread_with(state, id, capability)?
    } else {
        thread_of_own(state, id, capability)?
    };
    let time = context.timestamp();
    set(message_mut(state, id)?, "deletedAt", time.clone());
    let deletion = json!({ "deletedAt": time, "scope": scope, "origin": "api" });
    state.histories.entry(id.to_owned()).or_default().deletion = deletion;
    let data = json!({ "threadId": thread, "scope": scope });
    state.record_event_now("message.deleted", ("message", id), &data, context);
    Ok(Response::ok(
        json!({ "messageId": id, "scope": scope, "deletedAt": time }),
    ))
}

fn add_reaction(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let emoji = arguments.field_text("emoji").to_owned();
    react(
        state,
        arguments.text("messageId"),
        ("emoji", &emoji),
        true,
        context,
    )
}

fn remove_reaction(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let emoji = arguments.text("emoji").to_owned();
    react(
        state,
        arguments.text("messageId"),
        ("emoji", &emoji),
        false,
        context,
    )
}

fn react(
    state: &mut State,
    id: &str,
    (field, emoji): (&str, &str),
    add: bool,
    context: &Context,
) -> Result<Response, Failure> {
    if !is_emoji(emoji) {
        return Err(Failure::invalid(field, "must be exactly one emoji"));
    }
    let thread = thread_with(state, id, "message:react")?;
    let link = value(state.message(id)?, "accountLinkId");
    let time = context.timestamp();
    let message = message_mut(state, id)?;
    let reactions = value(message, "reactions");
    let mut reactions = reactions.as_array().cloned().unwrap_or_default();
    let is_match = |reaction: &Value| {
        reaction.get("emoji") == Some(&Value::from(emoji))
            && reaction.pointer("/author/accountLinkId") == Some(&link)
    };
    let is_there = reactions.iter().any(is_match);
    let changed = add != is_there;
    if add && changed {
        let author = json!({ "type": "accountLink", "accountLinkId": link });
        reactions.push(json!({ "emoji": emoji, "author": author, "createdAt": time }));
    } else if changed {
        reactions.retain(|reaction| !is_match(reaction));
    }
    set(message, "reactions", reactions.clone());
    let version = state.histories.entry(id.to_owned()).or_default();
    version.reactions = version.reactions.saturating_add(u64::from(changed));
    let version = version.reactions;
    if changed {
        let link = state.account_links.get(link.as_str().unwrap_or_default());
        let author = link
            .map(|link| text(link, "platformId"))
            .unwrap_or_default();
        let data = json!({ "threadId": thread, "emoji": emoji, "authorPlatformId": author });
        let event = if add {
            "message.reactionAdded"
        } else {
            "message.reactionRemoved"
        };
        state.record_event_now(event, ("message", id), &data, context);
    }
    Ok(Response::ok(
        json!({ "reactions": reactions, "version": version }),
    ))
}

/// An approximation of an emoji: a few characters, none of them a letter or whitespace, at least
/// one of them a symbol.
fn is_emoji(text: &str) -> bool {
    let is_plain = |letter: char| letter.is_alphanumeric() || letter.is_whitespace();
    let keycap = text.ends_with('\u{20e3}');
    let has_picture = text
        .chars()
        .any(|letter| u32::from(letter) >= 0x2190 || "©®‼⁉".contains(letter));
    has_picture && text.chars().count() <= 32 && (keycap || !text.chars().any(is_plain))
}

fn message_mut<'a>(state: &'a mut State, id: &str) -> Result<&'a mut Record, Failure> {
    let message = state.messages.get_mut(id);
    message.ok_or(Failure::NotFound(Kind::Message))
}

/// The thread of a message, if it allows a capability.
fn thread_with(state: &State, id: &str, capability: &'static str) -> Result<String, Failure> {
    let message = state.message(id)?;
    let thread = state.thread(text(message, "threadId"))?;
    state.check_capability(thread, capability)?;
    Ok(text(thread, "id").to_owned())
}

/// The thread of a message that the team sent and that is not deleted.
fn thread_of_own(state: &State, id: &str, capability: &'static str) -> Result<String, Failure> {
    let thread = thread_with(state, id, capability)?;
    let message = state.message(id)?;
    if text(message, "direction") != "outbound" {
        return Err(Failure::MessageNotModifiable("notOwn"));
    }
    if message.get("deletedAt").is_some_and(Value::is_string) {
        return Err(Failure::MessageNotModifiable("deleted"));
    }
    Ok(thread)
}
