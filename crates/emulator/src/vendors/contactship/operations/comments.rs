//! Comments on contacts.

use serde_json::{Value, json};

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::text;
use crate::vendors::contactship::errors::Failure;
use crate::vendors::contactship::state::State;
use crate::vendors::contactship::views::{created, enveloped, shown};

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("comments.list", list_contact_comments),
    ("comments.create", create_comment),
];

fn list_contact_comments(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    let contact = arguments.text("contactId");
    if !state.contacts.contains(contact) {
        return Err(Failure::NotFound("Contact"));
    }
    let comments = state.comments.iter();
    let comments: Vec<Value> = comments
        .filter(|comment| text(comment, "_contact") == contact)
        .map(shown)
        .collect();
    Ok(enveloped(
        json!({ "total_comments": comments.len(), "comments": comments }),
    ))
}

/// Only members of the organization can be named as authors, by their email address.
fn create_comment(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let author_type = arguments.field_text("created_by_type");
    let author = match arguments.field("created_by").and_then(Value::as_str) {
        None if author_type == "USER" => {
            return Err(Failure::invalid("created_by", "is required for a user"));
        }
        None => author_type,
        Some(_) if author_type != "USER" => {
            return Err(Failure::invalid("created_by", "is allowed for a user only"));
        }
        Some(address) if state.member(address).is_none() => {
            return Err(Failure::invalid(
                "created_by",
                "is no member of the organization",
            ));
        }
        Some(address) => address,
    };
    let contact = arguments.field_text("contact_id");
    if !state.contacts.contains(contact) {
        return Err(Failure::NotFound("Contact"));
    }
    let id = state.identifiers.uuid();
    state.comments.add(json!({
        "id": id,
        "content": arguments.field("content"),
        "created_by": author,
        "created_at": context.timestamp(),
        "_contact": contact,
    }));
    let comment = state.comments.get(&id).map(shown).unwrap_or_default();
    Ok(created(comment))
}
