//! The facade.

use std::hint::black_box;
use std::net::SocketAddr;

use async_trait::async_trait;
use threadline::{
    Config, Credential, InboxappV2, ThreadId, ThreadProvider, ThreadStatus, ThreadUpdate,
};

use super::{Contender, Failure, ID, TOKEN};

pub(super) struct ByFacade {
    inbox: Box<dyn ThreadProvider>,
    id: ThreadId,
}

impl ByFacade {
    pub(super) fn new(server: SocketAddr) -> Result<Self, Failure> {
        let config = Config::new()
            .credential(Credential::new(TOKEN)?)
            .base_url(format!("http://{server}/api/v2"));
        let inbox = InboxappV2::with_config(config)?;
        Ok(Self {
            inbox: Box::new(inbox),
            id: ID.parse()?,
        })
    }
}

#[async_trait]
impl Contender for ByFacade {
    async fn update(&self) -> Result<bool, Failure> {
        let thread = self
            .inbox
            .update_thread(&self.id, &ThreadUpdate::new().close())
            .await?;
        Ok(black_box(thread).status == ThreadStatus::Closed)
    }
}
