#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod api;
mod attempt;
mod base_url;
mod bounds;
mod builder;
mod call;
mod clock;
mod credential;
mod dry_run;
mod enums;
mod envelope;
mod error;
mod error_body;
pub mod error_kinds;
mod exchange;
mod headers;
mod idempotency_key;
mod json_path;
mod limits;
mod observer;
mod operation;
mod options;
mod pages;
mod patch;
mod path;
mod rate_limit;
mod redact;
mod response;
mod retry;
#[cfg(feature = "schemars")]
mod schema;
#[cfg(test)]
mod script;
mod sender;
mod spans;
mod sunset;
mod timestamp;
mod transport;
mod union;
mod verdict;

pub use api::{Api, Auth, CodeRetry, CodeRule, ErrorShape, RateLimitBudget, RateLimitWindow};
pub use bounds::{Bound, Place, Rule};
pub use builder::TransportBuilder;
pub use clock::{Clock, SystemClock};
pub use credential::Credential;
pub use dry_run::PreparedRequest;
pub use enums::UnknownValue;
pub use error::{Attempt, Delivery, Error, ErrorKind};
pub use headers::Headers;
pub use idempotency_key::IdempotencyKey;
pub use limits::RateLimitPolicy;
pub use observer::{AttemptFailed, CallFinished, CallStarted, CallWaiting, Observer, WillRetry};
pub use operation::{DocumentedError, Idempotency, Operation, Pagination, PathParam};
pub use options::CallOptions;
pub use pages::{Items, Next, Pages};
pub use patch::Patch;
pub use rate_limit::RateLimit;
pub use response::Response;
pub use retry::{Jitter, RandomJitter, RetryBudget, RetryPolicy};
pub use sunset::Sunset;
pub use timestamp::Timestamp;
pub use transport::Transport;

/// What macros and generated code need to name. Not for other use.
#[doc(hidden)]
pub mod __private {
    pub use crate::enums::{Text, unknown_value};
    #[cfg(feature = "schemars")]
    pub use crate::enums::{closed, open};
    pub use crate::error::{code_of, details_of, typed_details};
    #[cfg(feature = "schemars")]
    pub use crate::union::union_schema;
    pub use crate::union::{tag, tagged};
    pub use progenitor_client;
    pub use reqwest;
    #[cfg(feature = "schemars")]
    pub use schemars;
    pub use serde;
    pub use serde_json;
}
