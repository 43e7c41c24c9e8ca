//! CORS: pages in a browser may call the emulated APIs from any origin, with the credential header
//! and everything else, and read the headers of the responses.
//!
//! The vendors do not say whether they allow it. The emulator does, so that an app can be tried out
//! before it has a server. There is nothing to protect: the data is made up.

use http::Method;
use http::header::{ALLOW, HeaderName, RETRY_AFTER};
use tower_http::cors::{AllowHeaders, Any, CorsLayer, Vary};

/// The methods of the emulated APIs.
const METHODS: [Method; 5] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];

/// The headers of responses that a page may read, besides those that are always allowed.
const EXPOSED: [HeaderName; 10] = [
    RETRY_AFTER,
    ALLOW,
    HeaderName::from_static("sunset"),
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("x-ratelimit-limit"),
    HeaderName::from_static("x-ratelimit-remaining"),
    HeaderName::from_static("x-ratelimit-reset"),
    HeaderName::from_static("x-ratelimit-limit-heavy"),
    HeaderName::from_static("x-ratelimit-remaining-heavy"),
    HeaderName::from_static("x-ratelimit-reset-heavy"),
];

/// Answers preflight requests, and adds the headers to responses.
pub(super) fn layer() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods(METHODS)
        // A wildcard would not include `Authorization`.
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(EXPOSED)
        .vary(Vary::list([]))
}
