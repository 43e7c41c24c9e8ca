//! A send of which nobody knows is the end of its call, and its message can be looked up.

use threadline::{Delivery, Error, inboxapp_v2::ErrorDetails};
use threadline_emulator::{Emulator, Fault, ReceivedRequest};
use threadline_inboxapp_v2 as v2;

use crate::ledger::by_mark;
use crate::sends::Results;

/// The emulator's words for it.
const WORDS: &str = "Whether the message was sent is not known.";

/// Checks every call of a run. Lets nothing go wrong any more.
pub async fn check(emulator: &Emulator, client: &v2::Client, results: &Results) {
    let requests = emulator.requests();
    let seen = by_mark(&requests);
    emulator.stop_faults();
    let (mut sent, mut lost) = (0, 0);
    for (mark, result) in results {
        let seen = seen.get(mark).map_or(&[][..], Vec::as_slice);
        let Some(first) = seen.iter().position(|request| is_unconfirmed(request)) else {
            assert!(!has_code(result), "{mark}: {result:?}");
            continue;
        };
        let was_sent = seen[first].applied();
        let (before, after) = seen.split_at(first);
        assert!(before.iter().all(|request| !request.applied()), "{mark}");
        assert!(
            after[1..].iter().all(|request| !request.applied()),
            "{mark}"
        );
        assert!(result.is_err(), "{mark} was acknowledged");
        if !has_code(result) {
            // The caller had no time to hear of it.
            continue;
        }
        let error = result.as_ref().unwrap_err();
        let message = named(mark, error);
        let found = client.messages().get(&message).await;
        if was_sent {
            assert_eq!(&found.unwrap().into_inner().content, mark);
            sent += 1;
        } else {
            assert_eq!(found.unwrap_err().code(), Some("messageNotFound"), "{mark}");
            lost += 1;
        }
    }
    assert!(sent > 0 && lost > 0, "{sent} sent and {lost} lost");
}

/// Holds an error against what is said of it, and gives back the message it names.
fn named(mark: &str, error: &Error) -> String {
    assert_eq!(error.delivery(), Delivery::Answered, "{mark}");
    assert!(!error.is_retryable(), "{mark}");
    let history = error.history();
    let told = history
        .iter()
        .filter(|attempt| attempt.failure().contains(WORDS))
        .map(threadline_transport::Attempt::number);
    assert_eq!(
        told.collect::<Vec<_>>(),
        [error.attempts()],
        "{mark} was sent again"
    );
    match ErrorDetails::of(error) {
        Some(ErrorDetails::SendUnconfirmed(details)) => details.message_id,
        other => panic!("{mark}: {other:?}"),
    }
}

fn has_code(result: &Result<(), Error>) -> bool {
    result
        .as_ref()
        .is_err_and(|error| error.code() == Some("sendUnconfirmed"))
}

fn is_unconfirmed(request: &ReceivedRequest) -> bool {
    matches!(
        request.fault,
        Some(Fault::SendUnconfirmed | Fault::SendUnconfirmedAfter)
    )
}
