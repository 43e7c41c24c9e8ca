//! Messages.

use serde::Deserialize;
use serde_json::Value;

use super::threads::{CursorView, direction, split_cursor};
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
    platform: Option<String>,
    user_id: Option<String>,
    campaign_id: Option<String>,
    author_id: Option<String>,
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
    next_cursor: Option<CursorView>,
}

/// The result of a send without a thread.
#[derive(Deserialize)]
struct QuickView {
    message: Item<View>,
}

/// The account of a thread.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ThreadView {
    account_link_id: Option<String>,
}

/// Lists the messages of a thread. They name their author but not the team's account, which tells
/// the direction: for the first page, it is read from the thread, and the cursor carries it on.
pub(super) async fn list(
    client: &Client,
    query: &MessageQuery,
    page: &PageRequest,
) -> Result<Page<Message>> {
    let mut request = client.messages().list(query.thread.as_str());
    if let Some(size) = page.size_up_to(LARGEST_PAGE) {
        request = request.limit(size);
    }
    let account = if let Some(cursor) = &page.cursor {
        let (id, timestamp, account) = split_cursor(cursor, "list_messages")?;
        request = request.cursor_id(id).cursor_timestamp(timestamp);
        account.map(str::to_owned)
    } else {
        let thread = client.threads().get(query.thread.as_str());
        let thread = thread.decode_as::<ThreadView>().await?;
        thread.into_inner().account_link_id
    };
    let response = request.decode_as::<PageView>().await?.into_inner();
    let next = response
        .next_cursor
        .map(|next| next.join(account.as_deref()))
        .transpose()?;
    let mut messages: Vec<Message> = Vec::new();
    for item in response.messages {
        let author = item.view().author_id.clone();
        let mut message = item.unified::<Message>();
        if message.direction.is_none() {
            set_direction(&mut message, author, account.as_ref());
        }
        messages.push(message);
    }
    Ok(Page::new(messages).next(next))
}

/// Sets the direction that follows from the author and the team's account.
fn set_direction(message: &mut Message, author: Option<String>, account: Option<&String>) {
    message.direction = direction(author.as_ref(), account, false);
    if message.direction == Some(Direction::Inbound) {
        message.author = Some(Author::new(AuthorKind::Contact, author));
    }
}

/// Sends a text; everything else was rejected before.
pub(super) async fn send(client: &Client, new: &NewMessage) -> Result<SentMessage> {
    let text = new.text.as_deref().unwrap_or_default();
    let (account_id, is_reply) = match &new.target {
        Target::Thread(id) => {
            let mut request = client.messages().send(id.as_str(), text);
            if let Some(id) = &new.reply_to {
                request = request.reply_to_message_id(id.as_str());
            }
            let response = request.decode_as::<Item<View>>().await?;
            return Ok(sent(response.into_inner()));
        }
        Target::Contact { account_id, .. } | Target::Profile { account_id, .. } => {
            (account_id, new.reply_to.is_some())
        }
    };
    if is_reply {
        let message = format!("{KIND} takes reply_to only with a thread as the target");
        return Err(Error::unsupported(&KIND, "send_message", message));
    }
    let request = client.messages().quick_send(account_id, text);
    let request = match &new.target {
        Target::Contact { contact_id, .. } => request.external_id(contact_id.as_str()),
        Target::Profile { platform_id, .. } => request.external_platform_id(platform_id),
        Target::Thread(_) => request,
    };
    let response = request.decode_as::<QuickView>().await?;
    Ok(sent(response.into_inner().message))
}

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
        message.channel = view.platform.as_deref().map(inboxapp::channel);
        message.author = match (view.user_id, view.campaign_id) {
            (_, Some(campaign)) => Some(Author::new(AuthorKind::Automation, campaign)),
            (Some(user), None) => Some(Author::new(AuthorKind::User, user)),
            (None, None) => None,
        };
        message.direction = message.author.is_some().then_some(Direction::Outbound);
        message.text = view.content;
        // Its shape is not documented: what it is, the native message tells.
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
