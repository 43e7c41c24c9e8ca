//! One emulated API: the steps of handling a request, in order.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use http::header::{ALLOW, RETRY_AFTER};
use http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::Value;

use crate::envelopes::Envelopes;
use crate::faults::{Fault, FaultPlan, InjectedFault, Injector};
use crate::http::arguments::{Arguments, Strictness};
use crate::http::context::Context;
use crate::http::delivery::Delivery;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::router::{Match, Router};
use crate::rate_limit::{Limits, RateLimiter};
use crate::request_log::{ReceivedRequest, RequestLog, Violation};
use crate::spec::security::SecurityScheme;
use crate::spec::{Operation, Spec};
use crate::vendors::identifiers::Identifiers;
use crate::vendors::{Rejection, Vendor};
use threadline::ProviderKind;

/// What is configured for all APIs of an emulator.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    /// The accepted credential.
    pub(crate) credential: String,
    /// The rate limits at the start.
    pub(crate) limits: Limits,
    /// The form of successful responses.
    pub(crate) envelopes: Envelopes,
    /// The faults at the start.
    pub(crate) faults: Option<FaultPlan>,
    /// Whether everything unknown is rejected.
    pub(crate) strict: bool,
}

/// Creates a vendor with its initial data.
pub(crate) type MakeVendor = Box<dyn Fn() -> Arc<dyn Vendor> + Send + Sync>;

/// How many requests were received since the start.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    /// All of them.
    pub(crate) total: u64,
    /// By the status of the response; 0 if there was none.
    pub(crate) by_status: BTreeMap<u16, u64>,
    /// By the `operationId`, of those that were routed to one.
    pub(crate) by_operation: BTreeMap<String, u64>,
}

impl Counts {
    fn add(&mut self, status: u16, operation: Option<&str>) {
        self.total = self.total.saturating_add(1);
        let by_status = self.by_status.entry(status).or_default();
        *by_status = by_status.saturating_add(1);
        if let Some(operation) = operation {
            let by_operation = self.by_operation.entry(operation.to_owned()).or_default();
            *by_operation = by_operation.saturating_add(1);
        }
    }
}

/// One emulated API.
pub(crate) struct Service {
    /// Which API this is.
    pub(crate) provider: ProviderKind,
    /// Its OpenAPI document.
    pub(crate) spec: Arc<Spec>,
    /// What is configured.
    pub(crate) settings: Settings,
    /// The faults injected into its exchanges.
    pub(crate) faults: Injector,
    /// Its rate limits.
    pub(crate) rate: RateLimiter,
    make_vendor: MakeVendor,
    vendor: RwLock<Arc<dyn Vendor>>,
    router: Router,
    log: Arc<RequestLog>,
    counts: Mutex<Counts>,
    identifiers: Mutex<Identifiers>,
}

impl Service {
    /// Creates an API.
    pub(crate) fn new(
        provider: ProviderKind,
        spec: Arc<Spec>,
        make_vendor: MakeVendor,
        settings: Settings,
        log: Arc<RequestLog>,
    ) -> Self {
        let faults = Injector::default();
        faults.set_plan(settings.faults.clone());
        Self {
            provider,
            router: Router::of(&spec),
            faults,
            rate: RateLimiter::new(&settings.limits, &spec.limits, &spec.budgets),
            vendor: RwLock::new(make_vendor()),
            make_vendor,
            log,
            counts: Mutex::default(),
            identifiers: Mutex::new(Identifiers::seeded(REQUEST_ID_SEED)),
            settings,
            spec,
        }
    }

