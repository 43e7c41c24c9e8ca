//! Small specs, one for each thing the generator cannot do by itself. What is generated from them is checked in,
//! compiled here, and exercised over the wire.
//!
//! `UPDATE_GOLDEN=1 cargo test -p xtask --test golden` writes the files anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "golden/answers/src/lib.rs"]
#[rustfmt::skip]
#[allow(dead_code, unused_imports)] // Not everything a client offers is exercised.
mod answers;
#[path = "golden/enums/src/lib.rs"]
#[rustfmt::skip]
#[allow(dead_code, unused_imports)] // Not everything a client offers is exercised.
mod enums;
#[path = "golden/errors/src/lib.rs"]
#[rustfmt::skip]
#[allow(dead_code, unused_imports)] // Not everything a client offers is exercised.
mod errors;
#[path = "golden/lists/src/lib.rs"]
#[rustfmt::skip]
#[allow(dead_code, unused_imports)] // Not everything a client offers is exercised.
mod lists;
#[path = "golden/patch/src/lib.rs"]
#[rustfmt::skip]
#[allow(dead_code, unused_imports)] // Not everything a client offers is exercised.
mod patch;
#[path = "golden/query/src/lib.rs"]
#[rustfmt::skip]
#[allow(dead_code, unused_imports)] // Not everything a client offers is exercised.
mod query;
#[path = "golden/shapes/src/lib.rs"]
#[rustfmt::skip]
#[allow(dead_code, unused_imports)] // Not everything a client offers is exercised.
mod shapes;

#[path = "golden/current.rs"]
mod current;
#[path = "golden/exercise.rs"]
mod exercise;
#[path = "golden/exercise_lists.rs"]
mod exercise_lists;
