//! `/_/faults`: which faults are injected.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::answer::{self, Answer, Fields};
use crate::faults::{Fault, FaultPlan};
use crate::http::service::Service;

/// How many requests can be planned at once.
const MAX_TIMES: u32 = 10_000;

/// The fields of a new fault.
const FIELDS: &str = "fault, times, chance, operation, stall_seconds and retry_after";

/// The faults that the next requests meet.
pub(super) async fn show(State(service): State<Arc<Service>>) -> Answer {
    answer::ok(describe(&service))
}

/// Adds a fault to those that are injected.
pub(super) async fn add(State(service): State<Arc<Service>>, body: Bytes) -> Answer {
    match NewFault::read(&body, &service) {
        Ok(new) => {
            service.faults.change_plan(|plan| new.extend(plan));
            answer::ok(describe(&service))
        }
        Err(message) => answer::error(StatusCode::BAD_REQUEST, message),
    }
}

/// Injects no more faults, and ends stalls.
pub(super) async fn clear(State(service): State<Arc<Service>>) -> Answer {
    service.faults.stop();
    answer::ok(describe(&service))
}

/// A fault that is to be injected.
struct NewFault {
    fault: Fault,
    occurrence: Occurrence,
    operation: Option<String>,
    stall: Option<Duration>,
    hint: Option<u32>,
}

enum Occurrence {
    Times(u32),
    Chance(f64),
}

impl NewFault {
    fn read(body: &[u8], service: &Service) -> Result<Self, String> {
        let mut fields = Fields::parse(body)?;
        let name = fields.text("fault")?.ok_or("fault is required")?;
        let fault = Fault::named(&name).ok_or_else(|| {
            let names = Fault::ALL.map(Fault::as_str).join(", ");
            format!("fault must be one of {names}")
        })?;
        let times = fields.count("times", MAX_TIMES)?;
        let chance = fields.number("chance")?;
        let occurrence = match (times, chance) {
            (times, None) => Occurrence::Times(times.unwrap_or(1)),
            (None, Some(chance)) if (0.0..=1.0).contains(&chance) => Occurrence::Chance(chance),
            (None, Some(_)) => return Err("chance must be between 0 and 1".to_owned()),
            (Some(_), Some(_)) => return Err("times cannot go with chance".to_owned()),
        };
        let operation = fields.text("operation")?;
        if let Some(operation) = &operation {
            if service.spec.operation(operation).is_none() {
                return Err("operation must be an operationId, such as threads.get".to_owned());
            }
            if fault == Fault::Refuse {
                let message = "operation cannot go with refuse, which concerns connections";
                return Err(message.to_owned());
            }
        }
        let stall = fields.number("stall_seconds")?;
        let stall = stall.map(Duration::try_from_secs_f64).transpose();
        let stall = stall.map_err(|_| "stall_seconds must be a number of seconds")?;
        let hint = fields.count("retry_after", u32::MAX)?;
        fields.finish(FIELDS)?;
        Ok(Self {
            fault,
            occurrence,
            operation,
            stall,
            hint,
        })
    }

    fn extend(self, mut plan: FaultPlan) -> FaultPlan {
        if let Some(stall) = self.stall {
            plan = plan.stall(stall);
        }
        if let Some(seconds) = self.hint {
            plan = plan.hint(seconds);
        }
        match (self.occurrence, self.operation) {
            (Occurrence::Times(times), None) => {
                (0..times).fold(plan, |plan, _| plan.then(self.fault))
            }
            (Occurrence::Times(times), Some(operation)) => {
                (0..times).fold(plan, |plan, _| plan.then_on(operation.as_str(), self.fault))
            }
            (Occurrence::Chance(chance), None) => plan.chance(self.fault, chance),
            (Occurrence::Chance(chance), Some(operation)) => {
                plan.chance_on(operation, self.fault, chance)
            }
        }
    }
}

fn describe(service: &Service) -> Value {
    let plan = service
        .faults
        .plan()
        .unwrap_or_else(|| FaultPlan::seeded(0));
    let next = plan
        .next()
        .map(|next| Value::Object(target(next.fault, next.operation.as_deref())));
    let chances = plan.chances().map(|drawn| {
        let mut shown = target(drawn.fault, drawn.operation.as_deref());
        shown.insert("chance".to_owned(), json!(drawn.probability));
        Value::Object(shown)
    });
    json!({ "next": next.collect::<Vec<_>>(), "chances": chances.collect::<Vec<_>>() })
}

fn target(fault: Fault, operation: Option<&str>) -> Map<String, Value> {
    let mut target = Map::new();
    target.insert("fault".to_owned(), json!(fault.as_str()));
    target.insert("operation".to_owned(), json!(operation));
    target
}
