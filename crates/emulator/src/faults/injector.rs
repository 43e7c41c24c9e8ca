//! Draws faults from a plan.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use http::StatusCode;
use tokio::sync::watch;

use super::{Fault, FaultPlan, Stall};
use crate::http::context::Context;
use crate::rate_limit::LimitExceeded;
use crate::vendors::Rejection;

/// Draws faults from a plan.
#[derive(Default)]
pub(crate) struct Injector {
    current: Mutex<Option<ActivePlan>>,
    release: watch::Sender<()>,
}

struct ActivePlan {
    plan: FaultPlan,
    requests: fastrand::Rng,
    connections: fastrand::Rng,
}

impl ActivePlan {
    fn new(plan: FaultPlan) -> Self {
        Self {
            requests: fastrand::Rng::with_seed(plan.seed),
            connections: fastrand::Rng::with_seed(!plan.seed),
            plan,
        }
    }
}

/// A drawn fault and its parameters.
#[derive(Debug, Clone)]
pub(crate) struct InjectedFault {
    /// Which fault.
    pub(crate) fault: Fault,
    /// The stall, if the fault is one.
    pub(crate) stall: Option<Stall>,
    /// The `Retry-After` of a hinted 429 in seconds.
    pub(crate) hint: u32,
    /// Selects among the variants of a fault.
    pub(crate) variant: usize,
}

impl InjectedFault {
    /// The vendor error to send instead of the response, if the fault is one.
    pub(crate) fn rejection(&self, context: &Context) -> Option<Rejection> {
        match self.fault {
            Fault::Error | Fault::ErrorAfter => {
                Some(Rejection::ServerError(match self.variant % 3 {
                    0 => StatusCode::INTERNAL_SERVER_ERROR,
                    1 => StatusCode::BAD_GATEWAY,
                    _ => StatusCode::SERVICE_UNAVAILABLE,
                }))
            }
            Fault::RateLimit => Some(Rejection::RateLimitedWithoutHint),
            Fault::RateLimitHinted => Some(Rejection::RateLimited(LimitExceeded::simulated(
                context, self.hint,
            ))),
            _ => None,
        }
    }
}

impl Injector {
    /// Replaces the plan.
    pub(crate) fn set_plan(&self, plan: Option<FaultPlan>) {
        *self.lock() = plan.map(ActivePlan::new);
    }

    /// Changes the plan, or an empty one if there is none. What is drawn goes on as before.
    pub(crate) fn change_plan(&self, change: impl FnOnce(FaultPlan) -> FaultPlan) {
        let mut current = self.lock();
        let plan = current.as_ref().map(|current| current.plan.clone());
        let plan = change(plan.unwrap_or_else(|| FaultPlan::seeded(0)));
        match current.as_mut() {
            Some(current) => current.plan = plan,
            None => *current = Some(ActivePlan::new(plan)),
        }
    }

    /// The plan as it is now, without the faults that were met; `None` if there is none.
    pub(crate) fn plan(&self) -> Option<FaultPlan> {
        self.lock().as_ref().map(|current| current.plan.clone())
    }

    /// Removes the plan and ends all stalls.
    pub(crate) fn stop(&self) {
        self.set_plan(None);
        self.release.send_replace(());
    }

    /// Draws the fault of the next request, if any. Only some requests can be unconfirmed.
    pub(crate) fn draw_for_request(
        &self,
        operation: Option<&str>,
        can_be_unconfirmed: bool,
    ) -> Option<InjectedFault> {
        let mut current = self.lock();
        let current = current.as_mut()?;
        let (draw, variant) = (current.requests.f64(), current.requests.usize(..));
        let fault = current.plan.pick(draw, operation, |fault| {
            fault != Fault::Refuse && (can_be_unconfirmed || fault.unconfirmed().is_none())
        })?;
        let stalls = matches!(fault, Fault::Stall | Fault::StallAfter);
        Some(InjectedFault {
            fault,
            stall: stalls.then(|| Stall::begin(current.plan.stall, self.release.subscribe())),
            hint: current.plan.hint,
            variant,
        })
    }

