//! One emulated API: the steps of handling a request, in order.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::header::{ALLOW, RETRY_AFTER};
use http::{Method, StatusCode};
use jiff::Timestamp;

use crate::envelopes::Envelopes;
use crate::faults::{Fault, InjectedFault, Injector};
use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::delivery::Delivery;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::router::{Match, Router};
use crate::rate_limit::{Limit, RateLimiter};
use crate::request_log::{ReceivedRequest, RequestLog, Violation};
use crate::spec::security::SecurityScheme;
use crate::spec::{Operation, Spec};
use crate::vendors::identifiers::Identifiers;
use crate::vendors::{Rejection, Vendor};
use threadline::ProviderKind;

/// One emulated API.
pub(crate) struct Service {
    /// Which API this is.
    pub(crate) provider: ProviderKind,
    /// Its OpenAPI document.
    pub(crate) spec: Arc<Spec>,
    /// Its behaviour.
    pub(crate) vendor: Box<dyn Vendor>,
    router: Router,
    secret: String,
    log: Arc<RequestLog>,
    /// The faults injected into its exchanges.
    pub(crate) faults: Injector,
    rate: RateLimiter,
    envelopes: Envelopes,
    identifiers: Mutex<Identifiers>,
}

impl Service {
    /// Creates an API that accepts `secret` as its credential.
    pub(crate) fn new(
        provider: ProviderKind,
        spec: Arc<Spec>,
        vendor: Box<dyn Vendor>,
        secret: String,
        limits: &[Limit],
        envelopes: Envelopes,
        log: Arc<RequestLog>,
    ) -> Self {
        Self {
            provider,
            router: Router::of(&spec),
            vendor,
            secret,
            log,
            faults: Injector::default(),
            rate: RateLimiter::new(limits, &spec.budgets),
            envelopes,
            identifiers: Mutex::new(Identifiers::seeded(REQUEST_ID_SEED)),
            spec,
        }
    }

    /// Handles a request and logs it. Faults are chosen here; those that affect the connection or
    /// the body are applied on delivery.
    pub(crate) fn handle(&self, request: &Request) -> Delivery {
        let operation = match self.router.find(&request.method, request.target.path()) {
            Match::Operation(index, _) if request.body.is_some() => self.spec.operations.get(index),
            _ => None,
        };
        let can_be_unconfirmed =
            operation.is_some_and(|operation| self.vendor.can_be_unconfirmed(&operation.id));
        let injected = self.faults.draw_for_request(can_be_unconfirmed);
        let mut context = self.context(injected.as_ref());
        let executed = match injected.as_ref().map(|injected| injected.fault) {
            Some(fault) if !fault.is_after() && fault.unconfirmed().is_none() => None,
            _ => Some(self.execute(request, &mut context)),
        };
        // A send that was rejected, or recognized by its key, cannot be unconfirmed.
        let injected = injected.filter(|injected| {
            injected.fault.unconfirmed()
                == executed.as_ref().and_then(|response| response.unconfirmed)
        });
        let outcome = executed.as_ref().and_then(Response::outcome);
        let mut response = injected
            .as_ref()
            .and_then(|injected| self.replacement(injected, &context))
            .or(executed)
            .unwrap_or_else(Response::empty);
        self.vendor.finish(&mut response, &context);
        let is_silent = injected
            .as_ref()
            .is_some_and(|injected| injected.fault.is_silent());
        self.log.push(ReceivedRequest {
            provider: self.provider.clone(),
            method: request.method.to_string(),
            path: request.target.path().to_owned(),
            query: request.target.query().map(str::to_owned),
            headers: request.headers.clone(),
            body: request.body.clone().unwrap_or_default(),
            operation: operation.map(|operation| operation.id.clone()),
            status: if is_silent {
                0
            } else {
                response.status.as_u16()
            },
            outcome: outcome.map(|status| status.as_u16()),
            fault: injected.as_ref().map(|injected| injected.fault),
        });
        Delivery { response, injected }
    }

    /// Executes a request, checks the response against the spec, and gives it the form that is
    /// asked for.
    fn execute(&self, request: &Request, context: &mut Context) -> Response {
        let (operation, outcome) = self.dispatch(request, context);
        let rejected = outcome.is_err();
        let mut response = outcome.unwrap_or_else(|rejection| self.reject(&rejection, context));
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
            self.envelopes.apply(&mut response, member);
        }
        response
    }

    /// The response that a fault puts in place of the real one.
    fn replacement(&self, injected: &InjectedFault, context: &Context) -> Option<Response> {
        match injected.fault {
            Fault::Html => Some(Response::bare(StatusCode::BAD_GATEWAY)),
            Fault::HtmlAfter => Some(Response::bare(StatusCode::GATEWAY_TIMEOUT)),
            _ => Some(self.reject(&injected.rejection(context)?, context)),
        }
    }

    fn context(&self, injected: Option<&InjectedFault>) -> Context {
        let now = Timestamp::now();
        let mut identifiers = self
            .identifiers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Context {
            request_id: format!("req_{}", identifiers.cuid2()),
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
                    self.call(operation, &path, request, context),
                ),
            },
        }
    }

    fn call(
        &self,
        operation: &Operation,
        path: &BTreeMap<String, String>,
        request: &Request,
        context: &mut Context,
    ) -> Result<Response, Rejection> {
        let accepts = |scheme: &SecurityScheme| scheme.matches(&request.headers, &self.secret);
        if !operation.security.is_empty() && !operation.security.iter().any(accepts) {
            return Err(Rejection::Unauthorized);
        }
        let budget = operation.budget.as_deref();
        let counted = self.rate.count(context.now, budget);
        let reported = budget.filter(|_| self.rate.is_separate(budget));
        context.allowance = self.rate.allowance(context.now, reported);
        context.budget = self.spec.budget(budget).and_then(|budget| {
            let allowance = self.rate.allowance(context.now, Some(&budget.name));
            Some((budget.headers.clone()?, allowance))
        });
        counted.map_err(Rejection::RateLimited)?;
        let strict = self.vendor.rejects_unknown_parameters();
        let arguments =
            Arguments::read(operation, path, request, strict).map_err(Rejection::Invalid)?;
        self.vendor
            .call(&operation.id, &arguments, context)
            .ok_or(Rejection::NotImplemented)
    }

    /// The vendor's error response, with the headers HTTP requires.
    fn reject(&self, rejection: &Rejection, context: &Context) -> Response {
        let mut response = self.vendor.reject(rejection, context);
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
}

/// The seed of request ids.
const REQUEST_ID_SEED: u64 = 0x5eed;

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderMap;
    use serde_json::{Value, json};

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
        let log = Arc::new(RequestLog::new(10));
        let spec = Arc::new(Spec::read(SPEC).unwrap());
        let secret = "secret".to_owned();
        let vendor = Box::new(EchoVendor);
        (
            Service::new(
                ProviderKind::ContactShip,
                spec,
                vendor,
                secret,
                &[],
                Envelopes::default(),
                Arc::clone(&log),
            ),
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
