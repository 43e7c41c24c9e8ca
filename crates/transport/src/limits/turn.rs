//! Waiting in line: first come, first served.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use super::{Limiter, Permit, TooLong};

/// A place in line. Dropped, it is given up.
struct Turn<'a> {
    limiter: &'a Arc<Limiter>,
    ticket: Option<u64>,
}

/// What to do now.
enum Look {
    Go(Permit),
    GiveUp(TooLong),
    /// Look again when woken, or at this moment.
    Wait(Option<Instant>, Duration),
}

/// Waits for the right to send a request.
pub(super) async fn wait(
    limiter: &Arc<Limiter>,
    latest: Option<Instant>,
    mut waiting: impl FnMut(Duration),
) -> Result<Permit, TooLong> {
    let mut turn = Turn {
        limiter,
        ticket: None,
    };
    let mut timer: Option<Pin<Box<Sleep>>> = None;
    let mut is_first = true;
    poll_fn(|context| {
        loop {
            let (until, wait) = match turn.look(latest, context.waker()) {
                Look::Go(permit) => return Poll::Ready(Ok(permit)),
                Look::GiveUp(too_long) => return Poll::Ready(Err(too_long)),
                Look::Wait(until, wait) => (until, wait),
            };
            if std::mem::take(&mut is_first) {
                waiting(wait);
            }
            let Some(until) = until else {
                return Poll::Pending;
            };
            let timer = match &mut timer {
                Some(timer) => {
                    timer.as_mut().reset(until);
                    timer
                }
                None => timer.insert(Box::pin(sleep_until(until))),
            };
            if timer.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
        }
    })
    .await
}

