#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod assignee;
mod capabilities;
#[cfg(feature = "contactship")]
pub mod contactship;
#[cfg(any(feature = "inboxapp-v1", feature = "inboxapp-v2"))]
mod inboxapp;
#[cfg(feature = "inboxapp-v1")]
pub mod inboxapp_v1;
#[cfg(feature = "inboxapp-v2")]
pub mod inboxapp_v2;
mod kind;
pub mod memory;
mod provider;
mod thread;
mod thread_id;
mod update;
mod vendor_json;

pub use assignee::{Assignee, AssigneeKind};
/// The attribute for implementations of [`ThreadProvider`].
#[doc(no_inline)]
pub use async_trait::async_trait;
pub use capabilities::Capabilities;
#[cfg(feature = "contactship")]
pub use contactship::ContactShip;
#[cfg(feature = "inboxapp-v1")]
pub use inboxapp_v1::InboxappV1;
#[cfg(feature = "inboxapp-v2")]
pub use inboxapp_v2::InboxappV2;
pub use kind::ProviderKind;
pub use provider::{ThreadProvider, ThreadProviderExt};
pub use thread::{Thread, ThreadStatus};
pub use thread_id::ThreadId;
/// The clients' runtime, for types that appear only in their signatures.
#[doc(no_inline)]
pub use threadline_transport as transport;
#[doc(inline)]
pub use threadline_transport::error_kinds;
pub use threadline_transport::{
    Attempt, AttemptFailed, CallFinished, CallOptions, CallStarted, CallWaiting, Config,
    Credential, Delivery, Error, ErrorKind, FieldSkipped, Headers, IdempotencyKey, Jitter,
    KeyChoice, MissingCredential, Observer, Patch, PreparedRequest, RandomJitter, RateLimit,
    RateLimitPolicy, RateLimitWindow, Response, ResponseMetadata, RetryBudget, RetryPolicy,
    SkippedField, Sunset, Timestamp, WillRetry, printable,
};
pub use update::ThreadUpdate;
pub use vendor_json::VendorJson;

/// The result type of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The examples of the root README.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct FrontPage;
