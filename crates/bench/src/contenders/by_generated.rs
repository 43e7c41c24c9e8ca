//! The generated client.

use std::hint::black_box;
use std::net::SocketAddr;

use async_trait::async_trait;
use threadline_inboxapp_v2::{Client, types};
use threadline_transport::Credential;

use super::{Contender, Failure, ID, TOKEN};

pub(super) struct ByGenerated {
    client: Client,
}

impl ByGenerated {
    pub(super) fn new(server: SocketAddr) -> Result<Self, Failure> {
        let transport = Client::builder()
            .credential(Credential::new(TOKEN)?)
            .base_url(format!("http://{server}/api/v2"))
            .build()?;
        Ok(Self {
            client: Client::new(transport),
        })
    }
}

#[async_trait]
impl Contender for ByGenerated {
    async fn update(&self) -> Result<bool, Failure> {
        let update = types::ThreadUpdate::new().set_archived(true);
        let thread = self.client.update_thread(ID, &update).await?;
        Ok(black_box(thread).archived)
    }
}
