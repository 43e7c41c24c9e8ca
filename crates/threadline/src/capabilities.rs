//! Provider capabilities.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

use crate::{Error, ProviderKind, Result};

/// Defines the capabilities in the order of the documentation.
macro_rules! capabilities {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal,)+) => {
        /// Something that a provider can do: a method of
        /// [`ThreadProvider`](crate::ThreadProvider), or a part of one.
        ///
        /// Names are `<method>` or `<method>.<part>`.
        ///
        /// ```
        /// use threadline::Capability;
        ///
        /// let capability = Capability::UpdateThreadUnassign;
        /// assert_eq!(capability.as_str(), "update_thread.unassign");
        /// assert_eq!(capability.operation(), "update_thread");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Capability {
            $($(#[doc = $doc])* $variant,)+
        }

        impl Capability {
            /// All capabilities, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name: `<method>` or `<method>.<part>`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// What it is, in a sentence.
            pub fn description(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!($($doc),*).trim_start(),)+
                }
            }
        }
    };
}

capabilities! {
    /// Read a thread.
    GetThread = "get_thread",
    /// Close and reopen a thread; every other change requires this.
    UpdateThread = "update_thread",
    /// Set a status of the vendor's own.
    UpdateThreadStatus = "update_thread.status",
    /// Assign a thread to a user.
    UpdateThreadAssignUser = "update_thread.assign_user",
    /// Assign a thread to an AI agent.
    UpdateThreadAssignAgent = "update_thread.assign_agent",
    /// Remove the assignee of a thread.
    UpdateThreadUnassign = "update_thread.unassign",
    /// List threads.
    ListThreads = "list_threads",
    /// Filter threads by status.
    ListThreadsStatus = "list_threads.status",
    /// List open and closed threads at once.
    ListThreadsAll = "list_threads.all",
    /// Filter threads by folder.
    ListThreadsFolder = "list_threads.folder",
    /// Filter for threads in which the contact acted last.
    ListThreadsAwaitingReply = "list_threads.awaiting_reply",
    /// Filter threads by assignee.
    ListThreadsAssignee = "list_threads.assignee",
    /// Filter for threads assigned to anyone.
    ListThreadsAssigned = "list_threads.assigned",
    /// Filter for threads without an assignee.
    ListThreadsUnassigned = "list_threads.unassigned",
    /// Filter threads by the team's account.
    ListThreadsAccount = "list_threads.account",
    /// Filter threads by network.
    ListThreadsChannel = "list_threads.channel",
    /// Filter threads by contact.
    ListThreadsContact = "list_threads.contact",
    /// Filter threads by tag.
    ListThreadsTag = "list_threads.tag",
    /// Filter threads by their unread mark.
    ListThreadsUnread = "list_threads.unread",
    /// Search threads by text.
    ListThreadsText = "list_threads.text",
    /// Filter threads by the time of the last activity.
    ListThreadsLastActivity = "list_threads.last_activity",
    /// List threads oldest first.
    ListThreadsOrder = "list_threads.order",
    /// Find threads by the identity of the contact.
    FindThreads = "find_threads",
    /// Find threads by the network's id of the contact.
    FindThreadsPlatformId = "find_threads.platform_id",
    /// Find threads by the user name of the contact.
    FindThreadsUsername = "find_threads.username",
    /// Find threads by the phone number of the contact.
    FindThreadsPhone = "find_threads.phone",
    /// List the messages of a thread, newest first.
    ListMessages = "list_messages",
    /// List messages oldest first.
    ListMessagesOrder = "list_messages.order",
    /// Read a message.
    GetMessage = "get_message",
    /// Send a text to a thread.
    SendMessage = "send_message",
    /// Send to a contact, in a new thread if there is none.
    SendMessageToContact = "send_message.to_contact",
    /// Send to a profile by the network's id of the person.
    SendMessageToProfile = "send_message.to_profile",
    /// Send a file.
    SendMessageMedia = "send_message.media",
    /// Send a message template.
    SendMessageTemplate = "send_message.template",
    /// Answer a particular message.
    SendMessageReply = "send_message.reply_to",
    /// Recognize a repeated send by its idempotency key.
    SendMessageIdempotencyKey = "send_message.idempotency_key",
    /// List the people and agents that threads can be assigned to.
    ListAssignees = "list_assignees",
    /// The assignees include the team's users.
    ListAssigneesUsers = "list_assignees.users",
    /// The assignees include the AI agents.
    ListAssigneesAgents = "list_assignees.agents",
    /// Read a contact.
    GetContact = "get_contact",
    /// Update a contact; each change requires a capability of its own.
    UpdateContact = "update_contact",
    /// Add tags to a contact and remove them.
    UpdateContactTags = "update_contact.tags",
    /// Set the status of a contact.
    UpdateContactStatus = "update_contact.status",
    /// Set the notes on a contact.
    UpdateContactNotes = "update_contact.notes",
    /// Set the default assignee of a contact.
    UpdateContactAssignee = "update_contact.assignee",
}

