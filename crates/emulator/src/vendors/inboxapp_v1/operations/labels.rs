//! Tags, statuses and their colours.

use serde_json::{Value, json};

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::{Collection, set, text};
use crate::vendors::inboxapp_v1::errors::{Failure, Kind};
use crate::vendors::inboxapp_v1::state::State;
use crate::vendors::names::folded;

/// The palette.
const COLORS: [(&str, &str); 5] = [
    ("red", "#ef4444"),
    ("amber", "#f59e0b"),
    ("green", "#22c55e"),
    ("teal", "#14b8a6"),
    ("blue", "#3b82f6"),
];

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("tags.list", list_tags),
    ("tags.create", create_tag),
    ("tags.get", get_tag),
    ("tags.update", update_tag),
    ("tags.delete", delete_tag),
    ("tags.colors", list_colors),
    ("statuses.list", list_statuses),
    ("statuses.create", create_status),
    ("statuses.get", get_status),
    ("statuses.update", update_status),
    ("statuses.delete", delete_status),
    ("statuses.colors", list_colors),
    ("colors.list", list_colors),
];

fn list_tags(state: &mut State, _: &Arguments, _: &Context) -> Result<Response, Failure> {
    Ok(Response::ok(state.tags.to_values().into()))
}

/// A tag always has a colour; the default is the first of the palette.
fn create_tag(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    check_name(&state.tags, None, arguments)?;
    let color = color(arguments)?.filter(|color| !color.is_null());
    let id = state.identifiers.cuid2();
    let tag = json!({
        "id": id,
        "name": arguments.field("name"),
        "color": color.unwrap_or_else(first_color),
    });
    state.tags.add(tag.clone());
    record_event(state, "tag.created", ("tag", &tag), context);
    Ok(Response::ok(tag))
}

fn get_tag(state: &mut State, arguments: &Arguments, _: &Context) -> Result<Response, Failure> {
    let tag = state.tags.get(arguments.text("tagId"));
    Ok(Response::ok(
        tag.cloned().ok_or(Failure::NotFound(Kind::Tag))?.into(),
    ))
}

fn update_tag(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("tagId");
    let change = update(&mut state.tags, id, Kind::Tag, arguments)?;
    if change.is_real {
        record_event(state, "tag.updated", ("tag", &change.result), context);
    }
    Ok(Response::ok(change.result))
}

fn delete_tag(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("tagId");
    let tag = state.tags.remove(id).ok_or(Failure::NotFound(Kind::Tag))?;
    for prospect in state.prospects.iter_mut() {
        let tags = prospect
            .get_mut("context")
            .and_then(|context| context.get_mut("tags"));
        if let Some(Value::Array(tags)) = tags {
            tags.retain(|tag| tag != id);
        }
    }
    record_event(state, "tag.deleted", ("tag", &tag.into()), context);
    Ok(Response::ok(json!({})))
}

fn list_statuses(state: &mut State, _: &Arguments, _: &Context) -> Result<Response, Failure> {
    Ok(Response::ok(state.statuses.to_values().into()))
}

fn create_status(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    check_name(&state.statuses, None, arguments)?;
    let id = state.identifiers.cuid2();
    let status = json!({
        "id": id,
        "name": arguments.field("name"),
        "color": color(arguments)?,
        "createdAt": context.timestamp(),
    });
    state.statuses.add(status.clone());
    record_event(state, "status.created", ("status", &status), context);
    Ok(Response::ok(status))
}

fn get_status(state: &mut State, arguments: &Arguments, _: &Context) -> Result<Response, Failure> {
    let status = state.statuses.get(arguments.text("statusId"));
    Ok(Response::ok(
        status
            .cloned()
            .ok_or(Failure::NotFound(Kind::Status))?
            .into(),
    ))
}

fn update_status(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("statusId");
    let change = update(&mut state.statuses, id, Kind::Status, arguments)?;
    if change.is_real {
        record_event(state, "status.updated", ("status", &change.result), context);
    }
    Ok(Response::ok(change.result))
}

fn delete_status(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("statusId");
    let status = state
        .statuses
        .remove(id)
        .ok_or(Failure::NotFound(Kind::Status))?;
    for prospect in state.prospects.iter_mut() {
        if let Some(Value::Object(context)) = prospect.get_mut("context")
            && text(context, "statusId") == id
        {
            set(context, "statusId", Value::Null);
        }
    }
    record_event(state, "status.deleted", ("status", &status.into()), context);
    Ok(Response::ok(json!({})))
}

fn list_colors(_: &mut State, _: &Arguments, _: &Context) -> Result<Response, Failure> {
    let colors = COLORS.map(|(name, hex)| json!({ "name": name, "hex": hex }));
    Ok(Response::ok(colors.to_vec().into()))
}

fn record_event(state: &mut State, event: &str, (name, object): (&str, &Value), context: &Context) {
    state.record_event(event, &json!({ name: object }), &context.timestamp());
}

/// The result of an update.
struct Change {
    /// The updated object.
    result: Value,
    /// Whether anything changed.
    is_real: bool,
}

fn update(
    collection: &mut Collection,
    id: &str,
    kind: Kind,
    arguments: &Arguments,
) -> Result<Change, Failure> {
    if !collection.contains(id) {
        return Err(Failure::NotFound(kind));
    }
    check_name(collection, Some(id), arguments)?;
    let mut color = color(arguments)?;
    if matches!(kind, Kind::Tag) && color == Some(Value::Null) {
        color = Some(first_color());
    }
    let object = collection.get_mut(id).ok_or(Failure::NotFound(kind))?;
    let mut is_real = false;
    if let Some(name) = arguments.field("name") {
        is_real |= set(object, "name", name.clone());
    }
    if let Some(color) = color {
        is_real |= set(object, "color", color);
    }
    let result = object.clone().into();
    Ok(Change { result, is_real })
}

fn first_color() -> Value {
    COLORS
        .first()
        .map(|(_, hex)| Value::from(*hex))
        .unwrap_or_default()
}

/// Checks that the name is unique, ignoring case.
fn check_name(
    collection: &Collection,
    own_id: Option<&str>,
    arguments: &Arguments,
) -> Result<(), Failure> {
    let Some(name) = arguments.field("name").and_then(Value::as_str) else {
        return Ok(());
    };
    let wanted = folded(name);
    let mut others = collection
        .iter()
        .filter(|other| Some(text(other, "id")) != own_id);
    if others.any(|other| folded(text(other, "name")) == wanted) {
        return Err(Failure::NameTaken);
    }
    Ok(())
}

/// The requested colour: six hexadecimal digits, or a name of the palette.
fn color(arguments: &Arguments) -> Result<Option<Value>, Failure> {
    let Some(Value::String(color)) = arguments.field("color") else {
        return Ok(arguments.field("color").cloned());
    };
    let named = COLORS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(color));
    if let Some((_, hex)) = named {
        return Ok(Some(Value::from(*hex)));
    }
    let digits = color.strip_prefix('#').unwrap_or_default();
    if digits.len() == 6 && digits.chars().all(|digit| digit.is_ascii_hexdigit()) {
        return Ok(Some(Value::from(color.to_lowercase())));
    }
    Err(Failure::Unprocessable(
        "color must be like #22c55e".to_owned(),
    ))
}
