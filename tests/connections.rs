//! The settings of connections, on the wire: proxies, root certificates and the pool.

#[path = "connections/pool.rs"]
mod pool;
#[path = "connections/proxy.rs"]
mod proxy;
#[path = "connections/tls.rs"]
mod tls;

use threadline::{Config, Error, Thread, ThreadId};
use threadline_tests::Vendor;

/// Reads a thread with these settings; a client that cannot be made is an error as well.
async fn read(vendor: Vendor, config: Config) -> Result<Thread, Error> {
    let id: ThreadId = "t-1".parse().unwrap();
    vendor.kind().connect(config)?.get_thread(&id).await
}
