//! Inboxapp, API v2: X and LinkedIn direct messages.

mod convert;

use std::any::Any;

use async_trait::async_trait;
#[doc(no_inline)]
pub use threadline_inboxapp_v2::errors::{ErrorCode, ErrorDetails};
#[doc(no_inline)]
pub use threadline_inboxapp_v2::{Client, requests, types};

use crate::{
    CallOptions, Capabilities, Config, Credential, ProviderKind, Result, Sunset, Thread, ThreadId,
    ThreadProvider, ThreadUpdate,
};

/// The threads of an Inboxapp team, through API v2.
///
/// A thread is open or archived. Its assignee is a team member: its own, otherwise its contact's
/// default. A thread may therefore still have an assignee after it was unassigned. Clones are cheap
/// and share their connections. [The vendor's documentation](https://docs.inboxapp.com).
///
/// ```no_run
/// use threadline::{Assignee, InboxappV2, ThreadProvider, ThreadUpdate};
///
/// # async fn example() -> threadline::Result<()> {
/// let inbox = InboxappV2::from_env()?;
/// let update = ThreadUpdate::new().reopen().assign(Assignee::user("h7hbetn74ohz"));
/// let thread = inbox.update_thread(&"w5hs7kz546ds".parse()?, &update).await?;
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
        // Two statuses, and only users as assignees.
        Capabilities::all()
            .update_thread_status_word(false)
            .update_thread_assign_agent(false)
    }

    fn sunset(&self) -> Option<Sunset> {
        self.client.transport().sunset()
    }

    async fn get_thread(&self, id: &ThreadId) -> Result<Thread> {
        convert::get(&self.client, id).await
    }

    async fn update_thread(&self, id: &ThreadId, update: &ThreadUpdate) -> Result<Thread> {
        self.capabilities().check_update(&Self::KIND, update)?;
        convert::update(&self.client, id, update).await
    }

    fn with_options(&self, options: &CallOptions) -> Result<Box<dyn ThreadProvider>> {
        Ok(Box::new(self.with_options(options)))
    }

    fn native_client(&self) -> Option<&(dyn Any + Send + Sync)> {
        Some(&self.client)
    }
}
