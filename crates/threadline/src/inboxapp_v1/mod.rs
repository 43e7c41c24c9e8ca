//! Inboxapp, API v1: direct messages on X.

mod config;
mod convert;

use std::any::Any;

use async_trait::async_trait;
pub use config::Builder;
#[doc(no_inline)]
pub use threadline_inboxapp_v1::errors::ErrorCode;
#[doc(no_inline)]
pub use threadline_inboxapp_v1::{Client, enums, types};

use crate::client::client_methods;
use crate::{Capabilities, Result, Thread, ThreadId, ThreadProvider, ThreadUpdate};

/// The threads of an Inboxapp team, through API v1.
///
/// **This API is switched off on 3 December 2026.** Move to [`InboxappV2`](crate::InboxappV2) by
/// changing the constructor; the token stays the same. Until then the server announces the end with
/// a `Sunset` header, see [`sunset`](Self::sunset).
///
/// A thread is open or done, and in the charge of a team member or of nobody. Cloning is cheap, and
/// clones share their connections. [The vendor's documentation](https://docs.inboxapp.com).
///
/// ```no_run
/// use threadline::{Assignee, InboxappV1, ThreadProvider, ThreadUpdate};
///
/// # async fn example() -> threadline::Result<()> {
/// let inbox = InboxappV1::from_env()?;
/// let update = ThreadUpdate::new().reopen().assign(Assignee::user("h7hbetn74ohz"));
/// let thread = inbox.update_thread(&"w5hs7kz546ds".parse()?, &update).await?;
/// println!("{} is {}", thread.id, thread.status);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct InboxappV1 {
    client: Client,
}

impl InboxappV1 {
    /// The provider's name.
    pub const NAME: &'static str = "inboxapp-v1";

    client_methods!();

    /// Set up from `INBOX_API_TOKEN` and, where it is set, `INBOX_API_V1_BASE_URL`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) where the token is missing or a
    /// value cannot be used.
    pub fn from_env() -> Result<Self> {
        Self::builder().from_env()?.build()
    }
}

#[async_trait]
impl ThreadProvider for InboxappV1 {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn capabilities(&self) -> Capabilities {
        // Two states, and only people in charge.
        Capabilities::all()
            .with_update_thread_status_word(false)
            .with_update_thread_assign_agent(false)
    }

    async fn get_thread(&self, id: &ThreadId) -> Result<Thread> {
        convert::thread(self.client.get_thread(id.as_str()).await?)
    }

    async fn update_thread(&self, id: &ThreadId, update: &ThreadUpdate) -> Result<Thread> {
        self.capabilities().check_update(Self::NAME, update)?;
        let body = convert::update(update);
        convert::thread(self.client.update_thread(id.as_str(), &body).await?)
    }

    fn native_client(&self) -> Option<&(dyn Any + Send + Sync)> {
        Some(&self.client)
    }
}
