//! Configuration of an emulator.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::emulator::Emulator;
use crate::envelopes::Envelopes;
use crate::error::StartError;
use crate::faults::FaultPlan;
use crate::http::listener::Socket;
use crate::http::server::Server;
use crate::http::service::{Service, Settings};
use crate::rate_limit::{Limit, Limits};
use crate::request_log::{Listener, ReceivedRequest, RequestLog};
use crate::seeds::{self, Seed, Seeds};
use crate::vendors::collection::Record;
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
    settings: Settings,
    log_capacity: usize,
    listener: Option<Listener>,
    seeds: Vec<Seed>,
}

impl EmulatorBuilder {
    pub(crate) fn new() -> Self {
        Self {
            ports: BTreeMap::new(),
            settings: Settings {
                credential: Emulator::CREDENTIAL.to_owned(),
                ..Settings::default()
            },
            log_capacity: LOG_CAPACITY,
            listener: None,
            seeds: Vec::new(),
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
        self.settings.credential = credential.into();
        self
    }

    /// How many received requests are kept for [`Emulator::requests`]; older ones are discarded.
    /// The default is 10,000.
    pub fn log_capacity(mut self, requests: usize) -> Self {
        self.log_capacity = requests;
        self
    }

    /// Limits the requests to each API within a period, instead of the documented limits; requests
    /// over the limit get 429. Several limits can be combined.
    ///
    /// Windows are aligned to multiples of their length, and rejected requests do not count. The
    /// budgets of some operations of `ContactShip` stay enforced.
    ///
    /// By default the limits of the documents are enforced: Inboxapp's 300 requests a minute,
    /// 10,000 an hour and 100,000 a day, and 120 a minute for `ContactShip`, a figure of its
    /// document, which is not the vendor's. See also [`unlimited`](Self::unlimited).
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
        let mut limits = match self.settings.limits {
            Limits::Own(limits) => limits,
            Limits::Documented | Limits::Unlimited => Vec::new(),
        };
        limits.push(Limit { requests, per });
        self.settings.limits = Limits::Own(limits);
        self
    }

