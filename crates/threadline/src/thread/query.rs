//! Finding threads.

use std::time::SystemTime;

use crate::{
    Assignee, Capabilities, Capability, Channel, ContactId, Direction, Error, ProviderKind, Result,
    Thread, ThreadStatus,
};

/// Which threads to list. Filters combine with *and*.
///
/// Providers translate each filter into the vendor's, or refuse it before anything is sent: see the
/// [table](crate::providers#capabilities). Nothing is filtered client-side unless
/// [`filter_locally`](Self::filter_locally) asks for it.
///
/// ```
/// use threadline::{Assignee, ThreadQuery};
///
/// let query = ThreadQuery::open().assigned_to(Assignee::user("u-1")).limit(20);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ThreadQuery {
    /// Only open or only closed threads.
    pub status: Option<ThreadStatus>,
    /// Only threads of one folder.
    pub folder: Option<Folder>,
    /// Only threads with this assignee, with any or with none.
    pub assignee: Option<AssigneeFilter>,
    /// Only threads of this account or channel of the team.
    pub account_id: Option<String>,
    /// Only threads of this network.
    pub channel: Option<Channel>,
    /// Only threads with this contact.
    pub contact_id: Option<ContactId>,
    /// Only threads with this tag: by id; on Inboxapp v2 by id or name.
    pub tag: Option<String>,
    /// Only threads that are, or are not, marked as unread.
    pub unread: Option<bool>,
    /// Only threads that match this text, in the vendor's sense of a search.
    pub text: Option<String>,
    /// Only threads whose last activity is before this time.
    pub last_activity_before: Option<SystemTime>,
    /// Only threads whose last activity is after this time.
    pub last_activity_after: Option<SystemTime>,
    /// The order, by last activity; `None` for the vendor's default, newest first.
    pub order: Option<Order>,
    /// The maximum number of threads that a stream returns.
    pub limit: Option<usize>,
    /// Whether filters that the vendor lacks are applied client-side.
    pub filter_locally: bool,
    /// The problem with an invalid contact id, reported by `check`.
    problem: Option<String>,
}

/// A folder of the inbox. Only Inboxapp has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Folder {
    /// Open threads that are not message requests. Inboxapp v2: `inbox`; v1: `default`, of which
    /// the vendor says no more than that it has the active threads.
    Inbox,
    /// Threads of the inbox in which the contact acted last. Inboxapp v2: `noReply`. Unsupported on
    /// v1, whose `no-reply` is described as "awaiting response" without saying whose.
    AwaitingReply,
    /// Open message requests that were neither answered nor accepted.
    Requests,
    /// Closed threads; on Inboxapp v2 including closed requests. Inboxapp: `archived`.
    Closed,
}

/// The order of a list, by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "time has two directions")]
pub enum Order {
    /// Newest first.
    NewestFirst,
    /// Oldest first.
    OldestFirst,
}

/// The assignee of the threads to list. On Inboxapp v2, it is the effective one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AssigneeFilter {
    /// Assigned to this user or agent.
    Is(Assignee),
    /// Assigned to anyone.
    Anyone,
    /// Not assigned.
    Unassigned,
}

impl ThreadQuery {
    /// All threads.
    pub fn new() -> Self {
        Self::default()
    }

    /// Open threads. On Inboxapp, those of the inbox: message requests are in
    /// [`Folder::Requests`].
    pub fn open() -> Self {
        Self::new().status(ThreadStatus::Open)
    }

    /// Closed threads.
    pub fn closed() -> Self {
        Self::new().status(ThreadStatus::Closed)
    }

    /// Only threads with this status. On Inboxapp, open threads are those of the inbox: message
    /// requests are in [`Folder::Requests`].
    #[must_use]
    pub fn status(mut self, status: impl Into<ThreadStatus>) -> Self {
        self.status = Some(status.into());
        self
    }

    /// Only threads of this folder.
    #[must_use]
    pub fn folder(mut self, folder: Folder) -> Self {
        self.folder = Some(folder);
        self
    }

    /// Only threads with this assignee.
    #[must_use]
    pub fn assigned_to(mut self, assignee: impl Into<Assignee>) -> Self {
        self.assignee = Some(AssigneeFilter::Is(assignee.into()));
        self
    }

    /// Only threads that are assigned to anyone.
    #[must_use]
    pub fn assigned(mut self) -> Self {
        self.assignee = Some(AssigneeFilter::Anyone);
        self
    }

    /// Only threads that are not assigned.
    #[must_use]
    pub fn unassigned(mut self) -> Self {
        self.assignee = Some(AssigneeFilter::Unassigned);
        self
    }

    /// Only threads of this account or channel of the team: ContactShip's `channel_id`, Inboxapp's
    /// `accountLinkId`.
    #[must_use]
    pub fn account(mut self, id: impl Into<String>) -> Self {
        self.account_id = Some(id.into());
        self
    }

