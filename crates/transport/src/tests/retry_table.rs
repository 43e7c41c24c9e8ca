//! The retry table, tested cell by cell with whole calls.
//!
//! | failure | harmless | POST without a key | POST with a key |
//! |---|---|---|---|
//! | could not connect | retry | retry | retry |
//! | 429 | retry | retry | retry |
//! | 500, 502, 503, 504, 520–527 | retry | no | retry |
//! | timeout or connection lost after sending | retry | no | retry |
//! | a code that asks for the same key | - | no | retry, same key |
//! | a code that says never | no | no | never |
//! | any other 4xx, undecodable 2xx | no | no | no |

use super::{End, Script, Step, call, call_with, steady};
use crate::{IdempotencyKey, KeyChoice};

/// A column of the table.
#[derive(Debug, Clone, Copy)]
enum Column {
    Harmless,
    PostWithoutKey,
    KeyedOperationWithoutKey,
    PostWithKey,
}

/// Whether a failure is retried. If so, the second attempt succeeds.
async fn repeats(failure: Step, column: Column) -> bool {
    let script = Script::new([failure, Step::answer(200, "{}")]);
    let transport = steady(&script);
    let outcome = match column {
        Column::Harmless => call(&transport, "get_thread").await,
        Column::PostWithoutKey => call(&transport, "add_note").await,
        Column::KeyedOperationWithoutKey => {
            call_with(&transport, "send_message", KeyChoice::Without).await
        }
        Column::PostWithKey => {
            call_with(
                &transport,
                "send_message",
                IdempotencyKey::new("key-7").unwrap().into(),
            )
            .await
        }
    };
    let seen = script.seen();
    if let Column::PostWithKey = column {
        assert!(
            seen.iter()
                .all(|seen| seen.headers["idempotency-key"] == "key-7")
        );
    }
    assert_eq!(outcome.is_ok(), seen.len() == 2, "{column:?} {outcome:?}");
    if let Err(error) = outcome {
        assert!(!error.is_retryable(), "{column:?} {error:?}");
    }
    seen.len() == 2
}

/// Checks every failure of a row in a column.
async fn check(row: impl IntoIterator<Item = Step>, column: Column, expected: bool) {
    for failure in row {
        let shown = format!("{failure:?}");
        assert_eq!(
            repeats(failure, column).await,
            expected,
            "{column:?} {shown}"
        );
    }
}

fn could_not_connect() -> Vec<Step> {
    vec![Step::Refuse]
}

fn status_429() -> Vec<Step> {
    vec![
        Step::answer(429, ""),
        Step::answer(429, "<html>").header("retry-after", "1"),
        Step::answer(429, r#"{"code":"unheardOf"}"#),
    ]
}

fn status_500_502_503_504_520_to_527() -> Vec<Step> {
    let statuses = [500, 502, 503, 504, 520, 524, 527];
    let own = statuses.map(|status| Step::answer(status, r#"{"message":"oops"}"#));
    let foreign = statuses.map(|status| Step::answer(status, "<html>busy</html>"));
    own.into_iter().chain(foreign).collect()
}

fn timeout_or_connection_lost_after_sending() -> Vec<Step> {
    let cut = |end| Step::answer(200, r#"{"id":"#).end(end);
    vec![
        Step::Break,
        Step::Stall,
        cut(End::Broken),
        cut(End::Stalled),
    ]
}

fn send_in_progress_409() -> Vec<Step> {
    vec![Step::answer(409, r#"{"code":"sendInProgress"}"#)]
}

fn send_unconfirmed_502() -> Vec<Step> {
    vec![
        Step::answer(502, r#"{"code":"sendUnconfirmed"}"#),
        // The truncated code could have been that one.
        Step::answer(502, r#"{"code":"sendUnc"#).end(End::Broken),
    ]
}

fn any_other_4xx() -> Vec<Step> {
    (400..500)
        .filter(|status| *status != 429)
        .map(|status| Step::answer(status, ""))
        .collect()
}

fn undecodable_2xx() -> Vec<Step> {
    vec![
        Step::answer(200, "<html>"),
        Step::answer(201, r#"{"id":"#),
        Step::answer(299, "\u{0}"),
    ]
}

/// One test for each column of a row.
macro_rules! row {
    ($row:ident: $harmless:literal, $without_key:literal, $with_key:literal) => {
        mod $row {
            use super::{Column, check};

            #[tokio::test(start_paused = true)]
            async fn harmless() {
                check(super::$row(), Column::Harmless, $harmless).await;
            }

            #[tokio::test(start_paused = true)]
            async fn post_without_a_key() {
                check(super::$row(), Column::PostWithoutKey, $without_key).await;
                check(
                    super::$row(),
                    Column::KeyedOperationWithoutKey,
                    $without_key,
                )
                .await;
            }

            #[tokio::test(start_paused = true)]
            async fn post_with_a_key() {
                check(super::$row(), Column::PostWithKey, $with_key).await;
            }
        }
    };
}

row!(could_not_connect: true, true, true);
row!(status_429: true, true, true);
row!(status_500_502_503_504_520_to_527: true, false, true);
row!(timeout_or_connection_lost_after_sending: true, false, true);
row!(send_in_progress_409: false, false, true);
row!(send_unconfirmed_502: false, false, false);
row!(any_other_4xx: false, false, false);
row!(undecodable_2xx: false, false, false);
