//! Inboxapp, version 2.
//!
//! Where the vendor does not document the behaviour: an update without fields is accepted and
//! changes nothing; any well-formed id is accepted as an assignee, and expanding one that is not a
//! member of the team embeds nothing; unknown paths and methods have the codes `notFound` and
//! `methodNotAllowed`; an unknown status, or an unknown message to reply to, is an `invalidRequest`
//! that names the field; contacts can be listed by platform alone; messages of any age can be
//! changed, as no mutation window is published; writing to a profile without a contact requires a
//! plan that the team does not have; idempotency keys of successful and unconfirmed sends are
//! remembered, and a retry of an unconfirmed send returns `sendUnconfirmed` again; reusing a key
//! for another message is rejected even while the first is being sent; events without a payload
//! have an empty object.

mod capabilities;
mod errors;
mod lists;
mod operations;
mod records;
mod seed;
mod state;
mod views;

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::spec::Spec;
use crate::spec::issue::Issue;
use crate::vendors::collection::Record;
use crate::vendors::summary::ThreadSummary;
use crate::vendors::{Rejection, Vendor};
use state::State;

/// The behaviour of Inboxapp's version 2.
pub(crate) struct InboxappV2 {
    state: Mutex<State>,
}

impl InboxappV2 {
    /// Inboxapp's version 2 with its initial data.
    pub(crate) fn seeded(spec: &Spec) -> Self {
        Self {
            state: Mutex::new(seed::state(spec)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Vendor for InboxappV2 {
    fn rejects_unknown_parameters(&self) -> bool {
        true
    }

    fn can_be_unconfirmed(&self, operation: &str) -> bool {
        operation == "messages.send"
    }

    fn unknown_assignees(&self, arguments: &Arguments) -> Vec<Issue> {
        let named = arguments.field("assigneeId").and_then(Value::as_str);
        let named = named.into_iter().chain(arguments.texts("assigneeId"));
        let state = self.lock();
        let unknown = named.filter(|id| !state.members.contains(id));
        unknown
            .map(|_| Issue::named("assigneeId", "is no member of the team"))
            .collect()
    }

    fn records(&self) -> Record {
        self.lock().records()
    }

    fn load(&self, given: &Record) -> Result<(), String> {
        self.lock().load(given)
    }

    fn summaries(&self) -> Vec<ThreadSummary> {
        let state = self.lock();
        state
            .threads
            .iter()
            .map(|thread| state.summary(thread))
            .collect()
    }

    fn call(&self, operation: &str, arguments: &Arguments, context: &Context) -> Option<Response> {
        let handler = operations::find(operation)?;
        let mut state = self.lock();
        let outcome = handler(&mut state, arguments, context);
        Some(outcome.unwrap_or_else(|failure| failure.response(context)))
    }

    fn reject(&self, rejection: &Rejection, context: &Context) -> Response {
        errors::reject(rejection, context)
    }

    fn finish(&self, response: &mut Response, context: &Context) {
        response.set_header("x-request-id", &context.request_id);
        if let Some(allowance) = &context.allowance {
            allowance.write(response);
        }
    }

    fn thread_ids(&self) -> Vec<String> {
        self.lock().threads.ids().to_vec()
    }
}
