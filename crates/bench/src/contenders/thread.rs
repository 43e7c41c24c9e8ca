//! The update and its response as hand-written types.

use serde::{Deserialize, Serialize};

#[derive(Serialize)]
pub(super) struct ThreadUpdate {
    pub(super) archived: bool,
}

/// A response with only the archived flag.
pub(super) trait Archived {
    fn archived(&self) -> bool;
}

/// The three fields that closing and assigning a thread needs, as in the facade's thread.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)] // Decoded, but only `archived` is read.
pub(super) struct Fields {
    id: String,
    archived: bool,
    assignee_id: Option<String>,
}

impl Archived for Fields {
    fn archived(&self) -> bool {
        self.archived
    }
}

/// The whole thread: every field that an update's response can have. Related objects are not expanded, so their types
/// are omitted. Open enumerations are strings, so that a new value does not fail the call.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, clippy::struct_excessive_bools)] // Decoded, but only `archived` is read.
pub(super) struct Thread {
    id: String,
    platform: String,
    platform_id: Option<String>,
    account_link_id: String,
    profile_id: String,
    contact_id: String,
    assignee_id: Option<String>,
    is_request: bool,
    acceptance_state: String,
    archived: bool,
    unread: bool,
    restrictions: Vec<String>,
    syncing: bool,
    typing_indicators: String,
    last_message: Option<LastMessage>,
    activity: Option<Activity>,
    created_at: String,
}

impl Archived for Thread {
    fn archived(&self) -> bool {
        self.archived
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)]
struct LastMessage {
    id: String,
    direction: String,
    created_at: String,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Activity {
    preview: Option<String>,
    direction: String,
    at: String,
}