    /// Only threads of this network.
    #[must_use]
    pub fn channel(mut self, channel: impl Into<Channel>) -> Self {
        self.channel = Some(channel.into());
        self
    }

    /// Only threads with this contact. Text that cannot be an id is refused before anything is sent.
    #[must_use]
    pub fn contact<I>(mut self, id: I) -> Self
    where
        I: TryInto<ContactId, Error: Into<Error>>,
    {
        self.problem = None;
        self.contact_id = Some(ContactId::given(id, &mut self.problem));
        self
    }

    /// Only threads with this tag: by id; on Inboxapp v2 by id or name.
    #[must_use]
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tag = Some(tag.into());
        self
    }

    /// Only threads that are, or are not, marked as unread.
    #[must_use]
    pub fn unread(mut self, unread: bool) -> Self {
        self.unread = Some(unread);
        self
    }

    /// Only threads that match this text. Inboxapp v2 searches names, user names and the preview of
    /// the latest activity.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// Only threads whose last activity is before this time.
    #[must_use]
    pub fn last_activity_before(mut self, time: SystemTime) -> Self {
        self.last_activity_before = Some(time);
        self
    }

    /// Only threads whose last activity is after this time.
    #[must_use]
    pub fn last_activity_after(mut self, time: SystemTime) -> Self {
        self.last_activity_after = Some(time);
        self
    }

    /// Sets the order.
    #[must_use]
    pub fn order(mut self, order: Order) -> Self {
        self.order = Some(order);
        self
    }

    /// Sets the maximum number of threads. A stream stops fetching pages when it is reached.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Applies filters that the vendor lacks client-side, to the threads that it returns. Pages may
    /// then be short or empty, and a stream may read the whole list to find little;
    /// [`Page::filtered_out`](crate::Page::filtered_out) counts what was left out.
    ///
    /// A thread whose account, channel, contact, tags, unread mark or activity the vendor does not
    /// report does not pass a filter by it. Text
    /// and order are never handled client-side.
    #[must_use]
    pub fn filter_locally(mut self, locally: bool) -> Self {
        self.filter_locally = locally;
        self
    }

    /// Whether a thread passes the filters, as far as they can be seen on a thread: all but
    /// [`text`](Self::text).
    pub fn matches(&self, thread: &Thread) -> bool {
        self.status
            .as_ref()
            .is_none_or(|status| thread.status == *status)
            && self.folder.is_none_or(|folder| folder.holds(thread))
            && self
                .assignee
                .as_ref()
                .is_none_or(|filter| filter.holds(thread))
            && holds(self.account_id.as_ref(), thread.account_id.as_ref())
            && holds(self.channel.as_ref(), thread.channel.as_ref())
            && holds(
                self.contact_id.as_ref(),
                thread
                    .contact
                    .as_ref()
                    .and_then(|contact| contact.id.as_ref()),
            )
            && self.tag.as_ref().is_none_or(|tag| {
                let mut tags = thread.tags.iter().flatten();
                tags.any(|it| it.id == *tag || it.name.as_ref() == Some(tag))
            })
            && holds(self.unread.as_ref(), thread.unread.as_ref())
            && self.is_active_in_time(thread)
    }

    fn is_active_in_time(&self, thread: &Thread) -> bool {
        if self.last_activity_before.is_none() && self.last_activity_after.is_none() {
            return true;
        }
        let activity = thread.last_activity_at.as_ref();
        let Some(activity) = activity.and_then(crate::Timestamp::to_system_time) else {
            return false;
        };
        self.last_activity_before.is_none_or(|time| activity < time)
            && self.last_activity_after.is_none_or(|time| activity > time)
    }

    /// Splits the query into what the vendor filters and what is filtered client-side, refusing
    /// what neither can do.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if filters contradict each
    /// other, are empty or have an invalid id; [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported), with the name
    /// of the filter, if the provider lacks one and it is not filtered locally.
    pub fn split(
        &self,
        provider: &ProviderKind,
        capabilities: &Capabilities,
    ) -> Result<SplitQuery> {
        capabilities.require(provider, Capability::ListThreads)?;
        self.check_values(provider)?;
        let mut remote = self.clone();
        let mut local = Self::new();
        let refuse = |capability: Capability, remedy: &str| {
            let message = format!("{provider} does not support {capability}{remedy}");
            Err(Error::unsupported(provider, LIST, message))
        };
        // Makes a filter client-side if the vendor lacks it.
        macro_rules! split {
            ($($field:ident => $capability:expr;)+) => {$(
                if let Some(value) = self.$field.clone() {
                    let capability: Capability = $capability(&value);
                    if !capabilities.has(capability) {
                        if !self.filter_locally {
                            return refuse(
                                capability,
                                "; to filter client-side, set filter_locally",
                            );
                        }
                        local.$field = remote.$field.take();
                    }
                }
            )+};
        }
        split! {
            status => |_: &_| Capability::ListThreadsStatus;
            folder => |folder: &_| match folder {
                Folder::AwaitingReply => Capability::ListThreadsAwaitingReply,
                _ => Capability::ListThreadsFolder,
            };
            assignee => |filter: &_| match filter {
                AssigneeFilter::Is(_) => Capability::ListThreadsAssignee,
                AssigneeFilter::Anyone => Capability::ListThreadsAssigned,
                AssigneeFilter::Unassigned => Capability::ListThreadsUnassigned,
            };
            account_id => |_: &_| Capability::ListThreadsAccount;
            channel => |_: &_| Capability::ListThreadsChannel;
            contact_id => |_: &_| Capability::ListThreadsContact;
            tag => |_: &_| Capability::ListThreadsTag;
            unread => |_: &_| Capability::ListThreadsUnread;
            last_activity_before => |_: &_| Capability::ListThreadsLastActivity;
            last_activity_after => |_: &_| Capability::ListThreadsLastActivity;
        }
        if self.status.is_none()
            && self.folder.is_none()
            && !capabilities.has(Capability::ListThreadsAll)
        {
            let message =
                format!("{provider} lists one folder at a time: set a status or a folder");
            return Err(Error::unsupported(provider, LIST, message));
        }
        if self.text.is_some() && !capabilities.has(Capability::ListThreadsText) {
            return refuse(Capability::ListThreadsText, "");
        }
        if self.order.is_some() && !capabilities.has(Capability::ListThreadsOrder) {
            let message = format!("{provider} lists threads in one order only");
            return Err(Error::unsupported(provider, LIST, message));
        }
        Ok(SplitQuery { remote, local })
    }

    fn check_values(&self, provider: &ProviderKind) -> Result<()> {
        let invalid = |message: &str| Err(Error::invalid_request(provider, LIST, message));
        let texts = [
            (&self.account_id, "the account id is empty"),
            (&self.tag, "the tag is empty"),
            (&self.text, "the text to search for is empty"),
        ];
        for (text, message) in texts {
            if text.as_ref().is_some_and(|text| text.trim().is_empty()) {
                return invalid(message);
            }
        }
        if let Some(problem) = &self.problem {
            return invalid(problem);
        }
        if let Some(AssigneeFilter::Is(assignee)) = &self.assignee
            && assignee.id.trim().is_empty()
        {
            return invalid("the assignee's id is empty; for threads without one, use unassigned");
        }
        let is_closed = self
            .status
            .as_ref()
            .map(|status| *status == ThreadStatus::Closed);
        match (is_closed, self.folder) {
            (Some(true), Some(folder)) if folder != Folder::Closed => {
                invalid("the folder holds no closed threads: use Folder::Closed or no status")
            }
            (Some(false), Some(Folder::Closed)) => {
                invalid("Folder::Closed holds only closed threads: use it without a status")
            }
            _ => Ok(()),
        }
    }
}

