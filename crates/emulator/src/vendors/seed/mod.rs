//! The initial data of every API: the examples of its spec and generated threads.

mod businesses;
mod examples;

use jiff::Timestamp;

pub(crate) use businesses::Business;
pub(crate) use examples::{example_records, example_threads};

use crate::http::context::timestamp;

/// How many threads are generated for each API.
pub(crate) const GENERATED_THREADS: u32 = 36;

/// A fixed time in October 2026 for the thread at `position`, so that every start gives the same
/// data.
pub(crate) fn time(position: u32, minutes: u32) -> String {
    const OCTOBER: i64 = 1_790_841_600;
    const BETWEEN_THREADS: i64 = 61_320;
    let since = i64::from(position) * BETWEEN_THREADS + i64::from(minutes) * 60;
    timestamp(Timestamp::from_second(OCTOBER + since).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_follow_the_position() {
        assert_eq!(time(0, 0), "2026-10-01T08:00:00.000Z");
        assert_eq!(time(GENERATED_THREADS, 0), "2026-10-26T21:12:00.000Z");
    }
}
