//! Tags, statuses and their colours.

use http::StatusCode;
use serde_json::{Value, json};

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::{Collection, Record, set, text};
use crate::vendors::inboxapp_v2::errors::{Failure, Kind};
use crate::vendors::inboxapp_v2::lists;
use crate::vendors::inboxapp_v2::state::State;
use crate::vendors::names::folded;

/// The maximum number of tags of a team.
const MAX_TAGS: usize = 500;

/// The palette.
pub(in crate::vendors::inboxapp_v2) const COLORS: [(&str, &str); 8] = [
    ("teal", "#0d9488"),
    ("amber", "#b45309"),
    ("blue", "#2563eb"),
    ("green", "#16a34a"),
    ("red", "#dc2626"),
    ("purple", "#9333ea"),
    ("pink", "#db2777"),
    ("gray", "#6b7280"),
];

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("tags.list", list_tags),
    ("tags.create", create_tag),
    ("tags.get", get_tag),
    ("tags.update", update_tag),
    ("tags.delete", delete_tag),
    ("statuses.list", list_statuses),
    ("statuses.create", create_status),
    ("statuses.get", get_status),
    ("statuses.update", update_status),
    ("statuses.delete", delete_status),
    ("colors.list", list_colors),
];

fn list_tags(state: &mut State, _: &Arguments, _: &Context) -> Result<Response, Failure> {
    let mut tags: Vec<&Record> = state.tags.iter().collect();
    tags.sort_by_key(|tag| folded(text(tag, "name")));
    let tags: Vec<Value> = tags.into_iter().cloned().map(Value::Object).collect();
    Ok(lists::single_page(&tags))
}

fn create_tag(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let name = new_name(&state.tags, None, arguments)?.unwrap_or_default();
    let random = state
        .identifiers
        .pick(&COLORS)
        .map(|(_, hex)| Value::from(*hex));
    let color = color(arguments)?.or(random).unwrap_or_default();
    if state.tags.len() >= MAX_TAGS {
        return Err(Failure::TagLimitReached(MAX_TAGS));
    }
    let id = state.identifiers.cuid2();
    let tag = json!({ "id": id, "name": name, "color": color });
    state.tags.add(tag.clone());
    state.record_event_now("tag.created", ("tag", &id), &json!({}), context);
    Ok(Response::json(StatusCode::CREATED, tag))
}

fn get_tag(state: &mut State, arguments: &Arguments, _: &Context) -> Result<Response, Failure> {
    let tag = find(&state.tags, arguments.text("tagRef"));
    let tag = tag.ok_or(Failure::NotFound(Kind::Tag))?;
    Ok(Response::ok(tag.clone().into()))
}

fn update_tag(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = tag_id(state, arguments.text("tagRef"))?;
    let change = update(&mut state.tags, &id, arguments)?;
    if change.is_real {
        state.record_event_now("tag.updated", ("tag", &id), &json!({}), context);
    }
    Ok(Response::ok(change.result))
}

fn delete_tag(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = tag_id(state, arguments.text("tagRef"))?;
    state.tags.remove(&id);
    for contact in state.contacts.iter_mut() {
        if let Some(Value::Array(tags)) = contact.get_mut("tagIds") {
            tags.retain(|tag| *tag != id.as_str());
        }
    }
    state.record_event_now("tag.deleted", ("tag", &id), &json!({}), context);
    Ok(Response::empty())
}

fn list_statuses(state: &mut State, _: &Arguments, _: &Context) -> Result<Response, Failure> {
    Ok(lists::single_page(&state.statuses.to_values()))
}

fn create_status(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let name = new_name(&state.statuses, None, arguments)?.unwrap_or_default();
    let color = color(arguments)?.unwrap_or_default();
    let id = state.identifiers.cuid2();
    let time = context.timestamp();
    let status = json!({ "id": id, "name": name, "color": color, "createdAt": time });
    state.statuses.add(status.clone());
    state.record_event_now("status.created", ("status", &id), &json!({}), context);
    Ok(Response::json(StatusCode::CREATED, status))
}

