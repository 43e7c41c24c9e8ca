//! ContactShip's initial data: the examples of its document and generated records.

use serde_json::{Value, json};

use super::records;
use super::state::{ORGANIZATION, State};
use crate::spec::Spec;
use crate::vendors::collection::{Collection, Record, set, text, with};
use crate::vendors::seed::{Business, GENERATED_THREADS, example_records, example_threads, time};

/// The ids and email addresses of the organization's members.
const MEMBERS: [(&str, &str); 3] = [
    ("user-58b0", "desk@example.com"),
    ("user-7c41", "orders@example.com"),
    ("user-91ae", "returns@example.com"),
];

/// ContactShip's initial state.
pub(super) fn state(spec: &Spec) -> State {
    let mut state = State::empty();
    load_examples(&mut state, spec);
    let agents = [make_agent(&mut state, 0), make_agent(&mut state, 1)];
    let channels = [("WABA", 0), ("WABA", 1), ("INSTAGRAM", 2)].map(|(kind, position)| {
        let id = format!("chn_{}", state.identifiers.cuid2());
        state.channels.add(channel(&id, kind, position));
        (id, kind)
    });
    for (id, email) in MEMBERS {
        state.members.add(json!({ "id": id, "email": email }));
    }
    make_more_records(&mut state);
    let assignees = [
        (agents[0].clone(), "agent"),
        (agents[1].clone(), "agent"),
        ("user-58b0".to_owned(), "user"),
        ("user-7c41".to_owned(), "user"),
    ];
    for position in 0..GENERATED_THREADS {
        let contact = make_contact(&mut state, position);
        make_thread(&mut state, position, &contact, (&channels, &assignees));
    }
    state
}

/// Loads the document's examples.
fn load_examples(state: &mut State, spec: &Spec) {
    let lists: [(&mut Collection, &[&str], &str); 11] = [
        (&mut state.messages, &["messages.get"], ""),
        (&mut state.channels, &["channels.list"], "/data"),
        (&mut state.templates, &["whatsapp.listTemplates"], "/data"),
        (
            &mut state.contacts,
            &["contacts.get", "contacts.list"],
            "/data",
        ),
        (&mut state.tags, &["tags.list"], "/data"),
        (&mut state.agents, &["agents.get", "agents.list"], "/data"),
        (&mut state.voices, &["agents.listVoices"], "/data"),
        (&mut state.calls, &["calls.list", "calls.get"], "/data"),
        (&mut state.tasks, &["tasks.list"], "/data"),
        (
            &mut state.phone_numbers,
            &["organization.listPhoneNumbers"],
            "/data",
        ),
        (&mut state.comments, &["comments.list"], "/data/comments"),
    ];
    for (collection, operations, pointer) in lists {
        for record in example_records(spec, operations, pointer) {
            collection.add(record);
        }
    }
    for thread in example_threads(spec) {
        state.threads.add(thread);
    }
    for contact in state.contacts.iter_mut() {
        let tags = contact.remove("tags").unwrap_or_default();
        let ids = tags.as_array().into_iter().flatten();
        let ids: Vec<Value> = ids.filter_map(|tag| tag.get("id").cloned()).collect();
        set(contact, "_tags", ids);
    }
    let first = state.contacts.ids().first().cloned().unwrap_or_default();
    for comment in state.comments.iter_mut() {
        set(comment, "_contact", first.as_str());
    }
    let said = example_records(spec, &["calls.get"], "/data/chat_history");
    let said: Vec<Value> = said.into_iter().filter(Value::is_object).collect();
    for call in state.calls.iter_mut() {
        set(call, "_transcript", said.clone());
    }
}

fn channel(id: &str, kind: &str, position: u32) -> Value {
    json!({
        "id": id,
        "name": format!("{} line", Business::at(position).name),
        "type": kind,
        "status": "active",
        "answer_method": if position == 1 { "manual" } else { "auto" },
        "organization_id": ORGANIZATION,
        "created_at": time(position, 0),
    })
}

