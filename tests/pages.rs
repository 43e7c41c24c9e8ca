//! Lists that come page by page: each style of each API.

#[path = "pages/any_cursor.rs"]
mod any_cursor;
#[path = "pages/cursor.rs"]
mod cursor;
#[path = "pages/emulator.rs"]
mod emulator;
#[path = "pages/events.rs"]
mod events;
#[path = "pages/offset.rs"]
mod offset;

use serde_json::Value;
use threadline_tests::{Answer, CREDENTIAL, Stub, Vendor};
use threadline_transport::{Config, RateLimitPolicy};

/// Settings for a single attempt, without limits.
fn config(base_url: &str) -> Config {
    threadline_tests::config(base_url, CREDENTIAL).rate_limits(RateLimitPolicy::unlimited())
}

fn contactship(stub: &Stub) -> threadline_contactship::Client {
    let config = config(&Vendor::ContactShip.base_url(&stub.url()));
    threadline_contactship::Client::with_config(config).unwrap()
}

fn inboxapp_v1(stub: &Stub) -> threadline_inboxapp_v1::Client {
    let config = config(&Vendor::InboxappV1.base_url(&stub.url()));
    threadline_inboxapp_v1::Client::with_config(config).unwrap()
}

fn inboxapp_v2(stub: &Stub) -> threadline_inboxapp_v2::Client {
    let config = config(&Vendor::InboxappV2.base_url(&stub.url()));
    threadline_inboxapp_v2::Client::with_config(config).unwrap()
}

/// A server that gives these bodies in order.
async fn serving(bodies: impl IntoIterator<Item = Value>) -> Stub {
    Stub::start(bodies.into_iter().map(|body| Answer::json(200, body))).await
}

/// What was asked for: the targets without the base path.
fn asked(vendor: Vendor, stub: &Stub) -> Vec<String> {
    let base = vendor.base_url("");
    let requests = stub.requests().into_iter();
    requests
        .map(|request| request.target.strip_prefix(&*base).unwrap().to_owned())
        .collect()
}
