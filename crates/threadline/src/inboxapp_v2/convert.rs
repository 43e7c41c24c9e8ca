//! Between the unified types and those of Inboxapp's API v2.

use threadline_inboxapp_v2::types;
use threadline_transport::Response;

use super::InboxappV2;
use crate::{Assignee, NativeThread, Received, Result, Thread, ThreadStatus, ThreadUpdate};

/// The body of an update; what Inboxapp cannot do has been refused before.
pub(super) fn update(update: &ThreadUpdate) -> types::ThreadUpdate {
    let mut body = types::ThreadUpdate::new();
    body.archived = update
        .status
        .as_ref()
        .map(|status| *status == ThreadStatus::Closed);
    body.assignee_id = update.assignee.as_ref().map(|assignee| assignee.id.clone());
    body
}

/// The unified thread of an answer.
pub(super) fn thread(response: Response<types::Thread>) -> Result<Thread> {
    let (native, id, received) = Received::split(response, |thread| &thread.id)?;
    let status = if native.archived {
        ThreadStatus::Closed
    } else {
        ThreadStatus::Open
    };
    let assignee = native.assignee_id.as_deref().map(Assignee::user);
    Ok(Thread::new(InboxappV2::NAME, id, status)
        .with_assignee(assignee)
        .with_native(NativeThread::InboxappV2(native))
        .with_received(received))
}