fn make_agent(state: &mut State, position: u32) -> String {
    let id = format!("agent-{}", state.identifiers.uuid());
    let voice = state.voices.ids().first().cloned();
    state.agents.add(json!({
        "id": id,
        "name": format!("{} desk", Business::at(position).name),
        "language": "en-US",
        "voice_id": voice,
        "timezone": "Europe/Madrid",
        "created_at": time(position, 0),
        "updated_at": time(position, 30),
    }));
    id
}

/// Generates tags, tasks, templates and phone numbers, more than one page of each.
fn make_more_records(state: &mut State) {
    for position in 0..30 {
        state.templates.add(records::template(position));
    }
    for (position, name) in (0..).zip(["new", "vip", "lead", "wholesale", "follow-up", "cold"]) {
        state.tags.add(json!({
            "id": format!("tag-{}", state.identifiers.uuid()),
            "name": name,
            "color": "#FF5733",
            "label": null,
            "organization_id": ORGANIZATION,
            "created_at": time(position, 0),
        }));
    }
    for position in 0..6 {
        state.phone_numbers.add(json!({
            "id": format!("pn-{}", state.identifiers.uuid()),
            "phone_number": format!("+1202555{:04}", 160 + position),
            "type": if position % 2 == 0 { "outbound" } else { "inbound" },
            "organization_id": ORGANIZATION,
            "created_at": time(position, 0),
        }));
    }
    for (position, status) in (0..12).zip(["todo", "in_progress", "done", "blocked"].iter().cycle())
    {
        state.tasks.add(json!({
            "id": state.identifiers.uuid(),
            "type": "custom",
            "brief": "Call back",
            "details": format!("Call {} back.", Business::at(position).name),
            "status": status,
            "priority": if position % 3 == 0 { "high" } else { "low" },
            "assigned_to": ["user-7c41"],
            "created_by": "orders@example.com",
            "additional_data": null,
            "created_at": time(position, 0),
            "updated_at": time(position, 0),
        }));
    }
}

fn make_contact(state: &mut State, position: u32) -> Record {
    let mut contact = records::contact(&state.identifiers.uuid(), position);
    if position % 4 == 1 {
        let tag = state.identifiers.pick(state.tags.ids()).cloned();
        contact = with(contact, "_tags", tag.into_iter().collect::<Vec<_>>());
    }
    let agent = state
        .identifiers
        .pick(state.agents.ids())
        .cloned()
        .unwrap_or_default();
    let numbers: Vec<&str> = state
        .phone_numbers
        .iter()
        .map(|known| text(known, "phone_number"))
        .collect();
    let number = state
        .identifiers
        .pick(&numbers)
        .copied()
        .unwrap_or_default();
    let call = records::call((position, &agent, number), &contact, &mut state.identifiers);
    state.calls.add(call);
    state.contacts.add(contact.clone());
    contact.as_object().cloned().unwrap_or_default()
}

/// An id and its type.
type TypedId = (String, &'static str);

fn make_thread(
    state: &mut State,
    position: u32,
    contact: &Record,
    (channels, assignees): (&[TypedId], &[TypedId]),
) {
    let identifiers = &mut state.identifiers;
    let (channel, channel_type) = identifiers.pick(channels).cloned().unwrap_or_default();
    let assignee = identifiers
        .pick(assignees)
        .cloned()
        .filter(|_| !position.is_multiple_of(3));
    let (assignee, assignee_type) = assignee.unzip();
    let status = if identifiers.once_in(4) {
        "closed"
    } else {
        "open"
    };
    let quiet = identifiers.below(9_000);
    let id = format!("thr-{}", identifiers.uuid());
    state.threads.add(json!({
        "id": id,
        "channel_id": channel,
        "channel_type": channel_type,
        "contact_id": contact.get("id"),
        "organization_id": ORGANIZATION,
        "status": status,
        "assignee": assignee,
        "assignee_type": assignee_type.map_or(Value::Null, Value::from),
        "created_at": time(position, 0),
        "updated_at": time(position, quiet),
    }));
    for number in 0..position % 4 {
        let message = records::message((position, number), &id, &mut state.identifiers);
        state.messages.add(message);
    }
}
