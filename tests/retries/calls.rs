//! The calls of the table: on each API one that is harmless to repeat, its sends, and edits, which are not harmless.

use std::time::Duration;

use threadline::{Config, Error, IdempotencyKey, KeyChoice, RetryPolicy};
use threadline_tests::CREDENTIAL;
use {
    threadline_contactship as contactship, threadline_inboxapp_v1 as v1,
    threadline_inboxapp_v2 as v2,
};

/// The columns of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Harmless,
    WithoutKey,
    WithKey,
}

/// A call of one of the APIs.
#[derive(Clone, Copy, Debug)]
pub enum Call {
    ContactShipUpdate,
    ContactShipSend,
    InboxappV1Update,
    InboxappV1Send,
    InboxappV1Edit,
    InboxappV2Update,
    /// With the key that it gets unless it is said otherwise.
    InboxappV2Send,
    /// With the key `key-1`.
    InboxappV2KeyedSend,
    InboxappV2KeylessSend,
    InboxappV2Edit,
}

impl Call {
    pub fn class(self) -> Class {
        match self {
            Self::ContactShipUpdate | Self::InboxappV1Update | Self::InboxappV2Update => {
                Class::Harmless
            }
            // A second edit with the same text may add a version to the message's history.
            Self::ContactShipSend
            | Self::InboxappV1Send
            | Self::InboxappV1Edit
            | Self::InboxappV2KeylessSend
            | Self::InboxappV2Edit => Class::WithoutKey,
            Self::InboxappV2Send | Self::InboxappV2KeyedSend => Class::WithKey,
        }
    }

    /// Makes the call, at most twice and without a pause.
    pub async fn make(self, url: &str) -> Result<(), Error> {
        self.make_in("t", url).await
    }

    /// Makes the call in a thread of which the server knows.
    pub async fn make_in(self, thread: &str, url: &str) -> Result<(), Error> {
        match self {
            Self::ContactShipUpdate => {
                let update = contactship(url).threads().update(thread);
                update.status("closed").await.map(drop)
            }
            Self::ContactShipSend => {
                let send = contactship(url).whatsapp().send_message("hello");
                send.thread_id(thread).await.map(drop)
            }
            Self::InboxappV1Update => {
                let update = inboxapp_v1(url).threads().update(thread);
                update.done(true).await.map(drop)
            }
            Self::InboxappV1Send => {
                let send = inboxapp_v1(url).messages().send(thread, "hello");
                send.await.map(drop)
            }
            Self::InboxappV1Edit => {
                let edit = v1::types::MessageEdit::new("hello");
                let request = inboxapp_v1(url).messages().edit(thread, "m", edit);
                request.await.map(drop)
            }
            Self::InboxappV2Update => {
                let update = inboxapp_v2(url).threads().update(thread);
                update.archived(true).await.map(drop)
            }
            Self::InboxappV2Send => send(thread, url, KeyChoice::Generated).await,
            Self::InboxappV2KeyedSend => {
                let key = IdempotencyKey::new("key-1")?;
                send(thread, url, key.into()).await
            }
            Self::InboxappV2KeylessSend => send(thread, url, KeyChoice::Without).await,
            Self::InboxappV2Edit => {
                let request = inboxapp_v2(url).messages().edit("m", "hello");
                request.await.map(drop)
            }
        }
    }
}

async fn send(thread: &str, url: &str, key: KeyChoice) -> Result<(), Error> {
    let target = v2::types::SendToThread::new(thread);
    let send = inboxapp_v2(url).messages().send(target, "hello");
    send.idempotency_key(key).await.map(drop)
}

fn contactship(url: &str) -> contactship::Client {
    contactship::Client::with_config(config(url)).unwrap()
}

fn inboxapp_v1(url: &str) -> v1::Client {
    v1::Client::with_config(config(url)).unwrap()
}

pub fn inboxapp_v2(url: &str) -> v2::Client {
    v2::Client::with_config(config(url)).unwrap()
}

fn config(url: &str) -> Config {
    let policy = RetryPolicy::default()
        .max_attempts(2)
        .base_delay(Duration::ZERO)
        .max_delay(Duration::ZERO);
    threadline_tests::config(url, CREDENTIAL)
        // Only a server that hangs takes so long.
        .attempt_timeout(Duration::from_millis(400))
        .retry(policy)
}
