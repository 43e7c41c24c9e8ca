//! Emulates the ContactShip and Inboxapp APIs (versions 1 and 2 of the latter) on localhost, for
//! tests and experiments without an account.
//!
//! The APIs' OpenAPI documents define the paths, the credentials and the validation of requests.
//! State is kept in memory until the emulator stops. The emulator reads the documents independently
//! and shares no code with the clients it helps to test, only the names of the providers
//! ([`ProviderKind`]). It also validates its own responses, see
//! [`Emulator::violations`].
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use threadline_emulator::{Emulator, ProviderKind};
//!
//! let emulator = Emulator::start().await?;
//! let id = &emulator.thread_ids(&ProviderKind::ContactShip)[0];
//!
//! let response = reqwest::Client::new()
//!     .put(format!("{}/v1/thread/{id}", emulator.contactship_url()))
//!     .header("x-api-key", Emulator::CREDENTIAL)
//!     .header("content-type", "application/json")
//!     .body(r#"{"status": "closed"}"#)
//!     .send()
//!     .await?;
//!
//! assert_eq!(response.status(), 200);
//! assert!(emulator.violations().is_empty());
//! emulator.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # How a request is handled
//!
//! 1. The path: 404 when no path of the document matches. Literal segments take precedence over
//!    parameters; each segment is decoded on its own.
//! 2. The method: 405.
//! 3. The credential: 401.
//! 4. Path, query, headers and body are validated against their schemas: 400, naming each invalid
//!    field. Inboxapp's version 2 also rejects unknown query parameters; the other two ignore them.
//! 5. The operation itself: for example 404 for a thread that does not exist.
//!
//! Errors have the vendor's own format. Where the vendors do not document the behaviour, the
//! emulator accepts an update without fields and changes nothing, any well-formed id as an
//! assignee, any string as a ContactShip status, and changes to messages of any age. The latest
//! 25,000 events are kept. All operations of the three documents are implemented.
//! [`EmulatorBuilder::strict`] also rejects unknown fields, parameters and assignees.
//!
//! Pages in a browser may call the APIs from any origin: preflight requests are answered, and
//! responses carry CORS headers.
//!
//! The rate limits of the documents are enforced: requests over them get 429 with `Retry-After`, and
//! the `X-RateLimit-*` headers report how many are left. Inboxapp allows 300 requests a minute. The
//! figures of ContactShip's document are its own, as the vendor states none: 120 a minute, fewer for
//! two lists, reported in the headers that end in `-heavy`, and a separate budget for events and
//! identified sessions. [`EmulatorBuilder::rate_limit`] sets other limits, and
//! [`EmulatorBuilder::unlimited`] lifts them all; then there are no such headers.
//!
//! # Initial data
//!
//! Each API starts with the data of its document's examples and 36 generated threads with contacts
//! and messages. The three APIs share no state. Every start gives the same data.
//! [`EmulatorBuilder::seed`] starts with other records.
//!
//! # From outside
//!
//! Each port has a page at `/`, which is JSON for programs, and control endpoints at `/_/`. They
//! show and reset the data, the received requests, the faults and the limits, in any language; the
//! README describes them. They need no credential, are not logged, count in no limit and meet no
//! faults. Only programs on this machine and the page itself can use them: a foreign `Origin`, a
//! `Host` that does not name this machine, and a body that is not JSON are refused.
//!
//! [`EmulatorBuilder::log`] hears of every request as it is handled.
//!
//! # Faults
//!
//! A [`FaultPlan`] injects faults. [`Emulator::requests`] reports for each request which fault it
//! met and whether it was executed all the same.
//!
//! Two errors are specific to sends of Inboxapp's version 2: 502 `sendUnconfirmed` is a fault of
//! its own, and 409 `sendInProgress` is returned for an idempotency key whose first request is
//! still stalled.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod builder;
mod control;
mod emulator;
mod envelopes;
mod error;
mod faults;
mod http;
mod rate_limit;
mod redaction;
mod request_log;
mod seeds;
mod spec;
mod vendors;

pub use builder::EmulatorBuilder;
pub use emulator::Emulator;
pub use envelopes::Envelopes;
pub use error::StartError;
pub use faults::{Fault, FaultPlan};
pub use request_log::{ReceivedRequest, Violation};
/// Which API is meant, where there are several; the same type as in `threadline`.
#[doc(no_inline)]
pub use threadline::ProviderKind;

/// The example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct FrontPage;
