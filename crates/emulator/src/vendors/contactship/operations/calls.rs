//! Calls.
//!
//! No call is ever picked up: one placed immediately is in progress until it is stopped, a delayed
//! one stays queued, a scheduled one stays scheduled.

use serde_json::{Value, json};

use super::transcripts::show_call;
use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::{Record, set, text, value};
use crate::vendors::contactship::errors::Failure;
use crate::vendors::contactship::lists::{Page, by_age, equals};
use crate::vendors::contactship::state::{State, digits};
use crate::vendors::contactship::views::{created, enveloped};
use crate::vendors::pagination::Position;

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("calls.list", list_calls),
    ("calls.get", get_call),
    ("calls.getStatus", get_call_status),
    ("calls.callPhoneNumber", call_phone_number),
    ("calls.callContact", call_contact),
    ("calls.stop", stop_call),
];

/// The length of a day without a time, such as `2026-04-06`.
const DAY: usize = 10;

fn list_calls(state: &mut State, arguments: &Arguments, _: &Context) -> Result<Response, Failure> {
    let bound = |name| arguments.value(name).and_then(Value::as_str);
    let bound = |name| bound(name).map(|time| Position::at(time, "").key);
    // Times are compared as text: a day sorts before all its moments, so the last day needs a late one.
    let from = bound("date_from");
    let to = bound("date_to").map(|to| match to.len() {
        DAY => format!("{to}T24"),
        _ => to,
    });
    let number = digits(arguments.text("phoneNumber"));
    let calls = state.calls.iter().filter(|call| {
        let time = Position::at(text(call, "created_at"), "").key;
        let contact = call
            .get("contact")
            .and_then(|contact| contact.get("phone_number"));
        let numbers = [
            contact.and_then(Value::as_str).unwrap_or_default(),
            text(call, "from"),
        ];
        from.as_ref().is_none_or(|from| *from <= time)
            && to.as_ref().is_none_or(|to| time <= *to)
            && ["call_status", "call_result", "agent_id", "campaign_id"]
                .iter()
                .all(|field| equals(arguments, field, text(call, field)))
            && (number.is_empty() || numbers.iter().any(|known| digits(known) == number))
    });
    let page = Page::of(arguments, by_age(arguments, calls.collect()), Some(20));
    Ok(page.response(|call| show_call(call, arguments, false)))
}

fn get_call(state: &mut State, arguments: &Arguments, _: &Context) -> Result<Response, Failure> {
    let call = state.calls.get(arguments.text("callId")).ok_or(CALL)?;
    Ok(enveloped(show_call(call, arguments, true)))
}

fn get_call_status(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    check_uuid(arguments.text("callId"))?;
    let call = state.calls.get(arguments.text("callId")).ok_or(CALL)?;
    Ok(enveloped(json!({
        "call_id": value(call, "id"),
        "agent_id": value(call, "agent_id"),
        "call_status": progress(call),
        "finished": is_finished(call),
        "disconnection_reason": value(call, "disconnection_reason"),
        "started_at": value(call, "start_at"),
        "ended_at": value(call, "finished_at"),
    })))
}

fn call_phone_number(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let from = arguments.field_text("from_number");
    let is_match = |number: &Record| text(number, "phone_number") == from;
    if !state.phone_numbers.iter().any(is_match) {
        return Err(Failure::invalid(
            "from_number",
            "is no number of the organization",
        ));
    }
    let to = arguments.field_text("to_number");
    if !(7..=15).contains(&digits(to).len()) || !to.starts_with('+') {
        return Err(Failure::invalid(
            "to_number",
            "must be a number like +12025550143",
        ));
    }
    if !state.agents.contains(arguments.field_text("agent_id")) {
        return Err(Failure::invalid("agent_id", "is not the id of an agent"));
    }
    let known = state.contact_by_phone(to);
    let contact = json!({
        "id": known.map(|known| text(known, "id")),
        "full_name": arguments.field("full_name"),
        "phone_number": to,
        "email": arguments.field("email"),
        "country": arguments.field("country"),
    });
    let from = from.to_owned();
    Ok(place_call(state, &from, &contact, arguments, context))
}