    /// Draws whether the next connection is refused.
    pub(crate) fn refuses_connection(&self) -> bool {
        let mut current = self.lock();
        current.as_mut().is_some_and(|current| {
            let draw = current.connections.f64();
            current
                .plan
                .pick(draw, None, |fault| fault == Fault::Refuse)
                .is_some()
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<ActivePlan>> {
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
        injector.set_plan(Some(plan));
        let draw = || {
            injector
                .draw_for_request(None, true)
                .map(|injected| injected.fault)
        };
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
        let injected = draws(plan, 10_000);
        let share = |fault| {
            injected
                .iter()
                .filter(|injected| **injected == fault)
                .count()
        };
        assert!((900..1_100).contains(&share(Some(Fault::Reset))));
        assert!((2_800..3_200).contains(&share(Some(Fault::Html))));
        assert!((5_700..6_300).contains(&share(None)));
    }

    #[test]
    fn connections_and_requests_do_not_disturb_each_other() {
        let plan = FaultPlan::seeded(1).any(0.5);
        let injector = Injector::default();
        injector.set_plan(Some(plan.clone()));
        let mixed: Vec<_> = (0..50)
            .map(|_| {
                injector.refuses_connection();
                injector
                    .draw_for_request(None, true)
                    .map(|injected| injected.fault)
            })
            .collect();
        assert_eq!(mixed, draws(plan, 50));
        injector.stop();
        assert!(injector.draw_for_request(None, true).is_none() && !injector.refuses_connection());
    }

    #[test]
    fn planned_faults_happen_once_and_in_order() {
        let plan = FaultPlan::once(Fault::ResetAfter)
            .then(Fault::Refuse)
            .then(Fault::Html);
        let injector = Injector::default();
        injector.set_plan(Some(plan));
        let request = || {
            injector
                .draw_for_request(None, false)
                .map(|injected| injected.fault)
        };
        assert!(!injector.refuses_connection());
        assert_eq!(request(), Some(Fault::ResetAfter));
        // Waits for a connection, to which it applies.
        assert_eq!(request(), None);
        assert!(injector.refuses_connection() && !injector.refuses_connection());
        assert_eq!((request(), request()), (Some(Fault::Html), None));
    }

    #[test]
    fn only_some_requests_can_be_left_unconfirmed() {
        let plan = FaultPlan::seeded(1)
            .chance(Fault::SendUnconfirmed, 0.5)
            .chance(Fault::SendUnconfirmedAfter, 0.5);
        let injector = Injector::default();
        injector.set_plan(Some(plan.clone()));
        assert!((0..100).all(|_| injector.draw_for_request(None, false).is_none()));
        let injected = draws(plan, 100);
        let share = |fault| {
            injected
                .iter()
                .filter(|injected| **injected == Some(fault))
                .count()
        };
        assert!((30..70).contains(&share(Fault::SendUnconfirmed)));
        assert!((30..70).contains(&share(Fault::SendUnconfirmedAfter)));
    }

    #[test]
    fn a_fault_of_one_operation_lets_others_pass() {
        let plan = FaultPlan::seeded(1)
            .then_on("b", Fault::Html)
            .then(Fault::Reset)
            .chance_on("c", Fault::Error, 1.0);
        let injector = Injector::default();
        injector.set_plan(Some(plan));
        let request = |operation| {
            let injected = injector.draw_for_request(Some(operation), false);
            injected.map(|injected| injected.fault)
        };
        assert_eq!((request("a"), request("a")), (Some(Fault::Reset), None));
        assert_eq!((request("b"), request("b")), (Some(Fault::Html), None));
        assert_eq!(
            (request("c"), request("c")),
            (Some(Fault::Error), Some(Fault::Error))
        );
        injector.change_plan(|plan| plan.then(Fault::Truncate));
        assert_eq!((request("b"), request("b")), (Some(Fault::Truncate), None));
    }
}
