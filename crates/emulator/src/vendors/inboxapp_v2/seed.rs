//! The initial data of version 2: the examples of its document and generated records.

use serde_json::{Value, json};

use super::records;
use super::state::{PLATFORM, State};
use crate::spec::Spec;
use crate::vendors::collection::{Collection, Record, set, text, value, with};
use crate::vendors::seed::{GENERATED_THREADS, example_records, example_threads, time};

/// The initial state of Inboxapp's version 2.
pub(super) fn state(spec: &Spec) -> State {
    let mut seed = Seed {
        state: State::empty(),
    };
    seed.load_examples(spec);
    let desks = ["Front", "Orders", "Returns"].map(|desk| {
        let id = seed.state.identifiers.cuid2();
        seed.state.members.add(records::member(&id, desk));
        id
    });
    let links = [(); 2].map(|()| seed.state.identifiers.cuid2());
    for position in 0..GENERATED_THREADS {
        seed.make_thread(position, &desks, &links);
    }
    seed.add_missing_records();
    seed.make_events();
    seed.state
}

struct Seed {
    state: State,
}

impl Seed {
    /// Loads the document's examples.
    fn load_examples(&mut self, spec: &Spec) {
        let state = &mut self.state;
        state.team = example_records(spec, &["team.get"], "")
            .into_iter()
            .next()
            .unwrap_or_default();
        let lists: [(&mut Collection, &[&str], &str); 5] = [
            (&mut state.members, &["team.listMembers"], "/data"),
            (&mut state.account_links, &["accountLinks.get"], ""),
            (&mut state.tags, &["tags.list"], "/data"),
            (&mut state.statuses, &["statuses.list"], "/data"),
            (&mut state.contacts, &["contacts.get"], ""),
        ];
        for (collection, operations, pointer) in lists {
            for record in example_records(spec, operations, pointer) {
                collection.add(record);
            }
        }
        // Without default assignees, clearing the assignee of an example thread is visible.
        for contact in state.contacts.iter_mut() {
            set(contact, "assigneeId", Value::Null);
        }
        for profile in example_records(spec, &["contacts.get"], "/profiles") {
            state.profiles.add(profile);
        }
        for thread in example_threads(spec) {
            if let Value::Object(thread) = thread {
                self.add_expanded_thread(thread);
            }
        }
        let messages = example_records(spec, &["messages.get"], "");
        for message in
            messages
                .into_iter()
                .chain(example_records(spec, &["messages.list"], "/data"))
        {
            if let Value::Object(message) = message {
                self.add_message(message);
            }
        }
    }

    /// Adds a thread and its embedded objects to their collections.
    fn add_expanded_thread(&mut self, mut thread: Record) {
        let state = &mut self.state;
        let embedded = thread.remove("contact").unwrap_or_default();
        let known = state.contacts.get(text(&thread, "contactId")).cloned();
        let contact = known.map_or(embedded, Value::Object);
        let default = contact.get("assigneeId");
        // An assignee that equals the contact's default is inherited from it.
        if default.is_some() && default == thread.get("assigneeId") {
            thread.insert("assigneeId".to_owned(), Value::Null);
        }
        state.contacts.add(contact);
        for (name, collection) in [
            ("profile", &mut state.profiles),
            ("accountLink", &mut state.account_links),
            ("assignee", &mut state.members),
        ] {
            collection.add(thread.remove(name).unwrap_or_default());
        }
        state.threads.add(Value::Object(thread));
    }

    /// Adds a message without its embedded objects.
    fn add_message(&mut self, mut message: Record) {
        for name in ["thread", "accountLink"] {
            message.remove(name);
        }
        if let Some(Value::Object(sender)) = message.get_mut("sentBy") {
            self.state
                .agents
                .add(sender.remove("agent").unwrap_or_default());
            sender.remove("member");
            sender.remove("token");
        }
        if let Some(Value::Object(reply)) = message.get_mut("replyTo")
            && let Some(Value::Object(original)) = reply.remove("message")
        {
            self.add_message(original);
        }
        let reactions = message.get_mut("reactions").and_then(Value::as_array_mut);
        for reaction in reactions.into_iter().flatten() {
            if let Some(Value::Object(author)) = reaction.get_mut("author") {
                author.retain(|name, _| !["profile", "contact", "accountLink"].contains(&&**name));
            }
        }
        self.state.messages.add(Value::Object(message));
    }

