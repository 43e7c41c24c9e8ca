//! The initial data of version 1: the examples of its document and generated records.

use serde_json::{Value, json};

use super::records;
use super::state::State;
use crate::spec::Spec;
use crate::vendors::collection::{Collection, Record, set, text, value};
use crate::vendors::seed::{GENERATED_THREADS, example_records, example_threads, time};

/// The initial state of Inboxapp's version 1.
pub(super) fn state(spec: &Spec) -> State {
    let mut state = State::empty();
    load_examples(&mut state, spec);
    let members = ["Front", "Orders", "Returns"].map(|desk| {
        let id = state.identifiers.cuid2();
        let member = records::member(&id, desk, &mut state.identifiers);
        state.members.add(member);
        id
    });
    let links = [(); 2].map(|()| {
        let (id, platform_id) = (state.identifiers.cuid2(), state.identifiers.platform_id());
        state
            .account_links
            .add(records::account_link(&id, &platform_id));
        (id, platform_id)
    });
    for position in 0..GENERATED_THREADS {
        make_thread(&mut state, position, &members, &links);
    }
    make_events(&mut state);
    state
}

/// Loads the document's examples.
fn load_examples(state: &mut State, spec: &Spec) {
    state.team = example_records(spec, &["team.get"], "")
        .into_iter()
        .next()
        .unwrap_or_default();
    let lists: [(&mut Collection, &str); 4] = [
        (&mut state.members, "members.list"),
        (&mut state.account_links, "accountLinks.list"),
        (&mut state.tags, "tags.list"),
        (&mut state.statuses, "statuses.list"),
    ];
    for (collection, operation) in lists {
        for record in example_records(spec, &[operation], "") {
            collection.add(record);
        }
    }
    let prospects = example_records(spec, &["prospects.get"], "");
    for thread in example_threads(spec) {
        if let Value::Object(mut thread) = thread {
            let prospect = thread.remove("prospect").unwrap_or_default();
            let known = prospects
                .iter()
                .find(|known| known.get("externalId") == prospect.get("externalId"));
            let key = add_prospect(state, known.unwrap_or(&prospect).clone());
            set(&mut thread, "_prospect", key);
            state.threads.add(Value::Object(thread));
        }
    }
    let places = [("messages.list", "/messages"), ("messages.send", "")];
    for message in places
        .iter()
        .flat_map(|(operation, place)| example_records(spec, &[*operation], place))
    {
        state.messages.add(message);
    }
}

/// Adds a prospect and returns its internal id. Prospects without an `externalId` are stored under
/// the platform's id.
fn add_prospect(state: &mut State, prospect: Value) -> String {
    let Value::Object(mut prospect) = prospect else {
        return String::new();
    };
    let key = match text(&prospect, "externalId") {
        "" => format!("twitter:{}", text(&prospect, "platformId")),
        id => id.to_owned(),
    };
    set(&mut prospect, "id", key.as_str());
    if let Some(Value::Object(context)) = prospect.get_mut("context") {
        context.remove("threads");
    } else {
        set(&mut prospect, "context", records::context());
    }
    state.prospects.add(Value::Object(prospect));
    key
}

fn make_thread(state: &mut State, position: u32, members: &[String], links: &[(String, String)]) {
    let identifiers = &mut state.identifiers;
    let prospect_id = identifiers.cuid2();
    let user = identifiers.platform_id();
    let mut prospect = records::prospect(position, &prospect_id, &user, identifiers);
    let tag = identifiers
        .pick(state.tags.ids())
        .filter(|_| position.is_multiple_of(3));
    let status = identifiers
        .pick(state.statuses.ids())
        .filter(|_| position.is_multiple_of(2));
    if let Some(Value::Object(context)) = prospect.get_mut("context") {
        set(
            context,
            "tags",
            tag.into_iter().cloned().collect::<Vec<_>>(),
        );
        set(context, "statusId", json!(status));
    }
    let (link, account) = identifiers.pick(links).cloned().unwrap_or_default();
    let id = identifiers.cuid2();
    let conversation = records::conversation(&account, &user);
    let ids = (
        id.as_str(),
        conversation.as_str(),
        link.as_str(),
        prospect_id.as_str(),
    );
    let mut thread = records::new_thread(ids, &time(position, 0));
    let assignee = identifiers
        .pick(members)
        .filter(|_| !position.is_multiple_of(3));
    let is_encrypted = identifiers.once_in(2);
    if let Value::Object(thread) = &mut thread {
        set(thread, "assigneeId", json!(assignee));
        set(thread, "done", identifiers.once_in(4));
        set(thread, "isRequest", identifiers.once_in(9));
        set(thread, "isSyncing", identifiers.once_in(9));
        set(
            thread,
            "variant",
            if is_encrypted { "xChat" } else { "unencrypted" },
        );
    }
    state.prospects.add(prospect);
    state.threads.add(thread);
    for number in 0..=position % 6 {
        make_message(state, (position, number), &id);
    }
}

fn make_message(state: &mut State, place: (u32, u32), thread: &str) {
    let team = state.team_id();
    let Some(thread) = state.threads.get_mut(thread) else {
        return;
    };
    let mut message = records::message(place, thread, &mut state.identifiers);
    if let Value::Object(message) = &mut message {
        set(message, "teamId", team);
        let mut last = Record::new();
        for field in [
            "id",
            "content",
            "authorId",
            "createdAt",
            "userId",
            "campaignId",
        ] {
            set(&mut last, field, value(message, field));
            last.entry(field).or_insert(Value::Null);
        }
        let at = value(message, "createdAt");
        set(thread, "lastMessage", last);
        set(thread, "lastMessageTimestamp", at.clone());
        set(thread, "computedSortTimestamp", at);
    }
    state.messages.add(message);
}

/// Adds the events for the creation and archiving of the initial threads.
fn make_events(state: &mut State) {
    let ids = state.threads.ids().to_vec();
    for id in ids {
        let (Some(thread), Some(shown)) = (state.threads.get(&id), state.show_thread(&id)) else {
            continue;
        };
        let time = text(thread, "createdAt").to_owned();
        let is_done = value(thread, "done") == true;
        let data = json!({ "thread": shown });
        state.record_event("thread.created", &data, &time);
        if is_done {
            state.record_event("thread.archived", &data, &time);
        }
    }
}
