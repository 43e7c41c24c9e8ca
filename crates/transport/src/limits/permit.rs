//! The right to send one request, and what became of it.

use std::sync::Arc;

use tokio::time::Instant;

use super::Limiter;
use super::state::Granted;
use super::told::Told;

/// The right to send one request, by one account. Dropped, it counts as used: the request may have
/// been sent.
#[derive(Debug)]
pub(super) struct Permit {
    limiter: Arc<Limiter>,
    granted: Granted,
    is_settled: bool,
}

impl Permit {
    pub(super) fn new(limiter: Arc<Limiter>, granted: Granted) -> Self {
        Self {
            limiter,
            granted,
            is_settled: false,
        }
    }

    /// Nothing was sent.
    pub(super) fn unused(mut self) {
        self.is_settled = true;
        self.limiter.state().take_back();
    }

    /// The server answered.
    pub(super) fn answered(mut self, told: &Told) {
        self.is_settled = true;
        let now = Instant::now();
        let mut state = self.limiter.state();
        state.settle(now);
        state.learn(&self.granted, told, now);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if !self.is_settled {
            self.limiter.state().settle(Instant::now());
        }
    }
}
