//! Which faults are injected, and how often.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::Fault;

/// Which faults are injected, and how often.
///
/// Faults are drawn from a seeded random source, once per request and once per connection, so the
/// same sequence of requests meets the same faults. For concurrent requests, the assignment depends
/// on their order of arrival.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use threadline_emulator::{Emulator, Fault, FaultPlan};
///
/// let plan = FaultPlan::seeded(7).chance(Fault::HtmlAfter, 1.0);
/// let emulator = Emulator::builder().faults(plan).start().await?;
/// let response = reqwest::Client::new()
///     .post(format!("{}/tags", emulator.inboxapp_url()))
///     .bearer_auth(Emulator::CREDENTIAL)
///     .header("content-type", "application/json")
///     .body(r#"{"name": "Retail"}"#)
///     .send()
///     .await?;
///
/// assert_eq!(response.status(), 504);
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
    pub(super) seed: u64,
    chances: BTreeMap<Target, f64>,
    pub(super) stall: Duration,
    pub(super) hint: u32,
    /// Faults of the next requests, before any are drawn.
    next: VecDeque<Planned>,
}

/// A fault and the only operation it applies to, if it is limited to one. Ordered so that faults of
/// all operations come first.
type Target = (Option<String>, Fault);

/// A fault of one of the next requests.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Planned {
    /// Which fault.
    pub(crate) fault: Fault,
    /// The only operation it applies to, if it is limited to one.
    pub(crate) operation: Option<String>,
}

/// A fault that is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Drawn {
    /// Which fault.
    pub(crate) fault: Fault,
    /// The only operation it applies to, if it is limited to one.
    pub(crate) operation: Option<String>,
    /// Its probability.
    pub(crate) probability: f64,
}

impl FaultPlan {
    /// Creates a plan without faults.
    pub fn seeded(seed: u64) -> Self {
        Self {
            seed,
            chances: BTreeMap::new(),
            stall: Duration::from_secs(30),
            hint: 0,
            next: VecDeque::new(),
        }
    }

    /// Creates a plan in which one request meets a fault: the next one that the fault applies to.
    /// With several APIs, it is one request of each.
    ///
    /// ```
    /// use threadline_emulator::{Fault, FaultPlan};
    ///
    /// // The next request is carried out and its response lost; the one after it is refused.
    /// let plan = FaultPlan::once(Fault::ResetAfter).then(Fault::RateLimit);
    /// ```
    pub fn once(fault: Fault) -> Self {
        Self::seeded(0).then(fault)
    }

    /// Lets one more request meet a fault, after those before it.
    pub fn then(mut self, fault: Fault) -> Self {
        self.next.push_back(Planned {
            fault,
            operation: None,
        });
        self
    }

    /// Lets one more request of an operation meet a fault. Other requests neither meet it nor wait
    /// for it. [`Fault::Refuse`] concerns connections, so it never applies to an operation.
    ///
    /// ```
    /// use threadline_emulator::{Fault, FaultPlan};
    ///
    /// // The next update fails, whatever is read before it.
    /// let plan = FaultPlan::seeded(0).then_on("threads.update", Fault::Html);
    /// ```
    pub fn then_on(mut self, operation: impl Into<String>, fault: Fault) -> Self {
        self.next.push_back(Planned {
            fault,
            operation: Some(operation.into()),
        });
        self
    }

    /// Sets the probability of a fault, between 0 and 1. The probabilities of several faults add
    /// up; what exceeds a total of 1 never happens.
    pub fn chance(mut self, fault: Fault, chance: f64) -> Self {
        self.chances.insert((None, fault), chance);
        self
    }

    /// Sets the probability of a fault for the requests of an operation, in addition to those for
    /// all requests.
    pub fn chance_on(mut self, operation: impl Into<String>, fault: Fault, chance: f64) -> Self {
        self.chances.insert((Some(operation.into()), fault), chance);
        self
    }

    /// Makes all faults equally likely, with this total probability. Faults that do not apply to a
    /// request are skipped.
    pub fn any(mut self, chance: f64) -> Self {
        let kinds = u32::try_from(Fault::ALL.len()).map_or(1.0, f64::from);
        for fault in Fault::ALL {
            self.chances.insert((None, fault), chance / kinds);
        }
        self
    }

    /// How long a stall lasts before the connection is reset. The default is 30 seconds. Stalls end
    /// early when [`Emulator::stop_faults`](crate::Emulator::stop_faults) is called.
    pub fn stall(mut self, stall: Duration) -> Self {
        self.stall = stall;
        self
    }

    /// The `Retry-After` of a hinted 429 in seconds. The default is 0.
    pub fn hint(mut self, seconds: u32) -> Self {
        self.hint = seconds;
        self
    }

    /// The faults of the next requests, in order.
    pub(crate) fn next(&self) -> impl Iterator<Item = &Planned> {
        self.next.iter()
    }

    /// The faults that are drawn.
    pub(crate) fn chances(&self) -> impl Iterator<Item = Drawn> {
        let chances = self.chances.iter();
        chances.map(|((operation, fault), chance)| Drawn {
            fault: *fault,
            operation: operation.clone(),
            probability: *chance,
        })
    }

    /// The next planned fault, otherwise the one for a random number between 0 and 1.
    pub(super) fn pick(
        &mut self,
        mut draw: f64,
        operation: Option<&str>,
        eligible: impl Fn(Fault) -> bool,
    ) -> Option<Fault> {
        let concerns = |of: &Option<String>| of.is_none() || of.as_deref() == operation;
        let position = self.next.iter().position(|next| concerns(&next.operation));
        if let Some(position) = position
            && self
                .next
                .get(position)
                .is_some_and(|next| eligible(next.fault))
        {
            return self.next.remove(position).map(|next| next.fault);
        }
        for ((of, fault), chance) in &self.chances {
            if concerns(of) && eligible(*fault) {
                if draw < *chance {
                    return Some(*fault);
                }
                draw -= chance;
            }
        }
        None
    }
}
