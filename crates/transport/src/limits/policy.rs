//! The client-side rate-limit policy.

use std::collections::BTreeMap;

use crate::{RateLimitBudget, RateLimitWindow};

/// How a client stays within the vendor's rate limits instead of running into rejections.
///
/// Clients in one process that use the same credential on the same server share their counters; if
/// they set windows of the same length, the smallest limit applies to all. Clients also learn from
/// responses: the `X-RateLimit-…` headers show what other processes have sent with the same
/// credential, and a `Retry-After` with HTTP 429 pauses all requests.
///
/// Some vendors have other limits for some operations. Their requests count towards a
/// [budget](crate::RateLimitBudget), which has its own counters and headers, in addition to the
/// general limit or instead of it; waiting for a budget does not block other requests.
///
/// The default windows are those of the [`Api`](crate::Api): what the vendor publishes, or cautious
/// values of our own if it publishes none, as ContactShip.
///
/// ```
/// use threadline_transport::{RateLimitPolicy, RateLimitWindow};
///
/// let gentle = RateLimitPolicy::default()
///     .windows([RateLimitWindow { requests: 10, per_seconds: 60 }])
///     .budget("heavy", [RateLimitWindow { requests: 1, per_seconds: 60 }])
///     .wait(false);
/// assert!(!gentle.waits());
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
    /// Those of the API's description.
    Default,
    Own(Vec<RateLimitWindow>),
}

impl Default for RateLimitPolicy {
    /// The API's default windows; calls wait for capacity. With a loopback base URL, such as
    /// an emulator's, nothing is counted or learned unless windows are set, because no real
    /// allowance is spent.
    fn default() -> Self {
        Self {
            windows: Windows::Default,
            budgets: BTreeMap::new(),
            wait: true,
        }
    }
}

impl RateLimitPolicy {
    /// Disables client-side limits, general and of budgets, and learning from responses:
    /// only the server enforces limits.
    pub fn unlimited() -> Self {
        Self {
            windows: Windows::None,
            ..Self::default()
        }
    }

    /// Replaces the default windows of the general rate limit; all of them apply at once. With no
    /// windows, only limits reported by the server apply. Budgets are unchanged.
    #[must_use]
    pub fn windows(mut self, windows: impl IntoIterator<Item = RateLimitWindow>) -> Self {
        self.windows = Windows::Own(windows.into_iter().collect());
        self
    }

    /// Replaces the default windows of a named budget. With no windows, only limits that the
    /// server reports for the budget apply. Names unknown to the API have no effect; its budgets
    /// are in [`Api::rate_budgets`](crate::Api::rate_budgets).
    ///
    /// An [unlimited](Self::unlimited) policy is then no longer unlimited: outside the budget,
    /// limits reported by the server apply.
    #[must_use]
    pub fn budget(
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

    /// Sets whether a call waits if there is no capacity (the default; the wait counts against the
    /// deadline) or fails immediately with [`RateLimited`](crate::ErrorKind::RateLimited) and the
    /// time to wait. A wait past the deadline always fails immediately.
    #[must_use]
    pub fn wait(mut self, wait: bool) -> Self {
        self.wait = wait;
        self
    }

    /// Whether calls wait for capacity.
    pub fn waits(&self) -> bool {
        self.wait
    }

    /// The windows that replace a budget's default ones; `None` if unchanged.
    pub fn get_budget(&self, name: &str) -> Option<&[RateLimitWindow]> {
        self.budgets.get(name).map(Vec::as_slice)
    }

    /// The effective windows, given the API's; `None` if nothing is counted, not even in
    /// budgets.
    pub(crate) fn resolve<'a>(
        &'a self,
        of_api: &'a [RateLimitWindow],
        is_loopback: bool,
    ) -> Option<&'a [RateLimitWindow]> {
        match &self.windows {
            Windows::None => None,
            Windows::Default if !is_loopback => Some(of_api),
            Windows::Default => (!self.budgets.is_empty()).then_some(&[]),
            Windows::Own(windows) => Some(windows),
        }
    }

    /// The effective windows of a budget, if anything is counted at all.
    pub(crate) fn resolve_budget<'a>(
        &'a self,
        budget: &RateLimitBudget,
        is_loopback: bool,
    ) -> &'a [RateLimitWindow] {
        let of_api = if is_loopback { &[] } else { budget.windows };
        self.get_budget(budget.name).unwrap_or(of_api)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_windows_hold_at_the_vendor_and_own_ones_everywhere() {
        let window = |requests| RateLimitWindow {
            requests,
            per_seconds: 60,
        };
        let of_api = [window(300)];
        let policy = RateLimitPolicy::default();
        assert_eq!(policy.resolve(&of_api, false), Some(&of_api[..]));
        assert_eq!(policy.resolve(&of_api, true), None);
        let own = policy.windows([window(2)]);
        assert_eq!(own.resolve(&of_api, true), Some(&[window(2)][..]));
        assert_eq!(RateLimitPolicy::unlimited().resolve(&of_api, false), None);
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
        let heavy = RateLimitBudget::new("heavy", &[TWENTY], None);
        let policy = RateLimitPolicy::default();
        assert_eq!(policy.resolve_budget(&heavy, false), [TWENTY]);
        assert_eq!(policy.resolve_budget(&heavy, true), []);
        let other = policy.clone().budget("other", [ONE]);
        assert_eq!(other.resolve_budget(&heavy, false), [TWENTY]);
        let own = policy.budget("heavy", [ONE]);
        assert_eq!(own.resolve_budget(&heavy, true), [ONE]);
        // This also limits loopback.
        assert_eq!(own.resolve(&[TWENTY], true), Some(&[][..]));
        assert_eq!(own.resolve(&[TWENTY], false), Some(&[TWENTY][..]));
        let only = RateLimitPolicy::unlimited().budget("heavy", [ONE]);
        assert_eq!(only.resolve(&[TWENTY], false), Some(&[][..]));
    }
}
