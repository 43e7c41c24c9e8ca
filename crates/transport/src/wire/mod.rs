//! Types of values on the wire.

pub(crate) mod enums;
mod idempotency_key;
pub(crate) mod json_type;
pub(crate) mod object;
mod patch;
pub(crate) mod rfc3339;
#[cfg(feature = "schemars")]
mod schema;
mod timestamp;
pub(crate) mod union;

pub use enums::UnknownValue;
pub use idempotency_key::{IdempotencyKey, KeyChoice};
pub use patch::Patch;
pub use timestamp::Timestamp;
