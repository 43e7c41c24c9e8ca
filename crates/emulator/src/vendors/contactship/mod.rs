//! ContactShip.
//!
//! Where the vendor does not document the behaviour: an update without fields is accepted and
//! changes nothing; any string is accepted as a status; any id is accepted as an assignee;
//! `assignee_type` alone changes the type of the current assignee and is ignored without one;
//! response bodies have an envelope where the examples of the operation do; a phone call is in
//! progress until it is stopped; sending to WhatsApp always succeeds at once; the last page of
//! templates has no `after`. Rate limit headers are sent only when limits are enforced, with the
//! reset in seconds from now.

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

/// ContactShip's behaviour.
pub(crate) struct ContactShip {
    state: Mutex<State>,
}

impl ContactShip {
    /// ContactShip with its initial data.
    pub(crate) fn seeded(spec: &Spec) -> Self {
        Self {
            state: Mutex::new(seed::state(spec)),
        }
    }
}

impl Vendor for ContactShip {
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
        if context.allowance.enforced {
            context.allowance.write_relative(response, "", context.now);
            if let Some((ending, allowance)) = &context.budget {
                allowance.write_relative(response, &format!("-{ending}"), context.now);
            }
        }
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
