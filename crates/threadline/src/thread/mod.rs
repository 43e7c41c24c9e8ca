//! The unified thread.

mod query;
mod update;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use self::query::{AssigneeFilter, Folder, Order, SplitQuery, ThreadQuery};
pub use self::update::ThreadUpdate;
use crate::{
    Assignee, Channel, ContactId, Direction, Error, ErrorKind, Identity, MessageId, ProviderKind,
    Result, Tag, ThreadId, Timestamp, VendorJson,
};

/// A conversation thread of any provider.
///
/// The fields are common to all providers and `None` where the vendor does not report them: see
/// the [table](crate::providers#fields-of-a-thread). The vendor's full data is in
/// [`native`](Self::native). A stored thread can be read back by later versions and by programs with
/// other providers compiled in.
///
/// ```
/// use threadline::{ProviderKind, Thread, ThreadStatus};
///
/// let kind = ProviderKind::other("acme");
/// let thread = Thread::new(kind, "t-1".parse()?, ThreadStatus::Open);
/// assert_eq!(thread.assignee, None);
///
/// let stored = serde_json::to_string(&thread).expect("a thread is JSON");
/// assert_eq!(serde_json::from_str::<Thread>(&stored).expect("as stored"), thread);
/// # Ok::<(), threadline::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Thread {
    /// The provider that stores it.
    pub provider: ProviderKind,
    /// The provider's thread id.
    pub id: ThreadId,
    /// Whether the thread is open.
    pub status: ThreadStatus,
    /// The assignee. On Inboxapp v2, the effective one: the thread's own, otherwise the contact's
    /// default.
    #[serde(default)]
    pub assignee: Option<Assignee>,
    /// The assignee of this thread alone. On Inboxapp v2, which reports only the effective assignee,
    /// it is set where that is not the contact's default.
    #[serde(default)]
    pub own_assignee: Option<Assignee>,
    /// The person on the other side.
    #[serde(default)]
    pub contact: Option<ContactSummary>,
    /// The network the conversation takes place on.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// The id of the team's own account or channel: ContactShip's `channel_id`, Inboxapp's
    /// `accountLinkId`.
    #[serde(default)]
    pub account_id: Option<String>,
    /// Whether it is marked as unread.
    #[serde(default)]
    pub unread: Option<bool>,
    /// Whether it is a message request that was neither answered nor accepted.
    #[serde(default)]
    pub is_request: Option<bool>,
    /// The tags, which both versions of Inboxapp keep on the contact.
    #[serde(default)]
    pub tags: Option<Vec<Tag>>,
    /// The newest message.
    #[serde(default)]
    pub last_message: Option<LastMessage>,
    /// When something last happened in the conversation.
    #[serde(default)]
    pub last_activity_at: Option<Timestamp>,
    /// When the thread was created, if the vendor reports it.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    /// When the thread last changed. ContactShip only.
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
    /// The vendor's JSON of the thread.
    #[serde(default, rename = "native")]
    pub vendor_json: Option<VendorJson>,
}

/// The person on the other side, as far as a thread tells.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ContactSummary {
    /// The contact's id, for [`get_contact`](crate::ThreadProvider::get_contact).
    #[serde(default)]
    pub id: Option<ContactId>,
    /// The name.
    #[serde(default)]
    pub name: Option<String>,
    /// The user name as it is displayed, such as `@mira_okafor`.
    #[serde(default)]
    pub handle: Option<String>,
    /// The profile in this conversation.
    #[serde(default)]
    pub identity: Option<Identity>,
}

impl ContactSummary {
    /// Creates a summary of which only the id is known.
    pub fn new(id: impl Into<Option<ContactId>>) -> Self {
        Self {
            id: id.into(),
            ..Self::default()
        }
    }
}

/// The newest message of a thread, as far as the thread tells.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct LastMessage {
    /// The message's id.
    #[serde(default)]
    pub id: Option<MessageId>,
    /// Whether the contact or the team wrote it.
    #[serde(default)]
    pub direction: Option<Direction>,
    /// Its text. On Inboxapp v2, a line on the latest activity, which may be a reaction
    /// to the message.
    #[serde(default)]
    pub preview: Option<String>,
    /// When it was sent.
    #[serde(default)]
    pub sent_at: Option<Timestamp>,
}

impl Thread {
    /// Creates a thread of which nothing else is known. Set the other fields directly.
    pub fn new(provider: ProviderKind, id: ThreadId, status: ThreadStatus) -> Self {
        Self {
            provider,
            id,
            status,
            assignee: None,
            own_assignee: None,
            contact: None,
            channel: None,
            account_id: None,
            unread: None,
            is_request: None,
            tags: None,
            last_message: None,
            last_activity_at: None,
            created_at: None,
            updated_at: None,
            vendor_json: None,
        }
    }

    /// Whether the thread is closed.
    pub fn is_closed(&self) -> bool {
        self.status == ThreadStatus::Closed
    }

    /// Decodes the vendor's thread, with all fields that the unified thread omits:
    /// `contactship::types::Thread`, `inboxapp_v2::types::Thread`, or the caller's own type.
    ///
    /// ```
    /// # #[cfg(feature = "inboxapp-v2")] {
    /// use threadline::inboxapp_v2::types::{self, Platform};
    /// use threadline::{ProviderKind, Result, Thread};
    ///
    /// /// The platform of a thread, if its vendor reports it.
    /// fn platform(thread: &Thread) -> Result<Option<Platform>> {
    ///     if thread.provider != ProviderKind::InboxappV2 {
    ///         return Ok(None);
    ///     }
    ///     let native: types::Thread = thread.native()?;
    ///     Ok(Some(native.platform))
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidResponse`] if the vendor's JSON is missing or does not match the type;
    /// the message names the place.
    pub fn native<T: DeserializeOwned>(&self) -> Result<T> {
        native(self.vendor_json.as_ref(), &self.provider, "thread")
    }
}

/// Decodes the vendor's JSON of a value.
pub(crate) fn native<T: DeserializeOwned>(
    json: Option<&VendorJson>,
    provider: &ProviderKind,
    value: &str,
) -> Result<T> {
    match json {
        Some(json) => json.read(provider),
        None => Err(Error::new(
            ErrorKind::InvalidResponse,
            provider,
            format!("this {value} has no JSON of its vendor"),
        )),
    }
}

threadline_transport::open_enum! {
    /// The status of a thread.
    ///
    /// Vendors have their own names for these two states. Any other value is vendor-specific and
    /// kept unchanged: ContactShip accepts any, Inboxapp none.
    ///
    /// ```
    /// use threadline::ThreadStatus;
    ///
    /// assert_eq!(ThreadStatus::from("closed"), ThreadStatus::Closed);
    /// assert_eq!(ThreadStatus::from("snoozed").as_str(), "snoozed");
    /// ```
    pub enum ThreadStatus {
        /// Open. On Inboxapp: not archived (v2), not done (v1).
        Open = "open",
        /// Closed. On Inboxapp: archived (v2), done (v1).
        Closed = "closed",
    }
}