    /// Its behaviour and data.
    pub(crate) fn vendor(&self) -> Arc<dyn Vendor> {
        Arc::clone(&self.vendor.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts data, faults, limits and counts back to the start, and forgets the received requests.
    pub(crate) fn reset(&self) {
        *self.vendor.write().unwrap_or_else(PoisonError::into_inner) = (self.make_vendor)();
        self.faults.stop();
        self.faults.set_plan(self.settings.faults.clone());
        self.rate.enforce(&self.settings.limits);
        self.log.clear_api(&self.provider);
        *self.lock_counts() = Counts::default();
        *self.lock_identifiers() = Identifiers::seeded(REQUEST_ID_SEED);
    }

    /// The latest requests, oldest first.
    pub(crate) fn latest_requests(&self, count: usize) -> Vec<ReceivedRequest> {
        self.log.latest(&self.provider, count)
    }

    /// How many requests were received since the start.
    pub(crate) fn counts(&self) -> Counts {
        self.lock_counts().clone()
    }

    /// Reads every record by its id, and says which one the document does not allow.
    pub(crate) fn check_records(&self) -> Result<(), String> {
        let vendor = self.vendor();
        let context = self.context(None);
        let records = vendor.records();
        for (list, operation, parameter) in READS {
            let Some(operation) = self.spec.operation(operation) else {
                continue;
            };
            let mut parameters = operation.parameters.iter();
            let Some(parameter) = parameters.find(|known| known.name == parameter) else {
                continue;
            };
            let ids = records.get(list).and_then(Value::as_array);
            for id in ids.into_iter().flatten().filter_map(|one| one.get("id")) {
                let wrong = |message: String| format!("{list}: {id}: {message}");
                if let Some(issue) = parameter.schema.issues(id).into_iter().next() {
                    return Err(wrong(issue.inside("id").to_string()));
                }
                let arguments = Arguments::of(&parameter.name, id.clone());
                let response = vendor.call(&operation.id, &arguments, &context);
                let response = response.unwrap_or_else(Response::empty);
                let status = response.status.as_u16();
                let violations = operation.violations(status, response.body.as_ref(), false);
                if !violations.is_empty() {
                    return Err(wrong(violations.join("; ")));
                }
            }
        }
        Ok(())
    }

    /// Handles a request and logs it. Faults are chosen here; those that affect the connection or
    /// the body are applied on delivery.
    pub(crate) fn handle(&self, request: &Request) -> Delivery {
        let operation = match self.router.find(&request.method, request.target.path()) {
            Match::Operation(index, _) if request.body.is_some() => self.spec.operations.get(index),
            _ => None,
        };
        let vendor = self.vendor();
        let id = operation.map(|operation| operation.id.as_str());
        let can_be_unconfirmed = id.is_some_and(|id| vendor.can_be_unconfirmed(id));
        let injected = self.faults.draw_for_request(id, can_be_unconfirmed);
        let mut context = self.context(injected.as_ref());
        let executed = match injected.as_ref().map(|injected| injected.fault) {
            Some(fault) if !fault.is_after() && fault.unconfirmed().is_none() => None,
            _ => Some(self.execute(&*vendor, request, &mut context)),
        };
        // A send that was rejected, or recognized by its key, cannot be unconfirmed.
        let injected = injected.filter(|injected| {
            injected.fault.unconfirmed()
                == executed.as_ref().and_then(|response| response.unconfirmed)
        });
        let outcome = executed.as_ref().and_then(Response::outcome);
        let mut response = injected
            .as_ref()
            .and_then(|injected| replacement(&*vendor, injected, &context))
            .or(executed)
            .unwrap_or_else(Response::empty);
        vendor.finish(&mut response, &context);
        let is_silent = injected
            .as_ref()
            .is_some_and(|injected| injected.fault.is_silent());
        let status = if is_silent {
            0
        } else {
            response.status.as_u16()
        };
        self.lock_counts().add(status, id);
        let received = ReceivedRequest {
            provider: self.provider.clone(),
            method: request.method.to_string(),
            path: request.target.path().to_owned(),
            query: request.target.query().map(str::to_owned),
            headers: request.headers.clone(),
            body: request.body.clone().unwrap_or_default(),
            operation: id.map(str::to_owned),
            status,
            outcome: outcome.map(|status| status.as_u16()),
            fault: injected.as_ref().map(|injected| injected.fault),
            issues: response.issues.clone(),
            target: String::new(),
        };
        self.log.push(received, &self.settings.credential);
        Delivery { response, injected }
    }

    /// Executes a request, checks the response against the spec, and gives it the form that is
    /// asked for.
    fn execute(&self, vendor: &dyn Vendor, request: &Request, context: &mut Context) -> Response {
        let (operation, outcome) = self.dispatch(vendor, request, context);
        let rejected = outcome.is_err();
        let mut response = outcome.unwrap_or_else(|rejection| reject(vendor, &rejection, context));
        let status = response.status.as_u16();
        let violations =
            operation.map(|known| known.violations(status, response.body.as_ref(), rejected));
        for message in violations.unwrap_or_default() {
            self.log.push_violation(Violation {
                provider: self.provider.clone(),
                operation: operation.map(|known| known.id.clone()).unwrap_or_default(),
                status,
                message,
            });
        }
        if let Some(member) = operation.and_then(|known| known.envelope.as_deref()) {
            self.settings.envelopes.apply(&mut response, member);
        }
        response
    }

    fn context(&self, injected: Option<&InjectedFault>) -> Context {
        let now = Timestamp::now();
        Context {
            request_id: format!("req_{}", self.lock_identifiers().cuid2()),
            now,
            allowance: self.rate.allowance(now, None),
            budget: None,
            stall: injected.and_then(|injected| injected.stall.clone()),
            unconfirmed: injected.and_then(|injected| injected.fault.unconfirmed()),
        }
    }

    /// Checks route, method, credential, rate limit and schema before calling the handler.
    fn dispatch(
        &self,
        vendor: &dyn Vendor,
        request: &Request,
        context: &mut Context,
    ) -> (Option<&Operation>, Result<Response, Rejection>) {
        if request.body.is_none() {
            return (None, Err(Rejection::PayloadTooLarge));
        }
        match self.router.find(&request.method, request.target.path()) {
            Match::Nothing => (None, Err(Rejection::UnknownRoute)),
            Match::OtherMethods(methods) => (None, Err(Rejection::MethodNotAllowed(methods))),
            Match::Operation(index, path) => match self.spec.operations.get(index) {
                None => (None, Err(Rejection::UnknownRoute)),
                Some(operation) => (
                    Some(operation),
                    self.call((vendor, operation), &path, request, context),
                ),
            },
        }
    }

    fn call(
        &self,
        (vendor, operation): (&dyn Vendor, &Operation),
        path: &BTreeMap<String, String>,
        request: &Request,
        context: &mut Context,
    ) -> Result<Response, Rejection> {
        let accepts =
            |scheme: &SecurityScheme| scheme.matches(&request.headers, &self.settings.credential);
        if !operation.security.is_empty() && !operation.security.iter().any(accepts) {
            return Err(Rejection::Unauthorized);
        }
        let budget = operation.budget.as_deref();
        let counted = self.rate.count(context.now, budget);
        let reported = budget.filter(|_| self.rate.is_separate(budget));
        context.allowance = self.rate.allowance(context.now, reported);
        context.budget = self.spec.budget(budget).and_then(|budget| {
            let allowance = self.rate.allowance(context.now, Some(&budget.name))?;
            Some((budget.headers.clone()?, allowance))
        });
        counted.map_err(Rejection::RateLimited)?;
        let strictness = Strictness {
            parameters: self.settings.strict || vendor.rejects_unknown_parameters(),
            fields: self.settings.strict,
        };
        let arguments =
            Arguments::read(operation, path, request, strictness).map_err(Rejection::Invalid)?;
        if self.settings.strict {
            let unknown = vendor.unknown_assignees(&arguments);
            if !unknown.is_empty() {
                return Err(Rejection::Invalid(unknown));
            }
        }
        vendor
            .call(&operation.id, &arguments, context)
            .ok_or(Rejection::NotImplemented)
    }

    fn lock_counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_identifiers(&self) -> MutexGuard<'_, Identifiers> {
        self.identifiers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The response that a fault puts in place of the real one.
fn replacement(
    vendor: &dyn Vendor,
    injected: &InjectedFault,
    context: &Context,
) -> Option<Response> {
    match injected.fault {
        Fault::Html => Some(Response::bare(StatusCode::BAD_GATEWAY)),
        Fault::HtmlAfter => Some(Response::bare(StatusCode::GATEWAY_TIMEOUT)),
        _ => Some(reject(vendor, &injected.rejection(context)?, context)),
    }
}

/// The vendor's error response, with the headers HTTP requires.
fn reject(vendor: &dyn Vendor, rejection: &Rejection, context: &Context) -> Response {
    let mut response = vendor.reject(rejection, context);
    match rejection {
        Rejection::MethodNotAllowed(methods) => {
            let methods: Vec<&str> = methods.iter().map(Method::as_str).collect();
            response.set_header(ALLOW.as_str(), &methods.join(", "));
        }
        Rejection::RateLimited(excess) => {
            response.set_header(RETRY_AFTER.as_str(), &excess.wait.to_string());
        }
        _ => {}
    }
    response
}

/// The operations that read a record by its id: its list, the operation and the parameter. Not every
/// API has all of them.
const READS: [(&str, &str, &str); 4] = [
    ("threads", "threads.get", "threadId"),
    ("threads", "messages.list", "threadId"),
    ("messages", "messages.get", "messageId"),
    ("contacts", "contacts.get", "contactId"),
];

/// The seed of request ids.
const REQUEST_ID_SEED: u64 = 0x5eed;

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderMap;
    use serde_json::json;

    use super::*;

    const SPEC: &str = r#"{
        "security": [{"key": []}],
        "components": {"securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "x-key"}
        }},
        "paths": {"/{response}": {"get": {
            "operationId": "get",
            "parameters": [
                {"name": "response", "in": "path", "required": true, "schema": {"type": "string"}},
                {"name": "limit", "in": "query", "schema": {"type": "integer"}}
            ],
            "responses": {
                "200": {"content": {"application/json": {"schema": {"type": "integer"}}}},
                "204": {"description": "nothing"},
                "400": {"content": {"application/json": {"schema": {"type": "string"}}}},
                "401": {"content": {"application/json": {"schema": {"type": "string"}}}}
            }
        }, "post": {"operationId": "post", "security": [], "responses": {}}}}
    }"#;

