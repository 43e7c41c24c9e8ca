//! Contacts.

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
use crate::vendors::pagination::Position;

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("contacts.list", list_contacts),
    ("contacts.get", get_contact),
    ("contacts.update", update_contact),
    ("contacts.addTag", add_contact_tag),
    ("contacts.removeTag", remove_contact_tag),
];

fn list_contacts(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    check_platforms(&[arguments.text("platform")])?;
    let platform_ids = arguments.texts("platformId");
    let usernames: Vec<String> = arguments
        .texts("username")
        .iter()
        .map(|name| name.to_lowercase())
        .collect();
    let fits = |profile: &Value| {
        let field = |name| {
            profile
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        field("platform") == arguments.text("platform")
            && (platform_ids.is_empty() || platform_ids.contains(&field("platformId")))
            && (usernames.is_empty() || usernames.contains(&field("username").to_lowercase()))
    };
    let belongs = |contact: &&Record| {
        let profiles = contact.get("profiles").and_then(Value::as_array);
        profiles.is_some_and(|profiles| profiles.iter().any(fits))
    };
    let list = state
        .contacts
        .iter()
        .filter(belongs)
        .map(|contact| Position::at(text(contact, "createdAt"), text(contact, "id")))
        .collect();
    let expand = arguments.texts("expand");
    lists::response(arguments, "contacts", list, false, |id| {
        let contact = state.contacts.get(id)?;
        Some(state.show_contact(contact, &expand))
    })
}

fn get_contact(state: &mut State, arguments: &Arguments, _: &Context) -> Result<Response, Failure> {
    let contact = state.contact(arguments.text("contactId"))?;
    let shown = state.show_contact(contact, &arguments.texts("expand"));
    Ok(Response::ok(shown))
}

fn update_contact(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("contactId");
    state.contact(id)?;
    let status = match arguments.field("status") {
        Some(Value::String(reference)) => {
            let unknown = || Failure::invalid("status", "is no status of this team");
            let status = labels::find(&state.statuses, reference).ok_or_else(unknown)?;
            Some(value(status, "id"))
        }
        other => other.cloned(),
    };
    let changes = [
        ("statusId", status, "contact.statusChanged"),
        (
            "notes",
            arguments.field("notes").cloned(),
            "contact.notesChanged",
        ),
        (
            "valuation",
            arguments.field("valuation").cloned(),
            "contact.valuationChanged",
        ),
        (
            "assigneeId",
            arguments.field("assigneeId").cloned(),
            "contact.assigneeChanged",
        ),
    ];
    for (field, wanted, event) in changes {
        if let Some(wanted) = wanted {
            change(state, id, (field, &wanted), event, context)?;
        }
    }
    let shown = state.show_contact(state.contact(id)?, &[]);
    Ok(Response::ok(shown))
}

fn add_contact_tag(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("contactId");
    let mut tags = tags_of(state, id)?;
    let tag = Value::from(labels::tag_id(state, arguments.text("tagRef"))?);
    if !tags.contains(&tag) {
        tags.push(tag);
    }
    change(
        state,
        id,
        ("tagIds", &tags.into()),
        "contact.tagsChanged",
        context,
    )?;
    Ok(Response::empty())
}

fn remove_contact_tag(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("contactId");
    let mut tags = tags_of(state, id)?;
    let tag = labels::tag_id(state, arguments.text("tagRef"))?;
    tags.retain(|known| *known != tag.as_str());
    change(
        state,
        id,
        ("tagIds", &tags.into()),
        "contact.tagsChanged",
        context,
    )?;
    Ok(Response::empty())
}

fn tags_of(state: &State, id: &str) -> Result<Vec<Value>, Failure> {
    let tags = state.contact(id)?.get("tagIds").and_then(Value::as_array);
    Ok(tags.cloned().unwrap_or_default())
}

/// Sets a field of a contact, and records an event if its value changed.
fn change(
    state: &mut State,
    id: &str,
    (field, wanted): (&str, &Value),
    event: &str,
    context: &Context,
) -> Result<(), Failure> {
    let contact = state.contacts.get_mut(id);
    let contact = contact.ok_or(Failure::NotFound(Kind::Contact))?;
    if set(contact, field, wanted.clone()) {
        set(contact, "updatedAt", context.timestamp());
        let data = json!({ field: wanted });
        state.record_event_now(event, ("contact", id), &data, context);
    }
    Ok(())
}
