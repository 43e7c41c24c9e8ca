//! Hand-written on reqwest.

use std::net::SocketAddr;
use std::time::Duration;

use async_trait::async_trait;

use super::thread::{Thread, ThreadUpdate};
use super::{Contender, Failure, ID, TOKEN};

pub(super) struct ByReqwest {
    client: reqwest::Client,
    base_url: String,
}

impl ByReqwest {
    pub(super) fn new(server: SocketAddr) -> Result<Self, Failure> {
        let client = reqwest::Client::builder()
            .user_agent("by-hand")
            .no_proxy()
            .timeout(Duration::from_secs(30))
            .build()?;
        Ok(Self {
            client,
            base_url: format!("http://{server}/api/v2"),
        })
    }
}

#[async_trait]
impl Contender for ByReqwest {
    async fn update(&self) -> Result<bool, Failure> {
        let response = self
            .client
            .patch(format!("{}/threads/{ID}", self.base_url))
            .bearer_auth(TOKEN)
            .json(&ThreadUpdate { archived: true })
            .send()
            .await?
            .error_for_status()?;
        Ok(response.json::<Thread>().await?.archived)
    }
}
