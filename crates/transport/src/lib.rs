#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

#[macro_use]
mod macros;

mod answer;
mod api;
mod call;
mod config;
mod error;
mod limits;
mod retry;
#[cfg(test)]
mod tests;
mod transport;
mod wire;

pub use answer::{
    Headers, Items, Next, PagedRequest, Pages, RateLimit, Response, ResponseMetadata, SkippedField,
    Sunset, read_json,
};
pub use api::{
    Api, Auth, Bound, CodeRetry, CodeRule, DocumentedError, ErrorShape, Idempotency, NextPage,
    Operation, Pagination, PathParam, Place, RateLimitBudget, RateLimitWindow, Rule,
};
pub use call::{CallEvent, CallFuture, CallInfo, CallOptions, Observer, PreparedRequest, Request};
pub use config::{Clock, Config, Credential, MissingCredential};
pub use error::kinds as error_kinds;
pub use error::{Attempt, Delivery, Error, ErrorKind, FieldError, printable};
pub use limits::RateLimitPolicy;
pub use retry::{Jitter, RetryBudget, RetryPolicy};
pub use transport::Transport;
pub use wire::{IdempotencyKey, KeyChoice, Patch, Timestamp, UnknownValue};

/// Items that macros and generated code refer to. Not public API.
#[doc(hidden)]
pub mod __private {
    pub use crate::answer::decode::decode_variant;
    pub use crate::call::pairs;
    pub use crate::error::{code_of, typed_details};
    pub use crate::wire::enums::{Text, unknown_value};
    pub use crate::wire::json_type::decode_json_type;
    pub use crate::wire::object::{Object, object, optional_object};
    #[cfg(feature = "schemars")]
    pub use crate::wire::schema;
    pub use crate::wire::union::{tag, tagged};
    #[cfg(feature = "schemars")]
    pub use schemars;
    pub use serde;
    pub use serde_json;
}
