//! Messages.

use serde::Deserialize;
use serde_json::Value;
use threadline_contactship::types::{
    TemplateComponent, TemplateComponentType, TemplateParameter, TemplateParameterType,
    WhatsappMediaType,
};

use super::{Client, ContactShip};
use crate::vendor_json::Native as _;
use crate::{
    Attachment, AttachmentKind, Author, AuthorKind, DeliveryStatus, Direction, Error, ErrorKind,
    Media, MediaKind, MediaSource, Message, MessageId, NewMessage, ProviderKind, Result,
    SentMessage, Target, Template, ThreadId, Timestamp,
};

const KIND: ProviderKind = ContactShip::KIND;

/// The fields read from a message.
#[derive(Deserialize)]
struct View {
    #[serde(deserialize_with = "MessageId::from_wire")]
    id: MessageId,
    #[serde(default, deserialize_with = "ThreadId::optional_from_wire")]
    thread_id: Option<ThreadId>,
    #[serde(rename = "type")]
    kind: Option<String>,
    content: Option<String>,
    media: Option<MediaView>,
    source: Option<String>,
    status: Option<DeliveryStatus>,
    sender_id: Option<String>,
    created_at: Option<Timestamp>,
}

/// The file of a message. Its shape is not documented.
#[derive(Deserialize)]
struct MediaView {
    url: Option<Value>,
}

/// The answer to a send.
#[derive(Deserialize)]
struct AnswerView {
    success: Option<bool>,
    message: Option<String>,
    data: Option<SentView>,
}

/// The result of a send.
#[derive(Default, Deserialize)]
struct SentView {
    #[serde(default, deserialize_with = "MessageId::optional_from_wire")]
    message_id: Option<MessageId>,
    #[serde(default, deserialize_with = "ThreadId::optional_from_wire")]
    thread_id: Option<ThreadId>,
    status: Option<DeliveryStatus>,
}

/// Reads a message.
pub(super) async fn get(client: &Client, id: &MessageId) -> Result<Message> {
    let request = client.messages().get(id.as_str());
    Ok(Message::from_response::<View>(request.decode_as().await?))
}

/// Sends a text, a file or a template over WhatsApp.
pub(super) async fn send(client: &Client, new: &NewMessage) -> Result<SentMessage> {
    /// Sets the target of any of the three requests. A thread implies channel and contact.
    macro_rules! to {
        ($request:expr) => {
            match &new.target {
                Target::Thread(id) => $request.thread_id(id.as_str()),
                Target::Contact {
                    account_id,
                    contact_id,
                } => $request
                    .channel_id(account_id)
                    .contact_id(contact_id.as_str()),
                Target::Profile { .. } => {
                    let message = format!("{KIND} does not support sending to a profile");
                    return Err(Error::unsupported(&KIND, "send_message", message));
                }
            }
        };
    }
    let text = new.text.as_deref();
    let whatsapp = client.whatsapp();
    let response = match (&new.media, &new.template) {
        (Some(media), _) => {
            let mut request = to!(whatsapp.send_media(media_type(media), media_data(media)));
            if let Some(caption) = text {
                request = request.content(caption);
            }
            if let Some(name) = &media.file_name {
                request = request.file_name(name);
            }
            request.decode_as::<AnswerView>().await?
        }
        (None, Some(template)) => {
            let mut request = to!(whatsapp.send_template(&template.name));
            if let Some(language) = &template.language {
                request = request.language_code(language);
            }
            if !template.parameters.is_empty() {
                request = request.components([parameters(template)]);
            }
            request.decode_as::<AnswerView>().await?
        }
        (None, None) => {
            let request = to!(whatsapp.send_message(text.unwrap_or_default()));
            request.decode_as::<AnswerView>().await?
        }
    };
    let status = response.status();
    let answer = response.into_inner();
    if answer.success == Some(false) {
        let message = answer
            .message
            .unwrap_or_else(|| "the message was not sent".to_owned());
        let error = Error::new(ErrorKind::Rejected, &KIND, message);
        return Err(error.with_operation("send_message").with_status(status));
    }
    // Without a result it was sent all the same.
    let view = answer.data.unwrap_or_default();
    let mut sent = SentMessage::new(KIND, view.message_id);
    sent.thread_id = view.thread_id;
    sent.delivery = view.status;
    Ok(sent)
}

fn media_type(media: &Media) -> WhatsappMediaType {
    match media.kind {
        MediaKind::Image => WhatsappMediaType::Image,
        MediaKind::Video => WhatsappMediaType::Video,
        MediaKind::Audio => WhatsappMediaType::Audio,
        MediaKind::Document => WhatsappMediaType::Document,
    }
}

fn media_data(media: &Media) -> &str {
    match &media.source {
        MediaSource::Url(data) | MediaSource::Base64(data) => data,
    }
}

/// The values of a template's body.
fn parameters(template: &Template) -> TemplateComponent {
    let text = |value: &String| TemplateParameter::new(TemplateParameterType::Text).text(value);
    let values = template.parameters.iter().map(text);
    TemplateComponent::new(TemplateComponentType::Body).parameters(values)
}

impl From<View> for Message {
    fn from(view: View) -> Self {
        let mut message = Self::new(KIND, view.id);
        message.thread_id = view.thread_id;
        let sender = view.sender_id;
        (message.direction, message.author) = match view.source.as_deref() {
            Some("whatsapp") => (
                Some(Direction::Inbound),
                Some(Author::new(AuthorKind::Contact, sender)),
            ),
            Some("webapp") => (
                Some(Direction::Outbound),
                Some(Author::new(AuthorKind::User, sender)),
            ),
            Some("ai_agent") => (
                Some(Direction::Outbound),
                Some(Author::new(AuthorKind::Agent, sender)),
            ),
            _ => (None, None),
        };
        message.text = view.content;
        let kind = match view.kind.as_deref() {
            Some("image") => Some(AttachmentKind::Image),
            Some("video") => Some(AttachmentKind::Video),
            Some("audio") => Some(AttachmentKind::Audio),
            Some("document") => Some(AttachmentKind::File),
            Some("location") => Some(AttachmentKind::Location),
            _ => view.media.as_ref().map(|_| AttachmentKind::File),
        };
        if let Some(kind) = kind {
            let mut attachment = Attachment::new(kind);
            if let Some(Value::String(url)) = view.media.and_then(|media| media.url) {
                attachment.url = Some(url);
            }
            message.attachments.push(attachment);
        }
        message.delivery = view.status;
        message.sent_at = view.created_at;
        message
    }
}
