//! Version 1's operations.

#![expect(
    clippy::similar_names,
    reason = "a context and a content are what the vendors and this crate call them"
)]
#![expect(
    clippy::unnecessary_wraps,
    reason = "all operations have one signature, also those that cannot fail"
)]

mod events;
mod labels;
mod lookups;
mod message_changes;
mod messages;
mod prospects;
mod sending;
mod team;
mod threads;

use super::errors::Failure;
use super::state::State;
use crate::vendors::{self, Handler};

/// Finds the handler of an operation.
pub(super) fn find(id: &str) -> Option<Handler<State, Failure>> {
    let groups = [
        team::HANDLERS,
        threads::HANDLERS,
        lookups::HANDLERS,
        messages::HANDLERS,
        message_changes::HANDLERS,
        sending::HANDLERS,
        prospects::HANDLERS,
        labels::HANDLERS,
        events::HANDLERS,
    ];
    vendors::find(groups, id)
}
