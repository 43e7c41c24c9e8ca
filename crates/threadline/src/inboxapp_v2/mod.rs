#![doc = include_str!("../../docs/inboxapp-v2.md")]

mod contacts;
mod messages;
mod threads;

use std::any::Any;

use async_trait::async_trait;
use serde_json::Value;
#[doc(no_inline)]
pub use threadline_inboxapp_v2::errors::{ErrorCode, ErrorDetails};
#[doc(no_inline)]
pub use threadline_inboxapp_v2::{Client, requests, types};

use crate::inboxapp;
use crate::vendor_json::Native as _;
use crate::{
    CallOptions, Capabilities, Capability, Channel, Config, Contact, ContactId, ContactUpdate,
    Credential, Cursor, Error, Identity, Message, MessageId, MessageQuery, NewMessage, Page,
    PageRequest, Person, ProviderKind, Result, SentMessage, Sunset, Thread, ThreadId,
    ThreadProvider, ThreadQuery, ThreadUpdate,
};

/// What Inboxapp v2 supports: two statuses, users as assignees, and only texts to send.
const CAPABILITIES: Capabilities = Capabilities::none().with_all(&[
    Capability::GetThread,
    Capability::UpdateThread,
    Capability::UpdateThreadAssignUser,
    Capability::UpdateThreadUnassign,
    Capability::ListThreads,
    Capability::ListThreadsStatus,
    Capability::ListThreadsAll,
    Capability::ListThreadsFolder,
    Capability::ListThreadsAwaitingReply,
    Capability::ListThreadsAssignee,
    Capability::ListThreadsUnassigned,
    Capability::ListThreadsAccount,
    Capability::ListThreadsChannel,
    Capability::ListThreadsContact,
    Capability::ListThreadsTag,
    Capability::ListThreadsText,
    Capability::ListThreadsOrder,
    Capability::FindThreads,
    Capability::FindThreadsPlatformId,
    Capability::FindThreadsUsername,
    Capability::ListMessages,
    Capability::ListMessagesOrder,
    Capability::GetMessage,
    Capability::SendMessage,
    Capability::SendMessageToContact,
    Capability::SendMessageToProfile,
    Capability::SendMessageReply,
    Capability::SendMessageIdempotencyKey,
    Capability::ListAssignees,
    Capability::ListAssigneesUsers,
    Capability::GetContact,
    Capability::UpdateContact,
    Capability::UpdateContactTags,
    Capability::UpdateContactStatus,
    Capability::UpdateContactNotes,
    Capability::UpdateContactAssignee,
]);

/// The threads of an Inboxapp team, through API v2.
///
/// A thread is open or archived. Its assignee is a team member: its own, otherwise its contact's
/// default. A thread may therefore still have an assignee after it was unassigned. Clones are cheap
/// and share their connections. [The vendor's documentation](https://docs.inboxapp.com).
///
/// ```no_run
/// use threadline::{Assignee, InboxappV2, ThreadProviderExt, ThreadUpdate};
///
/// # async fn example() -> threadline::Result<()> {
/// let inbox = InboxappV2::from_env()?;
/// let update = ThreadUpdate::new().reopen().assign(Assignee::user("h7hbetn74ohz"));
/// let thread = inbox.update("w5hs7kz546ds", &update).await?;
/// println!("{} is {}", thread.id, thread.status);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct InboxappV2 {
    client: Client,
}

impl InboxappV2 {
    /// The provider's kind.
    pub const KIND: ProviderKind = ProviderKind::InboxappV2;

    /// Creates a provider with this token and the default settings.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) if the token is malformed.
    pub fn new(token: impl Into<String>) -> Result<Self> {
        Self::with_config(Config::new().credential(Credential::new(token)?))
    }

    /// Creates a provider from `INBOX_API_TOKEN` and, if set, `INBOX_API_BASE_URL`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) if the token is missing or a
    /// value is invalid.
    pub fn from_env() -> Result<Self> {
        Self::with_config(Self::KIND.config_from_env()?)
    }

    /// Creates a provider with these settings.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) if the token is missing, the
    /// base URL is invalid, or a limit is zero.
    pub fn with_config(config: Config) -> Result<Self> {
        let config = config.credential_variable("INBOX_API_TOKEN");
        Client::with_config(config).map(Self::from_client)
    }

    /// Creates a provider from a generated client.
    pub fn from_client(client: Client) -> Self {
        Self { client }
    }

