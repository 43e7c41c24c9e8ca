//! What the compiler can promise about the public types, all of which the facade names.

use std::any::Any;
use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use threadline::testing::MemoryProvider;
use threadline::transport::{Items, Pages, Transport};
use threadline::{
    Assignee, AssigneeKind, Attempt, CallOptions, Capabilities, Config, ContactShip, Credential,
    Delivery, Error, ErrorKind, Headers, IdempotencyKey, InboxappV1, InboxappV2, KeyChoice, Patch,
    PreparedRequest, ProviderKind, RateLimit, Response, ResponseMetadata, Result, RetryPolicy,
    SkippedField, Sunset, Thread, ThreadId, ThreadProvider, ThreadProviderExt, ThreadStatus,
    ThreadUpdate, Timestamp, VendorJson, contactship, inboxapp_v1, inboxapp_v2,
};
use threadline_tests::{CREDENTIAL, Vendor};

/// Goes from thread to thread, and shows itself.
trait Free: Debug + Send + Sync + 'static {}
impl<T: Debug + Send + Sync + 'static> Free for T {}

/// A value: it can be copied and compared.
trait Plain: Free + Clone + PartialEq {}
impl<T: Free + Clone + PartialEq> Plain for T {}

/// A value that can be an input, an output, or a part of a configuration.
trait Document: Plain + Serialize + DeserializeOwned + JsonSchema {}
impl<T: Plain + Serialize + DeserializeOwned + JsonSchema> Document for T {}

fn free<T: Free>() {}
fn plain<T: Plain>() {}
fn document<T: Document>() {}
fn key<T: Eq + Hash>() {}
fn cheap_to_clone<T: Free + Clone>() {}
fn word<T: Document + Eq + Hash + Ord + Display + AsRef<str> + for<'a> From<&'a str>>() {}

#[test]
fn every_public_type_goes_everywhere() {
    free::<MemoryProvider>();
    free::<Error>();
    free::<Result<Thread>>();
    free::<Box<dyn ThreadProvider>>();
    free::<Arc<dyn ThreadProvider>>();
    cheap_to_clone::<ContactShip>();
    cheap_to_clone::<InboxappV1>();
    cheap_to_clone::<InboxappV2>();
    cheap_to_clone::<Transport>();
    cheap_to_clone::<contactship::Client>();
    cheap_to_clone::<inboxapp_v1::Client>();
    cheap_to_clone::<inboxapp_v2::Client>();
    cheap_to_clone::<Credential>();
    cheap_to_clone::<Config>();
    cheap_to_clone::<CallOptions>();
    cheap_to_clone::<ResponseMetadata>();
    cheap_to_clone::<Response<Thread>>();
    cheap_to_clone::<inboxapp_v2::requests::Threads>();
    cheap_to_clone::<inboxapp_v2::requests::ThreadsList>();
    free::<Pages<inboxapp_v2::requests::ThreadsList>>();
    free::<Items<inboxapp_v2::requests::ThreadsList>>();
    cheap_to_clone::<RetryPolicy>();
    cheap_to_clone::<Attempt>();
}

#[test]
fn values_are_values() {
    plain::<Capabilities>();
    plain::<Headers>();
    plain::<PreparedRequest>();
    plain::<RateLimit>();
    plain::<IdempotencyKey>();
    plain::<KeyChoice>();
    plain::<SkippedField>();
    plain::<Sunset>();
    plain::<Delivery>();
    plain::<ErrorKind>();
    plain::<inboxapp_v2::ErrorDetails>();
    document::<Assignee>();
    document::<VendorJson>();
    document::<ProviderKind>();
    document::<Patch<String>>();
    document::<Thread>();
    document::<ThreadId>();
    document::<ThreadUpdate>();
    document::<Timestamp>();
    document::<contactship::types::Thread>();
    document::<contactship::types::ThreadUpdate>();
    document::<inboxapp_v1::types::Thread>();
    document::<inboxapp_v1::types::ThreadUpdate>();
    document::<inboxapp_v2::types::Thread>();
    document::<inboxapp_v2::types::ThreadUpdate>();
    word::<ThreadStatus>();
    word::<AssigneeKind>();
    word::<inboxapp_v1::ErrorCode>();
    word::<inboxapp_v2::ErrorCode>();
    word::<contactship::types::ThreadStatus>();
    key::<ThreadId>();
    key::<ProviderKind>();
    key::<IdempotencyKey>();
    key::<Assignee>();
}

#[test]
fn errors_are_errors() {
    fn error<E: StdError + Send + Sync + 'static>() {}
    fn question_mark() -> std::result::Result<ThreadId, Box<dyn StdError + Send + Sync>> {
        Ok("t-1".parse::<ThreadId>()?)
    }
    error::<Error>();
    assert_eq!(question_mark().unwrap().as_str(), "t-1");
    // A `Result` that is passed around stays small.
    assert_eq!(size_of::<Error>(), size_of::<usize>());
}

