//! Version 2's operations.

#![expect(
    clippy::similar_names,
    reason = "`context` and `content` are established names here"
)]
#![expect(
    clippy::unnecessary_wraps,
    reason = "all handlers share one signature, even those that cannot fail"
)]

mod contacts;
mod events;
mod labels;
mod message_changes;
mod messages;
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
        contacts::HANDLERS,
        threads::HANDLERS,
        messages::HANDLERS,
        message_changes::HANDLERS,
        sending::HANDLERS,
        labels::HANDLERS,
        events::HANDLERS,
    ];
    vendors::find(groups, id)
}
