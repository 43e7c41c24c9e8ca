//! Threads.

use http::StatusCode;
use serde_json::{Value, json};

use super::labels;
use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::{Record, set, text, value};
use crate::vendors::inboxapp_v2::errors::{Failure, Kind};
use crate::vendors::inboxapp_v2::lists;
use crate::vendors::inboxapp_v2::state::{State, check_platforms};
use crate::vendors::names::folded;
use crate::vendors::pagination::Position;

/// The minimum time between typing indicators in a thread, in milliseconds.
const TYPING_PAUSE: i64 = 2_500;

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("threads.list", list_threads),
    ("threads.get", get_thread),
    ("threads.update", update_thread),
    ("threads.delete", delete_thread),
    ("threads.typing", send_typing_indicator),
];

fn list_threads(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    check_platforms(&arguments.texts("platform"))?;
    if arguments.is_true("unassigned") && arguments.value("assigneeId").is_some() {
        return Err(Failure::invalid("unassigned", "cannot go with assigneeId"));
    }
    let filter = Filter::read(state, arguments);
    let list = state
        .threads
        .iter()
        .filter(|thread| filter.matches(state, thread))
        .map(|thread| Position::at(&sort_key(thread), text(thread, "id")))
        .collect();
    let expand = arguments.texts("expand");
    let descending = arguments.text("order") != "asc";
    lists::response(arguments, "threads", list, descending, |id| {
        state.show_thread(id, &expand)
    })
}

/// The sort key of inboxes: the latest activity, or else the creation of the thread.
fn sort_key(thread: &Record) -> String {
    let activity = thread
        .get("activity")
        .and_then(|activity| activity.get("at"));
    let activity = activity.and_then(Value::as_str);
    activity.unwrap_or(text(thread, "createdAt")).to_owned()
}

/// The filters of a list of threads.
struct Filter<'a> {
    arguments: &'a Arguments,
    folder: &'a str,
    tags: Vec<String>,
    statuses: Vec<String>,
    words: String,
}

impl<'a> Filter<'a> {
    fn read(state: &State, arguments: &'a Arguments) -> Self {
        // An unknown name is kept as it is, so that it matches nothing.
        let id_of = |found: Option<&Record>, reference: &str| {
            found
                .map_or(reference, |found| text(found, "id"))
                .to_owned()
        };
        let tags = arguments.texts("tag").into_iter();
        let statuses = arguments.texts("status").into_iter();
        Self {
            arguments,
            folder: match arguments.text("folder") {
                "" => "inbox",
                folder => folder,
            },
            tags: tags
                .map(|tag| id_of(labels::find(&state.tags, tag), tag))
                .collect(),
            statuses: statuses
                .map(|status| id_of(labels::find(&state.statuses, status), status))
                .collect(),
            words: folded(arguments.text("q")),
        }
    }

    fn matches(&self, state: &State, thread: &Record) -> bool {
        let assignee = state.effective_assignee(thread);
        let assignee = assignee.as_str();
        self.is_in_folder(thread)
            && self.names("accountLinkId", Some(text(thread, "accountLinkId")))
            && self.names("contactId", Some(text(thread, "contactId")))
            && self.names("assigneeId", assignee)
            // There are no campaigns.
            && self.names("campaignId", None)
            && !(self.arguments.is_true("unassigned") && assignee.is_some())
            && self.fits_contact(state.contacts.get(text(thread, "contactId")))
            && (self.words.is_empty() || self.matches_query(state, thread))
    }

    /// Whether a filter by id contains this id; true if the filter is absent.
    fn names(&self, filter: &str, id: Option<&str>) -> bool {
        self.arguments.value(filter).is_none()
            || id.is_some_and(|id| self.arguments.texts(filter).contains(&id))
    }

    fn is_in_folder(&self, thread: &Record) -> bool {
        let is = |field| thread.get(field) == Some(&Value::Bool(true));
        let activity = thread.get("activity");
        let direction = activity.and_then(|activity| activity.get("direction"));
        let in_inbox = !is("archived") && !is("isRequest");
        match self.folder {
            "noReply" => in_inbox && direction == Some(&Value::from("inbound")),
            "requests" => !is("archived") && is("isRequest"),
            "archived" => is("archived"),
            "all" => true,
            _ => in_inbox,
        }
    }

