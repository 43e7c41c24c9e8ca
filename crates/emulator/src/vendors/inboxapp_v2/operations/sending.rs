//! Sending messages.

use http::StatusCode;
use serde_json::{Value, json};

use super::team::CHARACTERS;
use crate::faults::UnconfirmedSend;
use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::{Record, set, text, value};
use crate::vendors::inboxapp_v2::errors::{Failure, Kind};
use crate::vendors::inboxapp_v2::records;
use crate::vendors::inboxapp_v2::state::{KeyedSend, PLATFORM, State, TOKEN, check_platforms};

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[("messages.send", send_message)];

/// Sends a message, or repeats the response to an earlier request with the same key. Keys of
/// rejected requests are not remembered.
fn send_message(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let request = arguments.body().cloned().unwrap_or_default();
    let key = arguments.text("Idempotency-Key");
    if let Some(before) = state.sends.get(key) {
        return before.repeat(&request);
    }
    let destination = Destination::find(state, request.get("target"))?;
    let content = arguments.field_text("content");
    if content.chars().count() > CHARACTERS {
        return Err(Failure::ContentRejected("the text is too long"));
    }
    let reply = reply(
        state,
        &destination,
        arguments.field_text("replyToMessageId"),
    )?;
    let message = state.identifiers.cuid2();
    let sent = if context.unconfirmed == Some(UnconfirmedSend::NotSent) {
        None
    } else {
        let thread = destination.thread(state, context);
        let message = deliver(state, (&message, &thread), content, &reply, context);
        Some(json!({ "message": message, "thread": state.show_thread(&thread, &[]) }))
    };
    // An unconfirmed message may still have been sent.
    let result = sent.filter(|_| context.unconfirmed.is_none());
    if !key.is_empty() {
        let send = KeyedSend {
            request,
            message: message.clone(),
            result: result.clone(),
            stall: context.stall.clone(),
        };
        state.sends.insert(key.to_owned(), send);
    }
    match result {
        Some(result) => Ok(Response::json(StatusCode::CREATED, result)),
        None => Ok(Response {
            unconfirmed: context.unconfirmed,
            ..Failure::SendUnconfirmed(message).response(context)
        }),
    }
}

impl KeyedSend {
    /// The response to another request with the same key.
    fn repeat(&self, request: &Value) -> Result<Response, Failure> {
        let message = || self.message.clone();
        if self.request != *request {
            return Err(Failure::IdempotencyKeyReused);
        }
        if self.stall.as_ref().is_some_and(|stall| !stall.is_over()) {
            return Err(Failure::SendInProgress(message()));
        }
        let unconfirmed = || Failure::SendUnconfirmed(message());
        self.result
            .clone()
            .map(Response::ok)
            .ok_or_else(unconfirmed)
    }
}

/// The destination of a message.
enum Destination {
    /// An existing thread.
    Thread(String),
    /// A profile without a thread: its account, contact and profile ids.
    NewThread(String, String, String),
}

impl Destination {
    fn find(state: &State, target: Option<&Value>) -> Result<Self, Failure> {
        let field = |name| {
            let field = target.and_then(|target| target.get(name));
            field.and_then(Value::as_str).unwrap_or_default()
        };
        if field("type") == "thread" {
            let thread = state.thread(field("threadId"))?;
            state.check_connected(text(thread, "accountLinkId"))?;
            state.check_capability(thread, "message:send")?;
            return Ok(Self::Thread(field("threadId").to_owned()));
        }
        let link = field("accountLinkId");
        let missing = || Failure::NotFound(Kind::AccountLink);
        let platform = value(
            state.account_links.get(link).ok_or_else(missing)?,
            "platform",
        );
        let (contact, profile) = if field("type") == "contact" {
            let contact = field("contactId");
            (contact, profile_of(state.contact(contact)?, &platform)?)
        } else {
            check_platforms(&[field("platform")])?;
            if platform != field("platform") {
                let platform = platform.as_str().unwrap_or_default().to_owned();
                return Err(Failure::PlatformNotSupported(
                    field("platform").to_owned(),
                    platform,
                ));
            }
            contact_of(state, field("platformId"))?
        };
        state.check_connected(link)?;
        let mut threads = state.threads.iter();
        let known = threads.find(|thread| {
            text(thread, "accountLinkId") == link && text(thread, "profileId") == profile
        });
        match known {
            Some(thread) => {
                state.check_capability(thread, "message:send")?;
                Ok(Self::Thread(text(thread, "id").to_owned()))
            }
            None if state.account_can(link, "message:send") => Ok(Self::NewThread(
                link.to_owned(),
                contact.to_owned(),
                profile.to_owned(),
            )),
            None => Err(Failure::CapabilityNotSupported("message:send")),
        }
    }

