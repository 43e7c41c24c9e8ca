//! Stalled requests.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// A stall in progress. It goes on even if the sender has given up.
#[derive(Debug, Clone)]
pub(crate) struct Stall {
    /// When it ends; `None` if that is beyond the range of the clock.
    until: Option<Instant>,
    release: watch::Receiver<()>,
}

impl Stall {
    /// Begins a stall that ends after this time, or on release if that is earlier.
    pub(crate) fn begin(length: Duration, release: watch::Receiver<()>) -> Self {
        Self {
            until: Instant::now().checked_add(length),
            release,
        }
    }

    /// Whether it has ended.
    pub(crate) fn is_over(&self) -> bool {
        // An error means that the injector is gone, which ends the stall too.
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
            // An error ends the stall too, as above.
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