    fn fits_contact(&self, contact: Option<&Record>) -> bool {
        let tag_fits = |tag: &Value| self.tags.iter().any(|wanted| tag == wanted.as_str());
        let tags = contact.and_then(|contact| contact.get("tagIds"));
        let tags = tags.and_then(Value::as_array);
        let status = contact
            .map(|contact| text(contact, "statusId"))
            .unwrap_or_default();
        (self.tags.is_empty() || tags.is_some_and(|tags| tags.iter().any(tag_fits)))
            && (self.statuses.is_empty() || self.statuses.iter().any(|known| known == status))
    }

    fn matches_query(&self, state: &State, thread: &Record) -> bool {
        let profile = state.profiles.get(text(thread, "profileId"));
        let of_profile = |field| {
            profile
                .map(|profile| text(profile, field))
                .unwrap_or_default()
        };
        let activity = thread
            .get("activity")
            .and_then(|activity| activity.get("preview"));
        let preview = activity.and_then(Value::as_str).unwrap_or_default();
        [of_profile("displayName"), of_profile("username"), preview]
            .iter()
            .any(|text| folded(text).contains(&self.words))
    }
}

fn get_thread(state: &mut State, arguments: &Arguments, _: &Context) -> Result<Response, Failure> {
    let thread = state.show_thread(arguments.text("threadId"), &arguments.texts("expand"));
    thread
        .map(Response::ok)
        .ok_or(Failure::NotFound(Kind::Thread))
}

fn update_thread(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("threadId");
    let missing = || Failure::NotFound(Kind::Thread);
    let thread = state.threads.get_mut(id).ok_or_else(missing)?;
    let mut events = Vec::new();
    for field in ["archived", "unread", "assigneeId", "typingIndicators"] {
        let Some(wanted) = arguments.field(field) else {
            continue;
        };
        if !set(thread, field, wanted.clone()) {
            continue;
        }
        match (field, wanted) {
            ("archived", Value::Bool(true)) => events.push(("thread.archived", json!({}))),
            ("archived", _) => events.push(("thread.unarchived", json!({}))),
            ("assigneeId", Value::Null) => {
                events.push(("thread.unassigned", json!({ "assigneeId": null })));
            }
            ("assigneeId", id) => events.push(("thread.assigned", json!({ "assigneeId": id }))),
            _ => {}
        }
    }
    for (event, data) in events {
        state.record_event_now(event, ("thread", id), &data, context);
    }
    state
        .show_thread(id, &[])
        .map(Response::ok)
        .ok_or_else(missing)
}

/// Deletes a thread and its messages, also on the platform if the account can do that.
fn delete_thread(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("threadId");
    let thread = state.threads.remove(id);
    let thread = thread.ok_or(Failure::NotFound(Kind::Thread))?;
    state
        .messages
        .retain(|message| text(message, "threadId") != id);
    let data = json!({
        "accountLinkId": thread.get("accountLinkId"),
        "platform": thread.get("platform"),
    });
    state.record_event_now("thread.deleted", ("thread", id), &data, context);
    let link = text(&thread, "accountLinkId");
    let remotely = state.account_can(link, "thread:delete:remote")
        && thread.get("platformId").is_some_and(Value::is_string);
    let scope = if remotely { "remoteAndLocal" } else { "local" };
    Ok(Response::ok(json!({ "scope": scope })))
}

fn send_typing_indicator(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("threadId");
    let thread = state.thread(id)?;
    let setting = value(thread, "typingIndicators");
    if !state.account_can(text(thread, "accountLinkId"), "thread:typing:send") {
        return Err(Failure::CapabilityNotSupported("thread:typing:send"));
    }
    let now = context.now.as_millisecond();
    let last = state.typing.get(id).copied();
    let reason = if setting == "disabled" {
        Some("disabled")
    } else if last.is_some_and(|last| now.saturating_sub(last) < TYPING_PAUSE) {
        Some("rateLimited")
    } else {
        state.typing.insert(id.to_owned(), now);
        None
    };
    let status = if reason.is_none() { "sent" } else { "skipped" };
    let signal = json!({ "status": status, "reason": reason });
    Ok(Response::json(StatusCode::ACCEPTED, signal))
}