impl Capability {
    /// The method of [`ThreadProvider`](crate::ThreadProvider) that it belongs to.
    pub fn operation(self) -> &'static str {
        let name = self.as_str();
        name.split_once('.')
            .map_or(name, |(operation, _)| operation)
    }

    /// The capability with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.as_str() == name)
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Capability {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The capabilities of a provider, checked before anything is sent. What is missing fails with
/// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported).
///
/// ```
/// use threadline::{Capabilities, Capability};
///
/// let reader = Capabilities::none().with(Capability::GetThread);
/// assert!(reader.has(Capability::GetThread));
/// assert!(!reader.has(Capability::UpdateThread));
/// assert_eq!(reader.iter().count(), 1);
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Capabilities(u64);

impl Capabilities {
    /// Supports nothing.
    pub const fn none() -> Self {
        Self(0)
    }

    /// Supports everything.
    pub const fn all() -> Self {
        Self::none().with_all(Capability::ALL)
    }

    /// Adds a capability.
    #[must_use]
    pub const fn with(self, capability: Capability) -> Self {
        Self(self.0 | 1 << capability as u32)
    }

    /// Adds capabilities.
    #[must_use]
    pub const fn with_all(mut self, capabilities: &[Capability]) -> Self {
        let mut rest = capabilities;
        while let [first, others @ ..] = rest {
            self = self.with(*first);
            rest = others;
        }
        self
    }

    /// Removes a capability.
    #[must_use]
    pub const fn without(self, capability: Capability) -> Self {
        Self(self.0 & !(1 << capability as u32))
    }

    /// Whether a capability is included.
    pub const fn has(&self, capability: Capability) -> bool {
        self.0 & 1 << capability as u32 != 0
    }

    /// The included capabilities, in the order of the documentation.
    pub fn iter(&self) -> impl Iterator<Item = Capability> + use<> {
        let all = *self;
        let known = Capability::ALL.iter().copied();
        known.filter(move |capability| all.has(*capability))
    }

    /// Fails unless a capability is included.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) with the capability's name and
    /// method.
    pub fn require(&self, provider: &ProviderKind, capability: Capability) -> Result<()> {
        if self.has(capability) {
            return Ok(());
        }
        let message = format!("{provider} does not support {capability}");
        Err(Error::unsupported(
            provider,
            capability.operation(),
            message,
        ))
    }
}

impl fmt::Debug for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl FromIterator<Capability> for Capabilities {
    fn from_iter<I: IntoIterator<Item = Capability>>(capabilities: I) -> Self {
        let add = |all: Self, capability| all.with(capability);
        capabilities.into_iter().fold(Self::none(), add)
    }
}

impl Extend<Capability> for Capabilities {
    fn extend<I: IntoIterator<Item = Capability>>(&mut self, capabilities: I) {
        *self = capabilities.into_iter().fold(*self, Self::with);
    }
}

/// As a list of names.
impl Serialize for Capabilities {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// Reads a list of names; those that this version does not know are left out.
impl<'de> Deserialize<'de> for Capabilities {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        Ok(names
            .iter()
            .filter_map(|name| Capability::from_name(name))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_capability_fits_and_is_found_by_its_name() {
        assert!(Capability::ALL.len() <= 64);
        for &capability in Capability::ALL {
            assert_eq!(Capability::from_name(capability.as_str()), Some(capability));
            assert!(capability.description().ends_with('.'), "{capability}");
            // A part requires its method.
            assert!(Capability::from_name(capability.operation()).is_some());
            assert!(Capabilities::all().has(capability));
            assert!(!Capabilities::all().without(capability).has(capability));
        }
        let all: Vec<_> = Capabilities::all().iter().collect();
        assert_eq!(all, Capability::ALL);
    }

    #[test]
    fn capabilities_are_stored_by_name() {
        let some = Capabilities::none()
            .with(Capability::GetThread)
            .with(Capability::SendMessageReply);
        let json = serde_json::to_string(&some).unwrap();
        assert_eq!(json, r#"["get_thread","send_message.reply_to"]"#);
        assert_eq!(serde_json::from_str::<Capabilities>(&json).unwrap(), some);
        let newer = r#"["get_thread","fly","send_message.reply_to"]"#;
        assert_eq!(serde_json::from_str::<Capabilities>(newer).unwrap(), some);
    }
}
