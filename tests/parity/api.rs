//! The three APIs: their documents, their tables and their clients.

use threadline_tests::spec::{Document, Operation};
use threadline_tests::{CREDENTIAL, Vendor};
use threadline_transport::{Config, RateLimitPolicy, Transport};

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

    /// A client that tries once and takes nothing that is not as documented.
    pub fn client(&self, server: &str) -> Client {
        self.client_with(self.config(server).strict(true))
    }

    /// A client that tries once and passes over optional members that are not as documented.
    pub fn lenient_client(&self, server: &str) -> Client {
        self.client_with(self.config(server))
    }

    fn client_with(&self, config: Config) -> Client {
        let transport = Transport::new(self.known(), config).unwrap();
        match self.vendor {
            Vendor::ContactShip => {
                Client::ContactShip(threadline_contactship::Client::from_transport(transport))
            }
            Vendor::InboxappV1 => {
                Client::InboxappV1(threadline_inboxapp_v1::Client::from_transport(transport))
            }
            Vendor::InboxappV2 => {
                Client::InboxappV2(threadline_inboxapp_v2::Client::from_transport(transport))
            }
        }
    }

    fn config(&self, server: &str) -> Config {
        let config = self
            .vendor
            .config(server, CREDENTIAL)
            .rate_limits(RateLimitPolicy::unlimited());
        let operations = self.document.operations();
        let others = operations.iter().filter_map(Operation::server);
        others.fold(config, |config, other| {
            config.server(other, format!("{server}{ELSEWHERE}"))
        })
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
