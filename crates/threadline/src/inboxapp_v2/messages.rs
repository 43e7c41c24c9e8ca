//! Messages.

use serde::Deserialize;
use serde_json::Value;
use threadline_inboxapp_v2::types::{self, SendTarget};

use super::threads::sort_order;
use super::{Client, InboxappV2};
use crate::inboxapp::{self, LARGEST_PAGE};
use crate::vendor_json::{Item, Native as _};
use crate::{
    Attachment, AttachmentKind, Author, AuthorKind, Delivery, Direction, ErrorKind, KeyChoice,
    Message, MessageId, MessageQuery, NewMessage, Page, PageRequest, ProviderKind, Reaction,
    ReplyTo, Result, SentMessage, Target, ThreadId, Timestamp,
};

const KIND: ProviderKind = InboxappV2::KIND;

/// The fields read from a message.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct View {
    #[serde(deserialize_with = "MessageId::from_wire")]
    id: MessageId,
    #[serde(default, deserialize_with = "ThreadId::optional_from_wire")]
    thread_id: Option<ThreadId>,
    platform: Option<types::Platform>,
    direction: Option<Direction>,
    sent_by: Option<AuthorView>,
    content: Option<String>,
    attachments: Option<Vec<AttachmentView>>,
    reply_to: Option<ReplyView>,
    reactions: Option<Vec<ReactionView>>,
    edited_at: Option<Timestamp>,
    deleted_at: Option<Timestamp>,
    created_at: Option<Timestamp>,
}

/// The author of an outbound message or of a reaction.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AuthorView {
    #[serde(rename = "type")]
    kind: Option<String>,
    member_id: Option<String>,
    agent_id: Option<String>,
    campaign_id: Option<String>,
    token_id: Option<String>,
    contact_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttachmentView {
    kind: Option<String>,
    url: Option<String>,
    content_type: Option<String>,
    filename: Option<String>,
    size_bytes: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReplyView {
    #[serde(default, deserialize_with = "MessageId::optional_from_wire")]
    message_id: Option<MessageId>,
    content: Option<String>,
}

#[derive(Deserialize)]
struct ReactionView {
    emoji: String,
    author: Option<AuthorView>,
}

/// A page of messages.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageView {
    data: Vec<Item<View>>,
    next_cursor: Option<Value>,
}

/// The result of a send.
#[derive(Deserialize)]
struct SentView {
    message: Item<View>,
}

/// Lists the messages of a thread.
pub(super) async fn list(
    client: &Client,
    query: &MessageQuery,
    page: &PageRequest,
) -> Result<Page<Message>> {
    let mut request = client.messages().list(query.thread.as_str());
    if let Some(order) = query.order {
        request = request.order(sort_order(order));
    }
    if let Some(size) = page.size_up_to(LARGEST_PAGE) {
        request = request.limit(size);
    }
    if let Some(cursor) = &page.cursor {
        request = request.cursor(cursor.as_str());
    }
    let response = request.decode_as::<PageView>().await?.into_inner();
    let next = super::next_cursor(response.next_cursor.as_ref())?;
    Ok(Page::new(Item::unify(response.data)).next(next))
}

/// Reads a message.
pub(super) async fn get(client: &Client, id: &MessageId) -> Result<Message> {
    let request = client.messages().get(id.as_str());
    Ok(Message::from_response::<View>(request.decode_as().await?))
}

