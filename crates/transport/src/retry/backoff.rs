//! Delays between retries without a server hint.

use std::time::Duration;

use super::RetryPolicy;

/// The delay after the given number of failed attempts: a random fraction of a ceiling that doubles
/// with each failure ("full jitter"), so that clients do not retry in lockstep.
pub(crate) fn backoff(policy: &RetryPolicy, failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(31);
    let ceiling = policy
        .get_base_delay()
        .saturating_mul(1 << doublings)
        .min(policy.get_max_delay());
    let seconds = ceiling.as_secs_f64() * policy.fraction();
    if seconds > 0.0 {
        Duration::try_from_secs_f64(seconds).map_or(ceiling, |delay| delay.min(ceiling))
    } else {
        Duration::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Jitter;
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
        let delays: Vec<_> = (1..=9)
            .map(|n| backoff(&with(1.0), n).as_millis())
            .collect();
        assert_eq!(
            delays,
            [250, 500, 1000, 2000, 4000, 8000, 16000, 20000, 20000]
        );
        assert_eq!(backoff(&with(1.0), u32::MAX), Duration::from_secs(20));
    }

    #[test]
    fn a_fraction_takes_its_part() {
        assert_eq!(backoff(&with(0.5), 2), Duration::from_millis(250));
        assert_eq!(backoff(&with(0.0), 2), Duration::ZERO);
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
                backoff(&with(fraction), 1),
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
            let delay = backoff(&policy, failures);
            prop_assert!(delay <= max);
            if failures <= 1 {
                prop_assert!(delay <= base);
            }
        }
    }
}
