//! Connections that are kept.

use threadline::Config;
use threadline_tests::{CREDENTIAL, RawServer, Vendor};

/// How many connections a server gets from calls that follow each other.
async fn connections(vendor: Vendor, settings: impl Fn(Config) -> Config) -> usize {
    let server = RawServer::start(&vendor.thread().to_string()).await;
    let provider = vendor.build(settings(vendor.config(server.url(), CREDENTIAL)));
    for _ in 0..2 {
        provider.get_thread(&"t-1".parse().unwrap()).await.unwrap();
    }
    server.received().len()
}

#[tokio::test]
async fn a_connection_is_used_again() {
    for vendor in Vendor::ALL {
        assert_eq!(connections(vendor, |config| config).await, 1, "{vendor:?}");
    }
}

#[tokio::test]
async fn no_connection_is_kept_where_none_may_be_idle() {
    for vendor in Vendor::ALL {
        let count = connections(vendor, |config| config.max_idle_connections(0)).await;
        assert_eq!(count, 2, "{vendor:?}");
    }
}
