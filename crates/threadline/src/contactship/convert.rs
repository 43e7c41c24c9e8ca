//! Conversion between the unified types and ContactShip's.

use serde::Deserialize;
use threadline_contactship::{enums, operations, types};

use super::{Client, ContactShip};
use crate::thread_id::from_wire;
use crate::{
    Assignee, AssigneeKind, Patch, Result, Thread, ThreadId, ThreadStatus, ThreadUpdate, Timestamp,
    call,
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
    let request = client
        .transport()
        .request(&operations::GET_THREAD, &[id.as_str()]);
    call::thread::<View>(client.transport(), client.options(), request).await
}

/// Updates a thread.
pub(super) async fn update(
    client: &Client,
    id: &ThreadId,
    update: &ThreadUpdate,
) -> Result<Thread> {
    let request = client
        .transport()
        .request(&operations::UPDATE_THREAD, &[id.as_str()])
        .json(&body(update));
    call::thread::<View>(client.transport(), client.options(), request).await
}

/// The body of an update.
fn body(update: &ThreadUpdate) -> types::ThreadUpdate {
    let mut body = types::ThreadUpdate::new();
    body.status = update
        .status
        .as_ref()
        .map(|status| enums::ThreadStatus::from(status.as_str()));
    // The kind is sent only with an id; `null` has no kind.
    if let Patch::Set(assignee) = &update.assignee {
        body.assignee_type = Some(enums::AssigneeType::from(assignee.kind.as_str()));
    }
    body.assignee = update.assignee.as_ref().map(|assignee| assignee.id.clone());
    body
}

impl From<View> for Thread {
    fn from(view: View) -> Self {
        let kind = view.assignee_type.unwrap_or_else(|| "unknown".into());
        let assignee = view.assignee.map(|id| Assignee::new(kind, id));
        Self::new(ContactShip::KIND, view.id, view.status)
            .with_assignee(assignee)
            .with_created_at(view.created_at)
            .with_updated_at(view.updated_at)
    }
}
