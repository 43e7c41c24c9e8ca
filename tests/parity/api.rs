//! The three APIs: their documents, their tables and their clients.

use threadline_tests::spec::{Document, Operation};
use threadline_tests::{CREDENTIAL, Vendor};
use threadline_transport::{Credential, RateLimitPolicy, RetryPolicy, Transport, TransportBuilder};

use crate::arguments::{Arguments, Outcome};
use crate::{contactship, inboxapp_v1, inboxapp_v2};

/// The path that stands for all servers but an API's own.
pub const ELSEWHERE: &str = "/elsewhere";

/// One of the APIs.
pub struct Api {
    pub vendor: Vendor,
    pub document: Document,
}

/// A client of one of the APIs.
pub enum Client {
    ContactShip(threadline_contactship::Client),
    InboxappV1(threadline_inboxapp_v1::Client),
    InboxappV2(threadline_inboxapp_v2::Client),
}

impl Api {
    pub fn all() -> [Self; 3] {
        Vendor::ALL.map(|vendor| Self {
            vendor,
            document: Document::parse(match vendor {
                Vendor::ContactShip => threadline_contactship::OPENAPI,
                Vendor::InboxappV1 => threadline_inboxapp_v1::OPENAPI,
                Vendor::InboxappV2 => threadline_inboxapp_v2::OPENAPI,
            }),
        })
    }

    /// What the client knows about the API.
    pub fn known(&self) -> &'static threadline_transport::Api {
        match self.vendor {
            Vendor::ContactShip => &threadline_contactship::operations::API,
            Vendor::InboxappV1 => &threadline_inboxapp_v1::operations::API,
            Vendor::InboxappV2 => &threadline_inboxapp_v2::operations::API,
        }
    }

    /// The operations as the client knows them.
    pub fn table(&self) -> &'static [threadline_transport::Operation] {
        self.known().operations
    }

    /// A client that tries once.
    pub fn client(&self, server: &str) -> Client {
        match self.vendor {
            Vendor::ContactShip => {
                let builder = threadline_contactship::Client::builder();
                Client::ContactShip(threadline_contactship::Client::new(
                    self.transport(server, builder),
                ))
            }
            Vendor::InboxappV1 => {
                let builder = threadline_inboxapp_v1::Client::builder();
                Client::InboxappV1(threadline_inboxapp_v1::Client::new(
                    self.transport(server, builder),
                ))
            }
            Vendor::InboxappV2 => {
                let builder = threadline_inboxapp_v2::Client::builder();
                Client::InboxappV2(threadline_inboxapp_v2::Client::new(
                    self.transport(server, builder),
                ))
            }
        }
    }

    fn transport(&self, server: &str, builder: TransportBuilder) -> Transport {
        let builder = builder
            .credential(Credential::new(CREDENTIAL).unwrap())
            .base_url(self.vendor.base_url(server))
            .retry(RetryPolicy::none())
            .rate_limits(RateLimitPolicy::unlimited());
        let operations = self.document.operations();
        let others = operations.iter().filter_map(Operation::server);
        let builder = others.fold(builder, |builder, other| {
            builder.server(other, format!("{server}{ELSEWHERE}"))
        });
        builder.build().unwrap()
    }
}

impl Client {
    pub async fn call(&self, operation: &str, arguments: &Arguments) -> Outcome {
        match self {
            Self::ContactShip(client) => contactship::call(client, operation, arguments).await,
            Self::InboxappV1(client) => inboxapp_v1::call(client, operation, arguments).await,
            Self::InboxappV2(client) => inboxapp_v2::call(client, operation, arguments).await,
        }
    }
}
