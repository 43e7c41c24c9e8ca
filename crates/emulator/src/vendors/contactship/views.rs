//! ContactShip's objects as callers see them.

use http::StatusCode;
use serde_json::{Value, json};

use super::state::State;
use crate::http::response::Response;
use crate::vendors::collection::Record;

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
