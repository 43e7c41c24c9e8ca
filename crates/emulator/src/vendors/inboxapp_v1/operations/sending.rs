//! Creating threads and sending messages.

use serde_json::{Value, json};

use super::lookups;
use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::{Record, set, text, value};
use crate::vendors::inboxapp_v1::errors::{Failure, Kind};
use crate::vendors::inboxapp_v1::records;
use crate::vendors::inboxapp_v1::state::State;

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("threads.create", create_thread),
    ("messages.send", send_message),
    ("messages.quickSend", quick_send_message),
];

fn create_thread(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let thread = thread_with(state, arguments, context)?;
    let thread = state.show_thread(&thread);
    Ok(Response::ok(thread.ok_or(Failure::NotFound(Kind::Thread))?))
}

fn send_message(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let thread = arguments.text("threadId");
    state.thread(thread)?;
    let original = arguments.field_text("replyToMessageId");
    let reply = match state.message(thread, original) {
        _ if original.is_empty() => Value::Null,
        Ok(message) => {
            json!({ "messageId": original, "content": value(message, "content") })
        }
        Err(_) => {
            let message = "replyToMessageId is no message of this thread";
            return Err(Failure::Unprocessable(message.to_owned()));
        }
    };
    let content = arguments.field_text("content");
    Ok(Response::ok(deliver(
        state,
        thread,
        (content, reply),
        context,
    )?))
}

fn quick_send_message(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let thread = thread_with(state, arguments, context)?;
    let content = arguments.field_text("content");
    let message = deliver(state, &thread, (content, Value::Null), context)?;
    let platform_id = value(state.thread(&thread)?, "platformId");
    let thread = json!({ "id": thread, "platformId": platform_id });
    Ok(Response::ok(
        json!({ "message": message, "thread": thread }),
    ))
}

/// The id of the target thread. The thread is created if it does not exist, and so is the prospect
/// if only its platform id is given.
fn thread_with(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<String, Failure> {
    let platform_id = arguments.field_text("externalPlatformId");
    let id = arguments.field_text("externalId");
    if platform_id.is_empty() && id.is_empty() {
        return Err(Failure::invalid(
            "externalPlatformId",
            "or externalId is required",
        ));
    }
    let link = arguments.field_text("accountLinkId");
    let unknown = || Failure::Unprocessable("accountLinkId is no account of this team".to_owned());
    let account = state.account_links.get(link).ok_or_else(unknown)?;
    let account = text(account, "platformId").to_owned();
    let prospect = match lookups::prospect(state, platform_id, id) {
        Some(prospect) => text(prospect, "id").to_owned(),
        None if platform_id.is_empty() => {
            let message = "externalId is no prospect of this team";
            return Err(Failure::Unprocessable(message.to_owned()));
        }
        None => {
            let id = state.identifiers.cuid2();
            state.prospects.add(records::unknown_prospect(
                &id,
                platform_id,
                &context.timestamp(),
            ));
            let data = json!({ "prospect": state.show_prospect(&id) });
            state.record_event("prospect.created", &data, &context.timestamp());
            id
        }
    };
    let is_match = |thread: &&Record| {
        text(thread, "_prospect") == prospect && text(thread, "accountLinkId") == link
    };
    if let Some(thread) = state.threads.iter().find(is_match) {
        return Ok(text(thread, "id").to_owned());
    }
    let thread = state.identifiers.cuid2();
    let user = state
        .prospects
        .get(&prospect)
        .map(|known| text(known, "platformId"));
    let platform_id = records::conversation(&account, user.unwrap_or_default());
    let ids = (
        thread.as_str(),
        platform_id.as_str(),
        link,
        prospect.as_str(),
    );
    state
        .threads
        .add(records::new_thread(ids, &context.timestamp()));
    state.record_thread_event("thread.created", &thread, context);
    Ok(thread)
}

/// Adds an outbound message to a thread.
fn deliver(
    state: &mut State,
    id: &str,
    (content, reply): (&str, Value),
    context: &Context,
) -> Result<Value, Failure> {
    let time = context.timestamp();
    let message = state.identifiers.cuid2();
    let platform_id = state.identifiers.platform_id();
    let team = state.team_id();
    let missing = || Failure::NotFound(Kind::Thread);
    let thread = state.threads.get_mut(id).ok_or_else(missing)?;
    let author = value(thread, "accountLinkId");
    let new = json!({
        "platform": "twitter",
        "teamId": team,
        "threadId": id,
        "id": message,
        "userId": null,
        "createdAt": time,
        "updatedAt": null,
        "platformId": platform_id,
        "content": content,
        "campaignId": null,
        "authorId": author,
        "origin": "api",
        "replyData": reply,
        "forwardData": null,
        "entities": null,
        "attachment": null,
        "reactions": [],
        "isEncrypted": text(thread, "variant") == "xChat",
        "isEdited": false,
        "deletedAt": null,
        "platformDeletedAt": null,
    });
    let last = json!({
        "id": message, "content": content, "authorId": author, "createdAt": time,
        "userId": null, "campaignId": null,
    });
    set(thread, "lastMessage", last);
    set(thread, "lastMessageTimestamp", time.as_str());
    set(thread, "computedSortTimestamp", time.as_str());
    set(thread, "isRequest", false);
    state.messages.add(new.clone());
    state.record_event("message.created", &json!({ "message": new }), &time);
    Ok(new)
}
