//! For tests: a provider in memory, and the contract that every provider must meet.
//!
//! [`MemoryProvider`] takes the place of a real provider in the tests of a program. It records its
//! calls, and [`fail_next`](MemoryProvider::fail_next) makes a call fail as a real one would.
//! [`contract`] tests a provider of your own.
//!
//! Requires the feature `testing`.

pub mod contract;
mod examples;
mod failure;
mod memory;

pub use self::failure::Failure;
pub use self::memory::{MemoryProvider, RecordedCall};
