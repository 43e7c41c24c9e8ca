//! The accounts that a client's requests count in.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::told::Told;
use super::{Limiter, Permit, RateLimitPolicy, TooLong, registry};
use crate::base_url::BaseUrl;
use crate::{Api, Credential, Headers, Operation, RateLimitBudget};

/// The accounts that a client's requests count in: all in that of the whole API, those of some
/// operations in that of a budget too.
#[derive(Debug)]
pub(crate) struct Limits {
    whole: Arc<Limiter>,
    budgets: Vec<Budget>,
}

/// A budget and its account.
#[derive(Debug)]
struct Budget {
    known: &'static RateLimitBudget,
    limiter: Arc<Limiter>,
}

/// The right to send one request, by each account that it counts in. Dropped, it counts as used.
#[derive(Debug)]
pub(crate) struct Permits {
    whole: Permit,
    /// That of the budget, and what its headers end in.
    budget: Option<(Permit, Option<&'static str>)>,
}

impl Limits {
    /// The accounts of a credential on a server; none if nothing is to be counted.
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

    /// Waits for the right to send a request of an operation, at most until a moment; without one,
    /// not at all. `waiting` is called for each account that there is something to wait for.
    ///
    /// The budget comes first: who waits for it stands in nobody else's way. Dropping the future
    /// gives everything back.
    ///
    /// # Errors
    ///
    /// The turn would come too late: said at once, and nothing is kept.
    pub(crate) async fn acquire(
        &self,
        operation: &Operation,
        latest: Option<Instant>,
        mut waiting: impl FnMut(Duration),
    ) -> Result<Permits, TooLong> {
        let Some(budget) = self.budget(operation) else {
            let whole = self.whole.acquire(latest, waiting).await?;
            return Ok(Permits {
                whole,
                budget: None,
            });
        };
        let held = Held(Some(budget.limiter.acquire(latest, &mut waiting).await?));
        let whole = self.whole.acquire(latest, waiting).await?;
        let budget = held.keep().map(|permit| (permit, budget.known.headers));
        Ok(Permits { whole, budget })
    }

    /// The budget that an operation's requests count in.
    fn budget(&self, operation: &Operation) -> Option<&Budget> {
        let name = operation.rate_budget?;
        self.budgets.iter().find(|budget| budget.known.name == name)
    }
}

/// A right that was got and is of no use without another. Dropped, it is given back.
struct Held(Option<Permit>);

impl Held {
    fn keep(mut self) -> Option<Permit> {
        self.0.take()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(permit) = self.0.take() {
            permit.unused();
        }
    }
}

impl Permits {
    /// Nothing was sent.
    pub(crate) fn unused(self) {
        self.whole.unused();
        if let Some((budget, _)) = self.budget {
            budget.unused();
        }
    }

    /// The server answered.
    pub(crate) fn answered(self, status: u16, headers: &Headers, clock: SystemTime) {
        let Some((budget, ending)) = self.budget else {
            self.whole.answered(&Told::to_one(status, headers, clock));
            return;
        };
        let [to_whole, to_budget] = Told::to_both(status, headers, ending, clock);
        self.whole.answered(&to_whole);
        budget.answered(&to_budget);
    }
}
