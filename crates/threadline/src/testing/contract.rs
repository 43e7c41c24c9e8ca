//! The contract that every provider must meet.
//!
//! A [`Contract`] goes through all [capabilities](crate::Capability): what a provider claims has to
//! work, and what it does not claim has to be refused as
//! [`Unsupported`](crate::ErrorKind::Unsupported) without a request.
//!
//! ```
//! use threadline::testing::MemoryProvider;
//! use threadline::testing::contract::Contract;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let inbox = MemoryProvider::with_examples();
//! Contract::new(&inbox, "t-1".parse()?)
//!     .requests(|| inbox.calls().len())
//!     .check()
//!     .await?;
//! # Ok(())
//! # }
//! ```
//!
//! It changes the data of the provider, so let it run against a test server.

use std::fmt;
use std::time::Duration;

use crate::{
    Assignee, AssigneeKind, CallOptions, Capability, Channel, ContactId, ContactUpdate, Delivery,
    Error, ErrorKind, Folder, IdempotencyKey, Identity, Media, MediaKind, Message, MessageId,
    MessageQuery, NewMessage, Order, PageRequest, Person, SentMessage, Template, Thread, ThreadId,
    ThreadProvider, ThreadProviderExt as _, ThreadQuery, ThreadStatus, ThreadUpdate,
};

/// Checks that a provider keeps to the contract. See the [module](self).
///
/// It reads what it has changed, so the provider must support `get_thread`, and `get_contact` if it
/// updates contacts. Of the data it needs an open thread in the inbox. What the provider claims beyond
/// that needs: a contact of the thread, with the identities that threads can be found by; for filters by tag, a
/// tag on the thread; for messages, one that can be answered; two users or agents to assign to.
pub struct Contract<'a> {
    provider: &'a dyn ThreadProvider,
    thread: ThreadId,
    requests: Box<dyn Fn() -> usize + Send + Sync + 'a>,
    users: Vec<Assignee>,
    template: Template,
    tag: Option<String>,
    status: Option<String>,
}

/// What a provider does against the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    capability: Option<Capability>,
    message: String,
}

