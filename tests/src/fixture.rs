//! The examples in `fixtures`.

use serde_json::Value;

/// A file in `fixtures`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixture {
    /// The examples of ContactShip's page on the update of a thread.
    ContactshipUpdate,
    /// The examples of Inboxapp's page on the update of a thread in API v1, placeholders included.
    InboxappV1Update,
    /// A thread of Inboxapp's API v2 in which nothing is missing and nothing is `null`.
    InboxappV2Thread,
}

/// What a fixture holds.
pub fn fixture(which: Fixture) -> Value {
    let text = match which {
        Fixture::ContactshipUpdate => include_str!("../fixtures/contactship-update-thread.json"),
        Fixture::InboxappV1Update => include_str!("../fixtures/inboxapp-v1-update-thread.json"),
        Fixture::InboxappV2Thread => include_str!("../fixtures/inboxapp-v2-thread.json"),
    };
    serde_json::from_str(text).expect("a fixture is JSON")
}