    fn make_thread(&mut self, position: u32, desks: &[String], links: &[String]) {
        let state = &mut self.state;
        let identifiers = &mut state.identifiers;
        let contact_id = identifiers.cuid2();
        let profile = records::profile(&identifiers.cuid2(), position, identifiers);
        let own = identifiers.pick(desks).filter(|_| position % 3 == 1);
        let default = identifiers.pick(desks).filter(|_| position % 4 == 2);
        let contact =
            records::contact(&contact_id, position, &profile, default.map(String::as_str));
        let tags: Vec<&String> = state
            .tags
            .ids()
            .iter()
            .filter(|_| position.is_multiple_of(3))
            .collect();
        let status = identifiers
            .pick(state.statuses.ids())
            .filter(|_| position.is_multiple_of(2));
        let contact = with(contact, "tagIds", json!(tags));
        let contact = with(contact, "statusId", json!(status));
        let link = identifiers.pick(links).cloned().unwrap_or_default();
        let settings = ["teamDefault", "teamDefault", "enabled", "disabled"];
        let id = identifiers.cuid2();
        let thread = json!({
            "id": id,
            "platform": PLATFORM,
            "platformId": format!("{}-{}", identifiers.platform_id(), identifiers.platform_id()),
            "accountLinkId": link,
            "profileId": profile.get("id"),
            "contactId": contact_id,
            "assigneeId": own,
            "isRequest": identifiers.once_in(9),
            "acceptanceState": "notRequired",
            "archived": identifiers.once_in(4),
            "unread": identifiers.once_in(3),
            "restrictions": [],
            "syncing": identifiers.once_in(9),
            "typingIndicators": identifiers.pick(&settings),
            "lastMessage": null,
            "activity": null,
            "createdAt": time(position, 0),
        });
        state.profiles.add(profile);
        state.contacts.add(contact);
        state.threads.add(thread);
        for number in 0..position % 7 {
            self.make_message(position, number, (&id, &link));
        }
    }

    fn make_message(&mut self, position: u32, number: u32, (thread, link): (&str, &str)) {
        let state = &mut self.state;
        let message = records::message((position, number), (thread, link), &mut state.identifiers);
        if let Some(thread) = state.threads.get_mut(thread) {
            let field = |name: &str| message.get(name).cloned().unwrap_or_default();
            let (direction, at) = (field("direction"), field("createdAt"));
            let last = json!({ "id": field("id"), "direction": direction, "createdAt": at });
            let preview = field("content");
            set(thread, "lastMessage", last);
            set(
                thread,
                "activity",
                json!({ "preview": preview, "direction": direction, "at": at }),
            );
        }
        state.messages.add(message);
    }

    /// Generates the records that threads refer to and that do not exist yet.
    fn add_missing_records(&mut self) {
        let state = &mut self.state;
        for (position, id) in (GENERATED_THREADS..).zip(state.threads.ids()) {
            let Some(thread) = state.threads.get(id) else {
                continue;
            };
            let identifiers = &mut state.identifiers;
            let profile = records::profile(text(thread, "profileId"), position, identifiers);
            let contact = records::contact(text(thread, "contactId"), position, &profile, None);
            let link = records::account_link(text(thread, "accountLinkId"), identifiers);
            // Adding a record that already exists changes nothing.
            state.contacts.add(contact);
            state.profiles.add(profile);
            state.account_links.add(link);
            let assignee = text(thread, "assigneeId");
            if !assignee.is_empty() {
                state.members.add(records::member(assignee, "Workshop"));
            }
        }
        let offline = records::account_link(&state.identifiers.cuid2(), &mut state.identifiers);
        state.account_links.add(with(offline, "status", "offline"));
    }

    /// Adds the events for the creation and archiving of the initial threads.
    fn make_events(&mut self) {
        let threads: Vec<Record> = self.state.threads.iter().cloned().collect();
        for thread in threads {
            let time = text(&thread, "createdAt").to_owned();
            let object = ("thread", text(&thread, "id"));
            self.state
                .record_event("thread.created", object, &json!({}), &time);
            if value(&thread, "archived") == true {
                self.state
                    .record_event("thread.archived", object, &json!({}), &time);
            }
        }
    }
}
