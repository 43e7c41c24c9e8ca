//! ContactShip: WhatsApp, Instagram and voice conversations.

mod config;
mod convert;

use std::any::Any;

use async_trait::async_trait;
pub use config::Builder;
#[doc(no_inline)]
pub use threadline_contactship::{Client, enums, types};

use crate::client::client_methods;
use crate::{Capabilities, Result, Thread, ThreadId, ThreadProvider, ThreadUpdate};

/// The threads of a ContactShip organization.
///
/// ContactShip keeps a status of any word, and threads are in the charge of users or of AI agents.
/// Cloning is cheap, and clones share their connections. The vendor's pages:
/// [read](https://docs.contactship.ai/api-reference/endpoint/get-thread),
/// [update](https://docs.contactship.ai/api-reference/endpoint/update-thread).
///
/// ```no_run
/// use threadline::{Assignee, ContactShip, ThreadProvider, ThreadUpdate};
///
/// # async fn example() -> threadline::Result<()> {
/// let inbox = ContactShip::from_env()?;
/// let update = ThreadUpdate::new().reopen().assign(Assignee::agent("agent-7"));
/// let thread = inbox.update_thread(&"thr-1".parse()?, &update).await?;
/// println!("{} is {}", thread.id, thread.status);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ContactShip {
    client: Client,
}

impl ContactShip {
    /// The provider's name.
    pub const NAME: &'static str = "contactship";

    client_methods!();

    /// Set up from `CONTACTSHIP_API_KEY` and, where it is set, `CONTACTSHIP_BASE_URL`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) where the key is missing or a
    /// value cannot be used.
    pub fn from_env() -> Result<Self> {
        Self::builder().from_env()?.build()
    }
}

#[async_trait]
impl ThreadProvider for ContactShip {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::all()
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
