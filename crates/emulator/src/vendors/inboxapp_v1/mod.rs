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

use std::sync::{Mutex, PoisonError};

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::spec::Spec;
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
}

impl Vendor for InboxappV1 {
    fn call(&self, operation: &str, arguments: &Arguments, context: &Context) -> Option<Response> {
        let handler = operations::find(operation)?;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = handler(&mut state, arguments, context);
        Some(outcome.unwrap_or_else(|failure| failure.response()))
    }

    fn reject(&self, rejection: &Rejection, _: &Context) -> Response {
        errors::reject(rejection)
    }

    fn finish(&self, response: &mut Response, context: &Context) {
        response.set_header("sunset", SUNSET);
        context.allowance.write(response);
    }

    fn thread_ids(&self) -> Vec<String> {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .threads
            .ids()
            .to_vec()
    }
}
