//! Configuration of an emulator.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::emulator::Emulator;
use crate::envelopes::Envelopes;
use crate::error::StartError;
use crate::faults::FaultPlan;
use crate::http::listener::Socket;
use crate::http::server::Server;
use crate::http::service::Service;
use crate::rate_limit::Limit;
use crate::request_log::RequestLog;
use crate::vendors::{APIS, EmulatedApi};
use threadline::ProviderKind;

/// How many requests are kept by default.
const LOG_CAPACITY: usize = 10_000;

/// Configures and starts an [`Emulator`].
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use threadline_emulator::Emulator;
///
/// let emulator = Emulator::builder().credential("my-own-key").log_capacity(100).start().await?;
/// # emulator.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "nothing runs before `start`"]
pub struct EmulatorBuilder {
    /// The ports that were chosen.
    ports: BTreeMap<ProviderKind, u16>,
    credential: String,
    log_capacity: usize,
    limits: Vec<Limit>,
    envelopes: Envelopes,
    faults: Option<FaultPlan>,
}

impl EmulatorBuilder {
    pub(crate) fn new() -> Self {
        Self {
            ports: BTreeMap::new(),
            credential: Emulator::CREDENTIAL.to_owned(),
            log_capacity: LOG_CAPACITY,
            limits: Vec::new(),
            envelopes: Envelopes::default(),
            faults: None,
        }
    }

    /// The port of ContactShip. 0, the default, takes any free port.
    pub fn contactship_port(mut self, port: u16) -> Self {
        self.ports.insert(ProviderKind::ContactShip, port);
        self
    }

    /// The port of Inboxapp's version 1. 0, the default, takes any free port.
    pub fn inboxapp_v1_port(mut self, port: u16) -> Self {
        self.ports.insert(ProviderKind::InboxappV1, port);
        self
    }

    /// The port of Inboxapp's version 2. 0, the default, takes any free port.
    pub fn inboxapp_port(mut self, port: u16) -> Self {
        self.ports.insert(ProviderKind::InboxappV2, port);
        self
    }

    /// The accepted API key and token, instead of [`Emulator::CREDENTIAL`].
    pub fn credential(mut self, credential: impl Into<String>) -> Self {
        self.credential = credential.into();
        self
    }

    /// How many received requests are kept for [`Emulator::requests`]; older ones are discarded.
    /// The default is 10,000.
    pub fn log_capacity(mut self, requests: usize) -> Self {
        self.log_capacity = requests;
        self
    }