impl Turn<'_> {
    /// Goes, if it is this one's turn.
    fn look(&mut self, latest: Option<Instant>, waker: &Waker) -> Look {
        let now = Instant::now();
        let mut state = self.limiter.state();
        state.prune(now);
        let position = match self.ticket {
            Some(ticket) => state.position(ticket, waker),
            None => state.waiting(),
        };
        let place = u32::try_from(position).unwrap_or(u32::MAX);
        let ready = state.ready_at(now, place);
        // Whoever does not wait delays nobody either: there is room for all in front.
        if ready <= now && (position == 0 || latest.is_none()) {
            let granted = state.grant();
            if let Some(ticket) = self.ticket.take() {
                state.leave(ticket);
            }
            drop(state);
            return Look::Go(Permit::new(Arc::clone(self.limiter), granted));
        }
        let wait = ready.saturating_duration_since(now);
        if latest.is_none_or(|latest| ready >= latest) {
            return Look::GiveUp(TooLong(wait));
        }
        if self.ticket.is_none() {
            self.ticket = Some(state.join(waker));
        }
        if ready <= now {
            // Those in front are about to go.
            state.wake_first();
            return Look::Wait(latest, wait);
        }
        Look::Wait(Some(ready), wait)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.limiter.state().leave(ticket);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::limits::told::Told;
    use crate::{Headers, RateLimitWindow};

    fn limiter(requests: u32, per_seconds: u32) -> Arc<Limiter> {
        let limiter = Arc::new(Limiter::new());
        limiter.keep_to(&[RateLimitWindow {
            requests,
            per_seconds,
        }]);
        limiter
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(1000)
    }

    async fn permit(limiter: &Arc<Limiter>) -> Permit {
        wait(limiter, Some(soon()), |_| {}).await.unwrap()
    }

    /// How long somebody would have to wait who does not.
    async fn refused(limiter: &Arc<Limiter>) -> u128 {
        let TooLong(wait) = wait(limiter, None, |_| {}).await.unwrap_err();
        wait.as_millis()
    }

    #[tokio::test(start_paused = true)]
    async fn first_come_first_served() {
        let limiter = limiter(1, 1);
        let order = Arc::new(std::sync::Mutex::new(Vec::new()));
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..20 {
            let (limiter, order) = (Arc::clone(&limiter), Arc::clone(&order));
            tasks.spawn(async move {
                drop(permit(&limiter).await);
                order.lock().unwrap().push(number);
            });
            tokio::task::yield_now().await;
        }
        let started = Instant::now();
        tasks.join_all().await;
        assert_eq!(*order.lock().unwrap(), (0..20).collect::<Vec<_>>());
        assert_eq!(started.elapsed().as_millis(), 19 * 1001);
    }

    #[tokio::test(start_paused = true)]
    async fn a_dropped_waiter_gives_its_place_up() {
        let limiter = limiter(1, 10);
        drop(permit(&limiter).await);
        for _ in 0..5 {
            let waiting = wait(&limiter, Some(soon()), |_| {});
            let second = Duration::from_secs(1);
            assert!(tokio::time::timeout(second, waiting).await.is_err());
        }
        assert_eq!(limiter.state().waiting(), 0);
        let started = Instant::now();
        drop(permit(&limiter).await);
        assert_eq!(started.elapsed().as_millis(), 5001);
    }

    #[tokio::test(start_paused = true)]
    async fn a_dropped_request_counts_as_sent_and_an_unsent_one_does_not() {
        let limiter = limiter(1, 10);
        permit(&limiter).await.unused();
        let held = permit(&limiter).await;
        assert_eq!(refused(&limiter).await, 10_001);
        let waiter = Arc::clone(&limiter);
        let waiting = tokio::spawn(async move { permit(&waiter).await });
        tokio::time::sleep(Duration::from_secs(3)).await;
        held.unused();
        let started = Instant::now();
        drop(waiting.await.unwrap());
        assert_eq!(started.elapsed(), Duration::ZERO);
        assert_eq!(refused(&limiter).await, 10_001);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_past_the_deadline_ends_at_once() {
        let limiter = limiter(2, 10);
        drop((permit(&limiter).await, permit(&limiter).await));
        let started = Instant::now();
        let latest = Some(started + Duration::from_secs(10));
        let too_long = wait(&limiter, latest, |_| {}).await.unwrap_err();
        assert_eq!(too_long, TooLong(Duration::from_millis(10_001)));
        assert_eq!(started.elapsed(), Duration::ZERO);
        // The third in line would have to wait for a second round.
        let mut lines = tokio::task::JoinSet::new();
        for _ in 0..2 {
            let limiter = Arc::clone(&limiter);
            lines.spawn(async move { drop(permit(&limiter).await) });
        }
        tokio::task::yield_now().await;
        assert_eq!(refused(&limiter).await, 20_001);
        lines.join_all().await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_with_a_hint_makes_everyone_pause() {
        let limiter = limiter(100, 10);
        let headers: Headers = [("retry-after", "40")].into_iter().collect();
        let (one, other) = (permit(&limiter).await, permit(&limiter).await);
        one.answered(&Told::to_one(429, &headers, SystemTime::UNIX_EPOCH));
        assert_eq!(refused(&limiter).await, 40_000);
        let latest = Some(Instant::now() + Duration::from_secs(60));
        let (first, started) = (Arc::clone(&limiter), Instant::now());
        let waiting = tokio::spawn(async move { wait(&first, latest, |_| {}).await.map(drop) });
        tokio::task::yield_now().await;
        // A longer pause ends those at once for whom it is too long.
        let headers: Headers = [("retry-after", "90")].into_iter().collect();
        other.answered(&Told::to_one(429, &headers, SystemTime::UNIX_EPOCH));
        let too_long = waiting.await.unwrap().unwrap_err();
        assert_eq!(too_long, TooLong(Duration::from_secs(90)));
        assert_eq!(started.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn no_pause_is_longer_than_an_hour() {
        let limiter = limiter(100, 10);
        let headers: Headers = [("retry-after", "99999999")].into_iter().collect();
        let permit = permit(&limiter).await;
        permit.answered(&Told::to_one(429, &headers, SystemTime::UNIX_EPOCH));
        assert_eq!(refused(&limiter).await, 3_600_000);
    }

    #[tokio::test(start_paused = true)]
    async fn what_others_sent_is_learned() {
        let limiter = limiter(100, 60);
        let told = |left: &str| -> Headers {
            let headers = [
                ("x-ratelimit-limit", "100"),
                ("x-ratelimit-remaining", left),
                ("x-ratelimit-reset", "20"),
            ];
            headers.into_iter().collect()
        };
        let learn = async |left| {
            let permit = permit(&limiter).await;
            permit.answered(&Told::to_one(200, &told(left), SystemTime::UNIX_EPOCH));
        };
        learn("99").await;
        learn("98").await;
        // 97 would be left if we were alone.
        learn("1").await;
        drop(permit(&limiter).await);
        assert_eq!(refused(&limiter).await, 20_000);
        tokio::time::sleep(Duration::from_secs(20)).await;
        drop(permit(&limiter).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_window_nobody_declared_is_learned() {
        let limiter = Arc::new(Limiter::new());
        let told: Headers = [("x-ratelimit-remaining", "2"), ("x-ratelimit-reset", "30")]
            .into_iter()
            .collect();
        permit(&limiter)
            .await
            .answered(&Told::to_one(200, &told, SystemTime::UNIX_EPOCH));
        drop(permit(&limiter).await);
        permit(&limiter).await.unused();
        drop(permit(&limiter).await);
        assert_eq!(refused(&limiter).await, 30_000);
        tokio::time::sleep(Duration::from_secs(30)).await;
        drop(permit(&limiter).await);
    }
}
