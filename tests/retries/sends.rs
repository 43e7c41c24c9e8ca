//! The rows of the table that only sends of Inboxapp's version 2 meet, on the emulator where it says so of itself.

use threadline::inboxapp_v2::{ErrorCode, ErrorDetails};
use threadline::{Delivery, ErrorKind};
use threadline_emulator::{Emulator, Fault, FaultPlan, ProviderKind};
use threadline_tests::CREDENTIAL;

use crate::calls::{Call, inboxapp_v2};
use crate::script::Act;
use crate::{ONCE, requests};

/// An emulator on which one thing always goes wrong, and one of its threads.
async fn emulator(fault: Fault) -> (Emulator, String) {
    let emulator = Emulator::builder()
        .credential(CREDENTIAL)
        .faults(FaultPlan::seeded(1).chance(fault, 1.0))
        .start()
        .await
        .unwrap();
    let thread = emulator
        .thread_ids(&ProviderKind::InboxappV2)
        .swap_remove(0);
    (emulator, thread)
}

#[tokio::test]
async fn send_in_progress_is_retried_with_the_same_key_until_the_send_is_done() {
    let (emulator, thread) = emulator(Fault::StallAfter).await;
    let call = Call::InboxappV2KeyedSend;
    let make = || call.make_in(&thread, emulator.inboxapp_url());
    // The first attempt is carried out and stalls, the second one nobody answers either.
    let error = make().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);

    // From now on nothing else goes wrong; the first one still stalls.
    emulator.faults(&FaultPlan::seeded(1));
    let error = make().await.unwrap_err();
    assert_eq!(ErrorCode::of(&error), Some(ErrorCode::SendInProgress));
    assert_eq!(
        (error.attempts(), error.delivery()),
        (2, Delivery::Answered)
    );
    assert!(error.is_retryable());
    let Some(ErrorDetails::SendInProgress(details)) = ErrorDetails::of(&error) else {
        panic!("{error:?}");
    };

    emulator.stop_faults();
    make().await.unwrap();
    let requests = emulator.requests();
    for request in &requests {
        assert_eq!(request.header("idempotency-key"), Some("key-1"));
    }
    let outcomes = requests.iter().filter_map(|request| request.outcome);
    assert_eq!(outcomes.collect::<Vec<_>>(), [201, 409, 409, 409, 200]);
    let messages = inboxapp_v2(emulator.inboxapp_url()).messages();
    let found = messages.get(&details.message_id).await;
    assert_eq!(found.unwrap().content, "hello");
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn send_in_progress_is_not_retried_without_a_key() {
    // The vendor says so of keys only.
    let body = r#"{"code":"sendInProgress","message":"","details":null,"requestId":"r"}"#;
    let seen = requests(Call::InboxappV2KeylessSend, Act::Answer(409, body)).await;
    assert_eq!(seen, ONCE);
}

#[tokio::test]
async fn send_unconfirmed_is_never_retried() {
    for fault in [Fault::SendUnconfirmed, Fault::SendUnconfirmedAfter] {
        for call in [
            Call::InboxappV2Send,
            Call::InboxappV2KeyedSend,
            Call::InboxappV2KeylessSend,
        ] {
            let (emulator, thread) = emulator(fault).await;
            let url = emulator.inboxapp_url();
            let error = call.make_in(&thread, url).await.unwrap_err();
            let requests = emulator.requests();
            assert_eq!(requests.len(), ONCE, "{call:?}");
            assert_eq!(requests[0].applied(), fault.is_after());
            assert_eq!(
                (error.code(), error.status()),
                (Some("sendUnconfirmed"), Some(502))
            );
            assert_eq!(
                (error.attempts(), error.delivery()),
                (1, Delivery::Answered)
            );
            assert!(!error.is_retryable(), "{call:?}");

            emulator.stop_faults();
            let Some(ErrorDetails::SendUnconfirmed(details)) = ErrorDetails::of(&error) else {
                panic!("{error:?}");
            };
            match inboxapp_v2(url).messages().get(&details.message_id).await {
                Ok(message) => assert!(fault.is_after() && message.content == "hello"),
                Err(error) => {
                    assert!(!fault.is_after());
                    assert_eq!(ErrorCode::of(&error), Some(ErrorCode::MessageNotFound));
                }
            }
            assert_eq!(emulator.violations(), []);
        }
    }
}

#[tokio::test]
async fn send_unconfirmed_is_not_even_retried_where_that_is_harmless() {
    // The vendor says so of sends only.
    let body = r#"{"code":"sendUnconfirmed","message":"","details":null,"requestId":"r"}"#;
    let seen = requests(Call::InboxappV2Update, Act::Answer(502, body)).await;
    assert_eq!(seen, ONCE);
}
