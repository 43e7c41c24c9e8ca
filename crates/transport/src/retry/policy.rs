//! The retry policy.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use super::RetryBudget;

/// A source of randomness for back-off, replaceable in tests.
pub trait Jitter: Debug + Send + Sync {
    /// Returns a number from 0 up to 1: the fraction of the maximum delay to wait. Values outside
    /// are clamped.
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

/// How many times and with which delays a call is retried. *Whether* a failure may be retried is
/// not configurable: it follows from what was sent and from the operation.
///
/// ```
/// use std::time::Duration;
/// use threadline_transport::RetryPolicy;
///
/// let policy = RetryPolicy::default().max_attempts(6).max_hint(Duration::from_secs(10));
/// assert_eq!(policy.get_max_attempts(), 6);
/// ```
#[derive(Debug, Clone)]
pub struct RetryPolicy {
    max_attempts: u32,
    base_delay: Duration,
    max_delay: Duration,
    max_hint: Duration,
    jitter: Arc<dyn Jitter>,
    budget: RetryBudget,
}

impl Default for RetryPolicy {
    /// Four attempts; delays from 250 ms, doubling up to 20 s, with full jitter; server hints up to
    /// 60 s; a budget of its own with 500 tokens.
    fn default() -> Self {
        Self {
            max_attempts: 4,
            base_delay: Duration::from_millis(250),
            max_delay: Duration::from_secs(20),
            max_hint: Duration::from_secs(60),
            jitter: Arc::new(RandomJitter),
            budget: RetryBudget::default(),
        }
    }
}

impl RetryPolicy {
    /// Creates a policy without retries.
    pub fn none() -> Self {
        Self {
            max_attempts: 1,
            ..Self::default()
        }
    }

    setters! { self:
        /// Sets the maximum number of attempts, including the first; 0 counts as 1.
        max_attempts(attempts: u32) => self.max_attempts = attempts.max(1);
        /// Sets the maximum delay after the first failure; it doubles with each further failure.
        base_delay(delay: Duration) => self.base_delay = delay;
        /// Sets the maximum delay for failures without a server hint.
        max_delay(delay: Duration) => self.max_delay = delay;
        /// Sets the longest server hint to follow. A longer one is never shortened: it ends the
        /// call, with the hint in the error.
        max_hint(hint: Duration) => self.max_hint = hint;
        /// Sets the source of randomness.
        jitter(jitter: impl Jitter + 'static) => self.jitter = Arc::new(jitter);
        /// Sets the retry budget. Clones of a policy share their budget.
        budget(budget: RetryBudget) => self.budget = budget;
    }

    getters! { self:
        /// The maximum number of attempts, including the first.
        get_max_attempts: u32 = self.max_attempts;
        /// The maximum delay after the first failure.
        get_base_delay: Duration = self.base_delay;
        /// The maximum delay for failures without a server hint.
        get_max_delay: Duration = self.max_delay;
        /// The longest server hint to follow.
        get_max_hint: Duration = self.max_hint;
        /// The retry budget.
        get_budget: &RetryBudget = &self.budget;
    }

    /// Returns a random fraction.
    pub(crate) fn fraction(&self) -> f64 {
        self.jitter.fraction()
    }
}
