//! Lists as streams, and many updates at once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{FutureExt as _, StreamExt as _};
use threadline::testing::{Failure, MemoryProvider};
use threadline::{
    Capabilities, Capability, Config, Credential, Cursor, ErrorKind, InboxappV1, InboxappV2,
    MessageQuery, Order, Page, PageRequest, ProviderKind, Result, Thread, ThreadId, ThreadProvider,
    ThreadProviderExt as _, ThreadQuery, ThreadStatus, ThreadUpdate, async_trait,
};
use threadline_emulator::Emulator;

fn config(url: &str) -> Config {
    let credential = Credential::new(Emulator::CREDENTIAL).unwrap();
    Config::new().credential(credential).base_url(url)
}

fn inboxapp_v2(emulator: &Emulator) -> InboxappV2 {
    InboxappV2::with_config(config(emulator.inboxapp_url())).unwrap()
}

/// The ids of a page.
fn ids(threads: &[Thread]) -> Vec<ThreadId> {
    threads.iter().map(|thread| thread.id.clone()).collect()
}

#[tokio::test]
async fn a_limit_fetches_one_page_of_its_size() {
    let emulator = Emulator::start().await.unwrap();
    let inbox = inboxapp_v2(&emulator);
    let query = ThreadQuery::open().limit(5);
    let threads: Vec<_> = inbox.threads(&query).collect().await;
    assert_eq!(threads.len(), 5);
    let requests = emulator.requests();
    assert_eq!(requests.len(), 1);
    let target = requests[0].query.as_deref().unwrap();
    assert!(
        target.contains("limit=5") && target.contains("folder=inbox"),
        "{target}"
    );

    emulator.clear_requests();
    assert!(inbox.threads(&query.limit(0)).next().await.is_none());
    assert_eq!(emulator.requests().len(), 0);
}

#[tokio::test]
async fn a_stored_cursor_goes_on_in_another_process() {
    let emulator = Emulator::start().await.unwrap();
    type Connect = fn(&Emulator) -> Box<dyn ThreadProvider>;

    let providers: [Connect; 2] = [
        |emulator| Box::new(inboxapp_v2(emulator)),
        |emulator| Box::new(InboxappV1::with_config(config(emulator.inboxapp_v1_url())).unwrap()),
    ];
    for connect in providers {
        let query = ThreadQuery::open();
        let whole = connect(&emulator).threads(&query).into_vec().await.unwrap();
        assert!(whole.len() > 10);

        let mut stored: Option<String> = None;
        let mut found = Vec::new();
        loop {
            // Nothing but the text is left of the page before.
            let inbox = connect(&emulator);
            let cursor = stored.map(|text| text.parse::<Cursor>().unwrap());
            let mut threads = inbox.threads(&query).page_size(7).start_at(cursor);
            let page = threads.next_page().await.unwrap().unwrap();
            assert!(page.len() <= 7);
            found.extend(page);
            match threads.cursor() {
                Some(cursor) => stored = Some(cursor.to_string()),
                None => break,
            }
        }
        assert_eq!(ids(&found), ids(&whole));

        // The same for messages.
        let inbox = connect(&emulator);
        let thread = &whole[0].id;
        let messages = inbox.messages(thread).into_vec().await.unwrap();
        let mut pages = inbox.messages(thread).page_size(1);
        let first = pages.next_page().await.unwrap().unwrap();
        if let Some(cursor) = pages.cursor().cloned() {
            let rest = connect(&emulator);
            let rest = rest
                .messages(thread)
                .start_at(cursor)
                .into_vec()
                .await
                .unwrap();
            assert_eq!([first, rest].concat(), messages);
        }
    }
}

#[tokio::test]
async fn a_foreign_cursor_is_refused_by_v1_before_anything_is_sent() {
    let emulator = Emulator::start().await.unwrap();
    let inbox = InboxappV1::with_config(config(emulator.inboxapp_v1_url())).unwrap();
    let page = PageRequest::new().after(Cursor::new("eyJpZCI6MX0").unwrap());
    let error = inbox
        .list_threads(&ThreadQuery::open(), &page)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    let message = error.to_string();
    assert!(
        message.contains("eyJpZCI6MX0") && message.contains("next cursor"),
        "{message}"
    );
    assert_eq!(emulator.requests().len(), 0);
}

static KIND: ProviderKind = ProviderKind::other("endless");

/// A provider of many threads, whose pages are made on demand.
#[derive(Debug, Default)]
struct Endless {
    pages: AtomicUsize,
    /// The page that never arrives.
    stuck: Option<usize>,
    /// Whether every page links to itself.
    is_circular: bool,
    in_flight: Arc<AtomicUsize>,
    most_in_flight: AtomicUsize,
}