fn call_contact(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let contact = state.contacts.get(arguments.field_text("contact_id"));
    let contact = contact.ok_or(Failure::NotFound("Contact"))?;
    let number = state
        .phone_numbers
        .get(arguments.field_text("from_number_id"));
    let from = text(
        number.ok_or(Failure::NotFound("Phone number"))?,
        "phone_number",
    )
    .to_owned();
    if !state.agents.contains(arguments.field_text("agent_id")) {
        return Err(Failure::NotFound("Agent"));
    }
    let contact = json!({
        "id": value(contact, "id"),
        "full_name": value(contact, "full_name"),
        "phone_number": value(contact, "phone_number"),
        "email": value(contact, "email"),
        "country": value(contact, "country"),
    });
    Ok(place_call(state, &from, &contact, arguments, context))
}

/// Places a call.
fn place_call(
    state: &mut State,
    from: &str,
    contact: &Value,
    arguments: &Arguments,
    context: &Context,
) -> Response {
    let time = context.timestamp();
    let delay = arguments
        .field("delay")
        .and_then(Value::as_f64)
        .unwrap_or_default();
    let (status, start) = if arguments.field("schedule").is_some() {
        ("scheduled", Value::Null)
    } else if delay > 0.0 {
        ("in-queue", Value::Null)
    } else {
        ("in-progress", Value::from(time.as_str()))
    };
    let id = state.identifiers.uuid();
    let response = json!({
        "call_id": id,
        "agent_id": arguments.field("agent_id"),
        "contact_id": contact.get("id"),
        "created_at": time,
    });
    state.calls.add(json!({
        "id": id,
        "direction": "outbound",
        "from": from,
        "call_record": null,
        "call_status": status,
        "call_result": null,
        "disconnection_reason": null,
        "start_at": start,
        "finished_at": null,
        "duration": null,
        "call_analysis": null,
        "type": "api_call",
        "created_at": time,
        "agent_id": arguments.field("agent_id"),
        "campaign_id": null,
        "contact": contact,
        "_transcript": [],
    }));
    created(response)
}

fn stop_call(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("callId");
    check_uuid(id)?;
    let call = state.calls.get_mut(id).ok_or(CALL)?;
    let before = progress(call);
    if ["in_queue", "scheduled"].contains(&before) {
        return Err(Failure::Conflict(
            "The call has not been placed yet. Retry in a few seconds, or cancel it if it is scheduled.",
        ));
    }
    let stopped = !is_finished(call);
    if stopped {
        let start = text(call, "start_at")
            .parse::<jiff::Timestamp>()
            .unwrap_or(context.now);
        let seconds = context
            .now
            .as_second()
            .saturating_sub(start.as_second())
            .max(0);
        set(call, "call_status", "completed");
        set(call, "call_result", "answered");
        set(call, "disconnection_reason", "user_hangup");
        set(call, "finished_at", context.timestamp());
        set(call, "duration", seconds);
    }
    let data = json!({ "call_id": id, "stopped": stopped, "call_status": before });
    Ok(enveloped(data))
}

const CALL: Failure = Failure::NotFound("Call");

/// A call's status as `getCallStatus` names it; the lists use other names.
fn progress(call: &Record) -> &'static str {
    match text(call, "call_status") {
        "in-queue" => "in_queue",
        "scheduled" => "scheduled",
        "in-progress" => "in_progress",
        "voice_mail" | "answering-machine" => "voicemail",
        "no-answer" => "no_answer",
        "failed" => "failed",
        _ => "ended",
    }
}

fn is_finished(call: &Record) -> bool {
    !["in_queue", "scheduled", "in_progress"].contains(&progress(call))
}

fn check_uuid(id: &str) -> Result<(), Failure> {
    let groups: Vec<&str> = id.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let digits = groups.concat();
    if lengths == [8, 4, 4, 4, 12] && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        Ok(())
    } else {
        Err(Failure::invalid("callId", "is not a valid UUID"))
    }
}
