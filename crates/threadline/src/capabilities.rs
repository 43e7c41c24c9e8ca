//! What a provider can do.

use crate::{AssigneeKind, Error, Patch, Result, ThreadStatus, ThreadUpdate};

/// What a provider can do. It is checked before anything is sent: what a provider cannot do fails
/// with [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported).
///
/// A field is named `<operation>` or `<operation>_<what exactly>`; `false` means unsupported.
///
/// ```
/// use threadline::Capabilities;
///
/// let capabilities = Capabilities::all().with_update_thread_assign_agent(false);
/// assert!(capabilities.update_thread_unassign);
/// assert!(!capabilities.update_thread_assign_agent);
///
/// let reader = Capabilities::none().with_get_thread(true);
/// assert!(!reader.update_thread);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
#[allow(clippy::struct_excessive_bools)] // Independent abilities, no state.
pub struct Capabilities {
    /// Read one thread.
    pub get_thread: bool,
    /// Update one thread: close it and open it again.
    pub update_thread: bool,
    /// Put a thread into a state of the vendor's own.
    pub update_thread_status_word: bool,
    /// Assign a thread to a person.
    pub update_thread_assign_user: bool,
    /// Assign a thread to an AI agent.
    pub update_thread_assign_agent: bool,
    /// Take a thread away from whoever has it.
    pub update_thread_unassign: bool,
}

impl Capabilities {
    /// Nothing.
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

    /// Everything there is.
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

    /// With or without reading a thread.
    #[must_use]
    pub const fn with_get_thread(mut self, can: bool) -> Self {
        self.get_thread = can;
        self
    }

    /// With or without updating a thread, which every other change needs too.
    #[must_use]
    pub const fn with_update_thread(mut self, can: bool) -> Self {
        self.update_thread = can;
        self
    }

    /// With or without states of the vendor's own.
    #[must_use]
    pub const fn with_update_thread_status_word(mut self, can: bool) -> Self {
        self.update_thread_status_word = can;
        self
    }

    /// With or without people as assignees.
    #[must_use]
    pub const fn with_update_thread_assign_user(mut self, can: bool) -> Self {
        self.update_thread_assign_user = can;
        self
    }

    /// With or without AI agents as assignees.
    #[must_use]
    pub const fn with_update_thread_assign_agent(mut self, can: bool) -> Self {
        self.update_thread_assign_agent = can;
        self
    }

    /// With or without taking a thread away from whoever has it.
    #[must_use]
    pub const fn with_update_thread_unassign(mut self, can: bool) -> Self {
        self.update_thread_unassign = can;
        self
    }

    /// Checks that a provider can carry out an update.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for an update that changes
    /// nothing or assigns to an empty id, [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported)
    /// for one the provider cannot carry out.
    pub fn check_update(&self, provider: &'static str, update: &ThreadUpdate) -> Result<()> {
        let refuse = |what: String| Err(Error::unsupported(provider, UPDATE, what));
        if update.is_empty() {
            let message = "nothing to update: set a status or an assignee";
            return Err(Error::invalid_request(provider, UPDATE, message));
        }
        if !self.update_thread {
            return refuse("this provider cannot update a thread".to_owned());
        }
        // Compared by word, so it does not matter how a status was made.
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
                "the assignee's id is empty; to put nobody in charge, unassign",
            )),
            Patch::Set(assignee) => match assignee.kind {
                AssigneeKind::User if self.update_thread_assign_user => Ok(()),
                AssigneeKind::Agent if self.update_thread_assign_agent => Ok(()),
                ref kind => refuse(format!(
                    "assigning to {kind} {:?} is unsupported by this provider",
                    assignee.id
                )),
            },
        }
    }
}

/// The name of the operation in errors.
const UPDATE: &str = "update_thread";
