//! The three APIs as values of one type.

use serde_json::{Value, json};
use threadline::{
    ContactShip, Credential, InboxappV1, InboxappV2, RetryPolicy, Thread, ThreadId, ThreadProvider,
};

use crate::{Answer, Fixture, Request, Stub, fixture};

/// The credential that is used where it does not matter.
pub const CREDENTIAL: &str = "key-0123456789";

/// One of the three APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vendor {
    /// ContactShip.
    ContactShip,
    /// Inboxapp, API v1.
    InboxappV1,
    /// Inboxapp, API v2.
    InboxappV2,
}

impl Vendor {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::ContactShip, Self::InboxappV1, Self::InboxappV2];
    /// Those of Inboxapp.
    pub const INBOXAPP: [Self; 2] = [Self::InboxappV1, Self::InboxappV2];

    /// The provider's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ContactShip => ContactShip::NAME,
            Self::InboxappV1 => InboxappV1::NAME,
            Self::InboxappV2 => InboxappV2::NAME,
        }
    }

    /// The method of an update.
    pub const fn update_method(self) -> &'static str {
        match self {
            Self::ContactShip => "PUT",
            Self::InboxappV1 | Self::InboxappV2 => "PATCH",
        }
    }

    /// The path of an encoded thread id on the server.
    pub fn target(self, encoded: &str) -> String {
        match self {
            Self::ContactShip => format!("/v1/thread/{encoded}"),
            Self::InboxappV1 => format!("/api/v1/threads/{encoded}"),
            Self::InboxappV2 => format!("/api/v2/threads/{encoded}"),
        }
    }

    /// The base URL on a server.
    pub fn base_url(self, server: &str) -> String {
        match self {
            Self::ContactShip => server.to_owned(),
            Self::InboxappV1 => format!("{server}/api/v1"),
            Self::InboxappV2 => format!("{server}/api/v2"),
        }
    }

    /// The header that carries a credential.
    pub fn credential_header(self, credential: &str) -> (&'static str, String) {
        match self {
            Self::ContactShip => ("x-api-key", credential.to_owned()),
            Self::InboxappV1 | Self::InboxappV2 => {
                ("authorization", format!("Bearer {credential}"))
            }
        }
    }

    /// A provider that speaks to a server and tries once.
    pub fn connect(self, server: &str) -> Box<dyn ThreadProvider> {
        self.build(server, CREDENTIAL, RetryPolicy::none(), false)
    }

    /// A provider that speaks to a server with this credential, as patiently as this.
    pub fn connect_with(
        self,
        server: &str,
        credential: &str,
        retry: RetryPolicy,
    ) -> Box<dyn ThreadProvider> {
        self.build(server, credential, retry, false)
    }

    /// A provider that shows what it would send to a server.
    pub fn dry(self, server: &str) -> Box<dyn ThreadProvider> {
        self.dry_with(server, CREDENTIAL)
    }

    /// A provider that shows what it would send to a server with this credential.
    pub fn dry_with(self, server: &str, credential: &str) -> Box<dyn ThreadProvider> {
        self.build(server, credential, RetryPolicy::none(), true)
    }

    fn build(
        self,
        server: &str,
        credential: &str,
        retry: RetryPolicy,
        dry_run: bool,
    ) -> Box<dyn ThreadProvider> {
        let credential = Credential::new(credential).expect("a credential");
        let url = self.base_url(server);
        macro_rules! built {
            ($provider:ident) => {{
                let builder = $provider::builder().credential(credential).base_url(url);
                Box::new(
                    builder
                        .retry(retry)
                        .dry_run(dry_run)
                        .build()
                        .expect("sound settings"),
                )
            }};
        }
        match self {
            Self::ContactShip => built!(ContactShip),
            Self::InboxappV1 => built!(InboxappV1),
            Self::InboxappV2 => built!(InboxappV2),
        }
    }

    /// A thread as the API gives it.
    pub fn thread(self) -> Value {
        match self {
            Self::ContactShip => fixture(Fixture::ContactshipUpdate)["response"].take(),
            Self::InboxappV1 => {
                let mut thread = fixture(Fixture::InboxappV1Update)["response"].take();
                // The page writes "<array>" where two numbers stand.
                thread["prospect"]["platformData"]["urlEntities"][0]["indices"] = json!([0, 23]);
                thread
            }
            Self::InboxappV2 => fixture(Fixture::InboxappV2Thread),
        }
    }

    /// The thread that a body is read as.
    pub async fn read(self, answer: Answer) -> threadline::Result<Thread> {
        let stub = Stub::answering(answer).await;
        self.connect(&stub.url())
            .get_thread(&thread_id("t-1"))
            .await
    }

    /// The request that must arrive at a host, all of it: with these headers and no other.
    pub fn request(self, method: &str, host: &str, encoded: &str, body: &str) -> Request {
        let (credential, secret) = self.credential_header(CREDENTIAL);
        let length = body.len().to_string();
        let mut headers = vec![
            ("host", host),
            (
                "user-agent",
                concat!("threadline/", env!("CARGO_PKG_VERSION")),
            ),
            ("accept", "application/json"),
            (credential, secret.as_str()),
        ];
        if !body.is_empty() {
            headers.extend([
                ("content-type", "application/json"),
                ("content-length", length.as_str()),
            ]);
        }
        Request::new(method, &self.target(encoded), &headers, body)
    }
}

/// An id that is one.
fn thread_id(id: &str) -> ThreadId {
    id.parse().expect("an id")
}
