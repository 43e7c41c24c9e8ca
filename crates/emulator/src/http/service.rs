//! One emulated API: the steps of handling a request, in order.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::header::{ALLOW, RETRY_AFTER};
use http::{Method, StatusCode};
use jiff::Timestamp;

use crate::faults::{Drawn, Fault, Injector};
use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::delivery::Delivery;
use crate::http::request::Request;
use crate::http::response::Answer;
use crate::http::router::{Match, Router};
use crate::provider::Provider;
use crate::rate_limit::{Limit, RateLimiter};
use crate::request_log::{ReceivedRequest, RequestLog, Violation};
use crate::spec::security::Credential;
use crate::spec::{Operation, Spec};
use crate::vendors::identifiers::Identifiers;
use crate::vendors::{Refusal, Vendor};

/// One emulated API.
pub(crate) struct Service {
    /// Which API this is.
    pub(crate) provider: Provider,
    /// Its OpenAPI document.
    pub(crate) spec: Arc<Spec>,
    /// Its behaviour.
    pub(crate) vendor: Box<dyn Vendor>,
    router: Router,
    secret: String,
    log: Arc<RequestLog>,
    /// What goes wrong on purpose.
    pub(crate) faults: Injector,
    rate: RateLimiter,
    identifiers: Mutex<Identifiers>,
}

