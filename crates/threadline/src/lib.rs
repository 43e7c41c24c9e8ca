#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod assignee;
mod capabilities;
#[cfg(any(
    feature = "contactship",
    feature = "inboxapp-v1",
    feature = "inboxapp-v2"
))]
mod client;
#[cfg(any(
    feature = "contactship",
    feature = "inboxapp-v1",
    feature = "inboxapp-v2"
))]
mod config;
#[cfg(any(
    feature = "contactship",
    feature = "inboxapp-v1",
    feature = "inboxapp-v2"
))]
mod connect;
#[cfg(feature = "contactship")]
pub mod contactship;
#[cfg(feature = "inboxapp-v1")]
pub mod inboxapp_v1;
#[cfg(feature = "inboxapp-v2")]
pub mod inboxapp_v2;
pub mod memory;
#[cfg(any(
    feature = "contactship",
    feature = "inboxapp-v1",
    feature = "inboxapp-v2"
))]
mod missing_credential;
mod native;
mod provider;
mod received;
mod status;
mod thread;
mod thread_id;
mod update;

pub use assignee::{Assignee, AssigneeKind};
/// What an implementation of [`ThreadProvider`] is marked with.
#[doc(no_inline)]
pub use async_trait::async_trait;
pub use capabilities::Capabilities;
#[cfg(any(
    feature = "contactship",
    feature = "inboxapp-v1",
    feature = "inboxapp-v2"
))]
pub use connect::{PROVIDERS, ProviderBuilder, connect};
#[cfg(feature = "contactship")]
pub use contactship::ContactShip;
#[cfg(feature = "inboxapp-v1")]
pub use inboxapp_v1::InboxappV1;
#[cfg(feature = "inboxapp-v2")]
pub use inboxapp_v2::InboxappV2;
#[cfg(any(
    feature = "contactship",
    feature = "inboxapp-v1",
    feature = "inboxapp-v2"
))]
pub use missing_credential::MissingCredential;
pub use native::NativeThread;
pub use provider::{ThreadProvider, ThreadProviderExt};
pub use received::Received;
pub use status::ThreadStatus;
pub use thread::Thread;
pub use thread_id::ThreadId;
/// What the clients run on, for the types that only their signatures name.
#[doc(no_inline)]
pub use threadline_transport as transport;
#[doc(inline)]
pub use threadline_transport::error_kinds;
pub use threadline_transport::{
    Attempt, AttemptFailed, CallFinished, CallOptions, CallStarted, CallWaiting, Credential,
    Delivery, Error, ErrorKind, Headers, IdempotencyKey, Jitter, Observer, Patch, PreparedRequest,
    RandomJitter, RateLimit, RateLimitPolicy, RateLimitWindow, Response, RetryBudget, RetryPolicy,
    Sunset, Timestamp, WillRetry,
};
pub use update::ThreadUpdate;

/// What every call of this crate gives back.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The examples of the project's front page.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct FrontPage;
