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
    jitter: Option<Arc<dyn Jitter>>,
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
            jitter: None,
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
        jitter(jitter: impl Jitter + 'static) => self.jitter = Some(Arc::new(jitter));
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

    /// The delay after the given number of failed attempts: a random fraction of a ceiling that
    /// doubles with each failure ("full jitter"), so that clients do not retry in lockstep.
    pub(crate) fn backoff(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        let ceiling = self.base_delay.saturating_mul(1 << doublings);
        let ceiling = ceiling.min(self.max_delay);
        let jitter = self.jitter.as_ref();
        let fraction = jitter.map_or_else(fastrand::f64, |jitter| jitter.fraction());
        let seconds = ceiling.as_secs_f64() * fraction;
        if seconds > 0.0 {
            Duration::try_from_secs_f64(seconds).map_or(ceiling, |delay| delay.min(ceiling))
        } else {
            Duration::ZERO
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug)]
    struct Fixed(f64);

    impl Jitter for Fixed {
        fn fraction(&self) -> f64 {
            self.0
        }
    }

    fn with(fraction: f64) -> RetryPolicy {
        RetryPolicy::default().jitter(Fixed(fraction))
    }

    #[test]
    fn the_ceiling_doubles_up_to_the_longest_delay() {
        let delays: Vec<_> = (1..=9).map(|n| with(1.0).backoff(n).as_millis()).collect();
        assert_eq!(
            delays,
            [250, 500, 1000, 2000, 4000, 8000, 16000, 20000, 20000]
        );
        assert_eq!(with(1.0).backoff(u32::MAX), Duration::from_secs(20));
    }

    #[test]
    fn a_fraction_takes_its_part() {
        assert_eq!(with(0.5).backoff(2), Duration::from_millis(250));
        assert_eq!(with(0.0).backoff(2), Duration::ZERO);
    }

    #[test]
    fn a_source_gone_mad_does_no_harm() {
        for (fraction, millis) in [
            (f64::NAN, 0),
            (-1.0, 0),
            (f64::NEG_INFINITY, 0),
            (2.0, 250),
            (f64::INFINITY, 250),
        ] {
            assert_eq!(
                with(fraction).backoff(1),
                Duration::from_millis(millis),
                "{fraction}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_delay_never_exceeds_its_ceiling(
            fraction: f64, failures: u32, base in any::<Duration>(), max in any::<Duration>(),
        ) {
            let policy = with(fraction).base_delay(base).max_delay(max);
            let delay = policy.backoff(failures);
            prop_assert!(delay <= max);
            if failures <= 1 {
                prop_assert!(delay <= base);
            }
        }
    }
}
