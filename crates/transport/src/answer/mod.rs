//! Responses: headers, decoding, pagination.

pub(crate) mod decode;
mod headers;
mod pages;
mod rate_limit;
pub(crate) mod redact;
pub(crate) mod response;
mod sunset;

pub use decode::{SkippedField, read_json};
pub use headers::Headers;
pub(crate) use headers::REDACTED;
pub use pages::{Items, Next, PagedRequest, Pages};
pub use rate_limit::RateLimit;
pub use response::{Response, ResponseMetadata};
pub use sunset::Sunset;
pub(crate) use sunset::SunsetWatch;
