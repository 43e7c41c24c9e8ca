//! ContactShip and Inboxapp (versions 1 and 2 of its API) on localhost, to try things out and to
//! test against without an account.
//!
//! The emulator is driven by the APIs' OpenAPI documents: which paths there are, which credential
//! they ask for, what a request must look like. What happens then, it keeps in memory: an update
//! stays until the emulator stops. It is an independent reading of the documents and shares no code
//! with the clients that it helps to test. It also holds its own answers against them, see
//! [`Emulator::violations`].
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use threadline_emulator::{Emulator, Provider};
//!
//! let emulator = Emulator::start().await?;
//! let id = &emulator.thread_ids(Provider::ContactShip)[0];
//!
//! let answer = reqwest::Client::new()
//!     .put(format!("{}/v1/thread/{id}", emulator.contactship_url()))
//!     .header("x-api-key", Emulator::CREDENTIAL)
//!     .header("content-type", "application/json")
//!     .body(r#"{"status": "closed"}"#)
//!     .send()
//!     .await?;
//!
//! assert_eq!(answer.status(), 200);
//! assert!(emulator.violations().is_empty());
//! emulator.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # How a request is looked at
//!
//! 1. The path: 404 when no path of the document fits. Fixed segments win over parameters; each
//!    segment is decoded by itself.
//! 2. The method: 405.
//! 3. The credential: 401.
//! 4. Path, query, headers and body, against their schemas: 400, naming each field that is wrong.
//!    Inboxapp's version 2 also refuses query parameters it does not know; the other two ignore
//!    them.
//! 5. The operation itself, for example 404 for a thread that does not exist.
//!
//! Every error has the vendor's own form. Where the vendors do not say what happens, the emulator
//! decides: an update that names nothing is accepted and changes nothing, any well-formed id is
//! accepted as an assignee, any word is accepted as a ContactShip status, messages can be changed
//! however old they are, and events are kept until there are 25,000 of them. All operations of the
//! three documents are carried out.
//!
//! Requests are counted, and the `X-RateLimit-*` headers tell how many are left, but nobody is
//! refused unless [`EmulatorBuilder::rate_limit`] says so. Then ContactShip's smaller budget for two
//! lists holds too, and the headers that end in `-heavy` tell of it.
//!
//! # What is in it
//!
//! Each API has what its document's examples show, and some more: 36 threads, whom they are with and
//! what was said in them. The three APIs know nothing of each other. Every start gives the same
//! data, and what changes it stays until the end.
//!
//! # What can go wrong
//!
//! Anything, if a test wants it to: see [`FaultPlan`]. [`Emulator::requests`] tells for each request
//! what went wrong and whether it was carried out all the same.
//!
//! Inboxapp's version 2 tells two things about its sends that no other request meets: 502
//! `sendUnconfirmed` is a fault of its own, 409 `sendInProgress` is the answer to a key whose first
//! request still stalls.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod builder;
mod emulator;
mod error;
mod faults;
mod http;
mod provider;
mod rate_limit;
mod request_log;
mod spec;
mod vendors;

pub use builder::EmulatorBuilder;
pub use emulator::Emulator;
pub use error::StartError;
pub use faults::{Fault, FaultPlan};
pub use provider::Provider;
pub use request_log::{ReceivedRequest, Violation};
