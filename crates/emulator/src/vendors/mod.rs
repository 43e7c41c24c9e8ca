//! The vendors: each with its spec, state, operations and error format.

pub(crate) mod collection;
pub(crate) mod contactship;
pub(crate) mod event_log;
pub(crate) mod identifiers;
pub(crate) mod inboxapp_v1;
pub(crate) mod inboxapp_v2;
pub(crate) mod names;
pub(crate) mod pagination;
pub(crate) mod seed;
pub(crate) mod snapshot;
pub(crate) mod summary;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::{Method, StatusCode};

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::rate_limit::LimitExceeded;
use crate::spec::issue::Issue;
use crate::spec::{Spec, SpecError};
use crate::vendors::collection::Record;
use crate::vendors::summary::ThreadSummary;
use threadline::ProviderKind;

/// An API that is emulated.
pub(crate) struct EmulatedApi {
    /// Whose API it is.
    pub(crate) provider: ProviderKind,
    /// Its OpenAPI document as JSON. The emulator uses nothing else of the client crates.
    openapi: &'static str,
    /// Creates the vendor's behaviour, with its initial data.
    pub(crate) vendor: fn(&Spec) -> Arc<dyn Vendor>,
}

/// All emulated APIs.
pub(crate) static APIS: [EmulatedApi; 3] = [
    EmulatedApi {
        provider: ProviderKind::ContactShip,
        openapi: threadline_contactship::OPENAPI,
        vendor: |spec| Arc::new(contactship::ContactShip::seeded(spec)),
    },
    EmulatedApi {
        provider: ProviderKind::InboxappV1,
        openapi: threadline_inboxapp_v1::OPENAPI,
        vendor: |spec| Arc::new(inboxapp_v1::InboxappV1::seeded(spec)),
    },
    EmulatedApi {
        provider: ProviderKind::InboxappV2,
        openapi: threadline_inboxapp_v2::OPENAPI,
        vendor: |spec| Arc::new(inboxapp_v2::InboxappV2::seeded(spec)),
    },
];

impl EmulatedApi {
    /// The parsed OpenAPI document. It is read once per process.
    pub(crate) fn spec(&self) -> Result<Arc<Spec>, SpecError> {
        static SPECS: Mutex<BTreeMap<ProviderKind, Arc<Spec>>> = Mutex::new(BTreeMap::new());
        let mut specs = SPECS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(spec) = specs.get(&self.provider) {
            return Ok(Arc::clone(spec));
        }
        let spec = Arc::new(Spec::read(self.openapi)?);
        specs.insert(self.provider.clone(), Arc::clone(&spec));
        Ok(spec)
    }
}

/// Why a request is rejected without reaching a handler.
#[derive(Debug)]
pub(crate) enum Rejection {
    /// No such path.
    UnknownRoute,
    /// The path exists, but not with this method.
    MethodNotAllowed(Vec<Method>),
    /// The credential is missing or wrong.
    Unauthorized,
    /// The request does not match the spec.
    Invalid(Vec<Issue>),
    /// A rate limit was exceeded.
    RateLimited(LimitExceeded),
    /// A rate limit was exceeded, without a hint when to retry.
    RateLimitedWithoutHint,
    /// The vendor fails with this status.
    ServerError(StatusCode),
    /// The body is too large, or the connection was lost while reading it.
    PayloadTooLarge,
    /// The spec has the operation, but the emulator does not implement it.
    NotImplemented,
}

/// Executes one operation on a vendor's state.
pub(crate) type Handler<State, Failure> =
    fn(&mut State, &Arguments, &Context) -> Result<Response, Failure>;

/// Handlers by operation id.
pub(crate) type Handlers<State, Failure> = &'static [(&'static str, Handler<State, Failure>)];

/// Finds the handler of an operation.
pub(crate) fn find<State: 'static, Failure: 'static>(
    groups: impl IntoIterator<Item = Handlers<State, Failure>>,
    id: &str,
) -> Option<Handler<State, Failure>> {
    let mut handlers = groups.into_iter().flatten();
    handlers
        .find(|(known, _)| *known == id)
        .map(|(_, handler)| *handler)
}

/// A vendor's behaviour. Its requests are already validated; its responses are checked afterwards.
pub(crate) trait Vendor: Send + Sync {
    /// Whether unknown query parameters are rejected.
    fn rejects_unknown_parameters(&self) -> bool {
        false
    }

    /// Whether an operation can end without the vendor knowing its outcome.
    fn can_be_unconfirmed(&self, _operation: &str) -> bool {
        false
    }

    /// Executes an operation; `None` if it is not implemented.
    fn call(&self, operation: &str, arguments: &Arguments, context: &Context) -> Option<Response>;

    /// The vendor's error response.
    fn reject(&self, rejection: &Rejection, context: &Context) -> Response;

    /// Adds the headers of every response.
    fn finish(&self, response: &mut Response, context: &Context);

    /// The ids of all threads, the one from the spec's examples first.
    fn thread_ids(&self) -> Vec<String>;

    /// The assignees a request names that do not exist. Only strict emulators reject them.
    fn unknown_assignees(&self, _: &Arguments) -> Vec<Issue> {
        Vec::new()
    }

    /// All records, in lists by kind.
    fn records(&self) -> Record {
        Record::new()
    }

    /// Replaces the lists of records that are given. Those of other kinds stay as they are.
    fn load(&self, _: &Record) -> Result<(), String> {
        Ok(())
    }

    /// The threads as a page lists them.
    fn summaries(&self) -> Vec<ThreadSummary> {
        Vec::new()
    }
}
