//! The three APIs as values of one type.

use serde_json::{Value, json};
use threadline::{
    Config, Credential, ProviderKind, RetryPolicy, Thread, ThreadId, ThreadProvider, contactship,
    inboxapp_v1, inboxapp_v2,
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
    /// The operation that reads a thread; it has the same name on each of them.
    pub const READ: &str = "threads.get";
    /// The operation that updates a thread; it has the same name on each of them.
    pub const UPDATE: &str = "threads.update";
    /// Those of Inboxapp.
    pub const INBOXAPP: [Self; 2] = [Self::InboxappV1, Self::InboxappV2];

    /// The provider's kind.
    pub const fn kind(self) -> ProviderKind {
        match self {
            Self::ContactShip => ProviderKind::ContactShip,
            Self::InboxappV1 => ProviderKind::InboxappV1,
            Self::InboxappV2 => ProviderKind::InboxappV2,
        }
    }

    /// The provider's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ContactShip => "contactship",
            Self::InboxappV1 => "inboxapp-v1",
            Self::InboxappV2 => "inboxapp",
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

    /// The target of a request that reads a thread. On v2, it embeds what fills the contact.
    pub fn read_target(self, encoded: &str) -> String {
        let target = self.target(encoded);
        match self {
            Self::ContactShip | Self::InboxappV1 => target,
            Self::InboxappV2 => target + "?expand=profile&expand=contact",
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

    /// Settings for a server and this credential, with a single attempt.
    pub fn config(self, server: &str, credential: &str) -> Config {
        config(&self.base_url(server), credential)
    }

    /// A provider with these settings.
    pub fn build(self, config: Config) -> Box<dyn ThreadProvider> {
        self.kind().connect(config).expect("sound settings")
    }

    /// A provider that speaks to a server and tries once.
    pub fn connect(self, server: &str) -> Box<dyn ThreadProvider> {
        self.build(self.config(server, CREDENTIAL))
    }

    /// A provider that speaks to a server with this credential, as patiently as this.
    pub fn connect_with(
        self,
        server: &str,
        credential: &str,
        retry: RetryPolicy,
    ) -> Box<dyn ThreadProvider> {
        self.build(self.config(server, credential).retry(retry))
    }

    /// A provider that shows what it would send to a server.
    pub fn dry(self, server: &str) -> Box<dyn ThreadProvider> {
        self.dry_with(server, CREDENTIAL)
    }

    /// A provider that shows what it would send to a server with this credential.
    pub fn dry_with(self, server: &str, credential: &str) -> Box<dyn ThreadProvider> {
        self.build(self.config(server, credential).dry_run(true))
    }

    /// The member of a thread that says whether it is open.
    pub const fn state_member(self) -> &'static str {
        match self {
            Self::ContactShip => "status",
            Self::InboxappV1 => "done",
            Self::InboxappV2 => "archived",
        }
    }

    /// A thread as the API gives it: the vendor's own example, to the letter.
    pub fn thread(self) -> Value {
        match self {
            Self::ContactShip => fixture(Fixture::ContactshipUpdate)["response"].take(),
            Self::InboxappV1 => fixture(Fixture::InboxappV1Update)["response"].take(),
            Self::InboxappV2 => fixture(Fixture::InboxappV2Thread),
        }
    }

    /// The same without the one placeholder in it that no documented value can be.
    pub fn documented_thread(self) -> Value {
        let mut thread = self.thread();
        if let Some(indices) = thread.pointer_mut("/prospect/platformData/urlEntities/0/indices") {
            assert_eq!(*indices, "<array>");
            *indices = json!([0, 23]);
        }
        thread
    }

    /// The vendor's own value of a thread, written again.
    pub fn native(self, thread: &Thread) -> threadline::Result<Value> {
        let value = match self {
            Self::ContactShip => {
                serde_json::to_value(thread.native::<contactship::types::Thread>()?)
            }
            Self::InboxappV1 => {
                serde_json::to_value(thread.native::<inboxapp_v1::types::Thread>()?)
            }
            Self::InboxappV2 => {
                serde_json::to_value(thread.native::<inboxapp_v2::types::Thread>()?)
            }
        };
        Ok(value.expect("a value is JSON"))
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
        let target = match method {
            "GET" => self.read_target(encoded),
            _ => self.target(encoded),
        };
        Request::new(method, &target, &headers, body)
    }
}

/// Settings for a base URL and this credential, with a single attempt.
pub fn config(base_url: &str, credential: &str) -> Config {
    Config::new()
        .credential(Credential::new(credential).expect("a credential"))
        .base_url(base_url)
        .retry(RetryPolicy::none())
}

/// An id that is one.
fn thread_id(id: &str) -> ThreadId {
    id.parse().expect("an id")
}
