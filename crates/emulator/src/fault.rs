//! Things that go wrong on the way, on purpose.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::StatusCode;
use tokio::sync::watch;

use crate::context::Context;
use crate::fate::Fate;
use crate::rate::Excess;
use crate::stall::Stall;
use crate::vendor::Refusal;

/// A way in which an exchange can go wrong.
///
/// Some come in two forms: what happens *after* has the request carried out, whatever its sender
/// hears of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Fault {
    /// A connection is reset before anything is read from it. This happens to connections, not to
    /// requests, so [`Emulator::requests`](crate::Emulator::requests) does not tell of it.
    Refuse,
    /// The connection is reset once the request was read; nothing is carried out.
    Reset,
    /// The connection is reset once the request was carried out.
    ResetAfter,
    /// Nothing is carried out and nothing answered, until the connection is reset.
    Stall,
    /// The request is carried out and not answered, until the connection is reset. As long as that
    /// takes, whether or not its sender waits, version 2 of Inboxapp answers a send with the same
    /// key with 409 `sendInProgress`.
    StallAfter,
    /// A gateway's HTML page instead of an answer, with status 502; nothing is carried out.
    Html,
    /// A gateway's HTML page instead of an answer, with status 504; the request was carried out.
    HtmlAfter,
    /// The vendor's own error, 500, 502 or 503; nothing is carried out.
    Error,
    /// The vendor's own error, 500, 502 or 503; the request was carried out.
    ErrorAfter,
    /// 429 without a hint when to come back; nothing is carried out.
    RateLimit,
    /// 429 with a hint when to come back; nothing is carried out.
    RateLimitHinted,
    /// The request is carried out, and the connection ends in the middle of the answer's body.
    Truncate,
    /// The request is carried out, and the answer's body is no JSON.
    Garbage,
    /// 502 `sendUnconfirmed`: Inboxapp does not know whether the message was sent. It was not.
    ///
    /// This and the next one happen only to sends of version 2 that would succeed.
    SendUnconfirmed,
    /// 502 `sendUnconfirmed`: Inboxapp does not know whether the message was sent. It was.
    SendUnconfirmedAfter,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Refuse,
        Self::Reset,
        Self::ResetAfter,
        Self::Stall,
        Self::StallAfter,
        Self::Html,
        Self::HtmlAfter,
        Self::Error,
        Self::ErrorAfter,
        Self::RateLimit,
        Self::RateLimitHinted,
        Self::Truncate,
        Self::Garbage,
        Self::SendUnconfirmed,
        Self::SendUnconfirmedAfter,
    ];

    /// Is the request carried out all the same?
    pub const fn is_after(self) -> bool {
        matches!(
            self,
            Self::ResetAfter
                | Self::StallAfter
                | Self::HtmlAfter
                | Self::ErrorAfter
                | Self::Truncate
                | Self::Garbage
                | Self::SendUnconfirmedAfter
        )
    }

    /// Does the sender get no status at all?
    pub(crate) const fn is_silent(self) -> bool {
        matches!(
            self,
            Self::Refuse | Self::Reset | Self::ResetAfter | Self::Stall | Self::StallAfter
        )
    }

    /// What becomes of a message that its sender is told nothing certain about.
    pub(crate) const fn fate(self) -> Option<Fate> {
        match self {
            Self::SendUnconfirmed => Some(Fate::Lost),
            Self::SendUnconfirmedAfter => Some(Fate::Sent),
            _ => None,
        }
    }
}

/// Which faults happen, and how often.
///
/// Chances are drawn from a seeded source, one draw a request and one a connection, so the same
/// requests one after the other meet the same faults. Of requests that run at the same time, which
/// one meets which fault depends on the order in which they arrive.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use threadline_emulator::{Emulator, Fault, FaultPlan};
///
/// let plan = FaultPlan::seeded(7).chance(Fault::HtmlAfter, 1.0);
/// let emulator = Emulator::builder().faults(plan).start().await?;
/// let answer = reqwest::Client::new()
///     .post(format!("{}/tags", emulator.inboxapp_url()))
///     .bearer_auth(Emulator::CREDENTIAL)
///     .header("content-type", "application/json")
///     .body(r#"{"name": "Retail"}"#)
///     .send()
///     .await?;
///
/// assert_eq!(answer.status(), 504);
/// let request = &emulator.requests()[0];
/// assert_eq!(request.fault, Some(Fault::HtmlAfter));
/// assert_eq!(request.outcome, Some(201));
/// assert!(request.applied());
/// # emulator.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a plan does nothing before an emulator has it"]
pub struct FaultPlan {
    seed: u64,
    chances: BTreeMap<Fault, f64>,
    stall: Duration,
    hint: u32,
}

impl FaultPlan {
    /// A plan without faults, to which chances can be added.
    pub fn seeded(seed: u64) -> Self {
        Self {
            seed,
            chances: BTreeMap::new(),
            stall: Duration::from_secs(30),
            hint: 0,
        }
    }

    /// How likely a fault is, between 0 and 1. Chances of several faults add up; what goes beyond 1
    /// never happens.
    pub fn chance(mut self, fault: Fault, chance: f64) -> Self {
        self.chances.insert(fault, chance);
        self
    }

    /// Makes all faults equally likely, one of them with this chance. A request that one of them
    /// cannot happen to is spared it.
    pub fn any(mut self, chance: f64) -> Self {
        let kinds = u32::try_from(Fault::ALL.len()).map_or(1.0, f64::from);
        for fault in Fault::ALL {
            self.chances.insert(fault, chance / kinds);
        }
        self
    }

    /// How long a stall lasts before the connection is reset; 30 seconds unless set. Stalls end early
    /// when [`Emulator::stop_faults`](crate::Emulator::stop_faults) is called.
    pub fn stall(mut self, stall: Duration) -> Self {
        self.stall = stall;
        self
    }

    /// How many seconds a hinted 429 asks for; 0 unless set.
    pub fn hint(mut self, seconds: u32) -> Self {
        self.hint = seconds;
        self
    }

    /// The fault that a number between 0 and 1 stands for.
    fn pick(&self, mut draw: f64, eligible: impl Fn(Fault) -> bool) -> Option<Fault> {
        for (fault, chance) in &self.chances {
            if eligible(*fault) {
                if draw < *chance {
                    return Some(*fault);
                }
                draw -= chance;
            }
        }
        None
    }
}

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
