//! What makes one vendor differ from another: its spec, its state, its words.

pub(crate) mod collection;
pub(crate) mod contactship;
pub(crate) mod event_log;
pub(crate) mod identifiers;
pub(crate) mod inboxapp_v1;
pub(crate) mod inboxapp_v2;
pub(crate) mod names;
pub(crate) mod pagination;
pub(crate) mod seed;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::{Method, StatusCode};

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Answer;
use crate::provider::Provider;
use crate::rate_limit::Excess;
use crate::spec::issue::Issue;
use crate::spec::{Spec, SpecError};

/// The OpenAPI document an API is emulated by. It is read once, however many emulators there are.
pub(crate) fn spec(provider: Provider) -> Result<Arc<Spec>, SpecError> {
    static SPECS: Mutex<BTreeMap<Provider, Arc<Spec>>> = Mutex::new(BTreeMap::new());
    let mut specs = SPECS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(spec) = specs.get(&provider) {
        return Ok(Arc::clone(spec));
    }
    let spec = Arc::new(Spec::read(openapi(provider))?);
    specs.insert(provider, Arc::clone(&spec));
    Ok(spec)
}

/// A document as JSON. The text is all that the emulator takes from the clients.
const fn openapi(provider: Provider) -> &'static str {
    match provider {
        Provider::ContactShip => threadline_contactship::OPENAPI,
        Provider::InboxappV1 => threadline_inboxapp_v1::OPENAPI,
        Provider::Inboxapp => threadline_inboxapp_v2::OPENAPI,
    }
}

/// Why a request is refused before any handler sees it.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// There is nothing at this path.
    UnknownRoute,
    /// There is something at this path, but not with this method.
    WrongMethod(Vec<Method>),
    /// The credential is missing or wrong.
    Unauthorized,
    /// The request does not have the form that the spec asks for.
    Invalid(Vec<Issue>),
    /// Too many requests were sent.
    TooMany(Excess),
    /// The vendor has had enough for now, without saying how long that is.
    Overloaded,
    /// The vendor fails, with this status.
    Failing(StatusCode),
    /// The body is larger than what the emulator reads, or it was cut off, in which case nobody
    /// hears the answer.
    Unreadable,
    /// The spec has the operation, the emulator does not.
    NotEmulated,
}

/// Carries one operation out on a vendor's state.
pub(crate) type Handler<State, Failure> =
    fn(&mut State, &Arguments, &Context) -> Result<Answer, Failure>;

/// Operations by their ids.
pub(crate) type Handlers<State, Failure> = &'static [(&'static str, Handler<State, Failure>)];

/// Finds the operation of this id.
pub(crate) fn find<State: 'static, Failure: 'static>(
    groups: impl IntoIterator<Item = Handlers<State, Failure>>,
    id: &str,
) -> Option<Handler<State, Failure>> {
    let mut handlers = groups.into_iter().flatten();
    handlers
        .find(|(known, _)| *known == id)
        .map(|(_, handler)| *handler)
}

/// A vendor's behaviour. Requests reach it checked and read; answers leave it unchecked.
pub(crate) trait Vendor: Send + Sync {
    /// Is a query parameter that the spec does not know refused?
    fn refuses_unknown_parameters(&self) -> bool {
        false
    }

    /// Can an operation end with the vendor not knowing what became of it?
    fn can_be_unconfirmed(&self, _operation: &str) -> bool {
        false
    }

    /// Carries an operation out. `None`: this operation is not emulated.
    fn call(&self, operation: &str, arguments: &Arguments, context: &Context) -> Option<Answer>;

    /// Says no in the vendor's own words.
    fn refuse(&self, refusal: &Refusal, context: &Context) -> Answer;

    /// Adds the headers that stand on every answer.
    fn finish(&self, answer: &mut Answer, context: &Context);

    /// The ids of all threads, the spec's own example first.
    fn thread_ids(&self) -> Vec<String>;
}
