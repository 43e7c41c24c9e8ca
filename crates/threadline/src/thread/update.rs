//! Thread updates.

use serde::{Deserialize, Serialize};

use crate::{
    Assignee, AssigneeKind, Capabilities, Capability, Error, Patch, ProviderKind, Result,
    ThreadStatus,
};

/// Changes to a thread; unset fields stay unchanged.
///
/// All changes are sent in one request. If a field is set twice, the last value wins.
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
/// // In JSON, `null` unassigns and a missing field changes nothing.
/// let update: ThreadUpdate = serde_json::from_str(r#"{"assignee":null}"#)?;
/// assert_eq!(update, ThreadUpdate::new().unassign());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ThreadUpdate {
    /// The new status: `open`, `closed`, or a vendor-specific value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ThreadStatus>,
    /// The new assignee; `null` removes it.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub assignee: Patch<Assignee>,
}

impl ThreadUpdate {
    /// Creates an empty update.
    pub fn new() -> Self {
        Self::default()
    }

    /// Closes the thread.
    #[must_use]
    pub fn close(self) -> Self {
        self.status(ThreadStatus::Closed)
    }

    /// Reopens the thread.
    #[must_use]
    pub fn reopen(self) -> Self {
        self.status(ThreadStatus::Open)
    }

    /// Sets the status: `open` and `closed` are the same as [`reopen`](Self::reopen) and
    /// [`close`](Self::close), any other value is vendor-specific.
    #[must_use]
    pub fn status(mut self, status: impl Into<ThreadStatus>) -> Self {
        self.status = Some(status.into());
        self
    }

    /// Assigns the thread.
    #[must_use]
    pub fn assign(mut self, assignee: impl Into<Assignee>) -> Self {
        self.assignee = Patch::Set(assignee.into());
        self
    }

    /// Removes the assignee. Inboxapp v2 then falls back to the contact's default assignee, so the
    /// returned thread may still have one.
    #[must_use]
    pub fn unassign(mut self) -> Self {
        self.assignee = Patch::Clear;
        self
    }

    /// Whether the update changes nothing.
    pub fn is_empty(&self) -> bool {
        self.status.is_none() && self.assignee.is_keep()
    }

    /// Checks that a provider supports the update.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the update is empty or
    /// assigns to an empty id; [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if the
    /// provider does not support it.
    pub fn check(&self, provider: &ProviderKind, capabilities: &Capabilities) -> Result<()> {
        let refuse = |what: String| Err(Error::unsupported(provider, UPDATE, what));
        if self.is_empty() {
            let message = "nothing to update: set a status or an assignee";
            return Err(Error::invalid_request(provider, UPDATE, message));
        }
        capabilities.require(provider, Capability::UpdateThread)?;
        // Compared as strings, so it does not matter how the status was constructed.
        let own_word = self
            .status
            .as_ref()
            .filter(|status| **status != ThreadStatus::Open && **status != ThreadStatus::Closed);
        if let Some(word) = own_word
            && !capabilities.has(Capability::UpdateThreadStatus)
        {
            return refuse(format!(
                "the status {:?} is unsupported: {provider} knows only open and closed",
                word.as_str()
            ));
        }
        match &self.assignee {
            Patch::Clear => capabilities.require(provider, Capability::UpdateThreadUnassign),
            Patch::Keep => Ok(()),
            Patch::Set(assignee) if assignee.id.trim().is_empty() => Err(Error::invalid_request(
                provider,
                UPDATE,
                "the assignee's id is empty; to remove the assignee, unassign",
            )),
            Patch::Set(assignee) => {
                // Compared as strings, so it does not matter how the kind was constructed.
                let is_possible = (assignee.kind == AssigneeKind::User
                    && capabilities.has(Capability::UpdateThreadAssignUser))
                    || (assignee.kind == AssigneeKind::Agent
                        && capabilities.has(Capability::UpdateThreadAssignAgent));
                if is_possible {
                    return Ok(());
                }
                refuse(format!(
                    "assigning to {} {:?} is unsupported by {provider}",
                    assignee.kind, assignee.id
                ))
            }
        }
    }
}

/// The operation named in errors.
const UPDATE: &str = "update_thread";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_compared_by_its_word() {
        let kind = AssigneeKind::Unknown("user".to_owned());
        let update = ThreadUpdate::new().assign(Assignee::new(kind, "u-1"));
        let checked = update.check(&ProviderKind::ContactShip, &Capabilities::all());
        assert!(checked.is_ok(), "{checked:?}");
    }
}
