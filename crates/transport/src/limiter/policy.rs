//! How a client keeps to rate limits.

use crate::RateLimitWindow;

/// How a client keeps to the vendor's rate limits before the vendor has to refuse anything.
///
/// Clients with the same credential and base URL in one process share one account of what was
/// sent; if they name windows of the same length, the smallest number holds for all of them. What
/// servers say is learned: the `X-RateLimit-…` headers of an answer show what others have sent
/// with the same credential, and a `Retry-After` with HTTP 429 makes everyone pause.
///
/// ```
/// use threadline_transport::{RateLimitPolicy, RateLimitWindow};
///
/// let gentle = RateLimitPolicy::default()
///     .with_windows([RateLimitWindow { requests: 10, per_seconds: 60 }])
///     .with_wait(false);
/// assert!(!gentle.waits());
/// assert!(RateLimitPolicy::unlimited().windows().is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLimitPolicy {
    windows: Windows,
    wait: bool,
}

/// Which windows hold.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Windows {
    /// Nothing is counted or learned.
    None,
    /// Those of the API.
    OfTheApi,
    /// These.
    Own(Vec<RateLimitWindow>),
}

impl Default for RateLimitPolicy {
    /// The windows that the vendor publishes; a call waits for its turn. Where the base URL is this
    /// machine, as for an emulator, nobody's allowance is spent: there nothing is counted or
    /// learned unless windows are set.
    fn default() -> Self {
        Self {
            windows: Windows::OfTheApi,
            wait: true,
        }
    }
}

impl RateLimitPolicy {
    /// No limit on this side, and nothing is learned: the server alone decides.
    pub fn unlimited() -> Self {
        Self {
            windows: Windows::None,
            wait: true,
        }
    }

    /// Sets the windows, all of which hold at once, in place of the vendor's published ones. With
    /// no window at all, only what the server says is obeyed.
    #[must_use]
    pub fn with_windows(mut self, windows: impl IntoIterator<Item = RateLimitWindow>) -> Self {
        self.windows = Windows::Own(windows.into_iter().collect());
        self
    }

    /// Says what a call does when it is not its turn: wait, which counts against its deadline
    /// (default), or end at once with [`RateLimited`](crate::ErrorKind::RateLimited) and the time
    /// to wait. A wait that would pass the deadline ends at once in any case.
    #[must_use]
    pub fn with_wait(mut self, wait: bool) -> Self {
        self.wait = wait;
        self
    }

    /// Whether a call waits for its turn.
    pub fn waits(&self) -> bool {
        self.wait
    }

    /// The windows that replace the vendor's published ones; `None` if nothing does.
    pub fn windows(&self) -> Option<&[RateLimitWindow]> {
        match &self.windows {
            Windows::Own(windows) => Some(windows),
            Windows::None | Windows::OfTheApi => None,
        }
    }

    /// The windows to keep to, given those of the API and whether it is served by this machine;
    /// `None` if nothing is to be counted.
    pub(crate) fn resolve<'a>(
        &'a self,
        of_the_api: &'a [RateLimitWindow],
        is_loopback: bool,
    ) -> Option<&'a [RateLimitWindow]> {
        match &self.windows {
            Windows::None => None,
            Windows::OfTheApi => (!is_loopback).then_some(of_the_api),
            Windows::Own(windows) => Some(windows),
        }
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
}
