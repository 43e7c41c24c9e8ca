//! The thread and its update as somebody would write them by hand.

use serde::{Deserialize, Serialize};

#[derive(Serialize)]
pub(super) struct ThreadUpdate {
    pub(super) archived: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, clippy::struct_excessive_bools)] // Decoded like the others, and not all read.
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
    pub(super) archived: bool,
    unread: bool,
    restrictions: Vec<String>,
    syncing: bool,
    typing_indicators: String,
    last_message: Option<LastMessage>,
    activity: Option<Activity>,
    created_at: String,
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
