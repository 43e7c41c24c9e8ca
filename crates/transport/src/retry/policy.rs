//! How often and how patiently a call is repeated.

use std::sync::Arc;
use std::time::Duration;

use super::{Jitter, RandomJitter, RetryBudget};

/// How often and how patiently a call is repeated. *Whether* a failure may be repeated at all is
/// not a setting: it follows from what was sent and from the operation.
///
/// ```
/// use std::time::Duration;
/// use threadline_transport::RetryPolicy;
///
/// let policy = RetryPolicy::default().with_max_attempts(6).with_max_hint(Duration::from_secs(10));
/// assert_eq!(policy.max_attempts(), 6);
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
    /// Four attempts; delays from 250 ms, doubling up to 20 s, with full jitter; hints of the
    /// server up to 60 s; a budget of its own, of 500 tokens.
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
    /// One attempt and no more.
    pub fn none() -> Self {
        Self {
            max_attempts: 1,
            ..Self::default()
        }
    }

    /// Sets the number of attempts, the first one included; 0 counts as 1.
    #[must_use]
    pub fn with_max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// Sets the longest delay after the first failure; each further one may last twice as long.
    #[must_use]
    pub fn with_base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// Sets the longest delay after any failure for which the server gives no hint.
    #[must_use]
    pub fn with_max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Sets the longest hint of a server that is obeyed. A longer one is never shortened: it ends
    /// the call, with the hint in the error.
    #[must_use]
    pub fn with_max_hint(mut self, hint: Duration) -> Self {
        self.max_hint = hint;
        self
    }

    /// Sets the source of randomness.
    #[must_use]
    pub fn with_jitter(mut self, jitter: impl Jitter + 'static) -> Self {
        self.jitter = Arc::new(jitter);
        self
    }

    /// Sets how many retries a client may afford. Clones of a policy share their budget.
    #[must_use]
    pub fn with_budget(mut self, budget: RetryBudget) -> Self {
        self.budget = budget;
        self
    }

    /// The number of attempts, the first one included.
    pub fn max_attempts(&self) -> u32 {
        self.max_attempts
    }

    /// The longest delay after the first failure.
    pub fn base_delay(&self) -> Duration {
        self.base_delay
    }

    /// The longest delay after any failure for which the server gives no hint.
    pub fn max_delay(&self) -> Duration {
        self.max_delay
    }

    /// The longest hint of a server that is obeyed.
    pub fn max_hint(&self) -> Duration {
        self.max_hint
    }

    /// How many retries a client may afford.
    pub fn budget(&self) -> &RetryBudget {
        &self.budget
    }

    /// A fresh random fraction.
    pub(crate) fn fraction(&self) -> f64 {
        self.jitter.fraction()
    }
}
