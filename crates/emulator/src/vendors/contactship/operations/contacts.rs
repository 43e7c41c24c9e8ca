//! Contacts.

use serde_json::{Value, json};

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::{Record, set, text, value};
use crate::vendors::contactship::errors::Failure;
use crate::vendors::contactship::lists::{Page, by_age, contains};
use crate::vendors::contactship::state::{ORGANIZATION, State};
use crate::vendors::contactship::views::{created, enveloped};

/// The maximum number of contacts in a list without a limit.
const MAX_UNPAGED: usize = 10_000;

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("contacts.list", list_contacts),
    ("contacts.create", create_contact),
    ("contacts.get", get_contact),
    ("contacts.update", update_contact),
    ("contacts.delete", delete_contact),
    ("contacts.getCallHistory", get_contact_call_history),
];

fn list_contacts(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    for (one, other) in [("limit", "offset"), ("offset", "limit")] {
        if arguments.value(one).is_some() && arguments.value(other).is_none() {
            let message = format!("must be sent together with {one}");
            return Err(Failure::invalid(other, message));
        }
    }
    let contacts = state.contacts.iter().filter(|contact| {
        ["full_name", "email", "phone_number"]
            .iter()
            .all(|field| contains(arguments, field, text(contact, field)))
    });
    let mut contacts = by_age(arguments, contacts.collect());
    if arguments.value("limit").is_none() {
        contacts.truncate(MAX_UNPAGED);
    }
    let page = Page::of(arguments, contacts, None);
    Ok(page.response(|contact| state.show_contact(contact)))
}

fn create_contact(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    check_phone(state, None, arguments)?;
    let mut contact = blank(&state.identifiers.uuid(), context);
    apply(&mut contact, arguments);
    let shown = state.show_contact(&contact);
    state.contacts.add(Value::Object(contact));
    Ok(created(shown))
}

/// A contact without details.
pub(super) fn blank(id: &str, context: &Context) -> Record {
    let mut contact = Record::new();
    set(&mut contact, "id", id);
    set(&mut contact, "created_at", context.timestamp());
    for field in [
        "phone_number",
        "full_name",
        "country",
        "email",
        "description",
    ] {
        set(&mut contact, field, Value::Null);
    }
    set(&mut contact, "additional_data", json!([]));
    set(&mut contact, "organization_id", ORGANIZATION);
    set(&mut contact, "_tags", json!([]));
    contact
}

fn get_contact(state: &mut State, arguments: &Arguments, _: &Context) -> Result<Response, Failure> {
    let identifier = arguments.text("contactId");
    let contact = match arguments.text("identifierType") {
        "phone_number" => state.contact_by_phone(identifier),
        "email" => state.contact_by_email(identifier),
        _ => state.contacts.get(identifier),
    };
    Ok(enveloped(state.show_contact(contact.ok_or(CONTACT)?)))
}

fn update_contact(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("contactId");
    if !state.contacts.contains(id) {
        return Err(CONTACT);
    }
    check_phone(state, Some(id), arguments)?;
    let contact = state.contacts.get_mut(id).ok_or(CONTACT)?;
    apply(contact, arguments);
    let contact = contact.clone();
    Ok(enveloped(state.show_contact(&contact)))
}

/// The contact's threads and calls are kept; its comments are deleted.
fn delete_contact(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("contactId");
    state.contacts.remove(id).ok_or(CONTACT)?;
    state
        .comments
        .retain(|comment| text(comment, "_contact") != id);
    Ok(enveloped(true))
}

fn get_contact_call_history(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("contactId");
    let contact = state.contacts.get(id).ok_or(CONTACT)?;
    let mut calls: Vec<Value> = Vec::new();
    for call in state.calls.iter() {
        let of = call.get("contact").and_then(|contact| contact.get("id"));
        if of == Some(&Value::from(id)) {
            calls.push(history_entry(call));
        }
    }
    let history = json!({
        "call_attempts": calls.len(),
        "last_call": calls.last(),
        "calls": calls,
    });
    let contact = state.show_contact(contact);
    Ok(enveloped(
        json!({ "contact": contact, "call_history": history }),
    ))
}

/// A call in a contact's history, with its duration as a string.
fn history_entry(call: &Record) -> Value {
    let duration = call.get("duration").and_then(Value::as_u64);
    json!({
        "direction": value(call, "direction"),
        "status": value(call, "call_result"),
        "duration": duration.map(|duration| duration.to_string()),
        "from": value(call, "from"),
        "call_record": value(call, "call_record"),
        "start_at": value(call, "start_at"),
        "finished_at": value(call, "finished_at"),
        "price": duration.map(|duration| duration / 12),
        "price_unit": "USD",
        "call_analysis": value(call, "call_analysis"),
        "type": value(call, "type"),
        "created_at": value(call, "created_at"),
        "chat_history": value(call, "_transcript"),
    })
}

const CONTACT: Failure = Failure::NotFound("Contact");

fn apply(contact: &mut Record, arguments: &Arguments) {
    for field in [
        "phone_number",
        "full_name",
        "country",
        "email",
        "additional_data",
    ] {
        if let Some(value) = arguments.field(field) {
            set(contact, field, value.clone());
        }
    }
}

/// Phone numbers of contacts are unique.
fn check_phone(state: &State, own_id: Option<&str>, arguments: &Arguments) -> Result<(), Failure> {
    let known = state.contact_by_phone(arguments.field_text("phone_number"));
    match known {
        Some(other) if Some(text(other, "id")) != own_id => {
            Err(Failure::Conflict("A contact with this phone number exists"))
        }
        _ => Ok(()),
    }
}