    /// Enforces no limits: no request gets 429, and responses have no rate limit headers. For tests
    /// that send more requests than a vendor allows.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use threadline_emulator::Emulator;
    ///
    /// let emulator = Emulator::builder().unlimited().start().await?;
    /// let url = format!("{}/team", emulator.inboxapp_url());
    /// let response = reqwest::Client::new().get(&url).bearer_auth(Emulator::CREDENTIAL).send().await?;
    /// assert!(!response.headers().contains_key("x-ratelimit-remaining"));
    /// # emulator.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn unlimited(mut self) -> Self {
        self.settings.limits = Limits::Unlimited;
        self
    }

    /// In which form successful responses come where a vendor answers in two, see [`Envelopes`].
    pub fn envelopes(mut self, envelopes: Envelopes) -> Self {
        self.settings.envelopes = envelopes;
        self
    }

    /// Injects faults from the start, see [`FaultPlan`].
    pub fn faults(mut self, plan: FaultPlan) -> Self {
        self.settings.faults = Some(plan);
        self
    }

    /// Calls this with every request to an API when it has been handled, before its response is
    /// sent. It runs on the emulator's thread, so it should not take long.
    ///
    /// Printed, a request is one line, which never shows a credential. Requests to `/` and to the
    /// control endpoints are not reported.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::sync::mpsc;
    /// use threadline_emulator::Emulator;
    ///
    /// let (sender, lines) = mpsc::channel();
    /// let builder = Emulator::builder().log(move |request| drop(sender.send(request.to_string())));
    /// let emulator = builder.start().await?;
    /// let url = format!("{}/team", emulator.inboxapp_url());
    /// reqwest::Client::new().get(&url).bearer_auth(Emulator::CREDENTIAL).send().await?;
    /// assert_eq!(lines.recv()?, "inboxapp GET /api/v2/team 200");
    /// # emulator.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn log(mut self, listener: impl Fn(&ReceivedRequest) + Send + Sync + 'static) -> Self {
        self.listener = Some(Arc::new(listener));
        self
    }

    /// Whether everything unknown is rejected, as a check that a client says what it means.
    ///
    /// Then an unknown field of a body, an unknown query parameter and an assignee that does not
    /// exist get 400 in the vendor's format, which names the field. That includes words of one
    /// version of Inboxapp in requests to the other, such as `done` or `folder=default` in version
    /// 2. By default only what the document forbids is rejected.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use threadline_emulator::Emulator;
    ///
    /// let emulator = Emulator::builder().strict(true).start().await?;
    /// let url = format!("{}/team?colour=blue", emulator.inboxapp_v1_url());
    /// let refused = reqwest::Client::new().get(&url).bearer_auth(Emulator::CREDENTIAL).send().await?;
    /// assert_eq!(refused.status(), 400);
    /// assert_eq!(emulator.requests()[0].issues, ["colour is not a known parameter"]);
    /// # emulator.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn strict(mut self, strict: bool) -> Self {
        self.settings.strict = strict;
        self
    }

    /// Starts with these records instead of the generated ones: what `GET /_/state` of an API
    /// answers, or a list of such states of several APIs. Their format is described in the README.
    ///
    /// A list of records replaces the generated list of that kind; the lists that are not given
    /// stay, except that threads come without messages unless messages are given too. If an API has
    /// several seeds, the last one counts.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use serde_json::json;
    /// use threadline_emulator::{Emulator, ProviderKind};
    ///
    /// let seed = json!({"provider": "inboxapp", "threads": []});
    /// let emulator = Emulator::builder().seed(seed).start().await?;
    /// assert!(emulator.thread_ids(&ProviderKind::InboxappV2).is_empty());
    /// # emulator.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn seed(mut self, state: Value) -> Self {
        self.seeds.push(Seed::State(state));
        self
    }

    /// Starts with the records in a file, see [`seed`](Self::seed). It is read on start.
    pub fn seed_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.seeds.push(Seed::File(path.into()));
        self
    }

    /// Starts the emulator.
    ///
    /// Dropping the future cancels the start: its ports are released at once, and its thread ends
    /// by itself.
    ///
    /// # Errors
    ///
    /// If a port is taken or a seed cannot be used; see [`StartError`] for the rest.
    pub async fn start(self) -> Result<Emulator, StartError> {
        let seeds = seeds::read(&self.seeds)?;
        let log = Arc::new(RequestLog::new(self.log_capacity, self.listener.clone()));
        let services_log = Arc::clone(&log);
        let sockets = self.sockets()?;
        let (server, apis) =
            Server::start(sockets, move || self.services(&seeds, &services_log)).await?;
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

    fn services(&self, seeds: &Seeds, log: &Arc<RequestLog>) -> Result<Vec<Service>, StartError> {
        let service = |api: &'static EmulatedApi| {
            let seed = seeds.get(&api.provider).cloned();
            self.service(api, seed, Arc::clone(log))
        };
        APIS.iter().map(service).collect()
    }

    fn service(
        &self,
        api: &'static EmulatedApi,
        seed: Option<Record>,
        log: Arc<RequestLog>,
    ) -> Result<Service, StartError> {
        let provider = api.provider.clone();
        let spec = api.spec().map_err(|error| StartError::Spec {
            provider: provider.clone(),
            message: error.to_string(),
        })?;
        let wrong = |message: String| StartError::Seed {
            message: format!("{}: {message}", api.provider),
        };
        if let Some(seed) = &seed {
            (api.vendor)(&spec).load(seed).map_err(wrong)?;
        }
        let is_seeded = seed.is_some();
        let records = Arc::clone(&spec);
        let make_vendor = move || {
            let vendor = (api.vendor)(&records);
            if let Some(seed) = &seed {
                // It could be loaded above.
                drop(vendor.load(seed));
            }
            vendor
        };
        let settings = self.settings.clone();
        let service = Service::new(provider, spec, Box::new(make_vendor), settings, log);
        if is_seeded {
            service.check_records().map_err(wrong)?;
        }
        Ok(service)
    }
}

/// Omits the credential: callers may have set a real one.
impl fmt::Debug for EmulatorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmulatorBuilder")
            .field("ports", &self.ports)
            .field("log_capacity", &self.log_capacity)
            .field("limits", &self.settings.limits)
            .field("envelopes", &self.settings.envelopes)
            .field("faults", &self.settings.faults)
            .field("strict", &self.settings.strict)
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
                .service(api, None, Arc::new(RequestLog::new(1, None)))
                .unwrap();
            for operation in &service.spec.operations {
                let context = Context::for_tests();
                let arguments = Arguments::default();
                let response = service.vendor().call(&operation.id, &arguments, &context);
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
