//! The random part of a back-off.

use std::fmt::Debug;

/// A source of randomness for back-off, which a test can replace.
pub trait Jitter: Debug + Send + Sync {
    /// A number from 0 up to 1: the part of the longest delay to wait. Anything outside is
    /// brought to the nearer end.
    fn fraction(&self) -> f64;
}

/// Uniformly random fractions.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomJitter;

impl Jitter for RandomJitter {
    fn fraction(&self) -> f64 {
        fastrand::f64()
    }
}
