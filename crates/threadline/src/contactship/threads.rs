//! Threads.

use std::convert::Infallible;

use serde::Deserialize;
use threadline_contactship::types;

use super::{Client, ContactShip};
use crate::vendor_json::ViewFuture;
use crate::{
    Assignee, AssigneeKind, Channel, ContactId, ContactSummary, Error, Patch, ProviderKind, Thread,
    ThreadId, ThreadStatus, ThreadUpdate, Timestamp,
};

const KIND: ProviderKind = ContactShip::KIND;

/// The fields read from a thread.
#[derive(Deserialize)]
pub(super) struct View {
    #[serde(deserialize_with = "ThreadId::from_wire")]
    id: ThreadId,
    status: ThreadStatus,
    assignee: Option<String>,
    assignee_type: Option<AssigneeKind>,
    channel_id: Option<String>,
    channel_type: Option<String>,
    #[serde(default, deserialize_with = "ContactId::optional_from_wire")]
    contact_id: Option<ContactId>,
    created_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
}

/// Reads a thread.
pub(super) fn get(client: &Client, id: &ThreadId) -> ViewFuture<View> {
    client.threads().get(id.as_str()).decode_as()
}

/// Updates a thread.
pub(super) fn update(client: &Client, id: &ThreadId, update: &ThreadUpdate) -> ViewFuture<View> {
    client
        .threads()
        .update(id.as_str())
        .body(body(update))
        .decode_as()
}

/// Why threads and their messages cannot be listed.
pub(super) fn not_listed(operation: &'static str) -> Error {
    let message = "ContactShip documents no operation for this; the ids of threads and messages are \
                   in the webhooks that it sends and in the results of messages that were sent";
    Error::unsupported(&KIND, operation, message)
}

/// The body of an update.
fn body(update: &ThreadUpdate) -> types::ThreadUpdate {
    let mut body = types::ThreadUpdate::new();
    body.status = update
        .status
        .as_ref()
        .map(|status| known(status.as_str().parse()));
    // The kind is sent only with an id; `null` has no kind.
    if let Patch::Set(assignee) = &update.assignee {
        body.assignee_type = Some(known(assignee.kind.as_str().parse()));
    }
    body.assignee = update.assignee.as_ref().map(|assignee| assignee.id.clone());
    body
}

/// A value of the vendor's, which parses from any text.
pub(super) fn known<T>(Ok(value): std::result::Result<T, Infallible>) -> T {
    value
}

impl From<View> for Thread {
    fn from(view: View) -> Self {
        let mut thread = Self::new(KIND, view.id, view.status);
        let kind = view.assignee_type.unwrap_or_else(|| "unknown".into());
        thread.assignee = view.assignee.map(|id| Assignee::new(kind, id));
        thread.own_assignee.clone_from(&thread.assignee);
        thread.contact = view.contact_id.map(ContactSummary::new);
        thread.channel = view.channel_type.map(|channel| match channel.as_str() {
            "WABA" => Channel::WhatsApp,
            other => Channel::from(other.to_lowercase()),
        });
        thread.account_id = view.channel_id;
        thread.created_at = view.created_at;
        thread.updated_at = view.updated_at;
        thread
    }
}
