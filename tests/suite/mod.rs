//! The suite that every provider passes.

mod unified;

use threadline::{
    Assignee, AssigneeKind, Delivery, Error, ErrorKind, Patch, Thread, ThreadId, ThreadProvider,
    ThreadProviderExt as _, ThreadStatus, ThreadUpdate,
};
use threadline_tests::Vendor;

/// A thread of a provider, and what the suite must know about them.
pub struct Subject<'a> {
    pub provider: &'a dyn ThreadProvider,
    pub id: ThreadId,
    /// Who has the thread after it was unassigned.
    fallback: Option<Assignee>,
    /// How many requests were sent so far.
    sent: Box<dyn Fn() -> usize + 'a>,
}

impl<'a> Subject<'a> {
    pub fn new(provider: &'a dyn ThreadProvider, id: ThreadId) -> Self {
        Self {
            provider,
            id,
            fallback: None,
            sent: Box::new(|| 0),
        }
    }

    pub fn counting(mut self, sent: impl Fn() -> usize + 'a) -> Self {
        self.sent = Box::new(sent);
        self
    }

    pub fn falling_back_to(mut self, assignee: Option<Assignee>) -> Self {
        self.fallback = assignee;
        self
    }

    /// The operations that errors of reading and updating name once the call has got that far: the
    /// vendor's, or the trait's methods where there is no vendor. What is refused before that always
    /// names the method.
    fn operations(&self) -> [&'static str; 2] {
        if self.provider.native_client().is_some() {
            [Vendor::READ, Vendor::UPDATE]
        } else {
            METHODS
        }
    }

    /// Updates the thread and checks what holds for every update that can be done.
    async fn update(&self, update: ThreadUpdate) -> Thread {
        let before = self.provider.get_thread(&self.id).await.unwrap();
        let updated = self.provider.update_thread(&self.id, &update).await;
        let updated = updated.unwrap_or_else(|error| panic!("{update:?}: {error:?}"));
        let status = update.status.clone().unwrap_or(before.status);
        assert_eq!(updated.status, status, "{update:?}");
        let assignee = match &update.assignee {
            Patch::Keep => before.assignee,
            Patch::Clear => self.fallback.clone(),
            Patch::Set(assignee) => Some(assignee.clone()),
        };
        assert_eq!(updated.assignee, assignee, "{update:?}");
        assert_eq!(updated.id, self.id);
        // What came back is what is kept, and the same once more changes nothing.
        assert_eq!(self.provider.get_thread(&self.id).await.unwrap(), updated);
        let again = self
            .provider
            .update_thread(&self.id, &update)
            .await
            .unwrap();
        assert_eq!(again, updated, "{update:?} twice");
        updated
    }

    /// Checks that a call fails and nothing was sent.
    async fn refuses(&self, update: ThreadUpdate, kind: ErrorKind) {
        let before = self.provider.get_thread(&self.id).await.unwrap();
        let sent = (self.sent)();
        let error = self
            .provider
            .update_thread(&self.id, &update)
            .await
            .unwrap_err();
        assert_eq!((self.sent)(), sent, "{update:?} was sent");
        assert_unsent(&error, kind, self.provider.kind().as_str());
        assert_eq!(self.provider.get_thread(&self.id).await.unwrap(), before);
    }
}

/// The trait's methods that read and update.
const METHODS: [&str; 2] = ["get_thread", "update_thread"];

fn assert_unsent(error: &Error, kind: ErrorKind, provider: &str) {
    assert_eq!(error.kind(), kind, "{error:?}");
    assert_eq!(error.provider(), provider);
    assert_eq!(error.operation(), Some(METHODS[1]));
    assert_eq!(error.delivery(), Delivery::NotSent);
    assert_eq!(error.attempts(), 0);
    assert!(!error.is_retryable());
}

/// Everything that a provider keeps to.
pub async fn contract(subject: &Subject<'_>) {
    reading(subject).await;
    closing_and_reopening(subject).await;
    assigning(subject).await;
    several_changes(subject).await;
    what_it_cannot_do(subject).await;
    unknown_threads(subject).await;
    shorthands(subject).await;
    unified::round_trips(subject).await;
}

async fn reading(subject: &Subject<'_>) {
    let provider = subject.provider;
    assert!(provider.capabilities().get_thread);
    let sent = (subject.sent)();
    let thread = provider.get_thread(&subject.id).await.unwrap();
    let is_remote = provider.native_client().is_some();
    assert_eq!((subject.sent)(), sent + usize::from(is_remote));
    assert_eq!(
        (&thread.provider, &thread.id),
        (provider.kind(), &subject.id)
    );
    assert_eq!(thread.vendor_json.is_some(), is_remote);
    assert_eq!(provider.get_thread(&subject.id).await.unwrap(), thread);
}

async fn closing_and_reopening(subject: &Subject<'_>) {
    assert!(subject.provider.capabilities().update_thread);
    subject.update(ThreadUpdate::new().close()).await;
    subject.update(ThreadUpdate::new().reopen()).await;
    subject.update(ThreadUpdate::new().status("closed")).await;
    subject.update(ThreadUpdate::new().status("open")).await;
}

