//! Messages.

use serde::Deserialize;
use serde_json::Value;

use threadline_inboxapp_v1::types;

use super::threads::{direction, next_cursor, only_x, split_cursor};
use super::{Client, InboxappV1};
use crate::inboxapp::{self, LARGEST_PAGE};
use crate::vendor_json::Item;
use crate::{
    Attachment, AttachmentKind, Author, AuthorKind, DeliveryStatus, Direction, Error, Message,
    MessageId, MessageQuery, NewMessage, Page, PageRequest, ProviderKind, ReplyTo, Result,
    SentMessage, Target, ThreadId, Timestamp,
};

const KIND: ProviderKind = InboxappV1::KIND;

/// The fields read from a message.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct View {
    #[serde(deserialize_with = "MessageId::from_wire")]
    id: MessageId,
    #[serde(default, deserialize_with = "ThreadId::optional_from_wire")]
    thread_id: Option<ThreadId>,
    platform: Option<types::Platform>,
    user_id: Option<String>,
    campaign_id: Option<String>,
    author_id: Option<String>,
    origin: Option<String>,
    content: Option<String>,
    reply_data: Option<Value>,
    attachment: Option<Value>,
    is_edited: Option<bool>,
    failed: Option<Value>,
    deleted_at: Option<Timestamp>,
    platform_deleted_at: Option<Timestamp>,
    created_at: Option<Timestamp>,
}

/// A page of messages.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageView {
    messages: Vec<Item<View>>,
    next_cursor: Option<Value>,
}

/// The result of a send without a thread.
#[derive(Deserialize)]
struct QuickView {
    message: Item<View>,
}

/// The two sides of a thread.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ThreadView {
    account_link_id: Option<String>,
    prospect: Option<ProspectView>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProspectView {
    external_id: Option<String>,
}

/// Lists the messages of a thread. They name their author but not the two sides of the thread, which
/// tell the direction: for the first page, these are read from the thread, and the cursor carries
/// them on.
pub(super) async fn list(
    client: &Client,
    query: &MessageQuery,
    page: &PageRequest,
) -> Result<Page<Message>> {
    let mut request = client.messages().list(query.thread.as_str());
    if let Some(size) = page.size_up_to(LARGEST_PAGE) {
        request = request.limit(size);
    }
    let sides = if let Some(cursor) = &page.cursor {
        let (id, timestamp, sides) = split_cursor(cursor, "list_messages")?;
        request = request.cursor_id(id).cursor_timestamp(timestamp);
        sides.unwrap_or_default().to_owned()
    } else {
        let thread = client.threads().get(query.thread.as_str());
        let thread = thread.decode_as::<ThreadView>().await?.into_inner();
        let contact = thread.prospect.and_then(|prospect| prospect.external_id);
        let account = thread.account_link_id.unwrap_or_default();
        format!("{account}|{}", contact.unwrap_or_default())
    };
    let response = request.decode_as::<PageView>().await?.into_inner();
    let next = next_cursor(response.next_cursor.as_ref(), Some(&sides))?;
    let (account, contact) = sides.split_once('|').unwrap_or((&sides, ""));
    let mut messages: Vec<Message> = Vec::new();
    for item in response.messages {
        let author = item.view().author_id.clone();
        let mut message = item.unified::<Message>();
        if message.direction.is_none() {
            message.direction = direction(author.as_ref(), Some(account), Some(contact));
        }
        if message.direction == Some(Direction::Inbound) {
            message.author = Some(Author::new(AuthorKind::Contact, author));
        }
        messages.push(message);
    }
    Ok(Page::new(messages).next(next))
}

/// Sends a text; everything else was rejected before.
pub(super) async fn send(client: &Client, new: &NewMessage) -> Result<SentMessage> {
    let text = new.text.as_deref().unwrap_or_default();
    let messages = client.messages();
    let request = match &new.target {
        Target::Thread(id) => {
            let mut request = messages.send(id.as_str(), text);
            if let Some(id) = &new.reply_to {
                request = request.reply_to_message_id(id.as_str());
            }
            let response = request.decode_as::<Item<View>>().await?;
            return Ok(sent(response.into_inner()));
        }
        _ if new.reply_to.is_some() => {
            let message = format!("{KIND} takes reply_to only with a thread as the target");
            return Err(Error::unsupported(&KIND, SEND, message));
        }
        Target::Contact {
            account_id,
            contact_id,
        } => messages
            .quick_send(account_id, text)
            .external_id(contact_id.as_str()),
        Target::Profile {
            account_id,
            channel,
            platform_id,
        } => {
            only_x(channel, SEND)?;
            messages
                .quick_send(account_id, text)
                .external_platform_id(platform_id)
        }
    };
    let response = request.decode_as::<QuickView>().await?;
    Ok(sent(response.into_inner().message))
}

/// The operation named in errors.
const SEND: &str = "send_message";

fn sent(item: Item<View>) -> SentMessage {
    let mut message = item.unified::<Message>();
    message.direction = Some(Direction::Outbound);
    let mut sent = SentMessage::new(KIND, message.id.clone());
    sent.thread_id.clone_from(&message.thread_id);
    sent.delivery.clone_from(&message.delivery);
    sent.message = Some(message);
    sent
}

impl From<View> for Message {
    fn from(view: View) -> Self {
        let mut message = Self::new(KIND, view.id);
        message.thread_id = view.thread_id;
        message.channel = view.platform.as_ref().map(inboxapp::channel);
        message.author = match (view.user_id, view.campaign_id, view.origin.as_deref()) {
            (_, Some(campaign), _) => Some(Author::new(AuthorKind::Automation, campaign)),
            (Some(user), None, _) => Some(Author::new(AuthorKind::User, user)),
            (None, None, Some("api")) => Some(Author::new(AuthorKind::Automation, None)),
            (None, None, _) => None,
        };
        let is_from_team = message.author.is_some() || view.origin.as_deref() == Some("internal");
        message.direction = is_from_team.then_some(Direction::Outbound);
        message.text = view.content;
        // The shape of an attachment is not documented; callers can read the native message.
        let attachment = view
            .attachment
            .map(|_| Attachment::new(AttachmentKind::File));
        message.attachments = attachment.into_iter().collect();
        message.reply_to = view.reply_data.map(|_| ReplyTo::default());
        let has_failed = view.failed == Some(Value::Bool(true));
        message.delivery = has_failed.then_some(DeliveryStatus::Failed);
        message.is_edited = view.is_edited;
        message.deleted_at = view.deleted_at.or(view.platform_deleted_at);
        message.sent_at = view.created_at;
        message
    }
}
