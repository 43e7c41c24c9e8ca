//! Tags.

use serde_json::{Value, json};

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::{Record, set, text};
use crate::vendors::contactship::errors::Failure;
use crate::vendors::contactship::lists::{Page, by_age, contains};
use crate::vendors::contactship::state::{ORGANIZATION, State};
use crate::vendors::contactship::views::{created, enveloped, shown};

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("tags.list", list_tags),
    ("tags.create", create_tag),
    ("tags.update", update_tag),
    ("tags.delete", delete_tag),
    ("contacts.listTags", list_contact_tags),
    ("contacts.addTag", add_contact_tag),
    ("contacts.removeTag", remove_contact_tag),
];

fn list_tags(state: &mut State, arguments: &Arguments, _: &Context) -> Result<Response, Failure> {
    let tags = state.tags.iter().filter(|tag| {
        contains(arguments, "name", text(tag, "name"))
            && contains(arguments, "label", text(tag, "label"))
    });
    let tags = by_age(arguments, tags.collect());
    Ok(Page::of(arguments, tags, Some(5)).response(shown))
}

fn create_tag(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    check(state, None, arguments)?;
    let tag = json!({
        "id": format!("tag-{}", state.identifiers.uuid()),
        "name": arguments.field("name"),
        "color": arguments.field("color"),
        "label": arguments.field("label"),
        "organization_id": ORGANIZATION,
        "created_at": context.timestamp(),
    });
    state.tags.add(tag.clone());
    Ok(created(tag))
}

fn update_tag(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("tagId");
    if !state.tags.contains(id) {
        return Err(TAG);
    }
    check(state, Some(id), arguments)?;
    let tag = state.tags.get_mut(id).ok_or(TAG)?;
    for field in ["name", "color", "label"] {
        if let Some(value) = arguments.field(field) {
            set(tag, field, value.clone());
        }
    }
    set(tag, "updated_at", context.timestamp());
    Ok(enveloped(shown(tag)))
}

fn delete_tag(state: &mut State, arguments: &Arguments, _: &Context) -> Result<Response, Failure> {
    let id = arguments.text("tagId");
    state.tags.remove(id).ok_or(TAG)?;
    for contact in state.contacts.iter_mut() {
        untag(contact, id);
    }
    Ok(enveloped(true))
}

fn list_contact_tags(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    let contact = state.contacts.get(arguments.text("contactId"));
    Ok(enveloped(state.show_tags_of(contact.ok_or(CONTACT)?)))
}

/// Adding a tag the contact already has moves it to the end.
fn add_contact_tag(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("contactId");
    let contact = state.contacts.get_mut(id).ok_or(CONTACT)?;
    let tag = arguments.text("tagId");
    if !state.tags.contains(tag) {
        return Err(TAG);
    }
    untag(contact, tag);
    let tags = contact.entry("_tags").or_insert_with(|| json!([]));
    if let Value::Array(tags) = tags {
        tags.push(Value::from(tag));
    }
    let contact = contact.clone();
    Ok(created(state.show_contact(&contact)))
}

fn remove_contact_tag(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    let contact = state.contacts.get_mut(arguments.text("contactId"));
    if untag(contact.ok_or(CONTACT)?, arguments.text("tagId")) {
        Ok(enveloped(true))
    } else {
        Err(Failure::NotFound("Tag assignment"))
    }
}

const TAG: Failure = Failure::NotFound("Tag");
const CONTACT: Failure = Failure::NotFound("Contact");

/// Removes a tag from a contact. Returns whether the contact had it.
fn untag(contact: &mut Record, tag: &str) -> bool {
    let Some(Value::Array(tags)) = contact.get_mut("_tags") else {
        return false;
    };
    let before = tags.len();
    tags.retain(|known| known != tag);
    tags.len() != before
}

/// Checks that the name is unique and the colour hexadecimal.
fn check(state: &State, own_id: Option<&str>, arguments: &Arguments) -> Result<(), Failure> {
    let name = arguments.field("name").and_then(Value::as_str);
    let mut others = state
        .tags
        .iter()
        .filter(|tag| Some(text(tag, "id")) != own_id);
    if name.is_some() && others.any(|tag| Some(text(tag, "name")) == name) {
        return Err(Failure::invalid("name", "is taken by another tag"));
    }
    let is_hex = |color: &str| {
        let digits = color.strip_prefix('#').unwrap_or_default();
        [3, 6, 8].contains(&digits.len()) && digits.chars().all(|digit| digit.is_ascii_hexdigit())
    };
    match arguments.field("color").and_then(Value::as_str) {
        Some(color) if !is_hex(color) => Err(Failure::invalid("color", "must be like #FF5733")),
        _ => Ok(()),
    }
}
