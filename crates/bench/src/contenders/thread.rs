//! The update and its answer as somebody would write them by hand.

use serde::{Deserialize, Serialize};

#[derive(Serialize)]
pub(super) struct ThreadUpdate {
    pub(super) archived: bool,
}

/// An answer that says whether the thread is archived.
pub(super) trait Archived {
    fn archived(&self) -> bool;
}

/// The three fields that closing and assigning a thread needs: what the facade's own thread holds.
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

/// The whole thread: every field that the answer to an update can have. An update expands no related objects, so their
/// types are left out. Words of an open set are text, so that a new one does not fail the call.
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
