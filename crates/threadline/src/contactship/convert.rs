//! Conversion between the unified types and ContactShip's.

use std::convert::Infallible;

use serde::Deserialize;
use threadline_contactship::types;

use super::{Client, ContactShip};
use crate::thread_id::from_wire;
use crate::{
    Assignee, AssigneeKind, Patch, Result, Thread, ThreadId, ThreadStatus, ThreadUpdate, Timestamp,
};

/// The fields read from a thread.
#[derive(Deserialize)]
struct View {
    #[serde(deserialize_with = "from_wire")]
    id: ThreadId,
    status: ThreadStatus,
    assignee: Option<String>,
    assignee_type: Option<AssigneeKind>,
    created_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
}

/// Reads a thread.
pub(super) async fn get(client: &Client, id: &ThreadId) -> Result<Thread> {
    let request = client.threads().get(id.as_str());
    Ok(Thread::from_response::<View>(request.decode_as().await?))
}

/// Updates a thread.
pub(super) async fn update(
    client: &Client,
    id: &ThreadId,
    update: &ThreadUpdate,
) -> Result<Thread> {
    let request = client.threads().update(id.as_str()).body(body(update));
    Ok(Thread::from_response::<View>(request.decode_as().await?))
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
fn known<T>(Ok(value): std::result::Result<T, Infallible>) -> T {
    value
}

impl From<View> for Thread {
    fn from(view: View) -> Self {
        let kind = view.assignee_type.unwrap_or_else(|| "unknown".into());
        let assignee = view.assignee.map(|id| Assignee::new(kind, id));
        Self::new(ContactShip::KIND, view.id, view.status)
            .assignee(assignee)
            .created_at(view.created_at)
            .updated_at(view.updated_at)
    }
}
