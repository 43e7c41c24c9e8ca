//! The clients generated from the small specs do on the wire what the specs say.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "golden/additive_after/src/lib.rs"]
#[rustfmt::skip]
#[allow(dead_code, unused_imports)] // Not everything a client offers is exercised.
mod additive_after;
#[path = "golden/additive_before/src/lib.rs"]
#[rustfmt::skip]
#[allow(dead_code, unused_imports)] // Not everything a client offers is exercised.
mod additive_before;
#[path = "golden/answers/src/lib.rs"]
#[rustfmt::skip]
#[allow(dead_code, unused_imports)] // Not everything a client offers is exercised.
mod answers;
#[path = "golden/enums/src/lib.rs"]
#[rustfmt::skip]
#[allow(dead_code, unused_imports)] // Not everything a client offers is exercised.
mod enums;
#[path = "golden/errors/src/lib.rs"]
#[rustfmt::skip]
#[allow(dead_code, unused_imports)] // Not everything a client offers is exercised.
mod errors;
#[path = "golden/lists/src/lib.rs"]
#[rustfmt::skip]
#[allow(dead_code, unused_imports)] // Not everything a client offers is exercised.
mod lists;
#[path = "golden/patch/src/lib.rs"]
#[rustfmt::skip]
#[allow(dead_code, unused_imports)] // Not everything a client offers is exercised.
mod patch;
#[path = "golden/query/src/lib.rs"]
#[rustfmt::skip]
#[allow(dead_code, unused_imports)] // Not everything a client offers is exercised.
mod query;
#[path = "golden/shapes/src/lib.rs"]
#[rustfmt::skip]
#[allow(dead_code, unused_imports)] // Not everything a client offers is exercised.
mod shapes;

#[path = "golden/vendor/src/lib.rs"]
#[rustfmt::skip]
#[allow(dead_code, unused_imports)] // Not everything a client offers is exercised.
mod vendor;

#[path = "exercise/additions.rs"]
mod additions;
#[path = "exercise/lists.rs"]
mod list_requests;
#[path = "exercise/requests.rs"]
mod requests;
#[path = "exercise/unusual_vendor.rs"]
mod unusual_vendor;
