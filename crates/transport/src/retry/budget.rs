//! The retry budget.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Limits a client's retries, so that a failing server is not overloaded: a token bucket that
/// retries drain and successes refill.
///
/// A retry costs 5 tokens, or 10 after a timeout. A call that succeeds at once returns 1; one that
/// succeeds after retries returns the cost of its last retry. The bucket holds 500 tokens and
/// starts full. If it has too few, the call ends with its last error and is not retried;
/// [`Attempt::not_repeated`](crate::Attempt::not_repeated) gives the reason.
///
/// Clones share their tokens, as do all clones of a client. To share a budget between clients, give
/// each a clone of it.
///
/// ```
/// use threadline_transport::{RetryBudget, RetryPolicy};
///
/// let budget = RetryBudget::new(50).retry_cost(1);
/// let policy = RetryPolicy::default().budget(budget.clone());
/// assert_eq!(budget.left(), Some(50));
/// assert_eq!(RetryBudget::unlimited().left(), None);
/// ```
#[derive(Debug, Clone)]
pub struct RetryBudget {
    capacity: Option<u32>,
    retry_cost: u32,
    timeout_cost: u32,
    refund: u32,
    left: Arc<AtomicU32>,
}

impl Default for RetryBudget {
    /// 500 tokens.
    fn default() -> Self {
        Self::new(500)
    }
}

impl RetryBudget {
    /// Creates a budget with this many tokens.
    pub fn new(tokens: u32) -> Self {
        Self {
            capacity: Some(tokens),
            retry_cost: 5,
            timeout_cost: 10,
            refund: 1,
            left: Arc::new(AtomicU32::new(tokens)),
        }
    }

    /// Creates an unlimited budget: only the number of attempts limits retries.
    pub fn unlimited() -> Self {
        Self {
            capacity: None,
            ..Self::new(0)
        }
    }

    setters! { self:
        /// Sets the cost of a retry in tokens. Default: 5.
        retry_cost(tokens: u32) => self.retry_cost = tokens;
        /// Sets the cost of a retry after a timeout. Default: 10.
        timeout_cost(tokens: u32) => self.timeout_cost = tokens;
        /// Sets how many tokens a call that succeeds at once returns. Default: 1.
        refund(tokens: u32) => self.refund = tokens;
    }

    /// The number of tokens left; `None` if unlimited.
    pub fn left(&self) -> Option<u32> {
        self.capacity.map(|_| self.left.load(Ordering::Relaxed))
    }

    /// Takes the tokens for one retry and returns the cost; `None` if there are too few.
    pub(crate) fn take(&self, after_timeout: bool) -> Option<u32> {
        let cost = if after_timeout {
            self.timeout_cost
        } else {
            self.retry_cost
        };
        if self.capacity.is_none() {
            return Some(0);
        }
        self.left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(cost)
            })
            .ok()
            .map(|_| cost)
    }

    /// Returns tokens after a success: the cost of the last retry, or the refund.
    pub(crate) fn succeed(&self, last_cost: Option<u32>) {
        let Some(capacity) = self.capacity else {
            return;
        };
        let back = last_cost.unwrap_or(self.refund);
        // The closure always returns a value, so this cannot fail.
        let _ = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                Some(left.saturating_add(back).min(capacity))
            });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{Script, Step, call, outcome, steady_with};
    use crate::{ErrorKind, RetryPolicy};
    use proptest::prelude::*;

    fn failing(count: usize) -> Script {
        Script::new(vec![Step::answer(503, ""); count])
    }

    #[test]
    fn retries_cost_and_successes_refund() {
        let budget = RetryBudget::new(20);
        assert_eq!(budget.take(false), Some(5));
        assert_eq!(budget.take(true), Some(10));
        assert_eq!(budget.left(), Some(5));
        assert_eq!(budget.take(true), None);
        budget.succeed(None);
        assert_eq!(budget.left(), Some(6));
        budget.succeed(Some(10));
        assert_eq!(budget.left(), Some(16));
        budget.succeed(Some(10));
        assert_eq!(budget.left(), Some(20));
    }

    #[test]
    fn an_unlimited_budget_is_never_exhausted() {
        let budget = RetryBudget::unlimited();
        assert!((0..10_000).all(|_| budget.take(true).is_some()));
        assert_eq!(RetryBudget::default().left(), Some(500));
    }

    #[tokio::test(start_paused = true)]
    async fn an_exhausted_budget_ends_the_call_and_says_so() {
        let budget = RetryBudget::new(9);
        let policy = RetryPolicy::default().budget(budget.clone());
        let script = failing(2);
        let error = call(&steady_with(&script, policy), "get_thread")
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Unavailable, 2)
        );
        assert!(error.is_retryable());
        assert_eq!(budget.left(), Some(4));
        let [first, second] = error.history() else {
            panic!("{error:?}")
        };
        assert_eq!(first.not_repeated(), None);
        assert_eq!(second.not_repeated(), Some("the retry budget is exhausted"));
        assert!(
            format!("{error:?}").contains("not repeated: the retry budget is exhausted"),
            "{error:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_clones_of_a_client_share_their_budget() {
        let policy = RetryPolicy::default().budget(RetryBudget::new(20));
        let script = failing(6);
        let transport = steady_with(&script, policy);
        let clone = transport.clone();
        assert_eq!(
            call(&transport, "get_thread").await.unwrap_err().attempts(),
            4
        );
        assert_eq!(call(&clone, "get_thread").await.unwrap_err().attempts(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn success_after_a_retry_gives_its_cost_back() {
        let budget = RetryBudget::new(100);
        let policy = RetryPolicy::default().budget(budget.clone());
        let ok = || Step::answer(200, "{}");
        let script = Script::new([Step::Refuse, Step::Stall, ok(), ok()]);
        let transport = steady_with(&script, policy);
        call(&transport, "get_thread").await.unwrap();
        assert_eq!(budget.left(), Some(95));
        call(&transport, "get_thread").await.unwrap();
        assert_eq!(budget.left(), Some(96));
    }

    #[tokio::test(start_paused = true)]
    async fn a_budget_of_its_own_for_each_client() {
        for _ in 0..50 {
            assert_eq!(
                outcome(&failing(4), "get_thread")
                    .await
                    .unwrap_err()
                    .attempts(),
                4
            );
        }
    }

    proptest! {
        #[test]
        fn the_tokens_stay_between_none_and_all(
            capacity in 0u32..100,
            steps in prop::collection::vec((any::<bool>(), any::<bool>()), 0..200),
        ) {
            let budget = RetryBudget::new(capacity);
            for (retry, timeout) in steps {
                if retry {
                    budget.take(timeout);
                } else {
                    budget.succeed(timeout.then_some(10));
                }
                prop_assert!(budget.left().unwrap() <= capacity);
            }
        }
    }
}
