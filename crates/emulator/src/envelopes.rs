//! Answers with and without an envelope.

use serde_json::{Value, json};

use crate::http::response::Response;

/// In which form successful responses come where a vendor answers in two: bare, or in an envelope
/// `{statusCode, data}`. `ContactShip` does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Envelopes {
    /// As in the examples of the operation.
    #[default]
    AsDocumented,
    /// Always in an envelope.
    Always,
    /// Never in an envelope.
    Never,
}

impl Envelopes {
    /// Gives the response this form; `member` is the one that holds the result.
    pub(crate) fn apply(self, response: &mut Response, member: &str) {
        let status = response.status;
        let Some(body) = response.body.as_mut().filter(|_| status.is_success()) else {
            return;
        };
        let is_envelope = body.get("statusCode").is_some() && body.get(member).is_some();
        match self {
            Self::Always if !is_envelope => {
                *body = json!({ "statusCode": status.as_u16(), member: body.take() });
            }
            Self::Never if is_envelope => {
                *body = body.get_mut(member).map(Value::take).unwrap_or_default();
            }
            Self::AsDocumented | Self::Always | Self::Never => {}
        }
    }
}
