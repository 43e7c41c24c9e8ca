//! A request that gets stuck.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// A stall that is under way. It goes on whether or not anybody still waits for it.
#[derive(Debug, Clone)]
pub(crate) struct Stall {
    /// When it is over; `None` if that is further away than a clock can tell.
    until: Option<Instant>,
    release: watch::Receiver<()>,
}

impl Stall {
    /// A stall that begins now and ends after this time, or at the release if that is earlier.
    pub(crate) fn begin(length: Duration, release: watch::Receiver<()>) -> Self {
        Self {
            until: Instant::now().checked_add(length),
            release,
        }
    }

    /// Has it ended?
    pub(crate) fn is_over(&self) -> bool {
        // An error means that nobody is left to release it, which ends it as well.
        self.until.is_some_and(|until| Instant::now() >= until)
            || self.release.has_changed().unwrap_or(true)
    }

    /// Waits for its end.
    pub(crate) async fn end(mut self) {
        let timer = async {
            match self.until {
                Some(until) => tokio::time::sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = timer => {}
            // See above for the error.
            _ = self.release.changed() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    #[tokio::test(start_paused = true)]
    async fn ends_in_its_time() {
        let (_release, receiver) = watch::channel(());
        let stall = Stall::begin(HOUR, receiver);
        assert!(!stall.is_over());
        let begun = Instant::now();
        stall.clone().end().await;
        assert!(stall.is_over() && begun.elapsed() >= HOUR);
    }

    #[tokio::test(start_paused = true)]
    async fn ends_when_it_is_released() {
        let (release, _) = watch::channel(());
        let begun = Instant::now();
        for length in [HOUR, Duration::MAX] {
            let stall = Stall::begin(length, release.subscribe());
            assert!(!stall.is_over());
            release.send_replace(());
            assert!(stall.is_over());
            stall.end().await;
        }
        assert!(begun.elapsed() < HOUR);
    }
}
