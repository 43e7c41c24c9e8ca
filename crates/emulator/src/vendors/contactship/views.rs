//! ContactShip's objects as callers see them.

use http::StatusCode;
use serde_json::{Value, json};

use super::state::State;
use crate::http::response::Response;
use crate::vendors::collection::{Record, text};
use crate::vendors::summary::{ThreadSummary, some};

/// A record without its internal fields.
pub(super) fn shown(document: &Record) -> Value {
    let mut shown = document.clone();
    shown.retain(|name, _| !name.starts_with('_'));
    Value::Object(shown)
}

impl State {
    /// A contact with its tags.
    pub(super) fn show_contact(&self, contact: &Record) -> Value {
        let mut shown = contact.clone();
        shown.retain(|name, _| !name.starts_with('_'));
        shown.insert("tags".to_owned(), self.show_tags_of(contact));
        Value::Object(shown)
    }

    /// A thread in brief.
    pub(super) fn summary(&self, thread: &Record) -> ThreadSummary {
        let id = text(thread, "id");
        let contact = self.contacts.get(text(thread, "contact_id"));
        let assignee = text(thread, "assignee");
        let agent = self.agents.get(assignee).map(|agent| text(agent, "name"));
        let member = self.members.get(assignee);
        let member = member.map(|member| text(member, "email"));
        let mut messages = self.messages.iter().rev();
        let last = messages.find(|message| text(message, "thread_id") == id);
        ThreadSummary {
            id: id.to_owned(),
            contact: contact.and_then(|contact| some(text(contact, "full_name"))),
            status: text(thread, "status").to_owned(),
            assignee: some(assignee),
            assignee_name: agent.or(member).and_then(some),
            last_message: last.and_then(|message| some(text(message, "content"))),
        }
    }

    /// The tags of a contact.
    pub(super) fn show_tags_of(&self, contact: &Record) -> Value {
        let ids = contact.get("_tags").and_then(Value::as_array);
        ids.into_iter()
            .flatten()
            .filter_map(|id| self.tags.get(id.as_str()?))
            .map(|tag| {
                json!({
                    "id": tag.get("id"),
                    "name": tag.get("name"),
                    "color": tag.get("color"),
                    "label": tag.get("label"),
                })
            })
            .collect()
    }
}

/// A 200 response in the envelope.
pub(super) fn enveloped(data: impl Into<Value>) -> Response {
    let data: Value = data.into();
    Response::ok(json!({ "statusCode": 200, "data": data }))
}

/// A 201 response in the envelope.
pub(super) fn created(data: impl Into<Value>) -> Response {
    let data: Value = data.into();
    Response::json(
        StatusCode::CREATED,
        json!({ "statusCode": 201, "data": data }),
    )
}
