//! The retry table, row by row, on each API: what is harmless to repeat is repeated, a send without a key or an edit never is
//! once the server may have seen it, a send with a key is repeated with the same key.

#[path = "retries/calls.rs"]
mod calls;
#[path = "retries/script.rs"]
mod script;
#[path = "retries/sends.rs"]
mod sends;

use calls::{Call, Class};
use script::{Act, Script};
use threadline::{Delivery, ErrorKind};

/// How many requests reach a server that does this once and refuses for good afterwards.
async fn requests(call: Call, act: Act) -> usize {
    let server = Script::start(vec![act, Act::Answer(400, "{}")]).await;
    call.make(server.url())
        .await
        .expect_err("the script ends with a refusal");
    let keys = server.keys();
    let has_key = call.class() == Class::WithKey;
    assert!(
        keys.iter()
            .all(|key| *key == keys[0] && key.is_some() == has_key),
        "{call:?}: {keys:?}"
    );
    if matches!(call, Call::InboxappV2KeyedSend) {
        assert_eq!(keys[0].as_deref(), Some("key-1"));
    }
    keys.len()
}

const TWICE: usize = 2;
const ONCE: usize = 1;

/// What the table says for a failure after which the request may have been carried out.
fn unless_without_key(call: Call) -> usize {
    if call.class() == Class::WithoutKey {
        ONCE
    } else {
        TWICE
    }
}

macro_rules! rows {
    ($($provider:ident: [$($call:expr),+];)+) => {
        $(
            mod $provider {
                use super::*;

                const CALLS: &[Call] = &[$($call),+];

                #[tokio::test]
                async fn could_not_connect_is_retried() {
                    for call in CALLS {
                        let error = call.make(&script::nobody().await).await.unwrap_err();
                        assert_eq!(error.kind(), ErrorKind::Connect, "{call:?}");
                        assert_eq!((error.attempts(), error.delivery()), (2, Delivery::NotSent), "{call:?}");
                    }
                }

                #[tokio::test]
                async fn status_429_is_retried() {
                    for call in CALLS {
                        assert_eq!(requests(*call, Act::Answer(429, "{}")).await, TWICE, "{call:?}");
                    }
                }

                #[tokio::test]
                async fn status_5xx_that_may_pass_is_retried_where_that_is_harmless() {
                    for call in CALLS {
                        for status in [500, 502, 503, 504, 520, 522, 524, 527] {
                            let seen = requests(*call, Act::Answer(status, "<html>")).await;
                            assert_eq!(seen, unless_without_key(*call), "{call:?} {status}");
                        }
                    }
                }

                #[tokio::test]
                async fn a_connection_lost_after_sending_is_retried_where_that_is_harmless() {
                    for call in CALLS {
                        assert_eq!(requests(*call, Act::Close).await, unless_without_key(*call), "{call:?}");
                        assert_eq!(requests(*call, Act::Cut).await, unless_without_key(*call), "{call:?}");
                    }
                }

                #[tokio::test]
                async fn a_timeout_after_sending_is_retried_where_that_is_harmless() {
                    for call in CALLS {
                        assert_eq!(requests(*call, Act::Hang).await, unless_without_key(*call), "{call:?}");
                    }
                }

                #[tokio::test]
                async fn any_other_4xx_is_not_retried() {
                    for call in CALLS {
                        for status in [400, 401, 403, 404, 409, 422] {
                            let seen = requests(*call, Act::Answer(status, "{}")).await;
                            assert_eq!(seen, ONCE, "{call:?} {status}");
                        }
                    }
                }

                #[tokio::test]
                async fn an_undecodable_2xx_is_not_retried() {
                    for call in CALLS {
                        assert_eq!(requests(*call, Act::Answer(200, "<html>")).await, ONCE, "{call:?}");
                    }
                }
            }
        )+
    };
}

rows! {
    contactship: [Call::ContactShipUpdate, Call::ContactShipSend];
    inboxapp_v1: [Call::InboxappV1Update, Call::InboxappV1Send, Call::InboxappV1Edit];
    inboxapp_v2: [
        Call::InboxappV2Update,
        Call::InboxappV2Send,
        Call::InboxappV2KeyedSend,
        Call::InboxappV2KeylessSend,
        Call::InboxappV2Edit
    ];
}

/// What only version 2 says means nothing to the other two but its status.
#[tokio::test]
async fn the_codes_of_version_2_count_nowhere_else() {
    const BUSY: &str = r#"{"code":"sendInProgress","message":"","details":null}"#;
    const UNCONFIRMED: &str = r#"{"code":"sendUnconfirmed","message":"","details":null}"#;
    for call in [
        Call::ContactShipUpdate,
        Call::ContactShipSend,
        Call::InboxappV1Update,
        Call::InboxappV1Send,
    ] {
        let seen = requests(call, Act::Answer(409, BUSY)).await;
        assert_eq!(seen, ONCE, "{call:?}");
        let seen = requests(call, Act::Answer(502, UNCONFIRMED)).await;
        assert_eq!(seen, unless_without_key(call), "{call:?}");
    }
}