impl Violation {
    /// The capability that was checked, if it is about one.
    pub fn capability(&self) -> Option<Capability> {
        self.capability
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.capability {
            Some(capability) => write!(f, "{capability}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Violation {}

impl From<Error> for Violation {
    fn from(error: Error) -> Self {
        Self {
            capability: None,
            message: format!("unexpected error: {error}"),
        }
    }
}

type Checked = Result<(), Violation>;

fn violation<T>(message: impl Into<String>) -> Result<T, Violation> {
    Err(Violation {
        capability: None,
        message: message.into(),
    })
}

/// Fails with a message unless a condition holds.
macro_rules! ensure {
    ($condition:expr, $($message:tt)+) => {
        if !$condition {
            return violation(format!($($message)+));
        }
    };
}

impl<'a> Contract<'a> {
    /// Checks this provider with one of its threads, which is open and in the inbox.
    pub fn new(provider: &'a dyn ThreadProvider, thread: ThreadId) -> Self {
        Self {
            provider,
            thread,
            requests: Box::new(|| 0),
            users: Vec::new(),
            template: Template::new("welcome"),
            tag: None,
            status: None,
        }
    }

    /// Sets a function that counts the requests so far, to see that a refusal sends none.
    #[must_use]
    pub fn requests(mut self, count: impl Fn() -> usize + Send + Sync + 'a) -> Self {
        self.requests = Box::new(count);
        self
    }

    /// Adds an assignee, for providers that cannot list them.
    #[must_use]
    pub fn assignee(mut self, assignee: Assignee) -> Self {
        self.users.push(assignee);
        self
    }

    /// Sets a template that can be sent; one named `welcome` by default.
    #[must_use]
    pub fn template(mut self, template: Template) -> Self {
        self.template = template;
        self
    }

    /// Sets a tag that contacts can have, as the provider refers to it; by default, the first one of
    /// the contact.
    #[must_use]
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tag = Some(tag.into());
        self
    }

    /// Sets a status that contacts can have, as the provider refers to it; by default, the contact's.
    #[must_use]
    pub fn status(mut self, status: impl Into<String>) -> Self {
        self.status = Some(status.into());
        self
    }

    /// Goes through all capabilities.
    ///
    /// That a refusal sends nothing is seen only with a counter of [`requests`](Self::requests).
    ///
    /// # Errors
    ///
    /// The first violation.
    pub async fn check(&self) -> Result<(), Violation> {
        self.general().await?;
        let claimed = self.provider.capabilities();
        for &capability in Capability::ALL {
            let checked = if claimed.has(capability) {
                self.works(capability).await
            } else {
                self.is_refused(capability).await
            };
            checked.map_err(|violation| Violation {
                capability: Some(capability),
                ..violation
            })?;
        }
        Ok(())
    }

    /// What does not depend on capabilities.
    async fn general(&self) -> Checked {
        let unknown: ThreadId = "zzzzzzzzzzzzzzzzzzzzzzzz".parse()?;
        let provider = self.provider;
        if self.has(Capability::GetThread) {
            let read = provider.get_thread(&unknown).await;
            self.is_error(read, ErrorKind::NotFound, Delivery::Answered)?;
        }
        if self.has(Capability::UpdateThread) {
            let updated = provider.close_thread(&unknown).await;
            self.is_error(updated, ErrorKind::NotFound, Delivery::Answered)?;
            let before = (self.requests)();
            let empty = provider
                .update_thread(&self.thread, &ThreadUpdate::new())
                .await;
            self.is_error(empty, ErrorKind::InvalidRequest, Delivery::NotSent)?;
            let nameless = ThreadUpdate::new().close().assign(Assignee::user(" "));
            let nameless = provider.update_thread(&self.thread, &nameless).await;
            self.is_error(nameless, ErrorKind::InvalidRequest, Delivery::NotSent)?;
            ensure!((self.requests)() == before, "an invalid update was sent");
        }
        if self.has(Capability::SendMessage) {
            let before = (self.requests)();
            let empty = NewMessage::to_thread(&self.thread);
            let empty = provider.send_message(&empty).await;
            self.is_error(empty, ErrorKind::InvalidRequest, Delivery::NotSent)?;
            ensure!((self.requests)() == before, "an empty message was sent");
        }
        self.dry_run().await
    }

    /// A dry run sends nothing.
    async fn dry_run(&self) -> Checked {
        let options = CallOptions::new().dry_run(true);
        let Ok(dry) = self.provider.with_options(&options) else {
            return Ok(());
        };
        // Later options do not switch it off.
        let later = CallOptions::new().deadline(Duration::from_secs(9));
        let dry = dry.with_options(&later)?;
        let before = (self.requests)();
        if self.has(Capability::UpdateThread) {
            let closed = dry.close_thread(&self.thread).await;
            self.is_error(closed, ErrorKind::DryRun, Delivery::NotSent)?;
        }
        if self.has(Capability::SendMessage) {
            let sent = dry.send_text(&self.thread, "Hi").await;
            self.is_error(sent, ErrorKind::DryRun, Delivery::NotSent)?;
        }
        ensure!((self.requests)() == before, "a dry run sent a request");
        Ok(())
    }

    fn has(&self, capability: Capability) -> bool {
        self.provider.capabilities().has(capability)
    }

    /// Checks that a call failed as it should.
    fn is_error<T>(
        &self,
        result: crate::Result<T>,
        kind: ErrorKind,
        delivery: Delivery,
    ) -> Checked {
        let Err(error) = result else {
            return violation(format!(
                "the call succeeded; expected an error of kind {kind}"
            ));
        };
        ensure!(
            error.kind() == kind,
            "expected an error of kind {kind}: {error}"
        );
        let provider = self.provider.kind().as_str();
        ensure!(
            error.provider() == provider,
            "the error names the provider {:?}, not {provider:?}",
            error.provider()
        );
        ensure!(
            error.operation().is_some(),
            "the error names no operation: {error}"
        );
        ensure!(!error.is_retryable(), "the error is retryable: {error}");
        ensure!(
            error.delivery() == delivery,
            "the error's delivery is {:?}, not {delivery:?}: {error}",
            error.delivery()
        );
        Ok(())
    }

    /// Checks that a capability that is not claimed is refused without a request.
    async fn is_refused(&self, capability: Capability) -> Checked {
        let before = (self.requests)();
        let Some(result) = self.attempt(capability).await? else {
            return Ok(());
        };
        self.is_error(result, ErrorKind::Unsupported, Delivery::NotSent)?;
        ensure!((self.requests)() == before, "a request was sent");
        Ok(())
    }

    /// Uses a capability that the provider does not claim; `None` for those that are no calls.
    #[allow(clippy::too_many_lines, reason = "one line per capability")]
    async fn attempt(
        &self,
        capability: Capability,
    ) -> Result<Option<crate::Result<()>>, Violation> {
        use Capability as C;

        let provider = self.provider;
        let contact: ContactId = "c-1".parse()?;
        let message: MessageId = "m-1".parse()?;
        let account = "account-1";
        let update = |update: ThreadUpdate| async move {
            provider
                .update_thread(&self.thread, &update)
                .await
                .map(drop)
        };
        let list = |query: ThreadQuery| async move {
            let page = PageRequest::new();
            provider.list_threads(&query, &page).await.map(drop)
        };
        let find =
            |identity: Identity| async move { provider.find_threads(&identity).await.map(drop) };
        let send =
            |message: NewMessage| async move { provider.send_message(&message).await.map(drop) };
        let text = || NewMessage::to_thread(&self.thread).text("Hi");
        let change = |update: ContactUpdate| {
            let contact = contact.clone();
            async move { provider.update_contact(&contact, &update).await.map(drop) }
        };
        // A listing that the provider supports, apart from what is attempted.
        let some = || self.many();
        let result = match capability {
            C::GetThread => provider.get_thread(&self.thread).await.map(drop),
            C::UpdateThread => update(ThreadUpdate::new().close()).await,
            C::UpdateThreadStatus => update(ThreadUpdate::new().status("snoozed")).await,
            C::UpdateThreadAssignUser => {
                update(ThreadUpdate::new().assign(Assignee::user("u-1"))).await
            }
            C::UpdateThreadAssignAgent => {
                update(ThreadUpdate::new().assign(Assignee::agent("a-1"))).await
            }
            C::UpdateThreadUnassign => update(ThreadUpdate::new().unassign()).await,
            C::ListThreads | C::ListThreadsStatus => list(ThreadQuery::open()).await,
            C::ListThreadsAll => list(ThreadQuery::new()).await,
            C::ListThreadsFolder => list(ThreadQuery::new().folder(Folder::Inbox)).await,
            C::ListThreadsAwaitingReply => {
                list(ThreadQuery::new().folder(Folder::AwaitingReply)).await
            }
            C::ListThreadsAssignee => list(some().assigned_to(Assignee::user("u-1"))).await,
            C::ListThreadsAssigned => list(some().assigned()).await,
            C::ListThreadsUnassigned => list(some().unassigned()).await,
            C::ListThreadsAccount => list(some().account(account)).await,
            C::ListThreadsChannel => list(some().channel(Channel::X)).await,
            C::ListThreadsContact => list(some().contact(&contact)).await,
            C::ListThreadsTag => list(some().tag("tag-1")).await,
            C::ListThreadsUnread => list(some().unread(true)).await,
            C::ListThreadsText => list(some().text("seat")).await,
            C::ListThreadsLastActivity => {
                list(some().last_activity_before(std::time::SystemTime::UNIX_EPOCH)).await
            }
            C::ListThreadsOrder => list(some().order(Order::OldestFirst)).await,
            C::FindThreads | C::FindThreadsPlatformId => {
                find(Identity::platform_id(Channel::X, "1")).await
            }
            C::FindThreadsUsername => find(Identity::username(Channel::X, "mira")).await,
            C::FindThreadsPhone => find(Identity::phone(Channel::WhatsApp, "+12125550100")).await,
            C::ListMessages => {
                let query = MessageQuery::new(self.thread.clone());
                provider
                    .list_messages(&query, &PageRequest::new())
                    .await
                    .map(drop)
            }
            C::ListMessagesOrder => {
                let query = MessageQuery::new(self.thread.clone()).order(Order::OldestFirst);
                provider
                    .list_messages(&query, &PageRequest::new())
                    .await
                    .map(drop)
            }
            C::GetMessage => provider.get_message(&message).await.map(drop),
            C::SendMessage => send(text()).await,
            C::SendMessageToContact => {
                send(NewMessage::to_contact(account, &contact).text("Hi")).await
            }
            C::SendMessageToProfile => {
                send(NewMessage::to_profile(account, Channel::X, "1").text("Hi")).await
            }
            C::SendMessageMedia => {
                let media = Media::url(MediaKind::Image, "https://example.com/a.png");
                send(NewMessage::to_thread(&self.thread).media(media)).await
            }
            C::SendMessageTemplate => {
                let template = Template::new("welcome");
                send(NewMessage::to_thread(&self.thread).template(template)).await
            }
            C::SendMessageReply => send(text().reply_to(&message)).await,
            C::SendMessageIdempotencyKey => {
                send(text().idempotency_key(IdempotencyKey::new("key-1")?)).await
            }
            C::ListAssignees => provider.list_assignees(&PageRequest::new()).await.map(drop),
            C::GetContact => provider.get_contact(&contact).await.map(drop),
            C::UpdateContact | C::UpdateContactTags => {
                change(ContactUpdate::new().add_tag("vip")).await
            }
            C::UpdateContactStatus => change(ContactUpdate::new().status("s-1")).await,
            C::UpdateContactNotes => change(ContactUpdate::new().notes("Hi")).await,
            C::UpdateContactAssignee => {
                change(ContactUpdate::new().assign(Assignee::user("u-1"))).await
            }
            // Not a call of its own: the list holds none of them.
            C::ListAssigneesUsers | C::ListAssigneesAgents => {
                if self.has(C::ListAssignees) {
                    let kind = listed_kind(capability);
                    let people = self.people().await?;
                    ensure!(
                        people.iter().all(|person| person.kind != kind),
                        "a {kind} is listed"
                    );
                }
                return Ok(None);
            }
        };
        Ok(Some(result))
    }

    /// Checks that a capability that is claimed works.
    async fn works(&self, capability: Capability) -> Checked {
        use Capability as C;

        match capability {
            C::GetThread => self.thread().await.map(drop),
            C::UpdateThread => self.closing().await,
            C::UpdateThreadStatus => self.own_status().await,
            C::UpdateThreadAssignUser => self.assigning(&AssigneeKind::User).await,
            C::UpdateThreadAssignAgent => self.assigning(&AssigneeKind::Agent).await,
            C::UpdateThreadUnassign => self.unassigning().await,
            C::ListThreads => self.paging().await,
            C::ListThreadsStatus
            | C::ListThreadsAll
            | C::ListThreadsFolder
            | C::ListThreadsAwaitingReply
            | C::ListThreadsAssignee
            | C::ListThreadsAssigned
            | C::ListThreadsUnassigned
            | C::ListThreadsAccount
            | C::ListThreadsChannel
            | C::ListThreadsContact
            | C::ListThreadsTag
            | C::ListThreadsUnread
            | C::ListThreadsText
            | C::ListThreadsLastActivity
            | C::ListThreadsOrder => self.filtering(capability).await,
            C::FindThreads => {
                let claimed = self.provider.capabilities();
                let ways = [
                    C::FindThreadsPlatformId,
                    C::FindThreadsUsername,
                    C::FindThreadsPhone,
                ];
                ensure!(
                    ways.into_iter().any(|way| claimed.has(way)),
                    "no way to find a thread is claimed"
                );
                Ok(())
            }
            C::FindThreadsPlatformId | C::FindThreadsUsername | C::FindThreadsPhone => {
                self.finding(capability).await
            }
            C::ListMessages => self.messages().await.map(drop),
            C::ListMessagesOrder => self.oldest_first().await,
            C::GetMessage => self.message().await.map(drop),
            C::SendMessage
            | C::SendMessageToContact
            | C::SendMessageToProfile
            | C::SendMessageMedia
            | C::SendMessageTemplate
            | C::SendMessageReply => self.sending(capability).await,
            C::SendMessageIdempotencyKey => self.replaying().await,
            C::ListAssignees => self.people().await.map(drop),
            C::ListAssigneesUsers | C::ListAssigneesAgents => {
                let kind = listed_kind(capability);
                let people = self.people().await?;
                ensure!(
                    people.iter().any(|person| person.kind == kind),
                    "no {kind} is listed"
                );
                Ok(())
            }
            C::GetContact => self.contact().await.map(drop),
            C::UpdateContact => self.empty_contact_update().await,
            C::UpdateContactTags => self.tagging().await,
            C::UpdateContactStatus => self.contact_status().await,
            C::UpdateContactNotes => self.notes().await,
            C::UpdateContactAssignee => self.contact_assignee().await,
        }
    }

    async fn thread(&self) -> Result<Thread, Violation> {
        let thread = self.provider.get_thread(&self.thread).await?;
        ensure!(thread.id == self.thread, "the thread's id is {}", thread.id);
        let kind = self.provider.kind();
        ensure!(
            thread.provider == *kind,
            "the thread's provider is {}",
            thread.provider
        );
        Ok(thread)
    }

    /// Updates the thread, once and again, and checks that reading it agrees.
    async fn update(&self, update: ThreadUpdate) -> Result<Thread, Violation> {
        let updated = self.provider.update_thread(&self.thread, &update).await?;
        let again = self.provider.update_thread(&self.thread, &update).await?;
        for other in [&again, &self.thread().await?] {
            let same = (&other.id, &other.status, &other.assignee);
            ensure!(
                same == (&updated.id, &updated.status, &updated.assignee),
                "the thread is {other:?} after it was {updated:?}"
            );
        }
        Ok(updated)
    }

    async fn closing(&self) -> Checked {
        for (update, status) in [
            (ThreadUpdate::new().close(), ThreadStatus::Closed),
            (ThreadUpdate::new().reopen(), ThreadStatus::Open),
            (ThreadUpdate::new().status("closed"), ThreadStatus::Closed),
            (ThreadUpdate::new().status("open"), ThreadStatus::Open),
        ] {
            let thread = self.update(update).await?;
            ensure!(
                thread.status == status,
                "the status is {}, not {status}",
                thread.status
            );
        }
        Ok(())
    }

    async fn own_status(&self) -> Checked {
        let thread = self.update(ThreadUpdate::new().status("snoozed")).await?;
        ensure!(
            thread.status.as_str() == "snoozed",
            "the status is {}",
            thread.status
        );
        self.update(ThreadUpdate::new().reopen()).await.map(drop)
    }

    /// The assignees of a kind: those that were given, otherwise those that are listed.
    async fn assignees(&self, kind: &AssigneeKind) -> Result<Vec<Assignee>, Violation> {
        let mut found: Vec<_> = self
            .users
            .iter()
            .filter(|it| it.kind == *kind)
            .cloned()
            .collect();
        if found.is_empty() && self.has(Capability::ListAssignees) {
            let people = self.people().await?;
            let people = people.iter().filter(|person| person.kind == *kind);
            found = people.map(Person::assignee).collect();
        }
        ensure!(
            !found.is_empty(),
            "there is no {kind} to assign to: add one"
        );
        found.truncate(2);
        Ok(found)
    }

    async fn assigning(&self, kind: &AssigneeKind) -> Checked {
        for assignee in self.assignees(kind).await? {
            let thread = self
                .update(ThreadUpdate::new().assign(assignee.clone()))
                .await?;
            ensure!(
                thread.assignee.as_ref() == Some(&assignee),
                "the assignee is {:?}, not {assignee:?}",
                thread.assignee
            );
        }
        Ok(())
    }

    async fn unassigning(&self) -> Checked {
        let before = (self.requests)();
        let update = ThreadUpdate::new().close().unassign();
        self.provider.update_thread(&self.thread, &update).await?;
        let sent = (self.requests)() - before;
        ensure!(sent <= 1, "two changes took {sent} requests");
        let thread = self.update(ThreadUpdate::new().reopen().unassign()).await?;
        // It may fall back to the contact's default.
        ensure!(
            thread.own_assignee.is_none(),
            "the thread's own assignee is {:?}",
            thread.own_assignee
        );
        Ok(())
    }

    /// A query for many threads that the provider supports.
    fn many(&self) -> ThreadQuery {
        if self.has(Capability::ListThreadsAll) {
            ThreadQuery::new()
        } else {
            ThreadQuery::open()
        }
    }

    async fn paging(&self) -> Checked {
        let query = self.many();
        let page = PageRequest::new().size(1);
        let first = self.provider.list_threads(&query, &page).await?;
        ensure!(
            first.items.len() <= 1,
            "a page of 1 has {} threads",
            first.items.len()
        );
        ensure!(first.filtered_out == 0, "threads were left out");
        let before = (self.requests)();
        let limited = self
            .provider
            .threads(&query.clone().limit(1))
            .into_vec()
            .await?;
        ensure!(
            limited.len() == 1,
            "a list of at most 1 has {} threads",
            limited.len()
        );
        let sent = (self.requests)() - before;
        ensure!(sent <= 1, "a list of at most 1 took {sent} requests");
        if let Some(cursor) = first.next {
            let page = page.after(cursor);
            let second = self.provider.list_threads(&query, &page).await?;
            let repeated = second
                .items
                .iter()
                .any(|thread| first.items.contains(thread));
            ensure!(!repeated, "the second page repeats a thread of the first");
        }
        let all = self.provider.threads(&query).into_vec().await?;
        let ids: std::collections::BTreeSet<_> = all.iter().map(|thread| &thread.id).collect();
        ensure!(ids.len() == all.len(), "a thread is listed twice");
        ensure!(
            ids.contains(&self.thread),
            "the thread {} is not listed",
            self.thread
        );
        let wrong = self.provider.kind();
        ensure!(
            all.iter().all(|thread| thread.provider == *wrong),
            "a provider is wrong"
        );
        Ok(())
    }

    async fn filtering(&self, capability: Capability) -> Checked {
        use Capability as C;

        if capability == C::ListThreadsOrder {
            return self.order().await;
        }
        let (user, thread) = if capability == C::ListThreadsAssignee {
            let user = self.assignees(&AssigneeKind::User).await?.remove(0);
            let update = ThreadUpdate::new().reopen().assign(user.clone());
            (Some(user), self.update(update).await?)
        } else {
            (None, self.thread().await?)
        };
        let missing = |what: &str| violation(format!("the thread {} has no {what}", self.thread));
        let mut includes_thread = true;
        let mut query = self.many();
        query = match capability {
            C::ListThreadsStatus => {
                let closed = self
                    .provider
                    .threads(&ThreadQuery::closed())
                    .into_vec()
                    .await?;
                let open = closed.iter().find(|thread| !thread.is_closed());
                ensure!(open.is_none(), "the closed threads include {open:?}");
                ThreadQuery::open()
            }
            C::ListThreadsAll => ThreadQuery::new(),
            C::ListThreadsFolder => {
                for folder in [Folder::Requests, Folder::Closed] {
                    let query = ThreadQuery::new().folder(folder);
                    let threads = self.provider.threads(&query).into_vec().await?;
                    let wrong = threads.iter().find(|thread| !query.matches(thread));
                    ensure!(wrong.is_none(), "{folder:?} includes {wrong:?}");
                }
                ThreadQuery::new().folder(Folder::Inbox)
            }
            C::ListThreadsAwaitingReply => {
                includes_thread = false;
                ThreadQuery::new().folder(Folder::AwaitingReply)
            }
            C::ListThreadsAssignee => match user {
                Some(user) => query.assigned_to(user),
                None => return missing("user"),
            },
            C::ListThreadsAssigned => {
                includes_thread = thread.assignee.is_some();
                query.assigned()
            }
            C::ListThreadsUnassigned => {
                includes_thread = thread.assignee.is_none();
                query.unassigned()
            }
            C::ListThreadsAccount => match &thread.account_id {
                Some(account) => query.account(account),
                None => return missing("account"),
            },
            C::ListThreadsChannel => match &thread.channel {
                Some(channel) => query.channel(channel.clone()),
                None => return missing("channel"),
            },
            C::ListThreadsContact => query.contact(self.contact_id(&thread)?),
            C::ListThreadsTag => match thread.tags.iter().flatten().next() {
                Some(tag) => query.tag(&tag.id),
                None => return missing("tag"),
            },
            C::ListThreadsUnread => query.unread(thread.unread.unwrap_or_default()),
            C::ListThreadsText => {
                let contact = thread.contact.as_ref();
                match contact.and_then(|contact| contact.name.as_ref()) {
                    Some(name) => query.text(name),
                    None => return missing("contact with a name"),
                }
            }
            C::ListThreadsLastActivity => {
                let activity = thread.last_activity_at.as_ref();
                match activity.and_then(crate::Timestamp::to_system_time) {
                    Some(time) => query.last_activity_before(time + Duration::from_secs(1)),
                    None => return missing("last activity"),
                }
            }
            _ => query,
        };
        let threads = self.provider.threads(&query).into_vec().await?;
        // What a vendor calls awaiting a reply may rest on more than the last message.
        let checked = match query.folder {
            Some(Folder::AwaitingReply) => query.clone().folder(Folder::Inbox),
            _ => query.clone(),
        };
        let wrong = threads.iter().find(|thread| !checked.matches(thread));
        ensure!(wrong.is_none(), "{query:?} includes {wrong:?}");
        let is_included = threads.iter().any(|thread| thread.id == self.thread);
        ensure!(
            is_included || !includes_thread,
            "{query:?} does not include the thread {}",
            self.thread
        );
        Ok(())
    }

    async fn order(&self) -> Checked {
        let ids = async |order| -> Result<Vec<ThreadId>, Violation> {
            let threads = self
                .provider
                .threads(&self.many().order(order))
                .into_vec()
                .await?;
            Ok(threads.into_iter().map(|thread| thread.id).collect())
        };
        let newest = ids(Order::NewestFirst).await?;
        let mut oldest = ids(Order::OldestFirst).await?;
        oldest.reverse();
        ensure!(
            newest == oldest,
            "the one order is not the other one reversed"
        );
        Ok(())
    }

    async fn finding(&self, capability: Capability) -> Checked {
        let thread = self.thread().await?;
        let identity = thread.contact.and_then(|contact| contact.identity);
        let Some(found) = identity else {
            return violation("the thread's contact has no identity");
        };
        let channel = || found.channel.clone();
        let (wanted, unknown) = match capability {
            Capability::FindThreadsPlatformId => (
                found
                    .platform_id
                    .clone()
                    .map(|id| Identity::platform_id(channel(), id)),
                Identity::platform_id(channel(), "999999999999999999"),
            ),
            Capability::FindThreadsUsername => (
                found
                    .username
                    .clone()
                    .map(|name| Identity::username(channel(), name)),
                Identity::username(channel(), "nobody_has_this_name"),
            ),
            _ => (
                found
                    .phone
                    .clone()
                    .map(|phone| Identity::phone(channel(), phone)),
                Identity::phone(channel(), "+19999999999"),
            ),
        };
        let Some(wanted) = wanted else {
            return violation("the thread's contact has nothing to be found by");
        };
        let threads = self.provider.find_threads(&wanted).await?;
        let is_found = threads.iter().any(|thread| thread.id == self.thread);
        ensure!(is_found, "the thread is not found by {wanted:?}");
        let none = self.provider.find_threads(&unknown).await?;
        ensure!(none.is_empty(), "nobody's threads are {none:?}");
        Ok(())
    }

    async fn messages(&self) -> Result<Vec<Message>, Violation> {
        let query = MessageQuery::new(self.thread.clone());
        let messages = self.provider.messages(query.clone()).into_vec().await?;
        let mut last = None;
        for message in &messages {
            ensure!(
                message.thread_id.as_ref() == Some(&self.thread),
                "the message {} has the thread {:?}",
                message.id,
                message.thread_id
            );
            let time = message
                .sent_at
                .as_ref()
                .and_then(crate::Timestamp::to_system_time);
            ensure!(
                last.is_none() || time <= last,
                "the messages are not newest first"
            );
            last = time.or(last);
        }
        let limited = self.provider.messages(query.limit(1)).into_vec().await?;
        ensure!(
            limited.len() == messages.len().min(1),
            "a limit of 1 is not kept"
        );
        let first = messages.first().map(|message| &message.id);
        ensure!(
            limited.first().map(|message| &message.id) == first,
            "the newest is not first"
        );
        Ok(messages)
    }

    async fn oldest_first(&self) -> Checked {
        let query = MessageQuery::new(self.thread.clone()).order(Order::OldestFirst);
        let mut oldest = self.provider.messages(query).into_vec().await?;
        oldest.reverse();
        let ids = |messages: &[Message]| -> Vec<MessageId> {
            messages.iter().map(|message| message.id.clone()).collect()
        };
        let newest = self.messages().await?;
        ensure!(
            ids(&oldest) == ids(&newest),
            "the one order is not the other one reversed"
        );
        Ok(())
    }

    /// A message of the thread: the newest, or one that is sent for it.
    async fn message(&self) -> Result<MessageId, Violation> {
        let listed = if self.has(Capability::ListMessages) {
            self.messages()
                .await?
                .into_iter()
                .next()
                .map(|message| message.id)
        } else {
            None
        };
        let id = match listed {
            Some(id) => Some(id),
            None if self.has(Capability::SendMessage) => {
                self.provider.send_text(&self.thread, "Hi").await?.id
            }
            None => None,
        };
        let Some(id) = id else {
            return violation("there is no message to read");
        };
        if self.has(Capability::GetMessage) {
            let message = self.provider.get_message(&id).await?;
            ensure!(message.id == id, "the message's id is {}", message.id);
            let unknown: MessageId = "zzzzzzzzzzzzzzzzzzzzzzzz".parse()?;
            let unknown = self.provider.get_message(&unknown).await;
            self.is_error(unknown, ErrorKind::NotFound, Delivery::Answered)?;
        }
        Ok(id)
    }

    async fn send(&self, message: &NewMessage) -> Result<SentMessage, Violation> {
        let sent = self.provider.send_message(message).await?;
        ensure!(sent.id.is_some(), "the message has no id");
        ensure!(sent.thread_id.is_some(), "the message has no thread");
        let kind = self.provider.kind();
        ensure!(
            sent.provider == *kind,
            "the message's provider is {}",
            sent.provider
        );
        Ok(sent)
    }

    async fn sending(&self, capability: Capability) -> Checked {
        use Capability as C;

        let text = || NewMessage::to_thread(&self.thread).text("Contract");
        let message = match capability {
            C::SendMessageToContact => {
                let thread = self.thread().await?;
                let contact = self.contact_id(&thread)?;
                NewMessage::to_contact(self.account_id(&thread)?, contact).text("Contract")
            }
            C::SendMessageToProfile => {
                let thread = self.thread().await?;
                let account = self.account_id(&thread)?;
                let identity = thread.contact.and_then(|contact| contact.identity);
                let id = identity.as_ref().and_then(|it| it.platform_id.clone());
                let Some((identity, id)) = identity.zip(id) else {
                    return violation("the thread's contact has no platform id");
                };
                NewMessage::to_profile(account, identity.channel, id).text("Contract")
            }
            C::SendMessageMedia => {
                let media = Media::url(MediaKind::Image, "https://example.com/plans.png");
                NewMessage::to_thread(&self.thread).media(media)
            }
            C::SendMessageTemplate => {
                NewMessage::to_thread(&self.thread).template(self.template.clone())
            }
            C::SendMessageReply => text().reply_to(self.message().await?),
            _ => text(),
        };
        let sent = self.send(&message).await?;
        ensure!(!sent.is_replay, "a new message is reported as a replay");
        // The same message again is another one.
        let other = self.send(&message).await?;
        ensure!(
            !other.is_replay && other.id != sent.id,
            "a second send is reported as a replay"
        );
        if capability != C::SendMessage || !self.has(C::ListMessages) {
            return Ok(());
        }
        for sent in [sent, other] {
            self.is_listed_once(&sent).await?;
        }
        Ok(())
    }

    async fn is_listed_once(&self, sent: &SentMessage) -> Checked {
        let messages = self.messages().await?;
        let same = messages
            .iter()
            .filter(|message| Some(&message.id) == sent.id.as_ref());
        let count = same.count();
        ensure!(
            count == 1,
            "the message {:?} is listed {count} times",
            sent.id
        );
        Ok(())
    }

    /// The same key sends once.
    async fn replaying(&self) -> Checked {
        let key = IdempotencyKey::generate();
        let message = NewMessage::to_thread(&self.thread)
            .text("Once")
            .idempotency_key(&key);
        let sent = self.send(&message).await?;
        ensure!(!sent.is_replay, "a new message is reported as a replay");
        ensure!(
            sent.idempotency_key.as_ref() == Some(&key),
            "the key is not reported"
        );
        let again = self.send(&message).await?;
        ensure!(again.is_replay, "a replay is reported as a new message");
        ensure!(
            again.id == sent.id,
            "the replay has the id {:?}, not {:?}",
            again.id,
            sent.id
        );
        if self.has(Capability::ListMessages) {
            self.is_listed_once(&sent).await?;
        }
        Ok(())
    }

    async fn people(&self) -> Result<Vec<Person>, Violation> {
        let people = self.provider.assignees().into_vec().await?;
        ensure!(!people.is_empty(), "nobody is listed");
        for person in people.iter().take(2) {
            let reference = format!("{}:{}", person.kind, person.id);
            let found = self.provider.find_assignee(&reference).await?;
            ensure!(
                found.assignee() == person.assignee(),
                "{reference} is {found:?}"
            );
        }
        Ok(people)
    }

    fn contact_id(&self, thread: &Thread) -> Result<ContactId, Violation> {
        match thread
            .contact
            .as_ref()
            .and_then(|contact| contact.id.clone())
        {
            Some(id) => Ok(id),
            None => violation(format!("the thread {} has no contact", self.thread)),
        }
    }

    fn account_id(&self, thread: &Thread) -> Result<String, Violation> {
        match thread.account_id.clone() {
            Some(id) => Ok(id),
            None => violation(format!("the thread {} has no account", self.thread)),
        }
    }

    async fn contact(&self) -> Result<crate::Contact, Violation> {
        let id = self.contact_id(&self.thread().await?)?;
        let contact = self.provider.get_contact(&id).await?;
        ensure!(contact.id == id, "the contact's id is {}", contact.id);
        let unknown: ContactId = "zzzzzzzzzzzzzzzzzzzzzzzz".parse()?;
        let unknown = self.provider.get_contact(&unknown).await;
        self.is_error(unknown, ErrorKind::NotFound, Delivery::Answered)?;
        Ok(contact)
    }

    /// Updates the contact, once and again, and checks that reading it agrees.
    async fn change(&self, update: ContactUpdate) -> Result<crate::Contact, Violation> {
        let id = self.contact_id(&self.thread().await?)?;
        self.provider.update_contact(&id, &update).await?;
        self.provider.update_contact(&id, &update).await?;
        self.contact().await
    }

    async fn empty_contact_update(&self) -> Checked {
        let id = self.contact_id(&self.thread().await?)?;
        let before = (self.requests)();
        let update = ContactUpdate::new();
        let empty = self.provider.update_contact(&id, &update).await;
        self.is_error(empty, ErrorKind::InvalidRequest, Delivery::NotSent)?;
        ensure!((self.requests)() == before, "an empty update was sent");
        Ok(())
    }

    async fn tagging(&self) -> Checked {
        let contact = self.contact().await?;
        let own = contact
            .tags
            .iter()
            .flatten()
            .next()
            .map(|tag| tag.id.clone());
        let Some(tag) = self.tag.clone().or(own) else {
            return violation("there is no tag to add: set one");
        };
        let has = |contact: &crate::Contact| {
            let mut tags = contact.tags.iter().flatten();
            tags.any(|it| it.id == tag || it.name.as_ref() == Some(&tag))
        };
        let removed = self.change(ContactUpdate::new().remove_tag(&tag)).await?;
        ensure!(!has(&removed), "the tag {tag:?} was not removed");
        let added = self.change(ContactUpdate::new().add_tag(&tag)).await?;
        ensure!(has(&added), "the tag {tag:?} was not added");
        Ok(())
    }

    async fn contact_status(&self) -> Checked {
        let own = self.contact().await?.status.map(|status| status.id);
        let Some(wanted) = self.status.clone().or(own) else {
            return violation("there is no status to set: set one");
        };
        let cleared = self.change(ContactUpdate::new().clear_status()).await?;
        ensure!(cleared.status.is_none(), "the status was not removed");
        let set = self.change(ContactUpdate::new().status(&wanted)).await?;
        let is_set = set
            .status
            .as_ref()
            .is_some_and(|status| status.id == wanted || status.name.as_ref() == Some(&wanted));
        ensure!(is_set, "the status is {:?}, not {wanted:?}", set.status);
        Ok(())
    }

    async fn notes(&self) -> Checked {
        let set = self
            .change(ContactUpdate::new().notes("Wants 12 seats."))
            .await?;
        ensure!(
            set.notes.as_deref() == Some("Wants 12 seats."),
            "the notes are {:?}",
            set.notes
        );
        let cleared = self.change(ContactUpdate::new().clear_notes()).await?;
        ensure!(cleared.notes.is_none(), "the notes were not removed");
        Ok(())
    }

    async fn contact_assignee(&self) -> Checked {
        let user = self.assignees(&AssigneeKind::User).await?.remove(0);
        let id = self.contact_id(&self.thread().await?)?;
        // Not every vendor reports it, so that it is accepted has to do.
        for update in [
            ContactUpdate::new().assign(user),
            ContactUpdate::new().unassign(),
        ] {
            self.provider.update_contact(&id, &update).await?;
        }
        let agent = ContactUpdate::new().assign(Assignee::agent("agent-1"));
        let agent = self.provider.update_contact(&id, &agent).await;
        self.is_error(agent, ErrorKind::Unsupported, Delivery::NotSent)
    }
}

impl fmt::Debug for Contract<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contract")
            .field("provider", &self.provider)
            .field("thread", &self.thread)
            .finish_non_exhaustive()
    }
}

/// The kind of assignee that a capability is about.
fn listed_kind(capability: Capability) -> AssigneeKind {
    match capability {
        Capability::ListAssigneesAgents => AssigneeKind::Agent,
        _ => AssigneeKind::User,
    }
}