    /// The generated client, which has all of the vendor's operations.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use threadline::inboxapp_v2::types::{SendToThread, ThreadExpansion, ThreadFolder};
    /// use threadline::{IdempotencyKey, InboxappV2};
    ///
    /// # async fn example(inbox: InboxappV2, id: &str, key: IdempotencyKey) -> threadline::Result<()> {
    /// let client = inbox.as_native();
    /// let list = client.threads().list().folder(ThreadFolder::All);
    /// let mut threads = list.expand([ThreadExpansion::Contact]).items();
    /// while let Some(thread) = threads.next().await {
    ///     println!("{}", thread?.id);
    /// }
    /// client.messages().send(SendToThread::new(id), "Hi").idempotency_key(key).await?;
    /// let update = client.threads().update(id).archived(true).clear_assignee_id();
    /// update.attempt_timeout(Duration::from_secs(5)).attempts(1).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn as_native(&self) -> &Client {
        &self.client
    }

    /// What the account and the conversation of a thread allow, in one request: the account's
    /// capabilities without the thread's restrictions.
    ///
    /// ```no_run
    /// use threadline::inboxapp_v2::types::Capability;
    ///
    /// # async fn example(inbox: threadline::InboxappV2) -> threadline::Result<()> {
    /// let allowed = inbox.thread_capabilities("w5hs7kz546ds69ep2st18dhb").await?;
    /// if !allowed.contains(&Capability::MessageReact) {
    ///     println!("no reactions here");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the thread does not exist;
    /// [`ErrorKind::InvalidResponse`](crate::ErrorKind::InvalidResponse) if the response lacks the
    /// account.
    pub async fn thread_capabilities<I>(&self, id: I) -> Result<Vec<types::Capability>>
    where
        I: TryInto<ThreadId, Error: Into<Error>>,
    {
        let id = id.try_into().map_err(Into::into)?;
        threads::capabilities(&self.client, &id).await
    }

    /// Returns this provider with these call options merged over its current ones, field by field.
    /// Connections, rate limits and the retry budget are shared.
    #[must_use]
    pub fn with_options(&self, options: &CallOptions) -> Self {
        Self::from_client(self.client.with_options(options))
    }
}

#[async_trait]
impl ThreadProvider for InboxappV2 {
    fn kind(&self) -> &ProviderKind {
        &Self::KIND
    }

    fn capabilities(&self) -> Capabilities {
        CAPABILITIES
    }

    fn sunset(&self) -> Option<Sunset> {
        self.client.transport().sunset()
    }

    async fn get_thread(&self, id: &ThreadId) -> Result<Thread> {
        let response = threads::get(&self.client, id).await?;
        Ok(Thread::from_response(response))
    }

    async fn update_thread(&self, id: &ThreadId, update: &ThreadUpdate) -> Result<Thread> {
        update.check(&Self::KIND, &CAPABILITIES)?;
        let response = threads::update(&self.client, id, update).await?;
        Ok(Thread::from_response(response))
    }

    async fn list_threads(&self, query: &ThreadQuery, page: &PageRequest) -> Result<Page<Thread>> {
        let query = query.split(&Self::KIND, &CAPABILITIES)?;
        threads::list(&self.client, &query, page).await
    }

    async fn find_threads(&self, contact: &Identity) -> Result<Vec<Thread>> {
        let key = contact.search_key(&Self::KIND, &CAPABILITIES)?;
        threads::find(&self.client, &key).await
    }

    async fn list_messages(
        &self,
        query: &MessageQuery,
        page: &PageRequest,
    ) -> Result<Page<Message>> {
        query.check(&Self::KIND, &CAPABILITIES)?;
        messages::list(&self.client, query, page).await
    }

    async fn get_message(&self, id: &MessageId) -> Result<Message> {
        messages::get(&self.client, id).await
    }

    async fn send_message(&self, message: &NewMessage) -> Result<SentMessage> {
        message.check(&Self::KIND, &CAPABILITIES)?;
        messages::send(&self.client, message).await
    }

    async fn list_assignees(&self, page: &PageRequest) -> Result<Page<Person>> {
        contacts::list_assignees(&self.client, page).await
    }

    async fn get_contact(&self, id: &ContactId) -> Result<Contact> {
        contacts::get(&self.client, id).await
    }

    async fn update_contact(&self, id: &ContactId, update: &ContactUpdate) -> Result<Contact> {
        update.check(&Self::KIND, &CAPABILITIES)?;
        contacts::update(&self.client, id, update).await
    }

    fn with_options(&self, options: &CallOptions) -> Result<Box<dyn ThreadProvider>> {
        Ok(Box::new(self.with_options(options)))
    }

    fn native_client(&self) -> Option<&(dyn Any + Send + Sync)> {
        Some(&self.client)
    }
}

/// The platform of a channel: the reverse of [`inboxapp::channel`].
fn platform(channel: &Channel) -> &str {
    match channel.as_str() {
        "x" => "twitter",
        other => other,
    }
}

/// The cursor in a page. An empty one marks the end, and anything that is not text is an error:
/// without the cursor the list would seem complete.
fn next_cursor(value: Option<&Value>) -> Result<Option<Cursor>> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => match Cursor::new(text) {
            Ok(cursor) => Ok(Some(cursor)),
            Err(_) => Err(inboxapp::unreadable_cursor(&InboxappV2::KIND)),
        },
        Some(_) => Err(inboxapp::unreadable_cursor(&InboxappV2::KIND)),
    }
}
