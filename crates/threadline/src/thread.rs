//! The unified thread.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Assignee, Error, ErrorKind, ProviderKind, Result, ThreadId, Timestamp, VendorJson};

/// A conversation thread of any provider.
///
/// The fields are common to all providers; the vendor's full data is in [`native`](Self::native). A
/// stored thread can be read back by later versions and by programs with other providers compiled
/// in.
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

impl Thread {
    /// Creates a thread without an assignee that no server sent.
    pub fn new(provider: ProviderKind, id: ThreadId, status: ThreadStatus) -> Self {
        Self {
            provider,
            id,
            status,
            assignee: None,
            created_at: None,
            updated_at: None,
            vendor_json: None,
        }
    }

    /// The thread in a response, read through a provider's view of it.
    #[cfg(any(
        feature = "contactship",
        feature = "inboxapp-v1",
        feature = "inboxapp-v2"
    ))]
    pub(crate) fn from_response<View: Into<Self>>(
        response: threadline_transport::Response<threadline_transport::__private::Object<View>>,
    ) -> Self {
        let json = VendorJson::new(response.result().clone());
        response.into_inner().0.into().vendor_json(json)
    }

    /// Sets or removes the assignee.
    #[must_use]
    pub fn assignee(mut self, assignee: impl Into<Option<Assignee>>) -> Self {
        self.assignee = assignee.into();
        self
    }

    /// Sets when it was created.
    #[must_use]
    pub fn created_at(mut self, moment: impl Into<Option<Timestamp>>) -> Self {
        self.created_at = moment.into();
        self
    }

    /// Sets when it last changed.
    #[must_use]
    pub fn updated_at(mut self, moment: impl Into<Option<Timestamp>>) -> Self {
        self.updated_at = moment.into();
        self
    }

    /// Sets the vendor's JSON.
    #[must_use]
    pub fn vendor_json(mut self, json: impl Into<Option<VendorJson>>) -> Self {
        self.vendor_json = json.into();
        self
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
        match &self.vendor_json {
            Some(json) => json.read(&self.provider),
            None => Err(Error::new(
                ErrorKind::InvalidResponse,
                &self.provider,
                "this thread has no JSON of its vendor",
            )),
        }
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
