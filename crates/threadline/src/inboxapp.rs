//! What both versions of Inboxapp's API have: their threads differ in the name of the field that
//! says whether one is closed.

use crate::{
    Assignee, Patch, ProviderKind, Thread, ThreadId, ThreadStatus, ThreadUpdate, Timestamp,
};

/// Converts a thread's fields.
pub(crate) fn thread(
    provider: ProviderKind,
    id: ThreadId,
    is_closed: bool,
    assignee_id: Option<String>,
    created_at: Option<Timestamp>,
) -> Thread {
    let status = if is_closed {
        ThreadStatus::Closed
    } else {
        ThreadStatus::Open
    };
    Thread::new(provider, id, status)
        .assignee(assignee_id.map(Assignee::user))
        .created_at(created_at)
}

/// Whether an update closes the thread or reopens it; other words were rejected before.
pub(crate) fn closes(update: &ThreadUpdate) -> Option<bool> {
    let status = update.status.as_ref()?;
    Some(*status == ThreadStatus::Closed)
}

/// The assignee of an update, who can only be a user.
pub(crate) fn assignee_id(update: &ThreadUpdate) -> Patch<String> {
    update.assignee.as_ref().map(|assignee| assignee.id.clone())
}
