//! Which faults happen, and how often.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Fault;

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
    pub(super) seed: u64,
    chances: BTreeMap<Fault, f64>,
    pub(super) stall: Duration,
    pub(super) hint: u32,
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
    pub(super) fn pick(&self, mut draw: f64, eligible: impl Fn(Fault) -> bool) -> Option<Fault> {
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