fn get_status(state: &mut State, arguments: &Arguments, _: &Context) -> Result<Response, Failure> {
    let status = find(&state.statuses, arguments.text("statusRef"));
    let status = status.ok_or(Failure::NotFound(Kind::Status))?;
    Ok(Response::ok(status.clone().into()))
}

fn update_status(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = status_id(state, arguments.text("statusRef"))?;
    let change = update(&mut state.statuses, &id, arguments)?;
    if change.is_real {
        state.record_event_now("status.updated", ("status", &id), &json!({}), context);
    }
    Ok(Response::ok(change.result))
}

fn delete_status(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = status_id(state, arguments.text("statusRef"))?;
    state.statuses.remove(&id);
    for contact in state.contacts.iter_mut() {
        if text(contact, "statusId") == id {
            set(contact, "statusId", Value::Null);
        }
    }
    state.record_event_now("status.deleted", ("status", &id), &json!({}), context);
    Ok(Response::empty())
}

fn list_colors(_: &mut State, _: &Arguments, _: &Context) -> Result<Response, Failure> {
    let colors = COLORS.map(|(name, hex)| json!({ "name": name, "hex": hex }));
    Ok(Response::ok(colors.to_vec().into()))
}

/// Finds a tag or status by id, or else by name.
pub(super) fn find<'a>(collection: &'a Collection, reference: &str) -> Option<&'a Record> {
    collection.get(reference).or_else(|| {
        let name = folded(reference);
        collection
            .iter()
            .find(|record| folded(text(record, "name")) == name)
    })
}

/// The id of the referenced tag.
pub(super) fn tag_id(state: &State, reference: &str) -> Result<String, Failure> {
    let tag = find(&state.tags, reference).ok_or(Failure::NotFound(Kind::Tag))?;
    Ok(text(tag, "id").to_owned())
}

fn status_id(state: &State, reference: &str) -> Result<String, Failure> {
    let status = find(&state.statuses, reference).ok_or(Failure::NotFound(Kind::Status))?;
    Ok(text(status, "id").to_owned())
}

/// The result of an update.
struct Change {
    /// The updated object.
    result: Value,
    /// Whether anything changed.
    is_real: bool,
}

fn update(collection: &mut Collection, id: &str, arguments: &Arguments) -> Result<Change, Failure> {
    let name = new_name(collection, Some(id), arguments)?;
    let color = color(arguments)?;
    let mut is_real = false;
    let mut result = Record::new();
    if let Some(object) = collection.get_mut(id) {
        if let Some(name) = name {
            is_real |= set(object, "name", name);
        }
        if let Some(color) = color {
            is_real |= set(object, "color", color);
        }
        result.clone_from(object);
    }
    Ok(Change {
        result: result.into(),
        is_real,
    })
}

/// The requested name; an error if it is taken.
fn new_name(
    collection: &Collection,
    own_id: Option<&str>,
    arguments: &Arguments,
) -> Result<Option<String>, Failure> {
    let Some(name) = arguments.field("name").and_then(Value::as_str) else {
        return Ok(None);
    };
    let wanted = folded(name);
    let taken = collection
        .iter()
        .filter(|other| Some(text(other, "id")) != own_id)
        .any(|other| folded(text(other, "name")) == wanted);
    if taken {
        return Err(Failure::NameTaken(name.to_owned()));
    }
    Ok(Some(name.to_owned()))
}

/// The requested colour as it is stored: a name of the palette, or six hexadecimal digits.
fn color(arguments: &Arguments) -> Result<Option<Value>, Failure> {
    let Some(color) = arguments.field("color") else {
        return Ok(None);
    };
    let Some(text) = color.as_str() else {
        return Ok(Some(Value::Null));
    };
    let lower = text.to_lowercase();
    if let Some((_, hex)) = COLORS.iter().find(|(name, _)| *name == lower) {
        return Ok(Some(Value::from(*hex)));
    }
    let digits = lower.strip_prefix('#').unwrap_or(&lower);
    if digits.len() == 6 && digits.chars().all(|digit| digit.is_ascii_hexdigit()) {
        return Ok(Some(Value::from(format!("#{digits}"))));
    }
    Err(Failure::invalid(
        "color",
        "must be a colour's name or six hexadecimal digits",
    ))
}