/// Counts what is in flight.
struct InFlight(Arc<AtomicUsize>);

impl InFlight {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(count))
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn thread(number: usize) -> Thread {
    let id = format!("t-{number}").parse().unwrap();
    Thread::new(KIND.clone(), id, ThreadStatus::Open)
}

#[async_trait]
impl ThreadProvider for Endless {
    fn kind(&self) -> &ProviderKind {
        &KIND
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::all()
    }

    async fn list_threads(&self, _: &ThreadQuery, page: &PageRequest) -> Result<Page<Thread>> {
        let _guard = InFlight::new(&self.in_flight);
        let number = page
            .cursor
            .as_ref()
            .map_or(0, |it| it.as_str().parse().unwrap());
        if self.stuck == Some(number) {
            std::future::pending::<()>().await;
        }
        self.pages.fetch_add(1, Ordering::SeqCst);
        let next = if self.is_circular {
            number.max(1)
        } else {
            number + 1
        };
        let items = (number * 100..(number + 1) * 100).map(thread).collect();
        Ok(Page::new(items).next((next < 100).then(|| Cursor::new(next.to_string()).unwrap())))
    }

    async fn update_thread(&self, id: &ThreadId, _: &ThreadUpdate) -> Result<Thread> {
        let _guard = InFlight::new(&self.in_flight);
        let now = self.in_flight.load(Ordering::SeqCst);
        self.most_in_flight.fetch_max(now, Ordering::SeqCst);
        if self.stuck.is_some() {
            std::future::pending::<()>().await;
        }
        tokio::task::yield_now().await;
        Ok(Thread::new(KIND.clone(), id.clone(), ThreadStatus::Closed))
    }
}

#[tokio::test]
async fn ten_thousand_threads_are_never_in_memory_at_once() {
    let inbox = Endless::default();
    let mut threads = inbox.threads(&ThreadQuery::new());
    let mut count = 0;
    while let Some(thread) = threads.next().await {
        assert_eq!(thread.unwrap().id.as_str(), format!("t-{count}"));
        count += 1;
        // No page is fetched before the one in hand is used up.
        assert_eq!(inbox.pages.load(Ordering::SeqCst), (count - 1) / 100 + 1);
    }
    assert_eq!(count, 10_000);
    assert!(threads.next().await.is_none());
}

