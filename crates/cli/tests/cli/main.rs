//! The command from the outside: the real binary, against servers on this machine.

// Helpers of tests are not in tests, in the eyes of the lints.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod answers;
mod calls;
mod completions;
mod demo;
mod dry_run;
mod emulator;
mod exit_codes;
mod failures;
mod help;
mod lists;
mod many;
mod profiles;
mod readme;
mod refusals;
mod requests;
mod sandbox;
mod secrets;
mod sends;
mod streams;
mod support;
