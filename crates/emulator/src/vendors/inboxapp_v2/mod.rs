//! Inboxapp, version 2.
//!
//! What the vendor does not document is decided as follows: an update without fields is accepted
//! and changes nothing; any well-formed id is accepted as an assignee, and expanding one that is no
//! member of the team embeds nothing; paths and methods that do not exist are answered with the
//! codes `notFound` and `methodNotAllowed`; a status or a message to reply to that is not there is
//! an `invalidRequest` that names the field; contacts are listed with platform alone too; messages
//! can be changed however old they are, as no mutation window is published; writing to a profile
//! that belongs to no contact takes a plan that the team does not have; only successful sends are
//! remembered under their keys, besides those of which nobody knows: such a key is answered with
//! `sendUnconfirmed` again, and a message that was not sent is not there; a key for another message
//! is refused as such even while the first one is being sent; payloads of events that have none are
//! empty objects.

mod capabilities;
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
use crate::http::response::Answer;
use crate::spec::Spec;
use crate::vendors::{Refusal, Vendor};
use state::State;

/// The behaviour of Inboxapp's version 2.
pub(crate) struct InboxappV2 {
    state: Mutex<State>,
}

impl InboxappV2 {
    /// Inboxapp's version 2 with its seeds.
    pub(crate) fn seeded(spec: &Spec) -> Self {
        Self {
            state: Mutex::new(seed::state(spec)),
        }
    }
}

impl Vendor for InboxappV2 {
    fn refuses_unknown_parameters(&self) -> bool {
        true
    }

    fn can_be_unconfirmed(&self, operation: &str) -> bool {
        operation == "sendMessage"
    }

    fn call(&self, operation: &str, arguments: &Arguments, context: &Context) -> Option<Answer> {
        let handler = operations::find(operation)?;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = handler(&mut state, arguments, context);
        Some(outcome.unwrap_or_else(|failure| failure.answer(context)))
    }

    fn refuse(&self, refusal: &Refusal, context: &Context) -> Answer {
        errors::refuse(refusal, context)
    }

    fn finish(&self, answer: &mut Answer, context: &Context) {
        answer.set_header("x-request-id", &context.request_id);
        context.allowance.write(answer);
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
