//! A running emulator.

use std::fmt;
use std::sync::Arc;

use crate::builder::EmulatorBuilder;
use crate::error::StartError;
use crate::faults::FaultPlan;
use crate::http::server::{ServedApi, Server};
use crate::http::service::Service;
use crate::request_log::{ReceivedRequest, RequestLog, Violation};
use threadline::ProviderKind;

/// A running emulator of both vendors on localhost.
///
/// It runs on a thread of its own and needs nothing from its caller's runtime.
///
/// Dropping it releases its ports at once and cuts off requests in flight. That never blocks: the
/// thread ends by itself. [`shutdown`](Self::shutdown) lets requests in flight finish and waits for
/// the end.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use threadline_emulator::{Emulator, ProviderKind};
///
/// let emulator = Emulator::start().await?;
/// let id = &emulator.thread_ids(&ProviderKind::InboxappV2)[0];
///
/// let response = reqwest::Client::new()
///     .patch(format!("{}/threads/{id}", emulator.inboxapp_url()))
///     .bearer_auth(Emulator::CREDENTIAL)
///     .header("content-type", "application/json")
///     .body(r#"{"archived": true}"#)
///     .send()
///     .await?;
///
/// assert!(response.text().await?.contains(r#""archived":true"#));
/// assert_eq!(emulator.requests()[0].body_text(), r#"{"archived": true}"#);
/// emulator.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[must_use = "dropping it stops it"]
pub struct Emulator {
    apis: Vec<Api>,
    log: Arc<RequestLog>,
    server: Server,
}

/// An emulated API and its base URL.
struct Api {
    url: String,
    service: Arc<Service>,
}

impl Emulator {
    /// The API key and token that is accepted, unless [`EmulatorBuilder::credential`] sets another.
    pub const CREDENTIAL: &'static str = "sandbox-key";

    /// The emulated providers.
    pub const PROVIDERS: [ProviderKind; 3] = [
        ProviderKind::ContactShip,
        ProviderKind::InboxappV1,
        ProviderKind::InboxappV2,
    ];

    /// Starts an emulator on free ports. Dropping the future cancels the start, see
    /// [`EmulatorBuilder::start`].
    ///
    /// # Errors
    ///
    /// See [`StartError`].
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Configures an emulator before starting it.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::new()
    }

    /// The base URL of ContactShip: `http://127.0.0.1:PORT`.
    pub fn contactship_url(&self) -> &str {
        self.url(&ProviderKind::ContactShip).unwrap_or_default()
    }

    /// The base URL of Inboxapp's version 1: `http://127.0.0.1:PORT/api/v1`.
    pub fn inboxapp_v1_url(&self) -> &str {
        self.url(&ProviderKind::InboxappV1).unwrap_or_default()
    }

    /// The base URL of Inboxapp's version 2: `http://127.0.0.1:PORT/api/v2`.
    pub fn inboxapp_url(&self) -> &str {
        self.url(&ProviderKind::InboxappV2).unwrap_or_default()
    }

    /// The base URL of a provider's API; `None` if it is not [emulated](Self::PROVIDERS).
    pub fn url(&self, provider: &ProviderKind) -> Option<&str> {
        self.api(provider).map(|api| api.url.as_str())
    }

    /// The ids of all threads of a provider, the one from the spec's examples first. Empty if the
    /// provider is not [emulated](Self::PROVIDERS).
    pub fn thread_ids(&self, provider: &ProviderKind) -> Vec<String> {
        self.api(provider)
            .map(|api| api.service.vendor().thread_ids())
            .unwrap_or_default()
    }

    /// The requests received so far, oldest first. A request is logged before its response is sent.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.log.requests()
    }

    /// Clears the log of received requests.
    pub fn clear_requests(&self) {
        self.log.clear();
    }

    /// The responses so far that violate the spec. Each one is a bug in the emulator or in a spec,
    /// so a test that uses the emulator should check that this is empty.
    pub fn violations(&self) -> Vec<Violation> {
        self.log.violations()
    }

    /// Injects faults from now on, in each API independently.
    pub fn faults(&self, plan: &FaultPlan) {
        for api in &self.apis {
            api.service.faults.set_plan(Some(plan.clone()));
        }
    }

    /// Stops injecting faults. Stalled requests end: their connections are reset.
    pub fn stop_faults(&self) {
        for api in &self.apis {
            api.service.faults.stop();
        }
    }

    /// Accepts no more connections, lets requests in flight finish (for at most five seconds), and
    /// stops. If the future is dropped, requests in flight are cut off.
    pub async fn shutdown(self) {
        self.server.finish().await;
    }

    pub(crate) fn new(server: Server, apis: &[ServedApi], log: Arc<RequestLog>) -> Self {
        let api = |api: &ServedApi| Api {
            url: format!("http://{}{}", api.address, api.service.spec.base_path),
            service: Arc::clone(&api.service),
        };
        Self {
            apis: apis.iter().map(api).collect(),
            log,
            server,
        }
    }

    fn api(&self, provider: &ProviderKind) -> Option<&Api> {
        self.apis
            .iter()
            .find(|api| api.service.provider == *provider)
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Emulator");
        for api in &self.apis {
            debug.field(api.service.provider.as_str(), &api.url);
        }
        debug.finish_non_exhaustive()
    }
}
