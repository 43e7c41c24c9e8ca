//! Hand-written on hyper.

use std::hint::black_box;
use std::net::SocketAddr;

use async_trait::async_trait;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::time::timeout;

use super::thread::{Archived, Thread, ThreadUpdate};
use super::{Contender, Failure, ID, TIMEOUT, TOKEN};

pub(super) struct ByHyper {
    client: Client<HttpConnector, Full<Bytes>>,
    base_url: String,
}

impl ByHyper {
    pub(super) fn new(server: SocketAddr) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Self {
            client,
            base_url: format!("http://{server}/api/v2"),
        }
    }

    async fn send(&self) -> Result<Thread, Failure> {
        let request = Request::builder()
            .method(Method::PATCH)
            .uri(format!("{}/threads/{ID}", self.base_url))
            .header("authorization", format!("Bearer {TOKEN}"))
            .header("accept", "application/json")
            .header("content-type", "application/json")
            .header("user-agent", "by-hand")
            .body(Full::new(
                serde_json::to_vec(&ThreadUpdate { archived: true })?.into(),
            ))?;
        let response = self.client.request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        if !status.is_success() {
            return Err(format!("{status}").into());
        }
        Ok(serde_json::from_slice(&body)?)
    }
}

#[async_trait]
impl Contender for ByHyper {
    async fn update(&self) -> Result<bool, Failure> {
        let thread = timeout(TIMEOUT, self.send()).await??;
        Ok(black_box(thread).archived())
    }
}