    /// The id of the thread, which is created if needed.
    fn thread(self, state: &mut State, context: &Context) -> String {
        let (link, contact, profile) = match self {
            Self::Thread(id) => return id,
            Self::NewThread(link, contact, profile) => (link, contact, profile),
        };
        let id = state.identifiers.cuid2();
        state.threads.add(json!({
            "id": id,
            "platform": PLATFORM,
            "platformId": null,
            "accountLinkId": link,
            "profileId": profile,
            "contactId": contact,
            "assigneeId": null,
            "isRequest": false,
            "acceptanceState": "notRequired",
            "archived": false,
            "unread": false,
            "restrictions": [],
            "syncing": false,
            "typingIndicators": "teamDefault",
            "lastMessage": null,
            "activity": null,
            "createdAt": context.timestamp(),
        }));
        state.record_event_now("thread.created", ("thread", &id), &json!({}), context);
        id
    }
}

/// The profile of a contact on a platform.
fn profile_of<'a>(contact: &'a Record, platform: &Value) -> Result<&'a str, Failure> {
    let profiles = contact.get("profiles").and_then(Value::as_array);
    let mut profiles = profiles.into_iter().flatten();
    let profile = profiles.find(|profile| profile.get("platform") == Some(platform));
    let id = profile
        .and_then(|profile| profile.get("id"))
        .and_then(Value::as_str);
    id.ok_or(Failure::RecipientUnavailable("noProfile"))
}

/// The contact and profile of a platform user. Writing to other users requires an add-on that the
/// team does not have.
fn contact_of<'a>(state: &'a State, platform_id: &str) -> Result<(&'a str, &'a str), Failure> {
    for contact in state.contacts.iter() {
        let profiles = contact.get("profiles").and_then(Value::as_array);
        for profile in profiles.into_iter().flatten() {
            let field = |name| profile.get(name).and_then(Value::as_str);
            if let (Some(known), Some(id)) = (field("platformId"), field("id"))
                && known == platform_id
            {
                return Ok((text(contact, "id"), id));
            }
        }
    }
    Err(Failure::PlanRequired("advancedApi"))
}

/// The `replyTo` of a message.
fn reply(state: &State, destination: &Destination, id: &str) -> Result<Value, Failure> {
    if id.is_empty() {
        return Ok(Value::Null);
    }
    let message = state.messages.get(id).filter(|message| match destination {
        Destination::Thread(thread) => text(message, "threadId") == thread,
        Destination::NewThread(..) => false,
    });
    let Some(message) = message else {
        let name = "replyToMessageId";
        return Err(Failure::invalid(name, "is no message of this thread"));
    };
    let link = state.account_links.get(text(message, "accountLinkId"));
    let thread = state.threads.get(text(message, "threadId"));
    let profile = thread.and_then(|thread| state.profiles.get(text(thread, "profileId")));
    let author = if text(message, "direction") == "inbound" {
        profile
    } else {
        link
    };
    Ok(json!({
        "messageId": id,
        "platformId": message.get("platformId"),
        "content": message.get("content"),
        "authorName": author.and_then(|author| author.get("displayName")),
    }))
}

/// Adds an outbound message to a thread.
fn deliver(
    state: &mut State,
    (id, thread): (&str, &str),
    content: &str,
    reply: &Value,
    context: &Context,
) -> Value {
    let time = context.timestamp();
    let message = json!({
        "id": id,
        "threadId": thread,
        "accountLinkId": state.threads.get(thread).map(|thread| text(thread, "accountLinkId")),
        "platform": PLATFORM,
        "platformId": state.identifiers.platform_id(),
        "direction": "outbound",
        "sentBy": { "type": "api", "tokenId": TOKEN },
        "content": content,
        "entities": records::no_entities(),
        "attachments": [],
        "forwarded": null,
        "reactions": [],
        "editedAt": null,
        "deletedAt": null,
        "createdAt": time,
        "platformData": { "_tag": PLATFORM, "encrypted": false },
        "replyTo": reply,
    });
    if let Some(thread) = state.threads.get_mut(thread) {
        let last = json!({ "id": id, "direction": "outbound", "createdAt": time });
        let activity = json!({ "preview": content, "direction": "outbound", "at": time });
        set(thread, "lastMessage", last);
        set(thread, "activity", activity);
        set(thread, "isRequest", false);
        set(thread, "unread", false);
    }
    state.messages.add(message.clone());
    let data = json!({ "threadId": thread });
    state.record_event_now("message.sent", ("message", id), &data, context);
    message
}
