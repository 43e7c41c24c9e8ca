#![doc = include_str!("../../docs/inboxapp-v1.md")]

mod contacts;
mod messages;
mod threads;

use std::any::Any;

use async_trait::async_trait;
#[doc(no_inline)]
pub use threadline_inboxapp_v1::errors::ErrorCode;
#[doc(no_inline)]
pub use threadline_inboxapp_v1::{Client, requests, types};

use crate::vendor_json::Native as _;
use crate::{
    CallOptions, Capabilities, Capability, Config, Contact, ContactId, ContactUpdate, Credential,
    Identity, Message, MessageQuery, NewMessage, Page, PageRequest, Person, ProviderKind, Result,
    SentMessage, Sunset, Thread, ThreadId, ThreadProvider, ThreadQuery, ThreadUpdate,
};

/// What Inboxapp v1 supports: two statuses, users as assignees, and only texts to send.
const CAPABILITIES: Capabilities = Capabilities::none().with_all(&[
    Capability::GetThread,
    Capability::UpdateThread,
    Capability::UpdateThreadAssignUser,
    Capability::UpdateThreadUnassign,
    Capability::ListThreads,
    Capability::ListThreadsStatus,
    Capability::ListThreadsFolder,
    Capability::ListThreadsAssignee,
    Capability::ListThreadsUnassigned,
    Capability::ListThreadsAccount,
    Capability::ListThreadsChannel,
    Capability::ListThreadsTag,
    Capability::ListThreadsOrder,
    Capability::FindThreads,
    Capability::FindThreadsPlatformId,
    Capability::FindThreadsUsername,
    Capability::ListMessages,
    Capability::SendMessage,
    Capability::SendMessageToContact,
    Capability::SendMessageToProfile,
    Capability::SendMessageReply,
    Capability::ListAssignees,
    Capability::ListAssigneesUsers,
    Capability::GetContact,
    Capability::UpdateContact,
    Capability::UpdateContactTags,
    Capability::UpdateContactStatus,
    Capability::UpdateContactNotes,
    Capability::UpdateContactAssignee,
]);

/// The threads of an Inboxapp team, through API v1.
///
/// **This API is said to stop on 3 December 2026.** The server's `Sunset` header decides, see
/// [`sunset`](ThreadProvider::sunset). To move to [`InboxappV2`](crate::InboxappV2), change the
/// constructor; the token stays the same.
///
/// A thread is open or done and may be assigned to a team member. Clones are cheap and share their
/// connections. [The vendor's documentation](https://docs.inboxapp.com).
///
/// ```no_run
/// use threadline::{Assignee, InboxappV1, ThreadProviderExt, ThreadUpdate};
///
/// # async fn example() -> threadline::Result<()> {
/// let inbox = InboxappV1::from_env()?;
/// let update = ThreadUpdate::new().reopen().assign(Assignee::user("h7hbetn74ohz"));
/// let thread = inbox.update("w5hs7kz546ds", &update).await?;
/// println!("{} is {}", thread.id, thread.status);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct InboxappV1 {
    client: Client,
}

impl InboxappV1 {
    /// The provider's kind.
    pub const KIND: ProviderKind = ProviderKind::InboxappV1;

    /// Creates a provider with this token and the default settings.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) if the token is malformed.
    pub fn new(token: impl Into<String>) -> Result<Self> {
        Self::with_config(Config::new().credential(Credential::new(token)?))
    }

    /// Creates a provider from `INBOX_API_TOKEN` and, if set, `INBOX_API_V1_BASE_URL`.
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
    /// # async fn example(inbox: threadline::InboxappV1, id: &str) -> threadline::Result<()> {
    /// let client = inbox.as_native();
    /// let update = client.prospects().update_context(id).clear_notes().valuation(599);
    /// update.add_tags(["vip"]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn as_native(&self) -> &Client {
        &self.client
    }

    /// Returns this provider with these call options merged over its current ones, field by field.
    /// Connections, rate limits and the retry budget are shared.
    #[must_use]
    pub fn with_options(&self, options: &CallOptions) -> Self {
        Self::from_client(self.client.with_options(options))
    }
}

#[async_trait]
impl ThreadProvider for InboxappV1 {
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