#[tokio::test]
async fn a_dropped_stream_leaves_nothing_running() {
    let inbox = Endless {
        stuck: Some(1),
        ..Endless::default()
    };
    let mut threads = inbox.threads(&ThreadQuery::new());
    for _ in 0..100 {
        threads.next().await.unwrap().unwrap();
    }
    // The next page is under way and never arrives; giving up waiting does not give it up.
    assert!(threads.next().now_or_never().is_none());
    assert_eq!(inbox.in_flight.load(Ordering::SeqCst), 1);
    drop(threads);
    assert_eq!(inbox.in_flight.load(Ordering::SeqCst), 0);

    let close = ThreadUpdate::new().close();
    let ids = (0..10).map(|number| thread(number).id);
    let mut updates = inbox.update_threads(ids, &close, 4);
    assert!(updates.next().now_or_never().is_none());
    assert_eq!(inbox.in_flight.load(Ordering::SeqCst), 4);
    drop(updates);
    assert_eq!(inbox.in_flight.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_list_that_runs_in_circles_ends_in_an_error() {
    let inbox = Endless {
        is_circular: true,
        ..Endless::default()
    };
    let mut threads = inbox.threads(&ThreadQuery::new());
    let mut seen = BTreeSet::new();
    let error = loop {
        match threads.next().await.unwrap() {
            Ok(thread) => assert!(seen.insert(thread.id), "a thread twice"),
            Err(error) => break error,
        }
    };
    assert_eq!(
        (seen.len(), error.kind()),
        (200, ErrorKind::InvalidResponse)
    );
    assert_eq!(
        (error.provider(), error.operation()),
        ("endless", Some("list_threads"))
    );
    assert!(threads.next().await.is_none());
}

#[tokio::test]
async fn a_limit_between_two_pages_loses_nothing() {
    let inbox = MemoryProvider::new();
    for number in 0..30 {
        inbox.add_thread(thread(number));
    }
    let query = ThreadQuery::new().limit(15);
    let mut threads = inbox.threads(&query).page_size(10);
    let mut found = threads.next_page().await.unwrap().unwrap();
    found.extend(threads.next_page().await.unwrap().unwrap());
    assert_eq!(found.len(), 15);
    let rest = inbox
        .threads(&ThreadQuery::new())
        .start_at(threads.cursor().cloned());
    found.extend(rest.into_vec().await.unwrap());
    let unique: BTreeSet<_> = ids(&found).into_iter().collect();
    assert_eq!((found.len(), unique.len()), (30, 30));

    // A page that the limit cuts short has no cursor to go on at.
    let query = ThreadQuery::new().limit(5).filter_locally(true);
    let mut threads = inbox.threads(&query).page_size(10);
    assert_eq!(threads.next_page().await.unwrap().unwrap().len(), 5);
    assert_eq!(threads.cursor(), None);
}

#[tokio::test]
async fn an_error_ends_a_list_and_leaves_the_cursor() {
    let inbox = MemoryProvider::new();
    for number in 0..30 {
        inbox.add_thread(thread(number));
    }
    let query = ThreadQuery::new();
    let mut threads = inbox.threads(&query).page_size(10);
    let first = threads.next_page().await.unwrap().unwrap();
    inbox.fail_next(Failure::unavailable());
    let error = threads.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(threads.next().await.is_none());
    let cursor = threads.cursor().cloned();
    let rest = threads.start_at(cursor).into_vec().await.unwrap();
    assert_eq!((first.len(), rest.len()), (10, 20));
}

#[tokio::test]
async fn updates_are_bounded_and_each_has_an_outcome() {
    let inbox = Endless::default();
    let close = ThreadUpdate::new().close();
    let ids = (0..500).map(|number| thread(number).id);
    let outcomes: Vec<_> = inbox.update_threads(ids, &close, 8).collect().await;
    let updated: BTreeSet<_> = outcomes.iter().map(|(id, _)| id).collect();
    assert_eq!((outcomes.len(), updated.len()), (500, 500));
    assert!(
        outcomes
            .iter()
            .all(|(id, outcome)| outcome.as_ref().unwrap().id == *id)
    );
    assert_eq!(inbox.most_in_flight.load(Ordering::SeqCst), 8);
}

#[tokio::test]
async fn an_authentication_failure_stops_the_updates() {
    let inbox = MemoryProvider::new();
    for number in 0..100 {
        inbox.add_thread(thread(number));
    }
    let close = ThreadUpdate::new().close();
    inbox.fail_next_of(Capability::UpdateThread, Failure::not_found());
    inbox.fail_next_of(Capability::UpdateThread, Failure::authentication());
    let ids = inbox.all_threads().into_iter().map(|thread| thread.id);
    let mut outcomes = inbox.update_threads(ids, &close, 3);
    assert!(!outcomes.is_stopped());
    let mut kinds = Vec::new();
    while let Some((_, outcome)) = outcomes.next().await {
        kinds.extend(outcome.err().map(|error| error.kind()));
    }
    assert!(outcomes.is_stopped());
    assert_eq!(kinds, [ErrorKind::NotFound, ErrorKind::Authentication]);
    // Those already in flight were finished, no other was started.
    assert!(
        (2..=5).contains(&inbox.calls().len()),
        "{}",
        inbox.calls().len()
    );
    let closed = inbox
        .all_threads()
        .iter()
        .filter(|thread| thread.is_closed())
        .count();
    assert_eq!(closed, inbox.calls().len() - 2);
}

#[tokio::test]
async fn messages_come_in_both_directions_of_time() {
    let emulator = Emulator::start().await.unwrap();
    let inbox = inboxapp_v2(&emulator);
    let thread: ThreadId = emulator.thread_ids(inbox.kind())[0].parse().unwrap();
    let newest = inbox.messages(&thread).into_vec().await.unwrap();
    let query = MessageQuery::new(thread).order(Order::OldestFirst);
    let mut oldest = inbox.messages(query).into_vec().await.unwrap();
    assert!(oldest.len() > 1);
    oldest.reverse();
    assert_eq!(oldest, newest);
}

#[tokio::test]
async fn local_filters_are_asked_for_and_said() {
    let emulator = Emulator::start().await.unwrap();
    let inbox = inboxapp_v2(&emulator);
    let query = ThreadQuery::open().unread(true);
    let error = inbox.threads(&query).into_vec().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let message = error.to_string();
    assert!(
        message.contains("list_threads.unread") && message.contains("filter_locally"),
        "{message}"
    );
    assert_eq!(emulator.requests().len(), 0);

    let all = inbox
        .threads(&ThreadQuery::open())
        .into_vec()
        .await
        .unwrap();
    let query = query.filter_locally(true);
    let mut unread = inbox.threads(&query);
    let mut found = Vec::new();
    while let Some(thread) = unread.next().await {
        found.push(thread.unwrap());
    }
    assert!(found.iter().all(|thread| thread.unread == Some(true)));
    assert_eq!(found.len() + unread.filtered_out(), all.len());
    let expected = all
        .iter()
        .filter(|thread| thread.unread == Some(true))
        .count();
    assert_eq!(found.len(), expected);
}
