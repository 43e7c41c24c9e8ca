//! Version 1's operations.

#![expect(
    clippy::similar_names,
    reason = "`context` and `content` are established names here"
)]
#![expect(
    clippy::unnecessary_wraps,
    reason = "all handlers share one signature, even those that cannot fail"
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