    /// Responds with the status and body given in the path.
    struct EchoVendor;

    impl Vendor for EchoVendor {
        fn call(&self, operation: &str, arguments: &Arguments, _: &Context) -> Option<Response> {
            if operation != "get" {
                return None;
            }
            let (status, body) = arguments.text("response").split_once(' ').unwrap();
            let status = status.parse().unwrap();
            Some(Response {
                status,
                headers: HeaderMap::new(),
                issues: Vec::new(),
                body: serde_json::from_str(body).ok(),
                unconfirmed: None,
            })
        }

        fn reject(&self, rejection: &Rejection, _: &Context) -> Response {
            let status = match rejection {
                Rejection::UnknownRoute => StatusCode::NOT_FOUND,
                Rejection::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
                Rejection::Unauthorized => StatusCode::UNAUTHORIZED,
                Rejection::Invalid(_) => StatusCode::BAD_REQUEST,
                Rejection::RateLimited(_) | Rejection::RateLimitedWithoutHint => {
                    StatusCode::TOO_MANY_REQUESTS
                }
                Rejection::ServerError(status) => *status,
                Rejection::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
                Rejection::NotImplemented => StatusCode::NOT_IMPLEMENTED,
            };
            Response::json(status, json!("no"))
        }

        fn finish(&self, _: &mut Response, _: &Context) {}

