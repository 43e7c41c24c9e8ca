//! The state of Inboxapp's version 1.
//!
//! Fields whose names begin with an underscore are internal and never sent.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::errors::{Failure, Kind};
use crate::http::context::Context;
use crate::vendors::collection::{Collection, Record, text};
use crate::vendors::event_log::EventLog;
use crate::vendors::identifiers::Identifiers;
use crate::vendors::snapshot;

/// The state of Inboxapp's version 1.
pub(super) struct State {
    /// The team.
    pub(super) team: Value,
    /// The threads; `_prospect` is the id of the prospect.
    pub(super) threads: Collection,
    /// The messages of all threads, in order of arrival.
    pub(super) messages: Collection,
    /// The edits and deletions of messages, by message id.
    pub(super) histories: HashMap<String, History>,
    /// The prospects, by `externalId` if they have one.
    pub(super) prospects: Collection,
    /// The team's accounts.
    pub(super) account_links: Collection,
    /// The members of the team.
    pub(super) members: Collection,
    /// The tags.
    pub(super) tags: Collection,
    /// The statuses.
    pub(super) statuses: Collection,
    /// The event log.
    pub(super) event_log: EventLog,
    /// The source of new ids.
    pub(super) identifiers: Identifiers,
    /// When a typing indicator was last sent in a thread, in milliseconds.
    pub(super) typing: HashMap<String, i64>,
}

/// The edits and the deletion of a message.
#[derive(Debug, Default)]
pub(super) struct History {
    /// Its versions, the current one last; empty if it never changed.
    pub(super) versions: Vec<Value>,
    /// Its deletion; null if it was not deleted.
    pub(super) deletion: Value,
}

impl State {
    /// An empty state.
    pub(super) fn empty() -> Self {
        Self {
            team: Value::Null,
            threads: Collection::default(),
            messages: Collection::default(),
            histories: HashMap::new(),
            prospects: Collection::default(),
            account_links: Collection::default(),
            members: Collection::default(),
            tags: Collection::default(),
            statuses: Collection::default(),
            event_log: EventLog::starting_after(41_200),
            identifiers: Identifiers::seeded(2),
            typing: HashMap::new(),
        }
    }

    /// All records, in lists by kind.
    pub(super) fn records(&self) -> Record {
        snapshot::save(&[
            ("threads", &self.threads),
            ("messages", &self.messages),
            ("contacts", &self.prospects),
            ("account_links", &self.account_links),
            ("members", &self.members),
            ("tags", &self.tags),
            ("statuses", &self.statuses),
        ])
    }

    /// Replaces the lists of records that are given.
    pub(super) fn load(&mut self, given: &Record) -> Result<(), String> {
        let collections = vec![
            ("threads", &mut self.threads),
            ("messages", &mut self.messages),
            ("contacts", &mut self.prospects),
            ("account_links", &mut self.account_links),
            ("members", &mut self.members),
            ("tags", &mut self.tags),
            ("statuses", &mut self.statuses),
        ];
        snapshot::load(collections, given)?;
        self.identifiers = Identifiers::seeded(snapshot::identifier_seed(given));
        Ok(())
    }

    /// Records an event.
    pub(super) fn record_event(&mut self, kind: &str, data: &Value, time: &str) {
        let id = self.identifiers.cuid2();
        let team = self.team_id();
        self.event_log.append(|seq| {
            json!({
                "id": id,
                "seq": seq,
                "teamId": team,
                "type": kind,
                "timestamp": time,
                "version": "1.0",
                "data": data,
            })
        });
    }

    /// Records an event of a thread at the time of the request.
    pub(super) fn record_thread_event(&mut self, kind: &str, id: &str, context: &Context) {
        let data = json!({ "thread": self.show_thread(id) });
        self.record_event(kind, &data, &context.timestamp());
    }

    /// The id of the team.
    pub(super) fn team_id(&self) -> Value {
        self.team.get("id").cloned().unwrap_or_default()
    }

    /// The thread of this id.
    pub(super) fn thread(&self, id: &str) -> Result<&Record, Failure> {
        self.threads.get(id).ok_or(Failure::NotFound(Kind::Thread))
    }

    /// The message with this id, if it belongs to this thread.
    pub(super) fn message(&self, thread: &str, id: &str) -> Result<&Record, Failure> {
        self.thread(thread)?;
        let message = self.messages.get(id);
        let message = message.filter(|message| text(message, "threadId") == thread);
        message.ok_or(Failure::NotFound(Kind::Message))
    }
}
