//! Provider capabilities.

use crate::{AssigneeKind, Error, Patch, ProviderKind, Result, ThreadStatus, ThreadUpdate};

/// The capabilities of a provider, checked before anything is sent. Unsupported actions fail with
/// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported).
///
/// Fields are named `<operation>` or `<operation>_<detail>`; `false` means unsupported.
///
/// ```
/// use threadline::Capabilities;
///
/// let capabilities = Capabilities::all().update_thread_assign_agent(false);
/// assert!(capabilities.update_thread_unassign);
/// assert!(!capabilities.update_thread_assign_agent);
///
/// let reader = Capabilities::none().get_thread(true);
/// assert!(!reader.update_thread);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
#[allow(clippy::struct_excessive_bools)] // Independent abilities, no state.
pub struct Capabilities {
    /// Read one thread.
    pub get_thread: bool,
    /// Update one thread: close and reopen it.
    pub update_thread: bool,
    /// Set a vendor-specific status.
    pub update_thread_status_word: bool,
    /// Assign a thread to a user.
    pub update_thread_assign_user: bool,
    /// Assign a thread to an AI agent.
    pub update_thread_assign_agent: bool,
    /// Remove the assignee of a thread.
    pub update_thread_unassign: bool,
}

impl Capabilities {
    /// Supports nothing.
    pub const fn none() -> Self {
        Self {
            get_thread: false,
            update_thread: false,
            update_thread_status_word: false,
            update_thread_assign_user: false,
            update_thread_assign_agent: false,
            update_thread_unassign: false,
        }
    }

    /// Supports everything.
    pub const fn all() -> Self {
        Self {
            get_thread: true,
            update_thread: true,
            update_thread_status_word: true,
            update_thread_assign_user: true,
            update_thread_assign_agent: true,
            update_thread_unassign: true,
        }
    }

    /// Sets whether threads can be read.
    #[must_use]
    pub const fn get_thread(mut self, can: bool) -> Self {
        self.get_thread = can;
        self
    }

    /// Sets whether threads can be updated; every other change requires this.
    #[must_use]
    pub const fn update_thread(mut self, can: bool) -> Self {
        self.update_thread = can;
        self
    }

    /// Sets whether vendor-specific statuses are supported.
    #[must_use]
    pub const fn update_thread_status_word(mut self, can: bool) -> Self {
        self.update_thread_status_word = can;
        self
    }

    /// Sets whether threads can be assigned to users.
    #[must_use]
    pub const fn update_thread_assign_user(mut self, can: bool) -> Self {
        self.update_thread_assign_user = can;
        self
    }

    /// Sets whether threads can be assigned to AI agents.
    #[must_use]
    pub const fn update_thread_assign_agent(mut self, can: bool) -> Self {
        self.update_thread_assign_agent = can;
        self
    }

    /// Sets whether the assignee can be removed.
    #[must_use]
    pub const fn update_thread_unassign(mut self, can: bool) -> Self {
        self.update_thread_unassign = can;
        self
    }

    /// Checks that a provider supports an update.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the update is empty or
    /// assigns to an empty id; [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if the
    /// provider does not support it.
    pub fn check_update(&self, provider: &ProviderKind, update: &ThreadUpdate) -> Result<()> {
        let refuse = |what: String| Err(Error::unsupported(provider, UPDATE, what));
        if update.is_empty() {
            let message = "nothing to update: set a status or an assignee";
            return Err(Error::invalid_request(provider, UPDATE, message));
        }
        if !self.update_thread {
            return refuse("this provider cannot update a thread".to_owned());
        }
        // Compared as strings, so it does not matter how the status was constructed.
        let own_word = update
            .status
            .as_ref()
            .filter(|status| **status != ThreadStatus::Open && **status != ThreadStatus::Closed);
        if let Some(word) = own_word.filter(|_| !self.update_thread_status_word) {
            return refuse(format!(
                "the status {:?} is unsupported: this provider knows only open and closed",
                word.as_str()
            ));
        }
        match &update.assignee {
            Patch::Clear if !self.update_thread_unassign => {
                refuse("this provider cannot unassign a thread".to_owned())
            }
            Patch::Keep | Patch::Clear => Ok(()),
            Patch::Set(assignee) if assignee.id.trim().is_empty() => Err(Error::invalid_request(
                provider,
                UPDATE,
                "the assignee's id is empty; to remove the assignee, unassign",
            )),
            Patch::Set(assignee) => {
                // Compared as strings, so it does not matter how the kind was constructed.
                let is_possible = (assignee.kind == AssigneeKind::User
                    && self.update_thread_assign_user)
                    || (assignee.kind == AssigneeKind::Agent && self.update_thread_assign_agent);
                if is_possible {
                    return Ok(());
                }
                refuse(format!(
                    "assigning to {} {:?} is unsupported by this provider",
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
    use crate::Assignee;

    #[test]
    fn a_kind_is_compared_by_its_word() {
        let kind = AssigneeKind::Unknown("user".to_owned());
        let update = ThreadUpdate::new().assign(Assignee::new(kind, "u-1"));
        let checked = Capabilities::all().check_update(&ProviderKind::ContactShip, &update);
        assert!(checked.is_ok(), "{checked:?}");
    }
}
