//! What one call costs, next to the same call written by hand.
//!
//! The same update, an Inboxapp v2 `PATCH /threads/{id}`, is made by hand-written hyper, hand-written reqwest, the
//! generated client and the facade, against the same server on this machine. `cargo bench -p threadline-bench` times
//! them; `cargo xtask bench` prints one table with CPU time, instructions and allocations.

#![forbid(unsafe_code)]

pub mod contenders;
pub mod measure;
pub mod server;
