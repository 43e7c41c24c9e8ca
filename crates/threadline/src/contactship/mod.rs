#![doc = include_str!("../../docs/contactship.md")]

mod contacts;
mod messages;
mod threads;

use std::any::Any;

use async_trait::async_trait;
#[doc(no_inline)]
pub use threadline_contactship::{Client, requests, types, webhooks};

use crate::vendor_json::Native as _;
use crate::{
    CallOptions, Capabilities, Capability, Config, Contact, ContactId, ContactUpdate, Credential,
    Identity, Message, MessageId, MessageQuery, NewMessage, Page, PageRequest, Person,
    ProviderKind, Result, SentMessage, Sunset, Thread, ThreadId, ThreadProvider, ThreadQuery,
    ThreadUpdate,
};

/// What ContactShip supports: it lists neither threads nor their messages, nor the team's users.
const CAPABILITIES: Capabilities = Capabilities::none().with_all(&[
    Capability::GetThread,
    Capability::UpdateThread,
    Capability::UpdateThreadStatus,
    Capability::UpdateThreadAssignUser,
    Capability::UpdateThreadAssignAgent,
    Capability::UpdateThreadUnassign,
    Capability::GetMessage,
    Capability::SendMessage,
    Capability::SendMessageToContact,
    Capability::SendMessageMedia,
    Capability::SendMessageTemplate,
    Capability::ListAssignees,
    Capability::ListAssigneesAgents,
    Capability::GetContact,
    Capability::UpdateContact,
    Capability::UpdateContactTags,
]);

/// The threads of a ContactShip organization.
///
/// ContactShip accepts any status and assigns threads to users or AI agents. Clones are cheap and
/// share their connections. The vendor's documentation:
/// [read](https://docs.contactship.ai/api-reference/endpoint/get-thread),
/// [update](https://docs.contactship.ai/api-reference/endpoint/update-thread).
///
/// ```no_run
/// use threadline::{Assignee, ContactShip, ThreadProviderExt, ThreadUpdate};
///
/// # async fn example() -> threadline::Result<()> {
/// let inbox = ContactShip::from_env()?;
/// let update = ThreadUpdate::new().reopen().assign(Assignee::agent("agent-7"));
/// let thread = inbox.update("thr-1", &update).await?;
/// println!("{} is {}", thread.id, thread.status);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ContactShip {
    client: Client,
}

impl ContactShip {
    /// The provider's kind.
    pub const KIND: ProviderKind = ProviderKind::ContactShip;

    /// Creates a provider with this key and the default settings.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) if the key is malformed.
    pub fn new(key: impl Into<String>) -> Result<Self> {
        Self::with_config(Config::new().credential(Credential::new(key)?))
    }

    /// Creates a provider from `CONTACTSHIP_API_KEY` and, if set, `CONTACTSHIP_BASE_URL`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) if the key is missing or a
    /// value is invalid.
    pub fn from_env() -> Result<Self> {
        Self::with_config(Self::KIND.config_from_env()?)
    }

    /// Creates a provider with these settings.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) if the key is missing, the
    /// base URL is invalid, or a limit is zero.
    pub fn with_config(config: Config) -> Result<Self> {
        let config = config.credential_variable("CONTACTSHIP_API_KEY");
        Client::with_config(config).map(Self::from_client)
    }

    /// Creates a provider from a generated client.
    pub fn from_client(client: Client) -> Self {
        Self { client }
    }

    /// The generated client, which has all of the vendor's operations.
    ///
    /// ```no_run
    /// # async fn example(inbox: threadline::ContactShip, id: &str) -> threadline::Result<()> {
    /// let client = inbox.as_native();
    /// client.whatsapp().send_message("Hi").thread_id(id).await?;
    /// let mut contacts = client.contacts().list().items();
    /// while let Some(contact) = contacts.next().await {
    ///     println!("{}", contact?.id);
    /// }
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
impl ThreadProvider for ContactShip {
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

    async fn list_threads(&self, _: &ThreadQuery, _: &PageRequest) -> Result<Page<Thread>> {
        Err(threads::not_listed("list_threads"))
    }

    async fn find_threads(&self, _: &Identity) -> Result<Vec<Thread>> {
        Err(threads::not_listed("find_threads"))
    }

    async fn list_messages(&self, _: &MessageQuery, _: &PageRequest) -> Result<Page<Message>> {
        Err(threads::not_listed("list_messages"))
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
