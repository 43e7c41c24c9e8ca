//! The wall clock, replaceable in tests.

use std::fmt::Debug;
use std::time::SystemTime;

/// Provides the wall-clock time. Used when a server gives a point in time (an HTTP date) instead of
/// a duration; waits are measured by the runtime's monotonic clock.
pub trait Clock: Debug + Send + Sync {
    /// The current time.
    fn now(&self) -> SystemTime;
}

/// The system clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}
