//! The time of day, as something a test can set.

use std::fmt::Debug;
use std::time::SystemTime;

/// Tells the time of day. Needed where a server names a moment (an HTTP date) instead of a
/// duration; waiting itself is measured by the runtime's own monotonic clock.
pub trait Clock: Debug + Send + Sync {
    /// The current time.
    fn now(&self) -> SystemTime;
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}
