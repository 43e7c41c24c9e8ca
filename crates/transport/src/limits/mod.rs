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

/// The limiters of a client: a general one, and one per budget, which the requests of some
/// operations count towards as well or instead.
#[derive(Debug)]
pub(crate) struct Limits {
    general: Arc<Limiter>,
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
    /// `None` for a request that counts only towards a separate budget.
    general: Option<Permit>,
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
            general: join(None, windows),
            budgets: budgets.collect(),
        })
    }

    /// Waits until `latest` for a permit to send a request of an operation; without `latest`, does
    /// not wait. Calls `waiting` for each limiter it has to wait for.
    ///
    /// Acquires the budget first, so that a request that waits for its budget is not in the general
    /// queue. Dropping the future returns any permits.
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
        let mut separate = false;
        let budget = match self.budget(operation) {
            Some(Budget { known, limiter }) => {
                separate = known.separate;
                let permit = limiter.acquire(latest, &mut waiting).await?;
                Some((permit, known.headers))
            }
            None => None,
        };
        let general = if separate {
            None
        } else {
            Some(self.general.acquire(latest, waiting).await?)
        };
        Ok(Permits {
            general: general.map(Permit::commit),
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
        let budget = self.budget.map(|(permit, _)| permit);
        let permits = [self.general, budget].into_iter().flatten();
        permits.for_each(Permit::unused);
    }

    /// The server answered.
    pub(crate) fn answered(self, status: u16, headers: &Headers, clock: SystemTime) {
        match (self.general, self.budget) {
            (Some(general), Some((budget, suffix))) => {
                let [of_general, of_budget] = Feedback::for_both(status, headers, suffix, clock);
                general.answered(&of_general);
                budget.answered(&of_budget);
            }
            (Some(only), None) => only.answered(&Feedback::for_one(status, headers, None, clock)),
            (None, Some((only, suffix))) => {
                only.answered(&Feedback::for_one(status, headers, suffix, clock));
            }
            (None, None) => {}
        }
    }
}
