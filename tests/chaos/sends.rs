//! Sends are carried out once, or not at all: without a key because they are not repeated, with one because the vendor
//! recognises it.

use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use threadline::{Error, IdempotencyKey, KeyChoice};
use threadline_emulator::{Emulator, Fault, ProviderKind, ReceivedRequest};
use threadline_inboxapp_v1 as v1;
use threadline_inboxapp_v2 as v2;

use crate::ledger::{Told, by_mark, check};
use crate::{ATTEMPT, STALL, calls, eager, hostile, settings, unconfirmed};

const IN_FLIGHT: usize = 16;

/// What came of each call, by its mark.
pub type Results = Vec<(String, Result<(), Error>)>;

#[tokio::test]
async fn a_send_without_a_key_is_never_carried_out_twice() {
    let total = calls(400, 7_000);
    let emulator = hostile(21, total, STALL).await;
    let client = v2::Client::with_config(settings(emulator.inboxapp_url())).unwrap();
    let results = send_all(&emulator, &client, total, |_| KeyChoice::Without).await;
    carried_out_at_most_once(&emulator, &results, |outcome| (200..300).contains(&outcome));
    unconfirmed::check(&emulator, &client, &results).await;
}

#[tokio::test]
async fn a_send_with_a_key_of_its_own_is_repeated_and_carried_out_once() {
    repeated_and_carried_out_once(22, |number| {
        KeyChoice::Own(IdempotencyKey::new(format!("key-{number}")).unwrap())
    })
    .await;
}

#[tokio::test]
async fn a_send_with_a_generated_key_is_repeated_and_carried_out_once() {
    repeated_and_carried_out_once(24, |_| KeyChoice::Generated).await;
}

async fn repeated_and_carried_out_once(seed: u64, key: impl Fn(usize) -> KeyChoice) {
    let total = calls(400, 7_000);
    // A sender is back long before a stall ends, and has the patience to see its end.
    let emulator = hostile(seed, total, ATTEMPT * 6).await;
    let pause = Duration::from_millis(60);
    let patient = eager().max_attempts(100).base_delay(pause).max_delay(pause);
    let config = settings(emulator.inboxapp_url()).retry(patient);
    let client = v2::Client::with_config(config).unwrap();
    let results = send_all(&emulator, &client, total, key).await;
    // 200 is the vendor's word that it had the message already.
    carried_out_at_most_once(&emulator, &results, |outcome| outcome == 201);
    let done = results.iter().filter(|(_, result)| result.is_ok()).count();
    assert!(done > total * 9 / 10, "only {done} of {total} got through");
    in_progress_ends(&emulator, &results);
    unconfirmed::check(&emulator, &client, &results).await;
}

#[tokio::test]
async fn a_send_of_v1_which_knows_no_keys_is_never_carried_out_twice() {
    let total = calls(200, 6_000);
    let emulator = hostile(23, total, STALL).await;
    let client = v1::Client::with_config(settings(emulator.inboxapp_v1_url())).unwrap();
    let thread = emulator
        .thread_ids(&ProviderKind::InboxappV1)
        .swap_remove(0);
    let results = stream::iter(0..total)
        .map(|number| {
            let (client, thread) = (client.clone(), thread.clone());
            async move {
                let mark = format!("mark{number}");
                let result = client.messages().send(thread, mark.as_str()).await;
                (mark, result.map(drop))
            }
        })
        .buffer_unordered(IN_FLIGHT)
        .collect()
        .await;
    carried_out_at_most_once(&emulator, &results, |outcome| (200..300).contains(&outcome));
}

/// Sends many messages to version 2, each with a mark of its own.
async fn send_all(
    emulator: &Emulator,
    client: &v2::Client,
    total: usize,
    key: impl Fn(usize) -> KeyChoice,
) -> Results {
    let thread = emulator
        .thread_ids(&ProviderKind::InboxappV2)
        .swap_remove(0);
    stream::iter(0..total)
        .map(|number| {
            let thread = thread.clone();
            let key = key(number);
            async move {
                let mark = format!("mark{number}");
                let target = v2::types::SendToThread::new(thread);
                let send = client.messages().send(target, mark.as_str());
                let result = send.idempotency_key(key).await;
                (mark, result.map(drop))
            }
        })
        .buffer_unordered(IN_FLIGHT)
        .collect()
        .await
}

fn carried_out_at_most_once(
    emulator: &Emulator,
    results: &Results,
    carried_out: impl Fn(u16) -> bool,
) {
    let requests = emulator.requests();
    let seen = by_mark(&requests);
    for (mark, result) in results {
        let seen = seen.get(mark).map_or(&[][..], Vec::as_slice);
        check(mark, &Told::from(result), seen);
        let times = seen
            .iter()
            .filter_map(|request| request.outcome)
            .filter(|outcome| carried_out(*outcome))
            .count();
        assert!(times <= 1, "{mark} was carried out {times} times");
    }
    assert!(
        requests.iter().any(|request| request.fault.is_some()),
        "nothing went wrong at all"
    );
    assert!(
        emulator.violations().is_empty(),
        "{:?}",
        emulator.violations()
    );
}

/// A send that was told to wait for an earlier attempt is repeated with the same key, and succeeds.
fn in_progress_ends(emulator: &Emulator, results: &Results) {
    let requests = emulator.requests();
    let seen = by_mark(&requests);
    let mut waited = 0;
    for (mark, result) in results {
        let seen = seen.get(mark).map_or(&[][..], Vec::as_slice);
        if !seen.iter().any(|request| is_in_progress(request)) {
            continue;
        }
        waited += 1;
        let key = seen
            .first()
            .and_then(|request| request.header("idempotency-key"));
        assert!(key.is_some(), "{mark} has no key");
        for request in seen {
            assert_eq!(request.header("idempotency-key"), key, "{mark}");
        }
        let last = seen.last().unwrap();
        match result {
            Ok(()) => assert_eq!(last.outcome, Some(200), "{mark}"),
            // A 409 whose code cannot be read is the end, and so is a success that cannot be read.
            Err(error) => assert!(
                matches!(last.fault, Some(Fault::Garbage | Fault::Truncate)),
                "{mark}: {error}"
            ),
        }
    }
    assert!(waited > 0, "no send met another one with its key");
}

fn is_in_progress(request: &ReceivedRequest) -> bool {
    request.status == 409 && request.fault.is_none()
}
