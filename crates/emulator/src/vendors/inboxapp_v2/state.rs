//! The state of Inboxapp's version 2.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::errors::{Failure, Kind};
use crate::faults::Stall;
use crate::http::context::Context;
use crate::vendors::collection::{Collection, Record};
use crate::vendors::event_log::EventLog;
use crate::vendors::identifiers::Identifiers;
use crate::vendors::snapshot;

/// The platform that every team has.
pub(super) const PLATFORM: &str = "twitter";

/// The id of the API token that messages are sent with.
pub(super) const TOKEN: &str = "i12td4qdsxui0i5ekhwovyqi";

/// The state of Inboxapp's version 2.
pub(super) struct State {
    /// The team.
    pub(super) team: Value,
    /// The threads. Their `assigneeId` is the thread's own; callers see the effective assignee.
    pub(super) threads: Collection,
    /// The messages of all threads, in order of arrival.
    pub(super) messages: Collection,
    /// The edits and deletions of messages, by message id.
    pub(super) histories: HashMap<String, History>,
    /// The contacts. Their `assigneeId` is the default for their threads.
    pub(super) contacts: Collection,
    /// The profiles of the contacts.
    pub(super) profiles: Collection,
    /// The team's accounts.
    pub(super) account_links: Collection,
    /// The members of the team.
    pub(super) members: Collection,
    /// The agents authorized by members.
    pub(super) agents: Collection,
    /// The tags.
    pub(super) tags: Collection,
    /// The statuses, in the order of the board.
    pub(super) statuses: Collection,
    /// The event log.
    pub(super) event_log: EventLog,
    /// The source of new ids.
    pub(super) identifiers: Identifiers,
    /// The sends with an idempotency key, by key.
    pub(super) sends: HashMap<String, KeyedSend>,
    /// When a typing indicator was last sent in a thread, in milliseconds.
    pub(super) typing: HashMap<String, i64>,
}

/// The edits and the deletion of a message.
#[derive(Debug, Default)]
pub(super) struct History {
    /// Its versions, the current one last.
    pub(super) versions: Vec<Value>,
    /// Its deletion; null if it was not deleted.
    pub(super) deletion: Value,
    /// How often its reactions changed.
    pub(super) reactions: u64,
}

/// A send with an idempotency key.
pub(super) struct KeyedSend {
    /// The body of the request.
    pub(super) request: Value,
    /// The id of the message.
    pub(super) message: String,
    /// The response body; `None` if the send is unconfirmed.
    pub(super) result: Option<Value>,
    /// The stall that keeps the send in progress.
    pub(super) stall: Option<Stall>,
}

impl State {
    /// An empty state.
    pub(super) fn empty() -> Self {
        Self {
            team: Value::Null,
            threads: Collection::default(),
            messages: Collection::default(),
            histories: HashMap::new(),
            contacts: Collection::default(),
            profiles: Collection::default(),
            account_links: Collection::default(),
            members: Collection::default(),
            agents: Collection::default(),
            tags: Collection::default(),
            statuses: Collection::default(),
            event_log: EventLog::starting_after(90_400),
            identifiers: Identifiers::seeded(3),
            sends: HashMap::new(),
            typing: HashMap::new(),
        }
    }

    /// All records, in lists by kind.
    pub(super) fn records(&self) -> Record {
        snapshot::save(&[
            ("threads", &self.threads),
            ("messages", &self.messages),
            ("contacts", &self.contacts),
            ("profiles", &self.profiles),
            ("account_links", &self.account_links),
            ("members", &self.members),
            ("agents", &self.agents),
            ("tags", &self.tags),
            ("statuses", &self.statuses),
        ])
    }

    /// Replaces the lists of records that are given.
    pub(super) fn load(&mut self, given: &Record) -> Result<(), String> {
        let collections = vec![
            ("threads", &mut self.threads),
            ("messages", &mut self.messages),
            ("contacts", &mut self.contacts),
            ("profiles", &mut self.profiles),
            ("account_links", &mut self.account_links),
            ("members", &mut self.members),
            ("agents", &mut self.agents),
            ("tags", &mut self.tags),
            ("statuses", &mut self.statuses),
        ];
        snapshot::load(collections, given)?;
        if given.contains_key("contacts") && !given.contains_key("profiles") {
            self.profiles = self.profiles_of_contacts();
        }
        self.identifiers = Identifiers::seeded(snapshot::identifier_seed(given));
        Ok(())
    }

    fn profiles_of_contacts(&self) -> Collection {
        let mut found = Collection::default();
        for contact in self.contacts.iter() {
            let profiles = contact.get("profiles").and_then(Value::as_array);
            for profile in profiles.into_iter().flatten() {
                found.add(profile.clone());
            }
        }
        found
    }

    /// Records an event of an object.
    pub(super) fn record_event(
        &mut self,
        kind: &str,
        object: (&str, &str),
        data: &Value,
        time: &str,
    ) {
        let (object, id) = object;
        let event = self.identifiers.cuid2();
        let plural = match object {
            "status" => "statuses".to_owned(),
            other => format!("{other}s"),
        };
        self.event_log.append(|seq| {
            json!({
                "id": event,
                "seq": seq,
                "type": kind,
                "apiVersion": "2",
                "createdAt": time,
                "object": { "type": object, "id": id, "url": format!("/{plural}/{id}") },
                "data": data,
            })
        });
    }

    /// Records an event of an object at the time of the request.
    pub(super) fn record_event_now(
        &mut self,
        kind: &str,
        object: (&str, &str),
        data: &Value,
        context: &Context,
    ) {
        self.record_event(kind, object, data, &context.timestamp());
    }

    /// The thread of this id.
    pub(super) fn thread(&self, id: &str) -> Result<&Record, Failure> {
        self.threads.get(id).ok_or(Failure::NotFound(Kind::Thread))
    }

    /// The message of this id.
    pub(super) fn message(&self, id: &str) -> Result<&Record, Failure> {
        self.messages
            .get(id)
            .ok_or(Failure::NotFound(Kind::Message))
    }

    /// The contact of this id.
    pub(super) fn contact(&self, id: &str) -> Result<&Record, Failure> {
        self.contacts
            .get(id)
            .ok_or(Failure::NotFound(Kind::Contact))
    }
}

/// Rejects platforms that the team does not have.
pub(super) fn check_platforms(platforms: &[&str]) -> Result<(), Failure> {
    match platforms.iter().find(|platform| **platform != PLATFORM) {
        Some(other) => Err(Failure::PlatformNotAvailable((*other).to_owned())),
        None => Ok(()),
    }
}
