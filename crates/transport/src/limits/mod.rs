//! Keeping to rate limits on this side.
//!
//! The `governor` crate was looked at first. It is a leaky bucket with one quota: a burst as large
//! as the window allows would meet refusals (up to twice the quota within a sliding window), a
//! smaller one wastes what is allowed; several quotas at once cannot be taken or given back
//! together, waiters race each other, and it cannot learn. So requests are counted here.
//!
//! - [`window`]: one sliding window.
//! - [`state`]: the account of all windows, what servers said, and the line of waiters.
//! - [`turn`]: waiting in line, first come, first served.
//! - [`permit`]: the right to send one request, and what became of it.
//! - [`shared`]: the account of the whole API together with those of its named budgets.
//! - [`told`]: what an answer says to which account.
//! - [`registry`]: one account for all clients with the same credential on the same server.

mod permit;
mod policy;
mod registry;
mod shared;
mod state;
#[cfg(test)]
mod tests;
mod told;
mod turn;
mod window;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

pub use policy::RateLimitPolicy;
pub(crate) use shared::{Limits, Permits};

use crate::RateLimitWindow;
use permit::Permit;
use state::State;

/// The account of one credential, for the whole API or for one budget.
#[derive(Debug)]
struct Limiter(Mutex<State>);

/// A request has to wait too long for its turn: for so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLong(pub(crate) Duration);

impl Limiter {
    fn new() -> Self {
        Self(Mutex::new(State::default()))
    }

    /// Keeps to these windows too; of two of the same length, to the smaller.
    fn keep_to(&self, windows: &[RateLimitWindow]) {
        let now = Instant::now();
        let mut state = self.state();
        for window in windows {
            state.keep_to(*window, now);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the right to send a request, at most until a moment; without one, not at all.
    /// `waiting` is called once if there is something to wait for.
    ///
    /// Dropping the future gives the place in line up.
    ///
    /// # Errors
    ///
    /// The turn would come too late: said at once.
    async fn acquire(
        self: &Arc<Self>,
        latest: Option<Instant>,
        waiting: impl FnMut(Duration),
    ) -> Result<Permit, TooLong> {
        turn::wait(self, latest, waiting).await
    }
}
