//! A whole answer on its way to the caller.

use std::sync::Arc;

use bytes::Bytes;

use crate::error::Attempt;
use crate::json_path::{offset_of, pointer_at};
use crate::redact::Redactor;
use crate::{Error, ErrorKind, Headers, IdempotencyKey, Operation, envelope};

/// A successful answer and how it came about.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    pub(crate) provider: &'static str,
    pub(crate) operation: Option<&'static Operation>,
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Bytes,
    pub(crate) attempts: u32,
    pub(crate) idempotency_key: Option<IdempotencyKey>,
    pub(crate) history: Vec<Attempt>,
    /// Takes the credential out if the answer becomes an error.
    pub(crate) redactor: Arc<Redactor>,
}

impl Exchange {
    /// One that no server had a part in: status 200, no headers, no body.
    pub(crate) fn unsent() -> Self {
        Self {
            provider: "",
            operation: None,
            status: 200,
            headers: Headers::default(),
            body: Bytes::new(),
            attempts: 1,
            idempotency_key: None,
            history: Vec::new(),
            redactor: Arc::default(),
        }
    }

    /// The part of the body that holds the value. An empty body counts as `null`.
    pub(crate) fn result(&self) -> &[u8] {
        if self.body.trim_ascii().is_empty() {
            return b"null";
        }
        match self.operation.and_then(|operation| operation.envelope) {
            Some(member) => envelope::unwrap(&self.body, member),
            None => &self.body,
        }
    }

    /// The error for a body that is not as documented.
    pub(crate) fn undecodable(self, error: serde_json::Error) -> Error {
        let message = if self.body.trim_ascii().is_empty() {
            "the answer cannot be read: its body is empty".to_owned()
        } else {
            let value = self.result();
            let pointer = pointer_at(value, offset_of(value, error.line(), error.column()));
            let at = if pointer.is_empty() {
                String::new()
            } else {
                format!(" at {pointer}")
            };
            format!("the answer cannot be read{at}: {error}")
        };
        // The cause quotes the value that is wrong, which is not to be a credential.
        let is_secret = self.redactor.finds_in(&error.to_string());
        let shown = self.into_error(message);
        if is_secret {
            shown
        } else {
            shown.with_source(error)
        }
    }

    /// The error for an answer that is of no use.
    pub(crate) fn into_error(self, message: String) -> Error {
        let request_id = self.headers.request_id().map(str::to_owned);
        let error = Error::new(
            ErrorKind::InvalidResponse,
            self.provider,
            self.redactor.text(message),
        )
        .with_status(self.status)
        .with_answer(self.headers, self.redactor.bytes(self.body))
        .with_history(self.attempts, self.history)
        .with_idempotency_key(self.idempotency_key);
        let error = match self.operation {
            Some(operation) => error.with_operation(operation.id),
            None => error,
        };
        match request_id {
            Some(request_id) => error.with_request_id(request_id),
            None => error,
        }
    }
}
