//! Measures the cost of one call, compared with the same call written by hand.
//!
//! Five contenders make the same update, an Inboxapp v2 `PATCH /threads/{id}`, against the same local server:
//!
//! | name | made with | decodes |
//! |---|---|---|
//! | `hyper` | hyper by hand | the whole thread |
//! | `reqwest-fields` | reqwest by hand | ID, archived, assignee |
//! | `reqwest-thread` | reqwest by hand | the whole thread |
//! | `generated` | the generated client | the whole thread |
//! | `facade` | the facade | its own thread |
//!
//! `cargo bench -p threadline-bench` times them. `cargo xtask bench` prints CPU time, instructions, allocations and
//! memory.

#![forbid(unsafe_code)]

pub mod contenders;
pub mod measure;
pub mod server;
