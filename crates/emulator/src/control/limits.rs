//! `/_/limits`: the enforced rate limits.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};

use super::answer::{self, Answer, Fields};
use crate::http::service::Service;
use crate::rate_limit::{Limit, Limits};

/// The enforced limits.
pub(super) async fn show(State(service): State<Arc<Service>>) -> Answer {
    answer::ok(describe(&service))
}

/// Enforces other limits, and counts afresh.
pub(super) async fn set(State(service): State<Arc<Service>>, body: Bytes) -> Answer {
    match read(&body) {
        Ok(limits) => {
            service.rate.enforce(&limits);
            answer::ok(describe(&service))
        }
        Err(message) => answer::error(StatusCode::BAD_REQUEST, message),
    }
}

fn read(body: &[u8]) -> Result<Limits, String> {
    let expected = "limits must be null or a list such as [{\"requests\": 5, \"seconds\": 60}]";
    let mut fields = Fields::parse(body)?;
    let limits = match fields.take_nullable("limits") {
        Some(Value::Null) => Limits::Unlimited,
        Some(Value::Array(list)) if !list.is_empty() => {
            Limits::Own(list.iter().map(limit).collect::<Result<_, _>>()?)
        }
        _ => return Err(expected.to_owned()),
    };
    fields.finish("limits")?;
    Ok(limits)
}

fn limit(value: &Value) -> Result<Limit, String> {
    let mut fields = Fields::parse(value.to_string().as_bytes())
        .map_err(|_| "each of the limits must be an object".to_owned())?;
    let requests = fields.count("requests", u32::MAX)?;
    let seconds = fields.number("seconds")?;
    let per = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let per = per.filter(|per| !per.is_zero());
    fields.finish("requests and seconds")?;
    Ok(Limit {
        requests: requests.ok_or("requests is required")?,
        per: per.ok_or("seconds must be a number of seconds above 0")?,
    })
}

fn describe(service: &Service) -> Value {
    let limits = service.rate.general();
    let shown = |limit: &Limit| {
        let seconds = match limit.per.subsec_nanos() {
            0 => json!(limit.per.as_secs()),
            _ => json!(limit.per.as_secs_f64()),
        };
        json!({ "requests": limit.requests, "seconds": seconds })
    };
    match limits.as_slice() {
        [] => json!({ "limits": null }),
        limits => json!({ "limits": limits.iter().map(shown).collect::<Vec<_>>() }),
    }
}
