//! Everything Inboxapp's version 2 knows.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::errors::{Failure, Kind};
use crate::faults::Stall;
use crate::http::context::Context;
use crate::vendors::collection::{Collection, Document};
use crate::vendors::event_log::Journal;
use crate::vendors::identifiers::Identifiers;

/// The one platform that every team has.
pub(super) const PLATFORM: &str = "twitter";

/// The id of the token that everything is sent with.
pub(super) const TOKEN: &str = "i12td4qdsxui0i5ekhwovyqi";

/// Everything Inboxapp's version 2 knows.
pub(super) struct State {
    /// The team.
    pub(super) team: Value,
    /// The threads. The `assigneeId` in here is a thread's own one; callers see the effective one.
    pub(super) threads: Collection,
    /// The messages of all threads, in the order they came.
    pub(super) messages: Collection,
    /// What messages said before they were edited, and how they were deleted.
    pub(super) histories: HashMap<String, History>,
    /// The contacts. Their `assigneeId` counts for threads that have none of their own.
    pub(super) contacts: Collection,
    /// The profiles on the other side of the threads.
    pub(super) profiles: Collection,
    /// The team's accounts.
    pub(super) account_links: Collection,
    /// The people of the team.
    pub(super) members: Collection,
    /// The agents that members authorised.
    pub(super) agents: Collection,
    /// The tags.
    pub(super) tags: Collection,
    /// The statuses, in the order of the board.
    pub(super) statuses: Collection,
    /// What happened.
    pub(super) journal: Journal,
    /// Where new ids come from.
    pub(super) identifiers: Identifiers,
    /// The messages that were sent with a key, by that key.
    pub(super) sends: HashMap<String, Send>,
    /// When a thread last showed somebody typing, in milliseconds.
    pub(super) typing: HashMap<String, i64>,
}

/// What happened to a message after it was written.
#[derive(Debug, Default)]
pub(super) struct History {
    /// The versions it had, the current one last.
    pub(super) versions: Vec<Value>,
    /// How it was deleted; null if it was not.
    pub(super) deletion: Value,
    /// How often its reactions changed.
    pub(super) reactions: u64,
}

/// A message that was sent with a key.
pub(super) struct Send {
    /// What was asked for.
    pub(super) request: Value,
    /// The id of the message.
    pub(super) message: String,
    /// What came of it; `None` if nobody knows.
    pub(super) result: Option<Value>,
    /// What keeps it from being done.
    pub(super) stall: Option<Stall>,
}

impl State {
    /// A state without anything in it.
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
            journal: Journal::beginning_after(90_400),
            identifiers: Identifiers::seeded(3),
            sends: HashMap::new(),
            typing: HashMap::new(),
        }
    }

    /// Writes down that something happened to an object.
    pub(super) fn note(&mut self, kind: &str, object: (&str, &str), data: &Value, time: &str) {
        let (object, id) = object;
        let event = self.identifiers.cuid2();
        let plural = match object {
            "status" => "statuses".to_owned(),
            other => format!("{other}s"),
        };
        self.journal.append(|seq| {
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

    /// Writes down that something happens now.
    pub(super) fn note_now(
        &mut self,
        kind: &str,
        object: (&str, &str),
        data: &Value,
        context: &Context,
    ) {
        self.note(kind, object, data, &context.timestamp());
    }

    /// The thread of this id.
    pub(super) fn thread(&self, id: &str) -> Result<&Document, Failure> {
        self.threads.get(id).ok_or(Failure::NotFound(Kind::Thread))
    }

    /// The message of this id.
    pub(super) fn message(&self, id: &str) -> Result<&Document, Failure> {
        self.messages
            .get(id)
            .ok_or(Failure::NotFound(Kind::Message))
    }

    /// The contact of this id.
    pub(super) fn contact(&self, id: &str) -> Result<&Document, Failure> {
        self.contacts
            .get(id)
            .ok_or(Failure::NotFound(Kind::Contact))
    }
}

/// Refuses platforms that the team does not have.
pub(super) fn check_platforms(platforms: &[&str]) -> Result<(), Failure> {
    match platforms.iter().find(|platform| **platform != PLATFORM) {
        Some(other) => Err(Failure::PlatformNotAvailable((*other).to_owned())),
        None => Ok(()),
    }
}
