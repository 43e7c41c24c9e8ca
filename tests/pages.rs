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
use threadline_transport::{Credential, RateLimitPolicy, RetryPolicy, Transport, TransportBuilder};

/// A transport that tries once.
fn transport(base_url: impl Into<String>, builder: TransportBuilder) -> Transport {
    builder
        .credential(Credential::new(CREDENTIAL).unwrap())
        .base_url(base_url)
        .retry(RetryPolicy::none())
        .rate_limits(RateLimitPolicy::unlimited())
        .build()
        .unwrap()
}

macro_rules! clients {
    ($($name:ident: $package:ident, $vendor:ident;)+) => {
        $(
            fn $name(stub: &Stub) -> $package::Client {
                let url = Vendor::$vendor.base_url(&stub.url());
                $package::Client::new(transport(url, $package::Client::builder()))
            }
        )+
    };
}

clients! {
    contactship: threadline_contactship, ContactShip;
    inboxapp_v1: threadline_inboxapp_v1, InboxappV1;
    inboxapp_v2: threadline_inboxapp_v2, InboxappV2;
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
