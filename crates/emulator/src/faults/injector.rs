//! Carries a plan out.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use http::StatusCode;
use tokio::sync::watch;

use super::{Fault, FaultPlan, Stall};
use crate::http::context::Context;
use crate::rate_limit::Excess;
use crate::vendors::Refusal;

/// Carries a plan out.
#[derive(Default)]
pub(crate) struct Injector {
    current: Mutex<Option<Current>>,
    release: watch::Sender<()>,
}

struct Current {
    plan: FaultPlan,
    requests: fastrand::Rng,
    connections: fastrand::Rng,
}

/// A fault that happens, and what goes with it.
#[derive(Debug, Clone)]
pub(crate) struct Drawn {
    /// What goes wrong.
    pub(crate) fault: Fault,
    /// The stall, if it is one.
    pub(crate) stall: Option<Stall>,
    /// How many seconds a hint asks for.
    pub(crate) hint: u32,
    /// Which of several forms it takes.
    pub(crate) form: usize,
}

impl Drawn {
    /// What is said in the vendor's words instead of the answer, if that is what happens.
    pub(crate) fn refusal(&self, context: &Context) -> Option<Refusal> {
        match self.fault {
            Fault::Error | Fault::ErrorAfter => Some(Refusal::Failing(match self.form % 3 {
                0 => StatusCode::INTERNAL_SERVER_ERROR,
                1 => StatusCode::BAD_GATEWAY,
                _ => StatusCode::SERVICE_UNAVAILABLE,
            })),
            Fault::RateLimit => Some(Refusal::Overloaded),
            Fault::RateLimitHinted => Some(Refusal::TooMany(Excess::invented(context, self.hint))),
            _ => None,
        }
    }
}

impl Injector {
    /// Follows another plan from now on, or none.
    pub(crate) fn follow(&self, plan: Option<FaultPlan>) {
        let current = plan.map(|plan| Current {
            requests: fastrand::Rng::with_seed(plan.seed),
            connections: fastrand::Rng::with_seed(!plan.seed),
            plan,
        });
        *self.lock() = current;
    }

    /// Lets nothing go wrong any more, and what is stuck get loose.
    pub(crate) fn stop(&self) {
        self.follow(None);
        self.release.send_replace(());
    }

    /// What goes wrong with the next request, if anything. Only some requests can end with nobody
    /// knowing what became of them.
    pub(crate) fn for_request(&self, can_be_unconfirmed: bool) -> Option<Drawn> {
        let mut current = self.lock();
        let current = current.as_mut()?;
        let (draw, form) = (current.requests.f64(), current.requests.usize(..));
        let fault = current.plan.pick(draw, |fault| {
            fault != Fault::Refuse && (can_be_unconfirmed || fault.fate().is_none())
        })?;
        let stalls = matches!(fault, Fault::Stall | Fault::StallAfter);
        Some(Drawn {
            fault,
            stall: stalls.then(|| Stall::begin(current.plan.stall, self.release.subscribe())),
            hint: current.plan.hint,
            form,
        })
    }

    /// Is the next connection refused?
    pub(crate) fn refuses_connection(&self) -> bool {
        let mut current = self.lock();
        current.as_mut().is_some_and(|current| {
            let draw = current.connections.f64();
            current
                .plan
                .pick(draw, |fault| fault == Fault::Refuse)
                .is_some()
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Current>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Injector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Injector")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draws(plan: FaultPlan, count: usize) -> Vec<Option<Fault>> {
        let injector = Injector::default();
        injector.follow(Some(plan));
        let draw = || injector.for_request(true).map(|drawn| drawn.fault);
        (0..count).map(|_| draw()).collect()
    }

    #[test]
    fn the_same_seed_meets_the_same_faults() {
        let plan = |seed| FaultPlan::seeded(seed).any(0.5);
        assert_eq!(draws(plan(1), 100), draws(plan(1), 100));
        assert_ne!(draws(plan(1), 100), draws(plan(2), 100));
    }

    #[test]
    fn faults_are_as_frequent_as_planned() {
        let plan = FaultPlan::seeded(1)
            .chance(Fault::Reset, 0.1)
            .chance(Fault::Html, 0.3);
        let drawn = draws(plan, 10_000);
        let share = |fault| drawn.iter().filter(|drawn| **drawn == fault).count();
        assert!((900..1_100).contains(&share(Some(Fault::Reset))));
        assert!((2_800..3_200).contains(&share(Some(Fault::Html))));
        assert!((5_700..6_300).contains(&share(None)));
    }

    #[test]
    fn connections_and_requests_do_not_disturb_each_other() {
        let plan = FaultPlan::seeded(1).any(0.5);
        let injector = Injector::default();
        injector.follow(Some(plan.clone()));
        let mixed: Vec<_> = (0..50)
            .map(|_| {
                injector.refuses_connection();
                injector.for_request(true).map(|drawn| drawn.fault)
            })
            .collect();
        assert_eq!(mixed, draws(plan, 50));
        injector.stop();
        assert!(injector.for_request(true).is_none() && !injector.refuses_connection());
    }

    #[test]
    fn only_some_requests_can_be_left_unconfirmed() {
        let plan = FaultPlan::seeded(1)
            .chance(Fault::SendUnconfirmed, 0.5)
            .chance(Fault::SendUnconfirmedAfter, 0.5);
        let injector = Injector::default();
        injector.follow(Some(plan.clone()));
        assert!((0..100).all(|_| injector.for_request(false).is_none()));
        let drawn = draws(plan, 100);
        let share = |fault| drawn.iter().filter(|drawn| **drawn == Some(fault)).count();
        assert!((30..70).contains(&share(Fault::SendUnconfirmed)));
        assert!((30..70).contains(&share(Fault::SendUnconfirmedAfter)));
    }
}
