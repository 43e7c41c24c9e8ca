//! The emulator has pages of its own making.

use threadline_emulator::Emulator;

use crate::{CREDENTIAL, config};

/// A list in small pages is the same as in the pages that are fetched unasked.
macro_rules! same {
    ($list:expr) => {{
        let list = $list;
        let whole = list.clone().items().collect().await.unwrap();
        for limit in [1, 2, 3] {
            let parts = list.clone().limit(limit).items().collect().await.unwrap();
            assert_eq!(parts, whole, "{} by {limit}", stringify!($list));
        }
        assert!(!whole.is_empty(), "{}", stringify!($list));
        whole
    }};
}

async fn start() -> Emulator {
    // Many small pages are more requests than a vendor allows.
    let builder = Emulator::builder().credential(CREDENTIAL).unlimited();
    builder.start().await.unwrap()
}

#[tokio::test]
async fn contactship_lists() {
    let emulator = start().await;
    let config = config(emulator.contactship_url());
    let client = threadline_contactship::Client::with_config(config).unwrap();
    let channels = same!(client.channels().list());
    same!(client.calls().list());
    same!(client.contacts().list());
    same!(client.tags().list());
    same!(client.tasks().list());
    same!(client.organization().list_phone_numbers());
    let whatsapp = channels
        .iter()
        .find(|channel| channel.type_ == Some("WABA".into()));
    let channel = &whatsapp.unwrap().id;
    same!(client.whatsapp().list_templates(channel));
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn inboxapp_v1_lists() {
    let emulator = start().await;
    let config = config(emulator.inboxapp_v1_url());
    let client = threadline_inboxapp_v1::Client::with_config(config).unwrap();
    let threads = same!(client.threads().list());
    let talk = threads.iter().find(|thread| thread.last_message.is_some());
    let thread = &talk.unwrap().id;
    same!(client.messages().list(thread));
    let update = client.threads().update(thread).done(!threads[0].done);
    update.await.unwrap();
    same!(client.events().list());
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn inboxapp_v2_lists() {
    let emulator = start().await;
    let config = config(emulator.inboxapp_url());
    let client = threadline_inboxapp_v2::Client::with_config(config).unwrap();
    let threads = same!(client.threads().list());
    let thread = &threads[0].id;
    same!(client.messages().list(thread));
    same!(client.team().list_members());
    same!(client.account_links().list());
    same!(client.contacts().list("twitter"));
    for archived in [true, false, true] {
        let update = client.threads().update(thread).archived(archived);
        update.await.unwrap();
    }
    same!(client.events().list());
    assert_eq!(emulator.violations(), []);
}
