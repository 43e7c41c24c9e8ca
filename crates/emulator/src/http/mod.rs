//! The HTTP server: from sockets to validated calls, and from their responses back to the wire.

pub(crate) mod arguments;
mod brackets;
mod connection;
pub(crate) mod context;
mod cors;
mod delivery;
pub(crate) mod listener;
pub(crate) mod request;
pub(crate) mod response;
mod router;
pub(crate) mod server;
pub(crate) mod service;
