//! Updates set absolute values: they are repeated, and the last one counts.

use std::collections::HashMap;

use serde_json::Value;
use threadline::{
    Assignee, ProviderKind, Thread, ThreadId, ThreadProvider, ThreadStatus, ThreadUpdate,
};
use threadline_emulator::ReceivedRequest;

use crate::ledger::{Told, by_mark, check};
use crate::{STALL, calls, hostile, settings};

const WORKERS: usize = 16;

#[tokio::test]
async fn contactship_loses_no_update() {
    run(ProviderKind::ContactShip, 11).await;
}

#[tokio::test]
async fn inboxapp_v1_loses_no_update() {
    run(ProviderKind::InboxappV1, 12).await;
}

#[tokio::test]
async fn inboxapp_v2_loses_no_update() {
    run(ProviderKind::InboxappV2, 13).await;
}

async fn run(kind: ProviderKind, seed: u64) {
    let total = calls(1_200, 34_000);
    let emulator = hostile(seed, total, STALL).await;
    let url = emulator.url(&kind).unwrap();
    let inbox = kind.connect(settings(url)).unwrap();
    let ids = emulator
        .thread_ids(&kind)
        .into_iter()
        .take(WORKERS)
        .collect::<Vec<_>>();
    let workers = ids
        .iter()
        .enumerate()
        .map(|(worker, id)| work(&*inbox, worker, id, total / WORKERS));
    let told = futures_util::future::join_all(workers)
        .await
        .into_iter()
        .flatten()
        .collect::<Vec<_>>();

    let requests = emulator.requests();
    let seen = by_mark(&requests);
    for (mark, told) in &told {
        check(mark, told, seen.get(mark).map_or(&[], Vec::as_slice));
    }
    let done = told
        .iter()
        .filter(|(_, told)| matches!(told, Told::Done))
        .count();
    assert!(
        done > told.len() * 9 / 10,
        "only {done} of {} got through",
        told.len()
    );
    assert!(
        requests.iter().any(|request| request.fault.is_some()),
        "nothing went wrong at all"
    );

    emulator.stop_faults();
    let finally = replayed(&requests);
    for id in &ids {
        let thread = inbox.get_thread(&id.parse().unwrap()).await.unwrap();
        let expected = finally.get(id.as_str()).unwrap();
        assert_eq!(&state(&thread), expected, "thread {id}");
    }
    assert!(
        emulator.violations().is_empty(),
        "{:?}",
        emulator.violations()
    );
}

/// One worker, one thread: its calls follow each other.
async fn work(
    inbox: &dyn ThreadProvider,
    worker: usize,
    id: &str,
    count: usize,
) -> Vec<(String, Told)> {
    let id: ThreadId = id.parse().unwrap();
    let mut told = Vec::with_capacity(count);
    for number in 0..count {
        let mark = format!("mark{}", worker * 1_000_000 + number);
        let update = ThreadUpdate::new().assign(Assignee::user(mark.as_str()));
        let update = if number % 2 == 0 {
            update.close()
        } else {
            update.reopen()
        };
        let result = inbox.update_thread(&id, &update).await;
        if let Ok(thread) = &result {
            assert_eq!(
                thread.assignee,
                Some(Assignee::user(mark.as_str())),
                "the answer is another call's"
            );
        }
        told.push((mark, Told::from(&result)));
    }
    told
}

/// Whether the thread is closed, and who has it.
type State = (bool, Option<String>);

fn state(thread: &Thread) -> State {
    let assignee = thread.assignee.as_ref().map(|assignee| assignee.id.clone());
    (thread.status == ThreadStatus::Closed, assignee)
}

/// The last state of each thread by what the server carried out, in its order.
fn replayed(requests: &[ReceivedRequest]) -> HashMap<String, State> {
    let mut threads = HashMap::new();
    for request in requests.iter().filter(|request| request.applied()) {
        let id = request
            .path
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned();
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let closed = match (&body["status"], &body["done"], &body["archived"]) {
            (Value::String(word), _, _) => word == "closed",
            (_, Value::Bool(closed), _) | (_, _, Value::Bool(closed)) => *closed,
            other => panic!("an update without a state: {other:?}"),
        };
        let assignee = body.get("assignee").or_else(|| body.get("assigneeId"));
        threads.insert(
            id,
            (closed, assignee.and_then(Value::as_str).map(str::to_owned)),
        );
    }
    threads
}
