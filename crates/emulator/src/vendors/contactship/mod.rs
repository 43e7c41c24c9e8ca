//! ContactShip.
//!
//! Where the vendor does not document the behaviour: an update without fields is accepted and
//! changes nothing; any string is accepted as a status; any id is accepted as an assignee;
//! `assignee_type` alone changes the type of the current assignee and is ignored without one;
//! response bodies have an envelope where the examples of the operation do; a phone call is in
//! progress until it is stopped; sending to WhatsApp always succeeds at once; the last page of
//! templates has no `after`. Rate limit headers have the reset in seconds from now.

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

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Vendor for ContactShip {
    fn unknown_assignees(&self, arguments: &Arguments) -> Vec<Issue> {
        let Some(assignee) = arguments.field("assignee").and_then(Value::as_str) else {
            return Vec::new();
        };
        let state = self.lock();
        let (is_known, message) = match arguments.field_text("assignee_type") {
            "agent" => (state.agents.contains(assignee), "is no agent"),
            "user" => (
                state.members.contains(assignee),
                "is no member of the organization",
            ),
            // The operation rejects it.
            _ => return Vec::new(),
        };
        if is_known {
            Vec::new()
        } else {
            vec![Issue::named("assignee", message)]
        }
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
        if let Some(allowance) = &context.allowance {
            allowance.write_relative(response, "", context.now);
        }
        if let Some((ending, allowance)) = &context.budget {
            allowance.write_relative(response, &format!("-{ending}"), context.now);
        }
    }

    fn thread_ids(&self) -> Vec<String> {
        self.lock().threads.ids().to_vec()
    }
}
