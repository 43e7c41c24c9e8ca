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

    /// Sets the maximum number of attempts, including the first; 0 counts as 1.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// Sets the maximum delay after the first failure; it doubles with each further failure.
    #[must_use]
    pub fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// Sets the maximum delay for failures without a server hint.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Sets the longest server hint to follow. A longer one is never shortened: it ends the call,
    /// with the hint in the error.
    #[must_use]
    pub fn max_hint(mut self, hint: Duration) -> Self {
        self.max_hint = hint;
        self
    }

    /// Sets the source of randomness.
    #[must_use]
    pub fn jitter(mut self, jitter: impl Jitter + 'static) -> Self {
        self.jitter = Arc::new(jitter);
        self
    }

    /// Sets the retry budget. Clones of a policy share their budget.
    #[must_use]
    pub fn budget(mut self, budget: RetryBudget) -> Self {
        self.budget = budget;
        self
    }

    /// The maximum number of attempts, including the first.
    pub fn get_max_attempts(&self) -> u32 {
        self.max_attempts
    }

    /// The maximum delay after the first failure.
    pub fn get_base_delay(&self) -> Duration {
        self.base_delay
    }

    /// The maximum delay for failures without a server hint.
    pub fn get_max_delay(&self) -> Duration {
        self.max_delay
    }

    /// The longest server hint to follow.
    pub fn get_max_hint(&self) -> Duration {
        self.max_hint
    }

    /// The retry budget.
    pub fn get_budget(&self) -> &RetryBudget {
        &self.budget
    }

    /// Returns a random fraction.
    pub(crate) fn fraction(&self) -> f64 {
        self.jitter.fraction()
    }
}
