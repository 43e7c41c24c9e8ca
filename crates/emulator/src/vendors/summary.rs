//! Threads in brief, in the same form for every vendor.

use serde_json::{Value, json};

/// A thread in brief.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ThreadSummary {
    /// Its id.
    pub(crate) id: String,
    /// The name of its contact.
    pub(crate) contact: Option<String>,
    /// Its status, in the vendor's words.
    pub(crate) status: String,
    /// The id of its assignee.
    pub(crate) assignee: Option<String>,
    /// The name of its assignee.
    pub(crate) assignee_name: Option<String>,
    /// The content of its last message.
    pub(crate) last_message: Option<String>,
}

impl ThreadSummary {
    /// The summary as JSON.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "contact": self.contact,
            "status": self.status,
            "assignee": self.assignee,
            "assignee_name": self.assignee_name,
            "last_message": self.last_message,
        })
    }
}

/// A text, unless it is empty.
pub(crate) fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
