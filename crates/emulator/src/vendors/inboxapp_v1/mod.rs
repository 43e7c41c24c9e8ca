//! Inboxapp, version 1.
//!
//! Where the vendor does not document the behaviour: an update without fields, or without a body,
//! is accepted and changes nothing; any id is accepted as an assignee; updates do not change the
//! time of a thread's last message; a list of threads without `inbox` is the default inbox;
//! creating a thread that exists returns it; writing to a platform user without a prospect creates
//! one; setting the assignee or `done` of a prospect changes all its threads, with an event for
//! each; unknown statuses, tags, accounts and prospects are 422; deleting returns an empty object;
//! a name that is taken is 409.

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

/// The `Sunset` header of every response.
const SUNSET: &str = "Thu, 03 Dec 2026 00:00:00 GMT";

/// The behaviour of Inboxapp's version 1.
pub(crate) struct InboxappV1 {
    state: Mutex<State>,
}

impl InboxappV1 {
    /// Inboxapp's version 1 with its initial data.
    pub(crate) fn seeded(spec: &Spec) -> Self {
        Self {
            state: Mutex::new(seed::state(spec)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Vendor for InboxappV1 {
    fn unknown_assignees(&self, arguments: &Arguments) -> Vec<Issue> {
        let named = arguments.field("assigneeId").and_then(Value::as_str);
        let state = self.lock();
        let unknown = named.into_iter().filter(|id| !state.members.contains(id));
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
        Some(outcome.unwrap_or_else(|failure| failure.response()))
    }

    fn reject(&self, rejection: &Rejection, _: &Context) -> Response {
        errors::reject(rejection)
    }

    fn finish(&self, response: &mut Response, context: &Context) {
        response.set_header("sunset", SUNSET);
        if let Some(allowance) = &context.allowance {
            allowance.write(response);
        }
    }

    fn thread_ids(&self) -> Vec<String> {
        self.lock().threads.ids().to_vec()
    }
}
