//! Conversion between the unified types and Inboxapp v1's.

use serde::Deserialize;
use threadline_inboxapp_v1::{operations, types};
use threadline_transport::__private::Object;
use threadline_transport::{Request, Response};

use super::{Client, InboxappV1};
use crate::thread_id::from_wire;
use crate::{
    Assignee, Result, Thread, ThreadId, ThreadStatus, ThreadUpdate, Timestamp, VendorJson,
};

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
    let request = client
        .transport()
        .request(&operations::GET_THREAD, &[id.as_str()]);
    thread(client, request).await
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
    thread(client, request).await
}

/// The body of an update; unsupported changes were rejected before.
fn body(update: &ThreadUpdate) -> types::ThreadUpdate {
    let mut body = types::ThreadUpdate::new();
    body.done = update
        .status
        .as_ref()
        .map(|status| *status == ThreadStatus::Closed);
    body.assignee_id = update.assignee.as_ref().map(|assignee| assignee.id.clone());
    body
}

/// Sends a request whose response is a thread.
async fn thread(client: &Client, request: Request) -> Result<Thread> {
    let response: Response<Object<View>> =
        client.transport().call(request, client.options()).await?;
    let json = VendorJson::new(response.result().clone());
    let Object(view) = response.into_inner();
    let status = if view.done {
        ThreadStatus::Closed
    } else {
        ThreadStatus::Open
    };
    Ok(Thread::new(InboxappV1::KIND, view.id, status)
        .with_assignee(view.assignee_id.map(Assignee::user))
        .with_created_at(view.created_at)
        .with_vendor_json(json))
}