#[test]
fn words_of_the_errors_are_stable() {
    let kinds = [
        (ErrorKind::InvalidRequest, "invalid_request"),
        (ErrorKind::Unsupported, "unsupported"),
        (ErrorKind::InvalidConfig, "invalid_config"),
        (ErrorKind::Authentication, "authentication"),
        (ErrorKind::PermissionDenied, "permission_denied"),
        (ErrorKind::NotFound, "not_found"),
        (ErrorKind::Conflict, "conflict"),
        (ErrorKind::Rejected, "rejected"),
        (ErrorKind::RateLimited, "rate_limited"),
        (ErrorKind::Unavailable, "unavailable"),
        (ErrorKind::Connect, "connect"),
        (ErrorKind::Timeout, "timeout"),
        (ErrorKind::ConnectionLost, "connection_lost"),
        (ErrorKind::InvalidResponse, "invalid_response"),
        (ErrorKind::DryRun, "dry_run"),
    ];
    for (kind, word) in kinds {
        assert_eq!((kind.as_str(), kind.to_string().as_str()), (word, word));
    }
    let deliveries = [Delivery::NotSent, Delivery::Unknown, Delivery::Answered];
    assert_eq!(
        deliveries.map(|delivery| delivery.as_str()),
        ["not_sent", "unknown", "answered"]
    );
}

fn memory() -> MemoryProvider {
    let provider = MemoryProvider::new();
    provider.add_thread(Thread::new(
        MemoryProvider::KIND,
        "t-1".parse().unwrap(),
        ThreadStatus::Open,
    ));
    provider
}

/// Generic code takes a provider of any kind, behind any pointer.
async fn close(provider: impl ThreadProvider) -> ThreadStatus {
    provider.close_thread("t-1").await.unwrap().status
}

#[tokio::test]
async fn a_provider_is_one_behind_any_pointer() {
    let boxed: Box<dyn ThreadProvider> = Box::new(memory());
    let shared: Arc<dyn ThreadProvider> = Arc::new(memory());
    let nested: Box<dyn ThreadProvider> = Box::new(Arc::clone(&shared));
    assert_eq!(close(memory()).await, ThreadStatus::Closed);
    assert_eq!(close(&memory()).await, ThreadStatus::Closed);
    assert_eq!(close(&*boxed).await, ThreadStatus::Closed);
    assert_eq!(close(boxed).await, ThreadStatus::Closed);
    assert_eq!(close(nested).await, ThreadStatus::Closed);
    assert_eq!(close(shared).await, ThreadStatus::Closed);
}

#[tokio::test]
async fn a_provider_is_shared_by_tasks() {
    let provider: Arc<dyn ThreadProvider> = Arc::new(memory());
    let tasks = (0..4).map(|_| {
        let provider = Arc::clone(&provider);
        tokio::spawn(async move { close(provider).await })
    });
    for task in tasks.collect::<Vec<_>>() {
        assert_eq!(task.await.unwrap(), ThreadStatus::Closed);
    }
}

/// Futures go from thread to thread, so that a call can be a task on any runtime.
#[test]
fn every_future_can_be_spawned() {
    fn task<F: Future + Send>(_: F) {}
    let (id, update) = ("t-1".parse().unwrap(), ThreadUpdate::new().close());
    macro_rules! check {
        ($provider:ident) => {
            let provider = $provider::new("a-key").unwrap();
            task(provider.get_thread(&id));
            task(provider.update_thread(&id, &update));
            task(provider.close_thread(&id));
            task(
                provider
                    .as_native()
                    .with_options(&CallOptions::new())
                    .exchange(),
            );
            let dynamic: &dyn ThreadProvider = &provider;
            task(dynamic.update_thread(&id, &update));
            task(dynamic.unassign_thread(&id));
        };
    }
    check!(ContactShip);
    check!(InboxappV1);
    check!(InboxappV2);
}

/// One call of each generated client, as a future that owns its client.
trait Exchange {
    fn exchange(self) -> impl Future<Output = bool> + Send + 'static;
}

impl Exchange for contactship::Client {
    async fn exchange(self) -> bool {
        let update = self.threads().update("t-1");
        update.status("closed").await.is_ok()
    }
}

impl Exchange for inboxapp_v1::Client {
    async fn exchange(self) -> bool {
        let update = self.threads().update("t-1");
        update.done(true).await.is_ok()
    }
}

impl Exchange for inboxapp_v2::Client {
    async fn exchange(self) -> bool {
        self.threads().get("t-1").await.is_ok()
    }
}

#[test]
fn a_provider_can_be_told_from_another() {
    let mut providers = Vec::from(Vendor::ALL.map(|vendor| vendor.connect("http://127.0.0.1:9")));
    providers.push(Box::new(memory()));
    let names: Vec<_> = providers
        .iter()
        .map(|provider| provider.kind().as_str())
        .collect();
    assert_eq!(names, ["contactship", "inboxapp-v1", "inboxapp", "memory"]);
    for (vendor, provider) in Vendor::ALL.iter().zip(&providers) {
        assert_eq!(provider.kind(), &vendor.kind());
        assert_eq!(provider.kind().as_str(), vendor.name());
    }
    let native: Option<&(dyn Any + Send + Sync)> = providers[0].native_client();
    assert!(native.unwrap().is::<contactship::Client>());
}

#[test]
fn the_servers_are_the_vendors_own_unless_said_otherwise() {
    let contactship = ContactShip::new(CREDENTIAL).unwrap();
    let v1 = InboxappV1::new(CREDENTIAL).unwrap();
    let v2 = InboxappV2::new(CREDENTIAL).unwrap();
    for (transport, url) in [
        (
            contactship.as_native().transport(),
            "https://api.contactship.ai",
        ),
        (v1.as_native().transport(), "https://inboxapp.com/api/v1"),
        (v2.as_native().transport(), "https://inboxapp.com/api/v2"),
    ] {
        assert_eq!(transport.base_url(), url);
    }
}