async fn assigning(subject: &Subject<'_>) {
    let capabilities = subject.provider.capabilities();
    if capabilities.update_thread_assign_user {
        subject
            .update(ThreadUpdate::new().assign(Assignee::user("h7hbetn74ohz")))
            .await;
        subject
            .update(ThreadUpdate::new().assign(Assignee::user("k2jd8s0qpwmz")))
            .await;
    }
    if capabilities.update_thread_assign_agent {
        subject
            .update(ThreadUpdate::new().assign(Assignee::agent("agent-7")))
            .await;
    }
    if capabilities.update_thread_unassign {
        subject.update(ThreadUpdate::new().unassign()).await;
    }
}

async fn several_changes(subject: &Subject<'_>) {
    let sent = (subject.sent)();
    let update = ThreadUpdate::new().close().unassign();
    subject
        .provider
        .update_thread(&subject.id, &update)
        .await
        .unwrap();
    assert!(
        (subject.sent)() <= sent + 1,
        "several changes are one request"
    );
    subject.update(update).await;
    let user = Assignee::user("h7hbetn74ohz");
    subject
        .update(ThreadUpdate::new().reopen().assign(user))
        .await;
    subject
        .update(ThreadUpdate::new().reopen().unassign())
        .await;
}

async fn what_it_cannot_do(subject: &Subject<'_>) {
    let capabilities = subject.provider.capabilities();
    let agent = || ThreadUpdate::new().assign(Assignee::agent("agent-7"));
    if !capabilities.update_thread_assign_agent {
        subject.refuses(agent(), ErrorKind::Unsupported).await;
        subject
            .refuses(agent().close(), ErrorKind::Unsupported)
            .await;
    }
    if capabilities.update_thread_status_word {
        let snoozed = subject.update(ThreadUpdate::new().status("snoozed")).await;
        assert_eq!(snoozed.status, ThreadStatus::Unknown("snoozed".into()));
        subject.update(ThreadUpdate::new().reopen()).await;
    } else {
        let snooze = ThreadUpdate::new().status("snoozed");
        subject
            .refuses(snooze.clone(), ErrorKind::Unsupported)
            .await;
        subject
            .refuses(snooze.unassign(), ErrorKind::Unsupported)
            .await;
    }
    let team = Assignee::new(AssigneeKind::from("team"), "team-1");
    subject
        .refuses(ThreadUpdate::new().assign(team), ErrorKind::Unsupported)
        .await;
    subject
        .refuses(ThreadUpdate::new(), ErrorKind::InvalidRequest)
        .await;
    let nameless = ThreadUpdate::new().close().assign(Assignee::user(""));
    subject.refuses(nameless, ErrorKind::InvalidRequest).await;
}

async fn unknown_threads(subject: &Subject<'_>) {
    let provider = subject.provider;
    let unknown: ThreadId = "zzzzzzzzzzzzzzzzzzzzzzzz".parse().unwrap();
    let close = ThreadUpdate::new().close();
    let read = provider.get_thread(&unknown).await.unwrap_err();
    let update = provider.update_thread(&unknown, &close).await.unwrap_err();
    let [get, put] = subject.operations();
    for (error, operation) in [(read, get), (update, put)] {
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error:?}");
        assert_eq!(
            (error.provider(), error.operation()),
            (provider.kind().as_str(), Some(operation))
        );
        assert_eq!(error.delivery(), Delivery::Answered);
        assert!(!error.is_retryable());
        assert!(!error.message().is_empty());
        let is_remote = provider.native_client().is_some();
        assert_eq!(error.status(), is_remote.then_some(404));
    }
}

async fn shorthands(subject: &Subject<'_>) {
    let (provider, id) = (subject.provider, &subject.id);
    assert_eq!(
        provider.close_thread(id).await.unwrap().status,
        ThreadStatus::Closed
    );
    assert!(provider.is_thread_closed(id).await.unwrap());
    assert_eq!(
        provider.reopen_thread(id).await.unwrap().status,
        ThreadStatus::Open
    );
    assert!(!provider.is_thread_closed(id).await.unwrap());
    let user = Assignee::user("h7hbetn74ohz");
    let assigned = provider.assign_thread(id, user.clone()).await.unwrap();
    assert_eq!(assigned.assignee, Some(user));
    let unassigned = provider.unassign_thread(id).await.unwrap();
    assert_eq!(unassigned.assignee, subject.fallback);
}

/// A provider that can do nothing says so, whatever it is asked.
pub async fn nothing_is_supported(provider: &dyn ThreadProvider) {
    let id = "t-1".parse().unwrap();
    let read = provider.get_thread(&id).await.unwrap_err();
    let update = provider.close_thread(&id).await.unwrap_err();
    let [get, put] = METHODS;
    for (error, operation) in [(read, get), (update, put)] {
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert_eq!(
            (error.provider(), error.operation()),
            (provider.kind().as_str(), Some(operation))
        );
        assert_eq!(error.delivery(), Delivery::NotSent);
    }
    assert!(provider.native_client().is_none());
}
