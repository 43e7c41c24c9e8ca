//! WhatsApp messages and templates.

use serde_json::{Value, json};

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::{Record, set, text, value};
use crate::vendors::contactship::errors::Failure;
use crate::vendors::contactship::state::{ORGANIZATION, State, digits};
use crate::vendors::contactship::views::shown;
use crate::vendors::pagination::{Position, page};

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("whatsapp.sendMessage", send_message),
    ("whatsapp.sendTemplate", send_template),
    ("whatsapp.sendMedia", send_media),
    ("whatsapp.sendLocation", send_location),
    ("whatsapp.listTemplates", list_templates),
];

fn send_message(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let thread = thread(state, arguments, context)?;
    let sent = send(
        state,
        &thread,
        ("text", arguments.field("content"), None),
        context,
    );
    let data = sent.with("status", "sent");
    Ok(success("Mensaje enviado", &data))
}

fn send_template(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let (name, language) = (
        arguments.field_text("template_name"),
        arguments.field("language_code"),
    );
    let language = language.and_then(Value::as_str).unwrap_or("es");
    let is_match = |template: &Record| {
        text(template, "name") == name && text(template, "language") == language
    };
    let known = state.templates.iter().any(is_match);
    if !known {
        return Err(Failure::invalid(
            "template_name",
            "is no template in this language",
        ));
    }
    let thread = thread(state, arguments, context)?;
    let content = Value::from(name);
    let sent = send(state, &thread, ("template", Some(&content), None), context);
    let sent = sent.discard_unless_saved(state, arguments);
    Ok(success("Plantilla enviada", &sent.data))
}

fn send_media(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let thread = thread(state, arguments, context)?;
    let given = arguments.field_text("media_data");
    let url = if given.starts_with("http://") || given.starts_with("https://") {
        given.to_owned()
    } else {
        format!(
            "https://files.example.com/media/{}",
            state.identifiers.uuid()
        )
    };
    let media = json!({ "url": url, "file_name": arguments.field("file_name") });
    let what = (
        arguments.field_text("media_type"),
        arguments.field("content"),
        Some(media),
    );
    let sent = send(state, &thread, what, context).discard_unless_saved(state, arguments);
    Ok(success("Media enviado", &sent.with("media_url", &url)))
}

fn send_location(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    if !state.channels.contains(arguments.field_text("channel_id")) {
        return Err(Failure::Forbidden(
            "The channel is not one of your organization",
        ));
    }
    let thread = thread(state, arguments, context)?;
    let media = json!({
        "latitude": arguments.field("latitude"),
        "longitude": arguments.field("longitude"),
        "address": arguments.field("address"),
    });
    let sent = send(
        state,
        &thread,
        ("location", arguments.field("name"), Some(media)),
        context,
    );
    let sent = sent.discard_unless_saved(state, arguments);
    Ok(success("Ubicación enviada", &sent.with("status", "sent")))
}

/// The cursors are opaque, as Meta's are.
fn list_templates(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    let channel = arguments.text("channel_id");
    match state.channels.get(channel) {
        Some(channel) if text(channel, "type") == "WABA" => {}
        _ => return Err(Failure::invalid("channel_id", "is no WhatsApp channel")),
    }
    let after = match arguments.value("after").and_then(Value::as_str) {
        Some(cursor) => {
            let unknown = || Failure::invalid("after", "is not a cursor of this list");
            Some(Position::from_cursor(cursor, channel).ok_or_else(unknown)?)
        }
        None => None,
    };
    let list = state.templates.iter().map(|template| Position {
        key: text(template, "name").to_owned(),
        id: text(template, "id").to_owned(),
    });
    let limit = arguments.count("limit").unwrap_or(25);
    let page = page(list.collect(), false, after.as_ref(), limit);
    let templates = page.positions.iter();
    let data: Vec<Value> = templates
        .filter_map(|position| state.templates.get(&position.id).map(shown))
        .collect();
    let before = page
        .positions
        .first()
        .map(|position| position.to_cursor(channel));
    let after = page.next.map(|position| position.to_cursor(channel));
    let paging = json!({ "cursors": { "before": before, "after": after } });
    Ok(Response::ok(
        json!({ "success": true, "data": data, "paging": paging }),
    ))
}

