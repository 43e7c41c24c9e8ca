//! Between the unified types and ContactShip's.

use threadline_contactship::{enums, types};
use threadline_transport::Response;

use super::ContactShip;
use crate::{
    Assignee, AssigneeKind, NativeThread, Patch, Received, Result, Thread, ThreadStatus,
    ThreadUpdate,
};

/// The body of an update.
pub(super) fn update(update: &ThreadUpdate) -> types::ThreadUpdate {
    let mut body = types::ThreadUpdate::new();
    body.status = update
        .status
        .as_ref()
        .map(|status| enums::ThreadStatus::from(status.as_str()));
    // The kind travels with an id only: beside `null` there is nothing it could describe.
    if let Patch::Set(assignee) = &update.assignee {
        body.assignee_type = Some(enums::AssigneeType::from(assignee.kind.as_str()));
    }
    body.assignee = update.assignee.as_ref().map(|assignee| assignee.id.clone());
    body
}

/// The unified thread of an answer.
pub(super) fn thread(response: Response<types::Thread>) -> Result<Thread> {
    let (native, id, received) = Received::split(response, |thread| &thread.id)?;
    let status = ThreadStatus::from(native.status.as_str());
    let assignee = native.assignee.as_deref().map(|id| {
        let kind = native
            .assignee_type
            .as_ref()
            .map_or("unknown", enums::AssigneeType::as_str);
        Assignee::new(AssigneeKind::from(kind), id)
    });
    let updated_at = native.updated_at.clone();
    Ok(Thread::new(ContactShip::NAME, id, status)
        .with_assignee(assignee)
        .with_updated_at(updated_at)
        .with_native(NativeThread::ContactShip(native))
        .with_received(received))
}
