//! The emulator has pages of its own making.

use threadline_contactship::types as contactship;
use threadline_emulator::Emulator;
use threadline_inboxapp_v1::types as v1;
use threadline_inboxapp_v2::types as v2;

use crate::{CREDENTIAL, config};

/// A list in small pages is the same as in the pages that are fetched unasked.
macro_rules! same {
    ($client:ident.$list:ident($($argument:expr)?; $params:ty)) => {{
        let whole = $client.$list($($argument,)? &<$params>::new()).collect().await.unwrap();
        for limit in [1, 2, 3] {
            let params = <$params>::new().set_limit(limit);
            let parts = $client.$list($($argument,)? &params).collect().await.unwrap();
            assert_eq!(parts, whole, "{} by {limit}", stringify!($list));
        }
        assert!(!whole.is_empty(), "{}", stringify!($list));
        whole
    }};
}

async fn start() -> Emulator {
    let builder = Emulator::builder().credential(CREDENTIAL);
    builder.start().await.unwrap()
}

#[tokio::test]
async fn contactship_lists() {
    let emulator = start().await;
    let config = config(emulator.contactship_url());
    let client = threadline_contactship::Client::with_config(config).unwrap();
    let channels = same!(client.list_channels_items(; contactship::ListChannelsParams));
    same!(client.list_calls_items(; contactship::ListCallsParams));
    same!(client.list_contacts_items(; contactship::ListContactsParams));
    same!(client.list_tags_items(; contactship::ListTagsParams));
    same!(client.list_tasks_items(; contactship::ListTasksParams));
    same!(client.list_phone_numbers_items(; contactship::ListPhoneNumbersParams));
    let whatsapp = channels
        .iter()
        .find(|channel| channel.type_ == Some("WABA".into()));
    let channel = &whatsapp.unwrap().id;
    same!(client.list_whatsapp_templates_items(channel; contactship::ListWhatsappTemplatesParams));
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn inboxapp_v1_lists() {
    let emulator = start().await;
    let config = config(emulator.inboxapp_v1_url());
    let client = threadline_inboxapp_v1::Client::with_config(config).unwrap();
    let threads = same!(client.list_threads_items(; v1::ListThreadsParams));
    let talk = threads.iter().find(|thread| thread.last_message.is_some());
    let thread = &talk.unwrap().id;
    same!(client.list_messages_items(thread; v1::ListMessagesParams));
    let update = v1::ThreadUpdate::new().set_done(!threads[0].done);
    client.update_thread(thread, &update).await.unwrap();
    same!(client.list_events_items(; v1::ListEventsParams));
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn inboxapp_v2_lists() {
    let emulator = start().await;
    let config = config(emulator.inboxapp_url());
    let client = threadline_inboxapp_v2::Client::with_config(config).unwrap();
    let threads = same!(client.list_threads_items(; v2::ListThreadsParams));
    let thread = &threads[0].id;
    same!(client.list_messages_items(thread; v2::ListMessagesParams));
    same!(client.list_members_items(; v2::ListMembersParams));
    same!(client.list_account_links_items(; v2::ListAccountLinksParams));
    let platform = &"twitter".into();
    same!(client.list_contacts_items(platform; v2::ListContactsParams));
    for archived in [true, false, true] {
        let update = v2::ThreadUpdate::new().set_archived(archived);
        client.update_thread(thread, &update).await.unwrap();
    }
    same!(client.list_events_items(; v2::ListEventsParams));
    assert_eq!(emulator.violations(), []);
}
