//! Events from other systems and the contacts they belong to.

use serde_json::{Value, json};

use super::contacts;
use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::{Record, set, text};
use crate::vendors::contactship::errors::Failure;
use crate::vendors::contactship::state::{State, digits};
use crate::vendors::contactship::views::enveloped;

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("events.send", send_events),
    ("events.identify", identify_session),
];

/// The statuses of an event that the summary counts.
const OUTCOMES: [&str; 6] = [
    "created",
    "unresolved",
    "pending",
    "duplicate",
    "rejected",
    "invalid",
];

fn send_events(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let events = arguments.field("events").and_then(Value::as_array);
    let events = events.map(Vec::as_slice).unwrap_or_default();
    let mut results: Vec<Value> = Vec::new();
    for (index, event) in events.iter().enumerate() {
        let mut result = Record::new();
        set(&mut result, "index", index);
        result.insert(
            "event_id".to_owned(),
            event.get("event_id").cloned().unwrap_or_default(),
        );
        take(state, event, &mut result, context);
        results.push(Value::Object(result));
    }
    let mut summary = Record::new();
    set(&mut summary, "received", events.len());
    for outcome in OUTCOMES {
        let of = |result: &&Value| result.get("status") == Some(&Value::from(outcome));
        set(&mut summary, outcome, results.iter().filter(of).count());
    }
    let new = |result: &&Value| result.pointer("/contact/created") == Some(&Value::Bool(true));
    set(
        &mut summary,
        "contacts_created",
        results.iter().filter(new).count(),
    );
    Ok(enveloped(json!({ "summary": summary, "results": results })))
}

/// Processes one event and fills in its result.
fn take(state: &mut State, event: &Value, result: &mut Record, context: &Context) {
    let field = |name| event.get(name).and_then(Value::as_str).unwrap_or_default();
    let name = normalized(field("event_name"));
    set(result, "event_name", name.as_str());
    if name != field("event_name") {
        set(result, "original_event_name", field("event_name"));
    }
    let errors = errors(event, &name, context);
    if !errors.is_empty() {
        set(result, "errors", errors);
        set(result, "status", "invalid");
        return;
    }
    let id = field("event_id");
    if state.events.contains(id) {
        set(result, "status", "duplicate");
        return;
    }
    let session = field("session_id");
    let status = if let Some(contact) = event.get("contact") {
        let create = event.get("create_contact") != Some(&Value::Bool(false));
        if let Some(matched) = resolve(state, contact, create, context) {
            set(result, "contact", matched);
            "created"
        } else {
            set(result, "reason", "not_found");
            "unresolved"
        }
    } else {
        let visit = state.sessions.entry(session.to_owned()).or_default();
        if let Some(contact) = &visit.contact {
            let matched = json!({ "id": contact, "matched_by": "session", "created": false });
            set(result, "contact", matched);
            "created"
        } else {
            visit.pending = visit.pending.saturating_add(1);
            "pending"
        }
    };
    if !id.is_empty() {
        state.events.insert(id.to_owned());
    }
    set(result, "status", status);
}

/// Validation errors of one event. They do not affect the rest of the batch.
fn errors(event: &Value, name: &str, context: &Context) -> Vec<String> {
    let mut errors = Vec::new();
    let mut check = |fine: bool, message: &str| {
        if !fine {
            errors.push(message.to_owned());
        }
    };
    check(
        name.starts_with(|first: char| first.is_ascii_lowercase()),
        "event_name must start with a letter",
    );
    check(
        name.len() <= 40,
        "event_name must have at most 40 characters",
    );
    check(
        !name.starts_with("cs_"),
        "event_name must not start with cs_",
    );
    if let Some(time) = event.get("occurred_at").and_then(Value::as_str) {
        let seconds = time
            .parse::<jiff::Timestamp>()
            .map(jiff::Timestamp::as_second);
        let latest = context.now.as_second().saturating_add(86_400);
        let fine = seconds.is_ok_and(|seconds| (946_684_800..=latest).contains(&seconds));
        check(fine, "occurred_at must lie between 2000 and tomorrow");
    }
    match event.get("contact") {
        None => check(
            event.get("session_id").is_some(),
            "contact or session_id is required",
        ),
        Some(contact) => check(is_identified(contact), IDENTIFIER),
    }
    errors
}

const IDENTIFIER: &str =
    "contact must have a contact_id, an external_id, a phone of at least 7 digits or an email";

fn is_identified(contact: &Value) -> bool {
    let field = |name| {
        contact
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    !field("contact_id").is_empty()
        || !field("external_id").is_empty()
        || !field("email").is_empty()
        || digits(field("phone")).len() >= 7
}

/// Normalizes an event name to lowercase letters, digits and underscores.
fn normalized(name: &str) -> String {
    let mut normalized = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphanumeric() {
            normalized.push(letter);
        } else if !normalized.ends_with('_') && !normalized.is_empty() {
            normalized.push('_');
        }
    }
    normalized.trim_end_matches('_').to_owned()
}

/// Finds the contact of an event, or creates it.
fn resolve(state: &mut State, contact: &Value, create: bool, context: &Context) -> Option<Value> {
    let field = |name| {
        contact
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let (external, phone, email) = (field("external_id"), field("phone"), field("email"));
    let is_match = |known: &&Record| text(known, "_external_id") == external;
    let by_external = state.contacts.iter().find(is_match);
    let by_external = by_external.filter(|_| !external.is_empty());
    let found = [
        ("contact_id", state.contacts.get(field("contact_id"))),
        ("external_id", by_external),
        ("phone", state.contact_by_phone(phone)),
        ("email", state.contact_by_email(email)),
    ];
    for (way, known) in found {
        if let Some(known) = known {
            return Some(json!({ "id": text(known, "id"), "matched_by": way, "created": false }));
        }
    }
    if !create || (phone.is_empty() && email.is_empty() && external.is_empty()) {
        return None;
    }
    let id = state.identifiers.uuid();
    let mut new = contacts::blank(&id, context);
    let fields = [
        ("phone_number", phone),
        ("email", email),
        ("full_name", field("name")),
        ("country", field("country")),
        ("_external_id", external),
    ];
    for (name, value) in fields {
        if !value.is_empty() {
            set(&mut new, name, value);
        }
    }
    state.contacts.add(Value::Object(new));
    Some(json!({ "id": id, "matched_by": null, "created": true }))
}

fn identify_session(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let contact = arguments.field("contact").cloned().unwrap_or_default();
    if !is_identified(&contact) {
        return Err(Failure::invalid("contact", "needs an identifier"));
    }
    let create = arguments.field("create_contact") != Some(&Value::Bool(false));
    let matched = resolve(state, &contact, create, context);
    let id = arguments.field_text("session_id");
    let visit = state.sessions.entry(id.to_owned()).or_default();
    let Some(matched) = matched else {
        return Ok(enveloped(json!({
            "status": "not_found", "session_id": id, "contact": null,
            "pending_events": visit.pending, "reason": "not_found",
        })));
    };
    let person = matched.get("id").and_then(Value::as_str);
    if let Some(owner) = visit
        .contact
        .as_deref()
        .filter(|owner| Some(*owner) != person)
    {
        let owner = json!({ "id": owner, "matched_by": "session", "created": false });
        return Ok(enveloped(json!({
            "status": "already_linked", "session_id": id, "contact": owner, "pending_events": 0,
        })));
    }
    visit.contact = person.map(str::to_owned);
    let pending = std::mem::take(&mut visit.pending);
    Ok(enveloped(json!({
        "status": "linked", "session_id": id, "contact": matched, "pending_events": pending,
    })))
}
