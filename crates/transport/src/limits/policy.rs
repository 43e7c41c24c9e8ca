//! How a client keeps to rate limits.

use std::collections::BTreeMap;

use crate::{RateLimitBudget, RateLimitWindow};

/// How a client keeps to the vendor's rate limits before the vendor has to refuse anything.
///
/// Clients in one process that use the same credential on the same server share their counters; if
/// they set windows of the same length, the smallest number holds for all of them. Clients also
/// learn from servers: the `X-RateLimit-…` headers of an answer show what other processes have sent
/// with the same credential, and a `Retry-After` with HTTP 429 pauses all requests.
///
/// Some vendors allow less for some operations. Requests of these count in a
/// [budget](crate::RateLimitBudget) too, which has its own counters and headers, and wait for it
/// without holding up other requests.
///
/// ```
/// use threadline_transport::{RateLimitPolicy, RateLimitWindow};
///
/// let gentle = RateLimitPolicy::default()
///     .with_windows([RateLimitWindow { requests: 10, per_seconds: 60 }])
///     .with_budget("heavy", [RateLimitWindow { requests: 1, per_seconds: 60 }])
///     .with_wait(false);
/// assert!(!gentle.waits());
/// assert!(RateLimitPolicy::unlimited().windows().is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLimitPolicy {
    windows: Windows,
    budgets: BTreeMap<String, Vec<RateLimitWindow>>,
    wait: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Windows {
    /// Nothing is counted or learned.
    None,
    /// The API's published ones.
    Published,
    Own(Vec<RateLimitWindow>),
}

impl Default for RateLimitPolicy {
    /// The windows that the vendor publishes; a call waits until there is room. A base URL on
    /// loopback, such as an emulator's, spends no real allowance: there nothing is counted or
    /// learned unless windows are set.
    fn default() -> Self {
        Self {
            windows: Windows::Published,
            budgets: BTreeMap::new(),
            wait: true,
        }
    }
}

impl RateLimitPolicy {
    /// No client-side limit, neither for the whole API nor for its budgets, and nothing is learned:
    /// only the server decides.
    pub fn unlimited() -> Self {
        Self {
            windows: Windows::None,
            ..Self::default()
        }
    }

    /// Sets the windows of the whole API, all of which hold at once, in place of the vendor's
    /// published ones. With no window at all, only what the server reports limits requests. Budgets stay as
    /// they are.
    #[must_use]
    pub fn with_windows(mut self, windows: impl IntoIterator<Item = RateLimitWindow>) -> Self {
        self.windows = Windows::Own(windows.into_iter().collect());
        self
    }

    /// Sets the windows of a named budget in place of the vendor's published ones. With no window
    /// at all, only what the server reports about the budget limits its requests. Names that the API does not
    /// know have no effect: an API's budgets are in [`Api::rate_budgets`](crate::Api::rate_budgets).
    ///
    /// An [unlimited](Self::unlimited) policy is no longer unlimited then: outside the budget, what
    /// the server reports limits requests.
    #[must_use]
    pub fn with_budget(
        mut self,
        name: impl Into<String>,
        windows: impl IntoIterator<Item = RateLimitWindow>,
    ) -> Self {
        if self.windows == Windows::None {
            self.windows = Windows::Own(Vec::new());
        }
        self.budgets
            .insert(name.into(), windows.into_iter().collect());
        self
    }

    /// Sets what a call does when there is no room: wait, which counts against its deadline
    /// (default), or end at once with [`RateLimited`](crate::ErrorKind::RateLimited) and the time
    /// to wait. A wait that would pass the deadline ends at once in any case.
    #[must_use]
    pub fn with_wait(mut self, wait: bool) -> Self {
        self.wait = wait;
        self
    }

    /// Whether a call waits until there is room.
    pub fn waits(&self) -> bool {
        self.wait
    }

    /// The windows that replace the vendor's published ones; `None` if nothing does.
    pub fn windows(&self) -> Option<&[RateLimitWindow]> {
        match &self.windows {
            Windows::Own(windows) => Some(windows),
            Windows::None | Windows::Published => None,
        }
    }

    /// The windows that replace those of a budget; `None` if nothing does.
    pub fn budget(&self, name: &str) -> Option<&[RateLimitWindow]> {
        self.budgets.get(name).map(Vec::as_slice)
    }

    /// The windows to keep to, given the published ones; `None` if nothing is counted, in no budget
    /// either.
    pub(crate) fn resolve<'a>(
        &'a self,
        published: &'a [RateLimitWindow],
        is_loopback: bool,
    ) -> Option<&'a [RateLimitWindow]> {
        match &self.windows {
            Windows::None => None,
            Windows::Published if !is_loopback => Some(published),
            Windows::Published => (!self.budgets.is_empty()).then_some(&[]),
            Windows::Own(windows) => Some(windows),
        }
    }

    /// The windows of a budget to keep to where anything is counted at all.
    pub(crate) fn resolve_budget<'a>(
        &'a self,
        budget: &RateLimitBudget,
        is_loopback: bool,
    ) -> &'a [RateLimitWindow] {
        let published = if is_loopback { &[] } else { budget.windows };
        self.budget(budget.name).unwrap_or(published)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_windows_hold_at_the_vendor_and_own_ones_everywhere() {
        let window = |requests| RateLimitWindow {
            requests,
            per_seconds: 60,
        };
        let published = [window(300)];
        let policy = RateLimitPolicy::default();
        assert_eq!(policy.resolve(&published, false), Some(&published[..]));
        assert_eq!(policy.resolve(&published, true), None);
        let own = policy.with_windows([window(2)]);
        assert_eq!(own.resolve(&published, true), Some(&[window(2)][..]));
        assert_eq!(own.windows(), Some(&[window(2)][..]));
        assert_eq!(
            RateLimitPolicy::unlimited().resolve(&published, false),
            None
        );
    }

    #[test]
    fn a_budget_is_replaced_by_its_name() {
        const ONE: RateLimitWindow = RateLimitWindow {
            requests: 1,
            per_seconds: 60,
        };
        const TWENTY: RateLimitWindow = RateLimitWindow {
            requests: 20,
            per_seconds: 60,
        };
        let heavy = RateLimitBudget {
            name: "heavy",
            windows: &[TWENTY],
            headers: None,
        };
        let policy = RateLimitPolicy::default();
        assert_eq!(policy.resolve_budget(&heavy, false), [TWENTY]);
        assert_eq!(policy.resolve_budget(&heavy, true), []);
        let other = policy.clone().with_budget("other", [ONE]);
        assert_eq!(other.resolve_budget(&heavy, false), [TWENTY]);
        let own = policy.with_budget("heavy", [ONE]);
        assert_eq!(own.resolve_budget(&heavy, true), [ONE]);
        // Then loopback is limited too.
        assert_eq!(own.resolve(&[TWENTY], true), Some(&[][..]));
        assert_eq!(own.resolve(&[TWENTY], false), Some(&[TWENTY][..]));
        assert_eq!(own.windows(), None);
        let only = RateLimitPolicy::unlimited().with_budget("heavy", [ONE]);
        assert_eq!(only.resolve(&[TWENTY], false), Some(&[][..]));
    }
}
