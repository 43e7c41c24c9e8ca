//! What the tests in this folder share: the three APIs as values of one type, servers on this
//! machine that note what they are asked, and a listener to `tracing`.

mod canary;
mod fixture;
mod json;
mod log;
mod mapping;
mod raw;
mod request;
pub mod spec;
mod stub;
mod vendor;

pub use canary::{CANARY, echoes};
pub use fixture::{Fixture, fixture};
pub use json::plain;
pub use log::Log;
pub use mapping::{Row, mapping};
pub use raw::RawServer;
pub use request::Request;
pub use stub::{Answer, Stub};
pub use vendor::{CREDENTIAL, Vendor, config};
