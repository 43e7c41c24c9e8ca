//! Generated records of ContactShip.

use serde_json::{Value, json};

use super::state::ORGANIZATION;
use crate::vendors::identifiers::Identifiers;
use crate::vendors::seed::{Business, time};

/// A contact with a fictitious phone number.
pub(super) fn contact(id: &str, position: u32) -> Value {
    let Business { name, username } = Business::at(position);
    json!({
        "id": id,
        "created_at": time(position, 0),
        "phone_number": format!("+1415555{:04}", 100 + position),
        "full_name": name,
        "country": "US",
        "email": format!("hello@{username}.example"),
        "description": null,
        "additional_data": [],
        "organization_id": ORGANIZATION,
        "_tags": [],
    })
}

/// A finished call.
pub(super) fn call(
    (position, agent, from): (u32, &str, &str),
    contact: &Value,
    identifiers: &mut Identifiers,
) -> Value {
    let (status, result, reason) = identifiers
        .pick(&CALL_ENDS)
        .copied()
        .unwrap_or(("failed", "failed", "failed"));
    let minutes = identifiers.below(600);
    let duration = (result == "answered").then(|| 60 + identifiers.below(240));
    json!({
        "id": identifiers.uuid(),
        "direction": "outbound",
        "from": from,
        "call_record": null,
        "call_status": status,
        "call_result": result,
        "disconnection_reason": reason,
        "start_at": time(position, minutes),
        "finished_at": time(position, minutes + 5),
        "duration": duration.unwrap_or_default(),
        "call_analysis": null,
        "type": "api_call",
        "created_at": time(position, minutes),
        "agent_id": agent,
        "campaign_id": null,
        "contact": {
            "id": contact.get("id"),
            "full_name": contact.get("full_name"),
            "phone_number": contact.get("phone_number"),
            "email": contact.get("email"),
            "country": contact.get("country"),
        },
        "_transcript": [
            { "role": "agent", "content": "Hello, is this still the right number?" },
            { "role": "user", "content": "Yes, it is." },
        ],
    })
}

/// The possible ends of a call: status, result and reason.
const CALL_ENDS: [(&str, &str, &str); 4] = [
    ("completed", "answered", "user_hangup"),
    ("completed", "answered", "agent_hangup"),
    ("no-answer", "no_answer", "no_answer"),
    ("failed", "failed", "failed"),
];

/// A WhatsApp template.
pub(super) fn template(position: u32) -> Value {
    json!({
        "id": format!("8042159378{position:02}"),
        "name": format!("seasonal_offer_{position:02}"),
        "language": "es",
        "status": if position % 5 == 4 { "PENDING" } else { "APPROVED" },
        "category": "MARKETING",
        "components": [{ "type": "BODY", "text": "Tenemos novedades para usted." }],
    })
}

/// A message of a thread.
pub(super) fn message(
    (position, number): (u32, u32),
    thread: &str,
    identifiers: &mut Identifiers,
) -> Value {
    let role = if identifiers.once_in(2) {
        "human"
    } else {
        "assistant"
    };
    json!({
        "id": format!("msg-{}", identifiers.uuid()),
        "thread_id": thread,
        "role": role,
        "type": "text",
        "content": "Is this still available?",
        "media": null,
        "from": null,
        "source": if role == "human" { "whatsapp" } else { "webapp" },
        "status": "delivered",
        "sender_id": null,
        "created_at": time(position, 10 + number * 20),
    })
}
