//! Everything Inboxapp's version 1 knows.
//!
//! Fields whose names begin with an underscore are the emulator's own; callers never see them.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::errors::{Failure, Kind};
use crate::http::context::Context;
use crate::vendors::collection::{Collection, Document, text};
use crate::vendors::event_log::Journal;
use crate::vendors::identifiers::Identifiers;

/// Everything Inboxapp's version 1 knows.
pub(super) struct State {
    /// The team.
    pub(super) team: Value,
    /// The threads; `_prospect` says with whom.
    pub(super) threads: Collection,
    /// The messages of all threads, in the order they came.
    pub(super) messages: Collection,
    /// What messages said before they were edited, and how they were deleted.
    pub(super) histories: HashMap<String, History>,
    /// The prospects, by ids that are `externalId`s as far as there are any.
    pub(super) prospects: Collection,
    /// The team's accounts.
    pub(super) account_links: Collection,
    /// The people of the team.
    pub(super) members: Collection,
    /// The tags.
    pub(super) tags: Collection,
    /// The statuses.
    pub(super) statuses: Collection,
    /// What happened.
    pub(super) journal: Journal,
    /// Where new ids come from.
    pub(super) identifiers: Identifiers,
    /// When a thread last showed somebody typing, in milliseconds.
    pub(super) typing: HashMap<String, i64>,
}

/// What happened to a message after it was written.
#[derive(Debug, Default)]
pub(super) struct History {
    /// The versions it had, the current one last; none if it never changed.
    pub(super) versions: Vec<Value>,
    /// How it was deleted; null if it was not.
    pub(super) deletion: Value,
}

impl State {
    /// A state without anything in it.
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
            journal: Journal::beginning_after(41_200),
            identifiers: Identifiers::seeded(2),
            typing: HashMap::new(),
        }
    }

    /// Writes down that something happened.
    pub(super) fn note(&mut self, kind: &str, data: &Value, time: &str) {
        let id = self.identifiers.cuid2();
        let team = self.team_id();
        self.journal.append(|seq| {
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

    /// Writes down that something happens to a thread now.
    pub(super) fn note_thread(&mut self, kind: &str, id: &str, context: &Context) {
        let data = json!({ "thread": self.show_thread(id) });
        self.note(kind, &data, &context.timestamp());
    }

    /// The id of the team.
    pub(super) fn team_id(&self) -> Value {
        self.team.get("id").cloned().unwrap_or_default()
    }

    /// The thread of this id.
    pub(super) fn thread(&self, id: &str) -> Result<&Document, Failure> {
        self.threads.get(id).ok_or(Failure::NotFound(Kind::Thread))
    }

    /// The message of this id, if it is in this thread.
    pub(super) fn message(&self, thread: &str, id: &str) -> Result<&Document, Failure> {
        self.thread(thread)?;
        let message = self.messages.get(id);
        let message = message.filter(|message| text(message, "threadId") == thread);
        message.ok_or(Failure::NotFound(Kind::Message))
    }
}
