//! A whole answer on its way to the caller.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use reqwest::ResponseBuilderExt as _;

use crate::error::Attempt;
use crate::redact::Redactor;
use crate::{Error, Headers, IdempotencyKey, Operation};

/// A successful answer and how it came about.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) provider: &'static str,
    pub(crate) operation_id: &'static str,
    pub(crate) operation: Option<&'static Operation>,
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Bytes,
    pub(crate) attempts: u32,
    pub(crate) idempotency_key: Option<IdempotencyKey>,
    pub(crate) history: Vec<Attempt>,
    pub(crate) redactor: Arc<Redactor>,
}

/// Carries an outcome through generated code, inside a response's extensions. It is taken out
/// once.
#[derive(Clone)]
pub(crate) struct Parcel(Arc<Mutex<Option<Result<Exchange, Error>>>>);

impl Parcel {
    /// Packs an outcome into a response.
    ///
    /// The response has the answer's status and body; headers stay with the outcome. Without an
    /// answer the status is 502. The URL is the request's, because reqwest would parse one
    /// otherwise.
    pub(crate) fn pack(outcome: Result<Exchange, Error>, url: reqwest::Url) -> reqwest::Response {
        let (status, body) = match &outcome {
            Ok(exchange) => (Some(exchange.status), exchange.body.clone()),
            Err(error) => (error.status(), Bytes::new()),
        };
        let status = status.and_then(|status| http::StatusCode::from_u16(status).ok());
        let built = http::Response::builder()
            .status(status.unwrap_or(http::StatusCode::BAD_GATEWAY))
            .url(url)
            .body(body.clone());
        let mut response = built.unwrap_or_else(|_| http::Response::new(body));
        let parcel = Self(Arc::new(Mutex::new(Some(outcome))));
        response.extensions_mut().insert(parcel);
        response.into()
    }

    /// Takes the outcome out of a response; `None` if it was not packed here.
    pub(crate) fn unpack(response: &mut reqwest::Response) -> Option<Result<Exchange, Error>> {
        let parcel = response.extensions_mut().remove::<Self>()?;
        parcel
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}