/// Sends a text; everything else was rejected before.
pub(super) async fn send(client: &Client, new: &NewMessage) -> Result<SentMessage> {
    let text = new.text.as_deref().unwrap_or_default();
    let mut request = client.messages().send(target(&new.target), text);
    request = request.idempotency_key(new.idempotency_key.clone());
    if let Some(id) = &new.reply_to {
        request = request.reply_to_message_id(id.as_str());
    }
    let is_own_key = matches!(new.idempotency_key, KeyChoice::Own(_));
    let response = request.decode_as::<SentView>().await;
    // Sending the same message anew would generate another key, and could send it twice.
    let response = response.map_err(|error| {
        let is_settled =
            error.delivery() == Delivery::NotSent || error.kind() == ErrorKind::RateLimited;
        let is_retryable = error.is_retryable() && (is_own_key || is_settled);
        error.with_retryable(is_retryable)
    })?;
    // A new send is answered with 201, the repeat of an earlier one with 200: also if the earlier
    // one is an attempt of this call, which only the caller's own key can have outlived.
    let is_replay = is_own_key && response.status() == 200;
    let idempotency_key = response.idempotency_key().cloned();
    let message = response.into_inner().message.unified::<Message>();
    let mut sent = SentMessage::new(KIND, message.id.clone());
    sent.thread_id.clone_from(&message.thread_id);
    sent.message = Some(message);
    sent.is_replay = is_replay;
    sent.idempotency_key = idempotency_key;
    Ok(sent)
}

fn target(target: &Target) -> SendTarget {
    match target {
        Target::Thread(id) => types::SendToThread::new(id.as_str()).into(),
        Target::Contact {
            account_id,
            contact_id,
        } => types::SendToContact::new(account_id, contact_id.as_str()).into(),
        Target::Profile {
            account_id,
            channel,
            platform_id,
        } => {
            let platform = super::platform(channel);
            types::SendToProfile::new(account_id, platform, platform_id).into()
        }
    }
}

impl AuthorView {
    /// The author of an outbound message.
    fn sender(self) -> Option<Author> {
        match self.kind.as_deref()? {
            "member" => Some(Author::new(AuthorKind::User, self.member_id)),
            "agent" => Some(Author::new(AuthorKind::Agent, self.agent_id)),
            "campaign" => Some(Author::new(AuthorKind::Automation, self.campaign_id)),
            "api" => Some(Author::new(AuthorKind::Automation, self.token_id)),
            other => Some(Author::new(AuthorKind::from(other), None)),
        }
    }

    /// The author of a reaction.
    fn reactor(self) -> Option<Author> {
        match self.kind.as_deref()? {
            "accountLink" => Some(Author::new(AuthorKind::User, None)),
            "profile" => Some(Author::new(AuthorKind::Contact, self.contact_id)),
            _ => None,
        }
    }
}

impl From<AttachmentView> for Attachment {
    fn from(view: AttachmentView) -> Self {
        let kind = match view.kind.as_deref() {
            Some("card") => AttachmentKind::Link,
            Some(kind) => AttachmentKind::from(kind),
            None => AttachmentKind::File,
        };
        let mut attachment = Self::new(kind);
        attachment.url = view.url;
        attachment.content_type = view.content_type;
        attachment.file_name = view.filename;
        attachment.size = view.size_bytes;
        attachment
    }
}

impl From<View> for Message {
    fn from(view: View) -> Self {
        let mut message = Self::new(KIND, view.id);
        message.thread_id = view.thread_id;
        message.channel = view.platform.as_ref().map(inboxapp::channel);
        message.author = match &view.direction {
            Some(Direction::Inbound) => Some(Author::new(AuthorKind::Contact, None)),
            // Without a sender, it was written on the platform itself.
            _ => view.sent_by.and_then(AuthorView::sender),
        };
        message.direction = view.direction;
        message.text = view.content;
        let attachments = view.attachments.into_iter().flatten();
        message.attachments = attachments.map(Attachment::from).collect();
        message.reply_to = view.reply_to.map(|reply| ReplyTo {
            message_id: reply.message_id,
            text: reply.content,
        });
        let reactions = view.reactions.into_iter().flatten();
        message.reactions = reactions
            .map(|reaction| {
                Reaction::new(
                    reaction.emoji,
                    reaction.author.and_then(AuthorView::reactor),
                )
            })
            .collect();
        message.is_edited = view.edited_at.is_some().then_some(true);
        message.edited_at = view.edited_at;
        message.deleted_at = view.deleted_at;
        message.sent_at = view.created_at;
        message
    }
}
