//! What every provider keeps to: one suite over each API on the emulator, and over the provider
//! in memory.

mod suite;

use std::sync::{Arc, Mutex};

use suite::{Subject, contract};
use threadline::memory::MemoryProvider;
use threadline::{
    Assignee, CallOptions, Capabilities, Config, ContactShip, InboxappV1, InboxappV2, ProviderKind,
    Thread, ThreadId, ThreadProvider, ThreadProviderExt as _, ThreadStatus,
};
use threadline_emulator::Emulator;
use threadline_inboxapp_v2::types::ThreadExpansion;

fn id(id: &str) -> ThreadId {
    id.parse().unwrap()
}

fn contactship(emulator: &Emulator) -> ContactShip {
    ContactShip::with_config(config(emulator.contactship_url())).unwrap()
}

fn inboxapp_v1(emulator: &Emulator) -> InboxappV1 {
    InboxappV1::with_config(config(emulator.inboxapp_v1_url())).unwrap()
}

fn inboxapp_v2(emulator: &Emulator) -> InboxappV2 {
    InboxappV2::with_config(config(emulator.inboxapp_url())).unwrap()
}

fn config(url: &str) -> Config {
    threadline_tests::config(url, Emulator::CREDENTIAL)
}

/// Runs the suite over the first threads of an API.
async fn on_emulator(emulator: &Emulator, api: ProviderKind, provider: &dyn ThreadProvider) {
    let ids = emulator.thread_ids(&api);
    assert!(ids.len() > 20, "{ids:?}");
    for thread in &ids[..6] {
        let subject = Subject::new(provider, id(thread)).counting(|| emulator.requests().len());
        // Where a thread nobody took is given to somebody all the same, the suite has to know.
        let fallback = provider
            .unassign_thread(&subject.id)
            .await
            .unwrap()
            .assignee;
        assert!(
            fallback.is_none() || api == ProviderKind::InboxappV2,
            "{fallback:?}"
        );
        contract(&subject.falling_back_to(fallback)).await;
    }
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn contactship_keeps_the_contract() {
    let emulator = Emulator::start().await.unwrap();
    let provider = contactship(&emulator);
    assert_eq!(provider.capabilities(), Capabilities::all());
    on_emulator(&emulator, ProviderKind::ContactShip, &provider).await;
}

#[tokio::test]
async fn inboxapp_v1_keeps_the_contract() {
    let emulator = Emulator::start().await.unwrap();
    on_emulator(&emulator, ProviderKind::InboxappV1, &inboxapp_v1(&emulator)).await;
}

#[tokio::test]
async fn inboxapp_v2_keeps_the_contract() {
    let emulator = Emulator::start().await.unwrap();
    on_emulator(&emulator, ProviderKind::InboxappV2, &inboxapp_v2(&emulator)).await;
}

#[tokio::test]
async fn the_provider_in_memory_keeps_the_contract() {
    let inboxapp = Capabilities::all()
        .update_thread_status_word(false)
        .update_thread_assign_agent(false);
    for capabilities in [Capabilities::all(), inboxapp] {
        let provider = MemoryProvider::new().with_capabilities(capabilities);
        provider.insert(Thread::new(
            MemoryProvider::KIND,
            id("t-1"),
            ThreadStatus::Open,
        ));
        contract(&Subject::new(&provider, id("t-1"))).await;
        assert_eq!(provider.snapshot().len(), 1);
    }
}

#[tokio::test]
async fn whoever_wraps_a_provider_keeps_the_contract() {
    let emulator = Emulator::start().await.unwrap();
    let boxed: Box<dyn ThreadProvider> = Box::new(contactship(&emulator));
    on_emulator(&emulator, ProviderKind::ContactShip, &boxed).await;
    let shared: Arc<dyn ThreadProvider> = Arc::new(inboxapp_v1(&emulator));
    on_emulator(&emulator, ProviderKind::InboxappV1, &shared).await;
}

static NOBODY: ProviderKind = ProviderKind::other("nobody");

/// A provider of nothing but a name.
#[derive(Debug)]
struct Nobody;

impl ThreadProvider for Nobody {
    fn kind(&self) -> &ProviderKind {
        &NOBODY
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::none()
    }
}

#[tokio::test]
async fn what_a_provider_does_not_implement_is_unsupported() {
    suite::nothing_is_supported(&Nobody).await;
    let provider = MemoryProvider::new().with_capabilities(Capabilities::none());
    provider.insert(Thread::new(
        MemoryProvider::KIND,
        id("t-1"),
        ThreadStatus::Open,
    ));
    let error = provider.close_thread(&id("t-1")).await.unwrap_err();
    assert_eq!(error.kind(), threadline::ErrorKind::Unsupported);
}

/// A thread of Inboxapp v2 that was unassigned belongs to whoever its contact belongs to.
#[tokio::test]
async fn an_unassigned_thread_falls_back_to_the_contacts_default() {
    let emulator = Emulator::start().await.unwrap();
    let provider = inboxapp_v2(&emulator);
    let threads = provider.as_native().threads();
    let mut seen = [false; 2];
    for thread in emulator.thread_ids(&ProviderKind::InboxappV2) {
        let expanded = threads.get(&thread).expand([ThreadExpansion::Contact]);
        let contact = expanded.await.unwrap().into_inner().contact;
        let default = contact.unwrap().assignee_id.map(Assignee::user);
        let assigned = provider
            .assign_thread(&id(&thread), Assignee::user("h7hbetn74ohz"))
            .await;
        assert_eq!(assigned.unwrap().assignee.unwrap().id, "h7hbetn74ohz");
        let unassigned = provider.unassign_thread(&id(&thread)).await.unwrap();
        assert_eq!(unassigned.assignee, default, "{thread}");
        seen[usize::from(default.is_some())] = true;
    }
    assert_eq!(seen, [true; 2], "threads with and without a default");
}

#[tokio::test]
async fn the_native_client_is_reachable() {
    let emulator = Emulator::start().await.unwrap();
    let providers: [Box<dyn ThreadProvider>; 4] = [
        Box::new(contactship(&emulator)),
        Box::new(inboxapp_v1(&emulator)),
        Box::new(inboxapp_v2(&emulator)),
        Box::new(MemoryProvider::new()),
    ];
    let natives: Vec<_> = providers
        .iter()
        .map(|provider| {
            (
                provider
                    .as_native::<threadline::contactship::Client>()
                    .is_some(),
                provider
                    .as_native::<threadline::inboxapp_v1::Client>()
                    .is_some(),
                provider
                    .as_native::<threadline::inboxapp_v2::Client>()
                    .is_some(),
            )
        })
        .collect();
    let (no, yes) = (false, true);
    assert_eq!(
        natives,
        [(yes, no, no), (no, yes, no), (no, no, yes), (no, no, no)]
    );

    // It speaks to the same server with the same credential.
    let thread = emulator.thread_ids(&ProviderKind::ContactShip).remove(0);
    let client = providers[0]
        .as_native::<threadline::contactship::Client>()
        .unwrap();
    let native = client.threads().get(&thread).await.unwrap().into_inner();
    let unified = providers[0].get_thread(&id(&thread)).await.unwrap();
    let read: threadline::contactship::types::Thread = unified.native().unwrap();
    assert_eq!(read, native);
}

/// Every field of every object that v2 can embed survives being read and written.
#[tokio::test]
async fn an_expanded_thread_is_read_whole() {
    let emulator = Emulator::start().await.unwrap();
    let provider = inboxapp_v2(&emulator);
    let everything = [
        ThreadExpansion::Profile,
        ThreadExpansion::Contact,
        ThreadExpansion::AccountLink,
        ThreadExpansion::Assignee,
    ];
    for thread in emulator.thread_ids(&ProviderKind::InboxappV2) {
        let request = provider.as_native().threads().get(&thread);
        let response = request.expand(everything).await.unwrap();
        let received: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
        let read = serde_json::to_value(response.into_inner()).unwrap();
        assert_eq!(
            threadline_tests::plain(&read),
            threadline_tests::plain(&received)
        );
        assert!(received.get("contact").is_some(), "{received}");
    }
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn what_the_vendors_say_beside_the_thread() {
    let emulator = Emulator::start().await.unwrap();
    let v1 = inboxapp_v1(&emulator);
    let clone = v1.clone();
    assert_eq!(v1.sunset(), None);
    let first = |api| id(&emulator.thread_ids(&api)[0]);
    v1.get_thread(&first(ProviderKind::InboxappV1))
        .await
        .unwrap();
    let sunset = clone.sunset().unwrap();
    assert_eq!(sunset.sunset(), Some("Thu, 03 Dec 2026 00:00:00 GMT"));

    let told = Arc::new(Mutex::new(None));
    let noted = Arc::clone(&told);
    let options = CallOptions::new().on_response(move |metadata| {
        *noted.lock().unwrap() = Some(metadata.clone());
    });
    let v2 = inboxapp_v2(&emulator).with_options(&options);
    v2.get_thread(&first(ProviderKind::InboxappV2))
        .await
        .unwrap();
    let metadata = told.lock().unwrap().take().unwrap();
    assert!(metadata.request_id().is_some());
    let limit = metadata.rate_limit().unwrap();
    assert!(limit.remaining() < limit.limit(), "{limit:?}");
    assert_eq!(v2.sunset(), None);
    let error = v2
        .get_thread(&id("aaaaaaaaaaaaaaaaaaaaaaaa"))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("threadNotFound"));
    assert_eq!(
        error.request_id(),
        error.headers().unwrap().get("x-request-id")
    );
    assert!(error.request_id().is_some());
}

#[tokio::test]
async fn a_wrong_credential_is_refused_by_every_vendor() {
    let emulator = Emulator::start().await.unwrap();
    for vendor in threadline_tests::Vendor::ALL {
        let url = match vendor {
            threadline_tests::Vendor::ContactShip => emulator.contactship_url(),
            threadline_tests::Vendor::InboxappV1 => emulator.inboxapp_v1_url(),
            threadline_tests::Vendor::InboxappV2 => emulator.inboxapp_url(),
        };
        let server = url.split("/api/").next().unwrap();
        let error = vendor
            .connect(server)
            .close_thread(&id("t-1"))
            .await
            .unwrap_err();
        assert_eq!(
            error.kind(),
            threadline::ErrorKind::Authentication,
            "{error}"
        );
        assert_eq!(error.status(), Some(401));
        assert!(!error.is_retryable());
    }
}
