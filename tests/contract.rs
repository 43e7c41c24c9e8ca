//! The contract of providers, over each API on the emulator, the provider in memory, and whatever
//! wraps one of them.

#[path = "contract/unified.rs"]
mod unified;

use std::sync::{Arc, Mutex};

use threadline::testing::MemoryProvider;
use threadline::testing::contract::Contract;
use threadline::{
    Assignee, CallOptions, Capabilities, Capability, Config, ContactShip, ErrorKind, InboxappV1,
    InboxappV2, ProviderKind, Template, ThreadId, ThreadProvider, ThreadProviderExt as _,
    ThreadQuery,
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

/// Checks the contract with a thread that has what the contract needs.
async fn keeps_the_contract(emulator: &Emulator, provider: &dyn ThreadProvider) {
    let kind = provider.kind();
    let thread = suitable_thread(emulator, provider).await;
    unified::round_trips(provider, &thread).await;
    let mut contract =
        Contract::new(provider, thread.clone()).requests(|| emulator.requests().len());
    if *kind == ProviderKind::ContactShip {
        // It lists only agents.
        let native = provider.as_native::<threadline::contactship::Client>();
        let native = native.unwrap();
        let tag = native.tags().list().items().next().await.unwrap();
        let thread = provider.get_thread(&thread).await.unwrap();
        let templates = native.whatsapp().list_templates(thread.account_id.unwrap());
        let template = templates.items().next().await.unwrap().unwrap();
        contract = contract
            .assignee(Assignee::user("usr-1"))
            .tag(tag.unwrap().id)
            .template(Template::new(template.name.unwrap()).language(template.language.unwrap()));
    }
    if let Err(violation) = contract.check().await {
        panic!("{kind}: {violation}");
    }
    assert_eq!(emulator.violations(), []);
}

/// An open thread of the inbox whose contact has tags and a status.
async fn suitable_thread(emulator: &Emulator, provider: &dyn ThreadProvider) -> ThreadId {
    if !provider.capabilities().has(Capability::ListThreads) {
        let ids = emulator.thread_ids(provider.kind());
        return id(&ids[0]);
    }
    let mut threads = provider.threads(&ThreadQuery::open());
    while let Some(thread) = threads.next().await {
        let thread = thread.unwrap();
        let contact = thread
            .contact
            .as_ref()
            .and_then(|contact| contact.id.clone());
        let is_tagged = thread.tags.as_ref().is_some_and(|tags| !tags.is_empty());
        if let Some(contact) = contact.filter(|_| is_tagged) {
            let contact = provider.get_contact(&contact).await.unwrap();
            if contact.status.is_some() {
                return thread.id;
            }
        }
    }
    panic!("no thread has a contact with tags and a status");
}

#[tokio::test]
async fn contactship_keeps_the_contract() {
    let emulator = Emulator::start().await.unwrap();
    keeps_the_contract(&emulator, &contactship(&emulator)).await;
}

#[tokio::test]
async fn inboxapp_v1_keeps_the_contract() {
    let emulator = Emulator::start().await.unwrap();
    keeps_the_contract(&emulator, &inboxapp_v1(&emulator)).await;
}

#[tokio::test]
async fn inboxapp_v2_keeps_the_contract() {
    let emulator = Emulator::start().await.unwrap();
    keeps_the_contract(&emulator, &inboxapp_v2(&emulator)).await;
}

#[tokio::test]
async fn the_provider_in_memory_keeps_the_contract_without_each_capability() {
    let all = Capabilities::all();
    let one_less = Capability::ALL
        .iter()
        .map(|&capability| all.without(capability));
    let only_one = Capability::ALL
        .iter()
        .map(|&capability| Capabilities::none().with(capability));
    for capabilities in one_less.chain(only_one).chain([all, Capabilities::none()]) {
        // A part without its method, and an update that is nothing but its parts.
        let provider = MemoryProvider::with_examples().with_capabilities(capabilities);
        let is_whole = |capability: Capability| {
            let method = Capability::from_name(capability.operation()).unwrap();
            capabilities.has(method)
        };
        if !capabilities.iter().all(is_whole) || !is_checkable(capabilities) {
            continue;
        }
        let contract = Contract::new(&provider, id("t-1"))
            .assignee(Assignee::user("u-1"))
            .assignee(Assignee::agent("agent-1"))
            .requests(|| provider.calls().len());
        if let Err(violation) = contract.check().await {
            panic!("{violation} with {capabilities:?}");
        }
    }
}

/// The contract reads what it has changed.
fn is_checkable(capabilities: Capabilities) -> bool {
    let reads = capabilities.has(Capability::GetThread) && capabilities.has(Capability::GetContact);
    let whole = capabilities.has(Capability::ListThreadsStatus)
        && capabilities.has(Capability::UpdateThread)
        && capabilities.has(Capability::SendMessage)
        && capabilities.has(Capability::ListMessages)
        && capabilities.has(Capability::UpdateThreadAssignUser)
        && capabilities.has(Capability::UpdateThreadUnassign);
    (reads && whole) || capabilities == Capabilities::none()
}

#[tokio::test]
async fn whoever_wraps_a_provider_keeps_the_contract() {
    let emulator = Emulator::start().await.unwrap();
    let boxed: Box<dyn ThreadProvider> = Box::new(contactship(&emulator));
    keeps_the_contract(&emulator, &boxed).await;
    let shared: Arc<dyn ThreadProvider> = Arc::new(inboxapp_v2(&emulator));
    keeps_the_contract(&emulator, &shared).await;
    keeps_the_contract(&emulator, &&inboxapp_v1(&emulator)).await;
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
    Contract::new(&Nobody, id("t-1")).check().await.unwrap();
    let error = Nobody.close_thread("t-1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(
        error.to_string(),
        "nobody update_thread: nobody does not support update_thread"
    );
}

/// A provider that claims everything and does nothing.
#[derive(Debug)]
struct Braggart;

impl ThreadProvider for Braggart {
    fn kind(&self) -> &ProviderKind {
        &NOBODY
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::all()
    }
}

/// A provider that can do more than it claims.
#[derive(Clone, Debug)]
struct Modest(MemoryProvider);

#[threadline::async_trait]
impl ThreadProvider for Modest {
    fn kind(&self) -> &ProviderKind {
        self.0.kind()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::none()
    }

    async fn get_thread(&self, id: &ThreadId) -> threadline::Result<threadline::Thread> {
        self.0.get_thread(id).await
    }
}

#[tokio::test]
async fn the_contract_finds_what_is_claimed_wrongly() {
    let claimed = Contract::new(&Braggart, id("t-1"))
        .check()
        .await
        .unwrap_err();
    assert!(
        claimed.to_string().contains("does not support get_thread"),
        "{claimed}"
    );
    let modest = Modest(MemoryProvider::with_examples());
    let unclaimed = Contract::new(&modest, id("t-1")).check().await.unwrap_err();
    assert_eq!(unclaimed.capability(), Some(Capability::GetThread));
    assert!(
        unclaimed.to_string().contains("the call succeeded"),
        "{unclaimed}"
    );
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