        fn thread_ids(&self) -> Vec<String> {
            Vec::new()
        }
    }

    fn service() -> (Service, Arc<RequestLog>) {
        let log = Arc::new(RequestLog::new(10, None));
        let spec = Arc::new(Spec::read(SPEC).unwrap());
        let settings = Settings {
            credential: "secret".to_owned(),
            ..Settings::default()
        };
        let make: MakeVendor = Box::new(|| Arc::new(EchoVendor));
        let provider = ProviderKind::ContactShip;
        (
            Service::new(provider, spec, make, settings, Arc::clone(&log)),
            log,
        )
    }

    fn request(method: Method, target: &str, key: &str) -> Request {
        let headers = [("x-key".parse().unwrap(), key.parse().unwrap())]
            .into_iter()
            .collect();
        Request {
            method,
            target: target.parse().unwrap(),
            headers,
            body: Some(Bytes::new()),
        }
    }

    fn response(target: &str) -> (u16, Option<Value>, Vec<String>) {
        let (service, log) = service();
        let response = service
            .handle(&request(Method::GET, target, "secret"))
            .response;
        let violations = log.violations().iter().map(ToString::to_string).collect();
        (response.status.as_u16(), response.body, violations)
    }

    #[test]
    fn valid_responses_pass() {
        assert_eq!(response("/200%205"), (200, Some(json!(5)), vec![]));
        assert_eq!(response("/204%20"), (204, None, vec![]));
    }

    #[test]
    fn invalid_responses_are_violations() {
        let broken = |target| response(target).2;
        let start = "contactship get answered";
        assert_eq!(
            broken("/200%20true"),
            [format!("{start} 200: the body must be integer")]
        );
        assert_eq!(
            broken("/200%20"),
            [format!("{start} 200: the spec requires a body")]
        );
        assert_eq!(
            broken("/204%205"),
            [format!("{start} 204: the spec allows no body")]
        );
        assert_eq!(
            broken("/202%205"),
            [format!("{start} 202: the spec does not define this status")]
        );
    }

    #[test]
    fn checks_come_in_order() {
        let (service, log) = service();
        let status = |method, target, key| {
            service
                .handle(&request(method, target, key))
                .response
                .status
                .as_u16()
        };
        assert_eq!(status(Method::GET, "/a/b?limit=x", "wrong"), 404);
        assert_eq!(status(Method::PUT, "/200%205?limit=x", "wrong"), 405);
        assert_eq!(status(Method::GET, "/200%205?limit=x", "wrong"), 401);
        assert_eq!(status(Method::GET, "/200%205?limit=x", "secret"), 400);
        assert_eq!(status(Method::GET, "/200%205?limit=1", "secret"), 200);
        assert_eq!(log.violations(), []);
        let operations: Vec<_> = log
            .requests()
            .into_iter()
            .map(|request| request.operation.is_some())
            .collect();
        assert_eq!(operations, [false, false, true, true, true]);
    }

    #[test]
    fn an_operation_without_security_and_without_a_handler() {
        let (service, log) = service();
        let response = service
            .handle(&request(Method::POST, "/x", "wrong"))
            .response;
        assert_eq!(response.status.as_u16(), 501);
        assert_eq!(log.violations().len(), 1);
    }

    #[test]
    fn a_body_that_was_not_read_is_rejected() {
        let (service, log) = service();
        let mut request = request(Method::GET, "/200%205", "secret");
        request.body = None;
        assert_eq!(service.handle(&request).response.status.as_u16(), 413);
        assert_eq!(log.violations(), []);
    }
}
