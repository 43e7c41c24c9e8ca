//! Conversion between the unified types and Inboxapp v1's.

use serde::Deserialize;
use threadline_inboxapp_v1::types;

use super::{Client, InboxappV1};
use crate::thread_id::from_wire;
use crate::{Result, Thread, ThreadId, ThreadUpdate, Timestamp, inboxapp};

/// The fields read from a thread.
#[derive(Deserialize)]
struct View {
    #[serde(deserialize_with = "from_wire")]
    id: ThreadId,
    done: bool,
    #[serde(rename = "assigneeId")]
    assignee_id: Option<String>,
    #[serde(rename = "createdAt")]
    created_at: Option<Timestamp>,
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

/// The body of an update; unsupported changes were rejected before.
fn body(update: &ThreadUpdate) -> types::ThreadUpdate {
    let mut body = types::ThreadUpdate::new();
    body.done = inboxapp::closes(update);
    body.assignee_id = inboxapp::assignee_id(update);
    body
}

impl From<View> for Thread {
    fn from(view: View) -> Self {
        inboxapp::thread(
            InboxappV1::KIND,
            view.id,
            view.done,
            view.assignee_id,
            view.created_at,
        )
    }
}