/// A [`ThreadQuery`], split by who applies its filters.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SplitQuery {
    /// What the vendor filters.
    pub remote: ThreadQuery,
    /// What is filtered client-side.
    pub local: ThreadQuery,
}

impl SplitQuery {
    /// Applies the client-side filters to a page.
    pub fn filter(&self, mut page: crate::Page<Thread>) -> crate::Page<Thread> {
        let before = page.items.len();
        page.items.retain(|thread| self.local.matches(thread));
        page.filtered_out = before - page.items.len();
        page
    }
}

/// The operation named in errors.
const LIST: &str = "list_threads";

/// Whether a value is the wanted one; unknown values are not.
fn holds<T: PartialEq>(wanted: Option<&T>, found: Option<&T>) -> bool {
    wanted.is_none() || wanted == found
}

impl Folder {
    fn holds(self, thread: &Thread) -> bool {
        let is_request = thread.is_request == Some(true);
        match self {
            Self::Closed => thread.is_closed(),
            Self::Requests => !thread.is_closed() && is_request,
            Self::Inbox => !thread.is_closed() && !is_request,
            Self::AwaitingReply => {
                let last = thread.last_message.as_ref();
                let direction = last.and_then(|message| message.direction.as_ref());
                Self::Inbox.holds(thread) && direction == Some(&Direction::Inbound)
            }
        }
    }
}

impl AssigneeFilter {
    fn holds(&self, thread: &Thread) -> bool {
        match self {
            Self::Is(assignee) => thread.assignee.as_ref() == Some(assignee),
            Self::Anyone => thread.assignee.is_some(),
            Self::Unassigned => thread.assignee.is_none(),
        }
    }
}