/// The id of the target thread, which is created if there is none yet. An existing thread
/// determines channel and contact.
fn thread(state: &mut State, arguments: &Arguments, context: &Context) -> Result<String, Failure> {
    let given = arguments.field_text("thread_id");
    let known = state.threads.get(given).cloned();
    if known.is_none() && !given.is_empty() {
        return Err(Failure::NotFound("Thread"));
    }
    let field = |name| match &known {
        Some(thread) => value(thread, name),
        None => arguments.field(name).cloned().unwrap_or_default(),
    };
    let (channel, contact) = (field("channel_id"), field("contact_id"));
    for (name, id) in [("channel_id", &channel), ("contact_id", &contact)] {
        if id.is_null() {
            return Err(Failure::invalid(name, "is required without thread_id"));
        }
    }
    let found = |id: &Value| id.as_str().unwrap_or_default().to_owned();
    let (channel, contact) = (found(&channel), found(&contact));
    let kind = state
        .channels
        .get(&channel)
        .map(|channel| text(channel, "type"));
    if kind.ok_or(Failure::NotFound("Channel"))? != "WABA" {
        return Err(Failure::invalid("channel_id", "is no WhatsApp channel"));
    }
    let number = state
        .contacts
        .get(&contact)
        .map(|contact| text(contact, "phone_number"));
    if digits(number.ok_or(Failure::NotFound("Contact"))?).is_empty() {
        return Err(Failure::invalid(
            "contact_id",
            "is a contact without a phone number",
        ));
    }
    if known.is_some() {
        return Ok(given.to_owned());
    }
    let is_match = |thread: &&Record| {
        text(thread, "channel_id") == channel && text(thread, "contact_id") == contact
    };
    let open = state
        .threads
        .iter()
        .find(is_match)
        .map(|thread| text(thread, "id").to_owned());
    Ok(open.unwrap_or_else(|| make_thread(state, &channel, &contact, context)))
}

fn make_thread(state: &mut State, channel: &str, contact: &str, context: &Context) -> String {
    let id = format!("thr-{}", state.identifiers.uuid());
    let time = context.timestamp();
    state.threads.add(json!({
        "id": id,
        "channel_id": channel,
        "channel_type": "WABA",
        "contact_id": contact,
        "organization_id": ORGANIZATION,
        "status": "open",
        "assignee": null,
        "assignee_type": null,
        "created_at": time,
        "updated_at": time,
    }));
    id
}

/// A sent message.
struct Sent {
    data: Record,
}

impl Sent {
    fn with(&self, field: &str, value: &str) -> Record {
        let mut data = self.data.clone();
        set(&mut data, field, value);
        data
    }

    /// Deletes the message again if the request asked not to save it.
    fn discard_unless_saved(mut self, state: &mut State, arguments: &Arguments) -> Self {
        if arguments.field("save_message") == Some(&Value::Bool(false)) {
            state.messages.remove(text(&self.data, "message_id"));
            set(&mut self.data, "message_id", Value::Null);
        }
        self
    }
}

fn send(
    state: &mut State,
    thread: &str,
    (kind, content, media): (&str, Option<&Value>, Option<Value>),
    context: &Context,
) -> Sent {
    let id = format!("msg-{}", state.identifiers.uuid());
    let time = context.timestamp();
    state.messages.add(json!({
        "id": id,
        "thread_id": thread,
        "role": "assistant",
        "type": kind,
        "content": content,
        "media": media,
        "from": null,
        "source": "webapp",
        "status": "sent",
        "sender_id": null,
        "created_at": time,
    }));
    if let Some(thread) = state.threads.get_mut(thread) {
        set(thread, "updated_at", time);
    }
    let provider_id = format!("wamid.{}", state.identifiers.cuid2().to_uppercase());
    let mut data = Record::new();
    set(&mut data, "message_id", id);
    set(&mut data, "provider_id", provider_id);
    set(&mut data, "thread_id", thread);
    Sent { data }
}

fn success(message: &str, data: &Record) -> Response {
    Response::ok(json!({ "success": true, "message": message, "data": data }))
}
