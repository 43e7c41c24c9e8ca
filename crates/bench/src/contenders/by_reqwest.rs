//! Hand-written on reqwest, decoding as much of the response as the caller asks for.

use std::hint::black_box;
use std::marker::PhantomData;
use std::net::SocketAddr;

use async_trait::async_trait;
use serde::de::DeserializeOwned;

use super::thread::{Archived, ThreadUpdate};
use super::{Contender, Failure, ID, TIMEOUT, TOKEN};

/// Decodes each response as a `T`.
pub(super) struct ByReqwest<T> {
    client: reqwest::Client,
    base_url: String,
    decodes: PhantomData<fn() -> T>,
}

impl<T> ByReqwest<T> {
    pub(super) fn new(server: SocketAddr) -> Result<Self, Failure> {
        let client = reqwest::Client::builder()
            .user_agent("by-hand")
            .no_proxy()
            .timeout(TIMEOUT)
            .build()?;
        Ok(Self {
            client,
            base_url: format!("http://{server}/api/v2"),
            decodes: PhantomData,
        })
    }
}

#[async_trait]
impl<T: Archived + DeserializeOwned> Contender for ByReqwest<T> {
    async fn update(&self) -> Result<bool, Failure> {
        let response = self
            .client
            .patch(format!("{}/threads/{ID}", self.base_url))
            .bearer_auth(TOKEN)
            .json(&ThreadUpdate { archived: true })
            .send()
            .await?
            .error_for_status()?;
        Ok(black_box(response.json::<T>().await?).archived())
    }
}
