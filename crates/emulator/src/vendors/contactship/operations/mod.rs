//! ContactShip's operations.

#![expect(
    clippy::similar_names,
    reason = "`context` and `content` are established names here"
)]
#![expect(
    clippy::unnecessary_wraps,
    reason = "all handlers share one signature, even those that cannot fail"
)]

mod agents;
mod calls;
mod comments;
mod contacts;
mod events;
mod organization;
mod tags;
mod tasks;
mod threads;
mod transcripts;
mod whatsapp;

use super::errors::Failure;
use super::state::State;
use crate::vendors::{self, Handler};

/// Finds the handler of an operation.
pub(super) fn find(id: &str) -> Option<Handler<State, Failure>> {
    let groups = [
        threads::HANDLERS,
        whatsapp::HANDLERS,
        calls::HANDLERS,
        agents::HANDLERS,
        contacts::HANDLERS,
        comments::HANDLERS,
        tags::HANDLERS,
        events::HANDLERS,
        tasks::HANDLERS,
        organization::HANDLERS,
    ];
    vendors::find(groups, id)
}
