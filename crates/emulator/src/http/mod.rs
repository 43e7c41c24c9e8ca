//! The HTTP side: from sockets to a checked call, and from its answer back to the wire.

pub(crate) mod arguments;
mod brackets;
mod connection;
pub(crate) mod context;
mod delivery;
pub(crate) mod listener;
pub(crate) mod request;
pub(crate) mod response;
mod router;
pub(crate) mod server;
pub(crate) mod service;