impl Service {
    /// Creates an API that accepts `secret` as its credential.
    pub(crate) fn new(
        provider: Provider,
        spec: Arc<Spec>,
        vendor: Box<dyn Vendor>,
        secret: String,
        limits: &[Limit],
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
            identifiers: Mutex::new(Identifiers::seeded(REQUEST_ID_SEED)),
            spec,
        }
    }

    /// Handles a request and logs it. Faults are chosen here; those that affect the connection or
    /// the body are applied on delivery.
    pub(crate) fn answer(&self, request: &Request) -> Delivery {
        let operation = match self.router.find(&request.method, request.target.path()) {
            Match::Operation(index, _) if request.body.is_some() => self.spec.operations.get(index),
            _ => None,
        };
        let can_be_unconfirmed =
            operation.is_some_and(|operation| self.vendor.can_be_unconfirmed(&operation.id));
        let drawn = self.faults.for_request(can_be_unconfirmed);
        let mut context = self.context(drawn.as_ref());
        let carried_out = match drawn.as_ref().map(|drawn| drawn.fault) {
            Some(fault) if !fault.is_after() && fault.fate().is_none() => None,
            _ => Some(self.carry_out(request, &mut context)),
        };
        // A send that was rejected, or recognized by its key, cannot be unconfirmed.
        let drawn = drawn.filter(|drawn| {
            drawn.fault.fate() == carried_out.as_ref().and_then(|answer| answer.fate)
        });
        let outcome = carried_out.as_ref().and_then(Answer::outcome);
        let mut answer = drawn
            .as_ref()
            .and_then(|drawn| self.instead(drawn, &context))
            .or(carried_out)
            .unwrap_or_else(Answer::empty);
        self.vendor.finish(&mut answer, &context);
        let is_silent = drawn.as_ref().is_some_and(|drawn| drawn.fault.is_silent());
        self.log.push(ReceivedRequest {
            provider: self.provider,
            method: request.method.to_string(),
            path: request.target.path().to_owned(),
            query: request.target.query().map(str::to_owned),
            headers: request.headers.clone(),
            body: request.body.clone().unwrap_or_default(),
            operation: operation.map(|operation| operation.id.clone()),
            status: if is_silent { 0 } else { answer.status.as_u16() },
            outcome: outcome.map(|status| status.as_u16()),
            fault: drawn.as_ref().map(|drawn| drawn.fault),
        });
        Delivery { answer, drawn }
    }

    /// Executes a request and checks the response against the spec.
    fn carry_out(&self, request: &Request, context: &mut Context) -> Answer {
        let (operation, outcome) = self.dispatch(request, context);
        let refused = outcome.is_err();
        let answer = outcome.unwrap_or_else(|refusal| self.refuse(&refusal, context));
        let status = answer.status.as_u16();
        let violations =
            operation.map(|known| known.violations(status, answer.body.as_ref(), refused));
        for message in violations.unwrap_or_default() {
            self.log.push_violation(Violation {
                provider: self.provider,
                operation: operation.map(|known| known.id.clone()).unwrap_or_default(),
                status,
                message,
            });
        }
        answer
    }

    /// The response that a fault puts in place of the real one.
    fn instead(&self, drawn: &Drawn, context: &Context) -> Option<Answer> {
        match drawn.fault {
            Fault::Html => Some(Answer::bare(StatusCode::BAD_GATEWAY)),
            Fault::HtmlAfter => Some(Answer::bare(StatusCode::GATEWAY_TIMEOUT)),
            _ => Some(self.refuse(&drawn.refusal(context)?, context)),
        }
    }

    fn context(&self, drawn: Option<&Drawn>) -> Context {
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
            stall: drawn.and_then(|drawn| drawn.stall.clone()),
            fate: drawn.and_then(|drawn| drawn.fault.fate()),
        }
    }

    /// Checks route, method, credential, rate limit and schema before calling the handler.
    fn dispatch(
        &self,
        request: &Request,
        context: &mut Context,
    ) -> (Option<&Operation>, Result<Answer, Refusal>) {
        if request.body.is_none() {
            return (None, Err(Refusal::Unreadable));
        }
        match self.router.find(&request.method, request.target.path()) {
            Match::Nothing => (None, Err(Refusal::UnknownRoute)),
            Match::OtherMethods(methods) => (None, Err(Refusal::WrongMethod(methods))),
            Match::Operation(index, path) => match self.spec.operations.get(index) {
                None => (None, Err(Refusal::UnknownRoute)),
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
    ) -> Result<Answer, Refusal> {
        let known =
            |credential: &Credential| credential.is_carried_by(&request.headers, &self.secret);
        if !operation.credentials.is_empty() && !operation.credentials.iter().any(known) {
            return Err(Refusal::Unauthorized);
        }
        let budget = operation.budget.as_deref();
        let counted = self.rate.count(context.now, budget);
        context.allowance = self.rate.allowance(context.now, None);
        context.budget = self.spec.budget(budget).and_then(|budget| {
            let allowance = self.rate.allowance(context.now, Some(&budget.name));
            Some((budget.headers.clone()?, allowance))
        });
        counted.map_err(Refusal::TooMany)?;
        let strict = self.vendor.refuses_unknown_parameters();
        let arguments =
            Arguments::read(operation, path, request, strict).map_err(Refusal::Invalid)?;
        self.vendor
            .call(&operation.id, &arguments, context)
            .ok_or(Refusal::NotEmulated)
    }

    /// The vendor's error response, with the headers HTTP requires.
    fn refuse(&self, refusal: &Refusal, context: &Context) -> Answer {
        let mut answer = self.vendor.refuse(refusal, context);
        match refusal {
            Refusal::WrongMethod(methods) => {
                let methods: Vec<&str> = methods.iter().map(Method::as_str).collect();
                answer.set_header(ALLOW.as_str(), &methods.join(", "));
            }
            Refusal::TooMany(excess) => {
                answer.set_header(RETRY_AFTER.as_str(), &excess.wait.to_string());
            }
            _ => {}
        }
        answer
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
        "paths": {"/{answer}": {"get": {
            "operationId": "get",
            "parameters": [
                {"name": "answer", "in": "path", "required": true, "schema": {"type": "string"}},
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
    struct Parrot;

    impl Vendor for Parrot {
        fn call(&self, operation: &str, arguments: &Arguments, _: &Context) -> Option<Answer> {
            if operation != "get" {
                return None;
            }
            let (status, body) = arguments.text("answer").split_once(' ').unwrap();
            let status = status.parse().unwrap();
            Some(Answer {
                status,
                headers: HeaderMap::new(),
                body: serde_json::from_str(body).ok(),
                fate: None,
            })
        }

        fn refuse(&self, refusal: &Refusal, _: &Context) -> Answer {
            let status = match refusal {
                Refusal::UnknownRoute => StatusCode::NOT_FOUND,
                Refusal::WrongMethod(_) => StatusCode::METHOD_NOT_ALLOWED,
                Refusal::Unauthorized => StatusCode::UNAUTHORIZED,
                Refusal::Invalid(_) => StatusCode::BAD_REQUEST,
                Refusal::TooMany(_) | Refusal::Overloaded => StatusCode::TOO_MANY_REQUESTS,
                Refusal::Failing(status) => *status,
                Refusal::Unreadable => StatusCode::PAYLOAD_TOO_LARGE,
                Refusal::NotEmulated => StatusCode::NOT_IMPLEMENTED,
            };
            Answer::json(status, json!("no"))
        }

        fn finish(&self, _: &mut Answer, _: &Context) {}

        fn thread_ids(&self) -> Vec<String> {
            Vec::new()
        }
    }

    fn service() -> (Service, Arc<RequestLog>) {
        let log = Arc::new(RequestLog::new(10));
        let spec = Arc::new(Spec::read(SPEC).unwrap());
        let secret = "secret".to_owned();
        let parrot = Box::new(Parrot);
        (
            Service::new(
                Provider::ContactShip,
                spec,
                parrot,
                secret,
                &[],
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

    fn answer(target: &str) -> (u16, Option<Value>, Vec<String>) {
        let (service, log) = service();
        let answer = service
            .answer(&request(Method::GET, target, "secret"))
            .answer;
        let violations = log.violations().iter().map(ToString::to_string).collect();
        (answer.status.as_u16(), answer.body, violations)
    }

    #[test]
    fn answers_that_fit_the_spec_pass() {
        assert_eq!(answer("/200%205"), (200, Some(json!(5)), vec![]));
        assert_eq!(answer("/204%20"), (204, None, vec![]));
    }

    #[test]
    fn answers_that_break_the_spec_are_noted() {
        let broken = |target| answer(target).2;
        let start = "contactship get answered";
        assert_eq!(
            broken("/200%20true"),
            [format!("{start} 200: the body must be integer")]
        );
        assert_eq!(
            broken("/200%20"),
            [format!("{start} 200: the spec has a body here")]
        );
        assert_eq!(
            broken("/204%205"),
            [format!("{start} 204: the spec has no body here")]
        );
        assert_eq!(
            broken("/202%205"),
            [format!("{start} 202: the spec does not know this status")]
        );
    }

    #[test]
    fn checks_come_in_order() {
        let (service, log) = service();
        let status = |method, target, key| {
            service
                .answer(&request(method, target, key))
                .answer
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
    fn an_operation_may_be_open_to_everybody_and_may_not_be_emulated() {
        let (service, log) = service();
        let answer = service.answer(&request(Method::POST, "/x", "wrong")).answer;
        assert_eq!(answer.status.as_u16(), 501);
        assert_eq!(log.violations().len(), 1);
    }

    #[test]
    fn a_body_that_was_not_read_is_refused() {
        let (service, log) = service();
        let mut request = request(Method::GET, "/200%205", "secret");
        request.body = None;
        assert_eq!(service.answer(&request).answer.status.as_u16(), 413);
        assert_eq!(log.violations(), []);
    }
}
