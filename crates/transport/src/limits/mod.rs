//! Client-side rate limiting.
//!
//! The `governor` crate does not fit. It is a leaky bucket with one quota: allowing bursts as large
//! as the window would meet refusals (up to twice the quota within a sliding window), smaller bursts
//! waste allowance. It cannot take several quotas at once or give them back, its waiters race each
//! other, and it cannot learn from responses.
//!
//! - [`window`]: one sliding window.
//! - [`state`]: all windows of a limiter, what servers reported, and the queue of waiters.
//! - [`limiter`]: acquiring permits, first come, first served.
//! - [`feedback`]: what a response reports about a limiter.
//! - [`registry`]: one limiter for all clients with the same credential on the same server.

mod feedback;
mod limiter;
mod policy;
mod registry;
mod state;
#[cfg(test)]
mod tests;
mod window;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

pub use policy::RateLimitPolicy;

use crate::config::BaseUrl;
use crate::{Api, Credential, Headers, Operation, RateLimitBudget};
use feedback::Feedback;
use limiter::{Limiter, Permit};

/// The limiters of a client: one for all requests, and one per budget, which some operations also
/// count towards.
#[derive(Debug)]
pub(crate) struct Limits {
    whole: Arc<Limiter>,
    budgets: Vec<Budget>,
}

#[derive(Debug)]
struct Budget {
    known: &'static RateLimitBudget,
    limiter: Arc<Limiter>,
}

/// A permit to send one request, from each limiter that counts it. Used up on drop.
#[derive(Debug)]
pub(crate) struct Permits {
    whole: Permit,
    /// The budget's permit, and the suffix of the budget's headers.
    budget: Option<(Permit, Option<&'static str>)>,
}

/// A request would have to wait longer than allowed; contains the wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLong(pub(crate) Duration);

impl Limits {
    /// Returns the limiters of a credential on a server; `None` if nothing is limited.
    pub(crate) fn join(
        api: &'static Api,
        policy: &RateLimitPolicy,
        base_url: &BaseUrl,
        credential: &Credential,
    ) -> Option<Self> {
        let server = base_url.server();
        let join = |budget, windows| registry::join(&server, credential, budget, windows);
        let windows = policy.resolve(api.rate_limits, base_url.is_loopback)?;
        let budgets = api.rate_budgets.iter().map(|known| Budget {
            known,
            limiter: join(
                Some(known.name),
                policy.resolve_budget(known, base_url.is_loopback),
            ),
        });
        Some(Self {
            whole: join(None, windows),
            budgets: budgets.collect(),
        })
    }

    /// Waits until `latest` for a permit to send a request of an operation; without `latest`, does
    /// not wait. Calls `waiting` for each limiter it has to wait for.
    ///
    /// Acquires the budget first, so that a request that waits for its budget is not in the queue
    /// of the whole API. Dropping the future returns any permits.
    ///
    /// # Errors
    ///
    /// The request would have to wait past `latest`. Fails immediately and holds no permits.
    pub(crate) async fn acquire(
        &self,
        operation: &Operation,
        latest: Option<Instant>,
        mut waiting: impl FnMut(Duration),
    ) -> Result<Permits, TooLong> {
        let budget = match self.budget(operation) {
            Some(Budget { known, limiter }) => {
                let permit = limiter.acquire(latest, &mut waiting).await?;
                Some((permit, known.headers))
            }
            None => None,
        };
        let whole = self.whole.acquire(latest, waiting).await?;
        Ok(Permits {
            whole: whole.commit(),
            budget: budget.map(|(permit, suffix)| (permit.commit(), suffix)),
        })
    }

    fn budget(&self, operation: &Operation) -> Option<&Budget> {
        let name = operation.rate_budget?;
        self.budgets.iter().find(|budget| budget.known.name == name)
    }
}

impl Permits {
    /// The request was not sent.
    pub(crate) fn unused(self) {
        self.whole.unused();
        if let Some((budget, _)) = self.budget {
            budget.unused();
        }
    }

    /// The server answered.
    pub(crate) fn answered(self, status: u16, headers: &Headers, clock: SystemTime) {
        let Some((budget, suffix)) = self.budget else {
            let feedback = Feedback::for_one(status, headers, clock);
            return self.whole.answered(&feedback);
        };
        let [whole, of_budget] = Feedback::for_both(status, headers, suffix, clock);
        self.whole.answered(&whole);
        budget.answered(&of_budget);
    }
}
