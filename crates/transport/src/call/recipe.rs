//! How the request of a call is made, each time anew: a copy to repeat would cost every call what
//! only a repeated one needs.

use http::HeaderValue;
use http::header::{ACCEPT, USER_AGENT};

use crate::transport::Core;
use crate::{CallOptions, Error, ErrorKind, IdempotencyKey, Operation, PreparedRequest, bounds};

/// How every request introduces itself.
const AGENT: HeaderValue =
    HeaderValue::from_static(concat!("threadline/", env!("CARGO_PKG_VERSION")));

/// What every answer is to be, errors too.
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What generated code says about a request. It says the same each time it is asked.
pub(crate) type Build<'a> =
    &'a (dyn Fn() -> Result<reqwest::RequestBuilder, Error> + Send + Sync + 'a);

/// How the request of a call is made.
pub(crate) struct Recipe<'a> {
    pub(crate) core: &'a Core,
    pub(crate) options: &'a CallOptions,
    pub(crate) operation: &'static Operation,
    pub(crate) build: Build<'a>,
}

/// A request, and the idempotency key in it.
pub(super) type Keyed = (reqwest::Request, Option<IdempotencyKey>);

impl Recipe<'_> {
    /// Makes the request, or says what is wrong with it.
    pub(super) fn request(&self) -> Result<Keyed, Error> {
        let built = (self.build)()?.build();
        let mut request = built.map_err(|error| self.unbuildable(error))?;
        let option = self.options.idempotency_key();
        let key = IdempotencyKey::put(self.operation.idempotency, option, &mut request);
        if let Err(message) = bounds::check(self.operation, &request) {
            return Err(self.refused(message).with_idempotency_key(key));
        }
        if !self.core.base_of(self.operation).serves(request.url()) {
            // The credential is for one server alone.
            return Err(self.refused("the request leads to another server than the operation's"));
        }
        let (name, value) = &self.core.credential;
        request.headers_mut().insert(ACCEPT, JSON);
        request.headers_mut().insert(USER_AGENT, AGENT);
        request.headers_mut().insert(name, value.clone());
        Ok((request, key))
    }

    /// The error that shows a request instead of sending it, in a dry run.
    pub(super) fn dry_run(&self, (request, key): &Keyed) -> Option<Error> {
        let core = self.core;
        if !self.options.dry_run().unwrap_or(core.dry_run) {
            return None;
        }
        let prepared = PreparedRequest::new(request, &core.redactor);
        let error = Error::dry_run(core.api.provider, self.operation.id, prepared);
        Some(error.with_idempotency_key(key.clone()))
    }

    /// The error for a request that is not to be sent.
    fn refused(&self, message: impl Into<String>) -> Error {
        Error::invalid_request(self.core.api.provider, self.operation.id, message)
    }

    /// The error for a request that could not be built.
    fn unbuildable(&self, error: reqwest::Error) -> Error {
        let error = error.without_url();
        let cause = std::error::Error::source(&error)
            .map_or_else(String::new, |cause| format!(": {cause}"));
        let message = format!("the request cannot be built{cause}");
        let message = self.core.redactor.text(message);
        Error::new(ErrorKind::InvalidRequest, self.core.api.provider, message)
            .with_operation(self.operation.id)
            .with_source(error)
    }
}