    /// Limits the requests to each API within a period; requests over the limit get 429. Several
    /// limits can be combined.
    ///
    /// Windows are aligned to multiples of their length, and rejected requests do not count. The
    /// budgets of some operations of `ContactShip` are then enforced too, with the figures of its
    /// document, which are not the vendor's. Without a limit nothing is rejected, and the headers
    /// report Inboxapp's 300 requests a minute.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::time::Duration;
    /// use threadline_emulator::Emulator;
    ///
    /// let emulator = Emulator::builder().rate_limit(1, Duration::from_secs(3600)).start().await?;
    /// let url = format!("{}/team", emulator.inboxapp_url());
    /// let send = || reqwest::Client::new().get(&url).bearer_auth(Emulator::CREDENTIAL).send();
    /// assert_eq!(send().await?.status(), 200);
    /// let refused = send().await?;
    /// assert_eq!(refused.status(), 429);
    /// assert!(refused.headers().contains_key("retry-after"));
    /// # emulator.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn rate_limit(mut self, requests: u32, per: Duration) -> Self {
        self.limits.push(Limit { requests, per });
        self
    }

    /// In which form successful responses come where a vendor answers in two, see [`Envelopes`].
    pub fn envelopes(mut self, envelopes: Envelopes) -> Self {
        self.envelopes = envelopes;
        self
    }

    /// Injects faults from the start, see [`FaultPlan`].
    pub fn faults(mut self, plan: FaultPlan) -> Self {
        self.faults = Some(plan);
        self
    }

    /// Starts the emulator.
    ///
    /// Dropping the future cancels the start: its ports are released at once, and its thread ends
    /// by itself.
    ///
    /// # Errors
    ///
    /// If a port is taken; see [`StartError`] for the rest.
    pub async fn start(self) -> Result<Emulator, StartError> {
        let log = Arc::new(RequestLog::new(self.log_capacity));
        let services_log = Arc::clone(&log);
        let sockets = self.sockets()?;
        let (server, apis) = Server::start(sockets, move || self.services(&services_log)).await?;
        Ok(Emulator::new(server, &apis, log))
    }

    fn sockets(&self) -> Result<Vec<Socket>, StartError> {
        let bind = |api: &EmulatedApi| {
            let port = self.ports.get(&api.provider).copied().unwrap_or_default();
            Socket::bind(port).map_err(|source| StartError::Port {
                provider: api.provider.clone(),
                port,
                source,
            })
        };
        APIS.iter().map(bind).collect()
    }

    fn services(&self, log: &Arc<RequestLog>) -> Result<Vec<Service>, StartError> {
        APIS.iter()
            .map(|api| self.service(api, Arc::clone(log)))
            .collect()
    }

    fn service(&self, api: &EmulatedApi, log: Arc<RequestLog>) -> Result<Service, StartError> {
        let spec = api.spec().map_err(|error| StartError::Spec {
            provider: api.provider.clone(),
            message: error.to_string(),
        })?;
        let vendor = (api.vendor)(&spec);
        let service = Service::new(
            api.provider.clone(),
            spec,
            vendor,
            self.credential.clone(),
            &self.limits,
            self.envelopes,
            log,
        );
        service.faults.set_plan(self.faults.clone());
        Ok(service)
    }
}

/// Omits the credential: callers may have set a real one.
impl fmt::Debug for EmulatorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmulatorBuilder")
            .field("ports", &self.ports)
            .field("log_capacity", &self.log_capacity)
            .field("limits", &self.limits)
            .field("envelopes", &self.envelopes)
            .field("faults", &self.faults)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::arguments::Arguments;
    use crate::http::context::Context;

    #[test]
    fn the_listed_providers_are_the_emulated_ones() {
        assert_eq!(
            APIS.each_ref().map(|api| &api.provider),
            Emulator::PROVIDERS.each_ref()
        );
    }

    #[test]
    fn every_operation_of_the_specs_is_implemented() {
        for api in &APIS {
            let service = EmulatorBuilder::new()
                .service(api, Arc::new(RequestLog::new(1)))
                .unwrap();
            for operation in &service.spec.operations {
                let context = Context::for_tests();
                let arguments = Arguments::default();
                let response = service.vendor.call(&operation.id, &arguments, &context);
                assert!(response.is_some(), "{} {}", api.provider, operation.id);
            }
            let generated = match api.provider {
                ProviderKind::ContactShip => threadline_contactship::operations::OPERATIONS,
                ProviderKind::InboxappV1 => threadline_inboxapp_v1::operations::OPERATIONS,
                _ => threadline_inboxapp_v2::operations::OPERATIONS,
            };
            assert_eq!(service.spec.operations.len(), generated.len());
        }
    }

    #[test]
    fn nothing_shows_the_credential() {
        let builder = EmulatorBuilder::new().credential("canary").inboxapp_port(7);
        let shown = format!("{builder:?}");
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("{InboxappV2: 7}"), "{shown}");
    }

    #[test]
    fn every_schema_of_the_specs_can_be_compiled() {
        for api in &APIS {
            let spec = api.spec().unwrap();
            for operation in &spec.operations {
                let parameters = operation
                    .parameters
                    .iter()
                    .map(|parameter| &parameter.schema);
                let body = operation.body.iter().map(|body| &body.schema);
                let responses = operation.responses.values().flatten();
                for schema in parameters.chain(body).chain(responses) {
                    let compiled = schema.compiled().map(|_| ());
                    assert_eq!(compiled, Ok(()), "{} {}", api.provider, operation.id);
                }
            }
        }
    }
}
