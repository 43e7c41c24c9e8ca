//! The outcome of a call, taken out of the response that carried it through generated code.

use bytes::Bytes;

use crate::exchange::{Exchange, Parcel};
use crate::json_path::{offset_of, pointer_at};
use crate::{Error, ErrorKind, Headers, envelope};

/// The outcome inside a response.
pub(crate) fn outcome(result: reqwest::Result<reqwest::Response>) -> Result<Exchange, Error> {
    match result {
        Ok(mut response) => Parcel::unpack(&mut response).unwrap_or_else(|| {
            let headers = Headers::new(std::mem::take(response.headers_mut()));
            let message = "the answer did not come through this client's transport";
            Err(Error::new(ErrorKind::InvalidResponse, "", message)
                .with_status(response.status().as_u16())
                .with_answer(headers, Bytes::new()))
        }),
        Err(error) => {
            let kind = if error.is_connect() {
                ErrorKind::Connect
            } else {
                ErrorKind::ConnectionLost
            };
            let message = "the request did not go through this client's transport";
            Err(Error::new(kind, "", message).with_source(error.without_url()))
        }
    }
}

/// The part of the body that holds the value. An empty body counts as `null`.
pub(crate) fn result_in(exchange: &Exchange) -> &[u8] {
    if exchange.body.trim_ascii().is_empty() {
        return b"null";
    }
    match exchange.operation.and_then(|operation| operation.envelope) {
        Some(member) => envelope::unwrap(&exchange.body, member),
        None => &exchange.body,
    }
}

/// The error for a body that is not as documented.
pub(crate) fn undecodable(exchange: Exchange, error: serde_json::Error) -> Error {
    let message = if exchange.body.trim_ascii().is_empty() {
        "the answer cannot be read: its body is empty".to_owned()
    } else {
        let value = result_in(&exchange);
        let pointer = pointer_at(value, offset_of(value, error.line(), error.column()));
        let at = if pointer.is_empty() {
            String::new()
        } else {
            format!(" at {pointer}")
        };
        format!("the answer cannot be read{at}: {error}")
    };
    let redactor = &exchange.redactor;
    let request_id = exchange.headers.get("x-request-id").map(str::to_owned);
    let mut shown = Error::new(
        ErrorKind::InvalidResponse,
        exchange.provider,
        redactor.text(message),
    )
    .with_operation(exchange.operation_id)
    .with_status(exchange.status)
    .with_answer(exchange.headers, redactor.bytes(exchange.body))
    .with_history(exchange.attempts, exchange.history)
    .with_idempotency_key(exchange.idempotency_key);
    if let Some(request_id) = request_id {
        shown = shown.with_request_id(request_id);
    }
    // The cause quotes the value that is wrong, which is not to be a credential.
    if redactor.finds_in(&error.to_string()) {
        shown
    } else {
        shown.with_source(error)
    }
}
