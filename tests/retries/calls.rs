//! The calls of the table: on each API one that is harmless to repeat, and its sends.

use std::time::Duration;

use threadline::{Credential, Error, RetryPolicy};
use threadline_transport::{Transport, TransportBuilder};
use {
    threadline_contactship as contactship, threadline_inboxapp_v1 as v1,
    threadline_inboxapp_v2 as v2,
};

/// What every call is let in with.
pub const CREDENTIAL: &str = "key-0123456789";

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
    InboxappV2Update,
    InboxappV2Send,
    InboxappV2KeyedSend,
}

impl Call {
    pub fn class(self) -> Class {
        match self {
            Self::ContactShipUpdate | Self::InboxappV1Update | Self::InboxappV2Update => {
                Class::Harmless
            }
            Self::ContactShipSend | Self::InboxappV1Send | Self::InboxappV2Send => {
                Class::WithoutKey
            }
            Self::InboxappV2KeyedSend => Class::WithKey,
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
                let update = contactship::types::ThreadUpdate::new().set_status("closed");
                contactship(url)
                    .update_thread(thread, &update)
                    .await
                    .map(drop)
            }
            Self::ContactShipSend => {
                let message =
                    contactship::types::WhatsappMessageSend::new("hello").set_thread_id(thread);
                contactship(url)
                    .send_whatsapp_message(&message)
                    .await
                    .map(drop)
            }
            Self::InboxappV1Update => {
                let update = v1::types::ThreadUpdate::new().set_done(true);
                inboxapp_v1(url)
                    .update_thread(thread, &update)
                    .await
                    .map(drop)
            }
            Self::InboxappV1Send => inboxapp_v1(url)
                .send_message(thread, &v1::types::MessageSend::new("hello"))
                .await
                .map(drop),
            Self::InboxappV2Update => {
                let update = v2::types::ThreadUpdate::new().set_archived(true);
                inboxapp_v2(url)
                    .update_thread(thread, &update)
                    .await
                    .map(drop)
            }
            Self::InboxappV2Send => send(thread, url, v2::types::SendMessageParams::new()).await,
            Self::InboxappV2KeyedSend => {
                send(
                    thread,
                    url,
                    v2::types::SendMessageParams::new().set_idempotency_key("key-1"),
                )
                .await
            }
        }
    }
}

async fn send(thread: &str, url: &str, params: v2::types::SendMessageParams) -> Result<(), Error> {
    let message = v2::types::SendRequest::new(v2::types::SendToThread::new(thread), "hello");
    inboxapp_v2(url)
        .send_message(&message, &params)
        .await
        .map(drop)
}

fn contactship(url: &str) -> contactship::Client {
    contactship::Client::new(transport(contactship::Client::builder(), url))
}

fn inboxapp_v1(url: &str) -> v1::Client {
    v1::Client::new(transport(v1::Client::builder(), url))
}

pub fn inboxapp_v2(url: &str) -> v2::Client {
    v2::Client::new(transport(v2::Client::builder(), url))
}

fn transport(builder: TransportBuilder, url: &str) -> Transport {
    let policy = RetryPolicy::default()
        .with_max_attempts(2)
        .with_base_delay(Duration::ZERO)
        .with_max_delay(Duration::ZERO);
    builder
        .credential(Credential::new(CREDENTIAL).unwrap())
        .base_url(url)
        // Only a server that hangs takes so long.
        .attempt_timeout(Duration::from_millis(400))
        .retry(policy)
        .build()
        .unwrap()
}
