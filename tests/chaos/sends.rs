//! Sends are carried out once, or not at all: without a key because they are not repeated, with one because the vendor
//! recognises it.

use futures_util::stream::{self, StreamExt};
use threadline_emulator::{Emulator, Provider};
use threadline_inboxapp_v1 as v1;
use threadline_inboxapp_v2 as v2;

use crate::ledger::{Told, by_mark, check};
use crate::{calls, hostile, settings};

const IN_FLIGHT: usize = 16;

#[tokio::test]
async fn a_send_without_a_key_is_never_carried_out_twice() {
    let total = calls(200, 7_000);
    let emulator = hostile(21, total).await;
    let client = v2::Client::new(
        settings(v2::Client::builder(), emulator.inboxapp_url())
            .build()
            .unwrap(),
    );
    let thread = emulator.thread_ids(Provider::Inboxapp).swap_remove(0);
    let told = stream::iter(0..total)
        .map(|number| {
            let (client, thread) = (client.clone(), thread.clone());
            async move {
                let mark = format!("mark{number}");
                let send = v2::types::SendRequest::new(
                    v2::types::SendToThread::new(thread),
                    mark.as_str(),
                );
                let params = v2::types::SendMessageParams::new();
                let result = client.send_message(&send, &params).await;
                (mark, Told::from(&result))
            }
        })
        .buffer_unordered(IN_FLIGHT)
        .collect()
        .await;
    carried_out_at_most_once(&emulator, &told, |outcome| (200..300).contains(&outcome));
}

#[tokio::test]
async fn a_send_with_a_key_is_repeated_and_carried_out_once() {
    let total = calls(200, 7_000);
    let emulator = hostile(22, total).await;
    let client = v2::Client::new(
        settings(v2::Client::builder(), emulator.inboxapp_url())
            .build()
            .unwrap(),
    );
    let thread = emulator.thread_ids(Provider::Inboxapp).swap_remove(0);
    let told: Vec<_> = stream::iter(0..total)
        .map(|number| {
            let (client, thread) = (client.clone(), thread.clone());
            async move {
                let mark = format!("mark{number}");
                let send = v2::types::SendRequest::new(
                    v2::types::SendToThread::new(thread),
                    mark.as_str(),
                );
                let params = v2::types::SendMessageParams::new()
                    .set_idempotency_key(format!("key-{number}"));
                let result = client.send_message(&send, &params).await;
                (mark, Told::from(&result))
            }
        })
        .buffer_unordered(IN_FLIGHT)
        .collect()
        .await;
    // 200 is the vendor's word that it had the message already.
    carried_out_at_most_once(&emulator, &told, |outcome| outcome == 201);
    let done = told
        .iter()
        .filter(|(_, told)| matches!(told, Told::Done))
        .count();
    assert!(done > total * 9 / 10, "only {done} of {total} got through");
}

#[tokio::test]
async fn a_send_of_v1_which_knows_no_keys_is_never_carried_out_twice() {
    let total = calls(200, 6_000);
    let emulator = hostile(23, total).await;
    let client = v1::Client::new(
        settings(v1::Client::builder(), emulator.inboxapp_v1_url())
            .build()
            .unwrap(),
    );
    let thread = emulator.thread_ids(Provider::InboxappV1).swap_remove(0);
    let told = stream::iter(0..total)
        .map(|number| {
            let (client, thread) = (client.clone(), thread.clone());
            async move {
                let mark = format!("mark{number}");
                let result = client
                    .send_message(&thread, &v1::types::MessageSend::new(mark.as_str()))
                    .await;
                (mark, Told::from(&result))
            }
        })
        .buffer_unordered(IN_FLIGHT)
        .collect()
        .await;
    carried_out_at_most_once(&emulator, &told, |outcome| (200..300).contains(&outcome));
}

fn carried_out_at_most_once(
    emulator: &Emulator,
    told: &Vec<(String, Told)>,
    carried_out: impl Fn(u16) -> bool,
) {
    let requests = emulator.requests();
    let seen = by_mark(&requests);
    for (mark, told) in told {
        let seen = seen.get(mark).map_or(&[][..], Vec::as_slice);
        check(mark, told, seen);
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
