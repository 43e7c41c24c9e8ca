//! What to change about a thread.

use serde::{Deserialize, Serialize};

use crate::{Assignee, Patch, ThreadStatus};

/// What to change about a thread; what is not named stays as it is.
///
/// All changes of one update travel in one request. Where two calls speak of the same thing the
/// last one holds.
///
/// | | ContactShip | Inboxapp v1 | Inboxapp v2 |
/// |---|---|---|---|
/// | [`close`](Self::close) / [`reopen`](Self::reopen) | `status: "closed"` / `"open"` | `done: true` / `false` | `archived: true` / `false` |
/// | [`status`](Self::status) with a vendor's own word | `status: "…"` | unsupported | unsupported |
/// | [`assign`](Self::assign) a user | `assignee`, `assignee_type: "user"` | `assigneeId` | `assigneeId` |
/// | [`assign`](Self::assign) an agent | `assignee`, `assignee_type: "agent"` | unsupported | unsupported |
/// | [`unassign`](Self::unassign) | `assignee: null` | `assigneeId: null` | `assigneeId: null` |
///
/// ```
/// use threadline::{Assignee, ThreadUpdate};
///
/// let update = ThreadUpdate::new().close().assign(Assignee::user("u-1"));
/// assert_eq!(
///     serde_json::to_string(&update)?,
///     r#"{"status":"closed","assignee":{"type":"user","id":"u-1"}}"#,
/// );
/// // From JSON, `null` unassigns and a missing member changes nothing.
/// let update: ThreadUpdate = serde_json::from_str(r#"{"assignee":null}"#)?;
/// assert_eq!(update, ThreadUpdate::new().unassign());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ThreadUpdate {
    /// The state to put the thread into: `open`, `closed`, or a word of the vendor's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ThreadStatus>,
    /// Who is to be in charge; `null` for nobody.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub assignee: Patch<Assignee>,
}

impl ThreadUpdate {
    /// Changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Closes the thread.
    #[must_use]
    pub fn close(self) -> Self {
        self.status(ThreadStatus::Closed)
    }

    /// Opens the thread again.
    #[must_use]
    pub fn reopen(self) -> Self {
        self.status(ThreadStatus::Open)
    }

    /// Puts the thread into a state: `open` and `closed` do what [`reopen`](Self::reopen) and
    /// [`close`](Self::close) do, any other word is the vendor's own.
    #[must_use]
    pub fn status(mut self, status: impl Into<ThreadStatus>) -> Self {
        self.status = Some(status.into());
        self
    }

    /// Puts somebody in charge.
    #[must_use]
    pub fn assign(mut self, assignee: Assignee) -> Self {
        self.assignee = Patch::Set(assignee);
        self
    }

    /// Puts nobody in charge. Inboxapp v2 then falls back to the contact's default, so the answer
    /// may still name someone.
    #[must_use]
    pub fn unassign(mut self) -> Self {
        self.assignee = Patch::Clear;
        self
    }

    /// Whether there is nothing to change.
    pub fn is_empty(&self) -> bool {
        self.status.is_none() && self.assignee.is_keep()
    }
}
