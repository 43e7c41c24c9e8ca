//! The generated client.

use std::hint::black_box;
use std::net::SocketAddr;

use async_trait::async_trait;
use threadline_inboxapp_v2::Client;
use threadline_transport::{Config, Credential};

use super::{Contender, Failure, ID, TOKEN};

pub(super) struct ByGenerated {
    client: Client,
}

impl ByGenerated {
    pub(super) fn new(server: SocketAddr) -> Result<Self, Failure> {
        let config = Config::new()
            .credential(Credential::new(TOKEN)?)
            .base_url(format!("http://{server}/api/v2"));
        Ok(Self {
            client: Client::with_config(config)?,
        })
    }
}

#[async_trait]
impl Contender for ByGenerated {
    async fn update(&self) -> Result<bool, Failure> {
        let thread = self.client.threads().update(ID).archived(true).await?;
        Ok(black_box(thread).archived)
    }
}
