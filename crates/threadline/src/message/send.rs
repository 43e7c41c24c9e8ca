//! Sending messages.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    Capabilities, Capability, Channel, ContactId, DeliveryStatus, Error, IdempotencyKey, KeyChoice,
    Message, MessageId, ProviderKind, Result, ThreadId,
};

/// A message to send.
///
/// ```
/// use threadline::NewMessage;
///
/// let message = NewMessage::to_thread("thr-1").text("The quote is ready.");
/// ```
///
/// Ids are taken as text or as values of their types. Text that cannot be an id is refused by
/// [`check`](Self::check), before anything is sent.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NewMessage {
    /// Where it is sent.
    pub target: Target,
    /// The text, or the caption of the media.
    pub text: Option<String>,
    /// A file.
    pub media: Option<Media>,
    /// A message template.
    pub template: Option<Template>,
    /// The message that it answers, of the same thread.
    pub reply_to: Option<MessageId>,
    /// The idempotency key; see [`idempotency_key`](Self::idempotency_key).
    pub idempotency_key: KeyChoice,
    /// The problem with an invalid id, reported by `check`.
    problem: Option<String>,
}

/// Where a message is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// An existing thread.
    Thread(ThreadId),
    /// A contact, in the existing thread or a new one.
    Contact {
        /// The team's account or channel that sends it.
        account_id: String,
        /// The contact.
        contact_id: ContactId,
    },
    /// A profile on the account's network, in the existing thread or a new one.
    Profile {
        /// The team's account that sends it.
        account_id: String,
        /// The network.
        channel: Channel,
        /// The network's own id of the person.
        platform_id: String,
    },
}

threadline_transport::closed_enum! {
    /// The kind of a media file to send.
    pub enum MediaKind {
        /// A picture.
        Image = "image",
        /// A video.
        Video = "video",
        /// A sound.
        Audio = "audio",
        /// Any other file.
        Document = "document",
    }
}

/// A file to send.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Media {
    /// What it is.
    pub kind: MediaKind,
    /// Where its content comes from.
    pub source: MediaSource,
    /// The file name that the recipient sees.
    pub file_name: Option<String>,
}

/// Where the content of a file comes from.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MediaSource {
    /// A public URL, from which the network fetches it.
    Url(String),
    /// The content in Base64.
    Base64(String),
}

/// Shows the size of a file: its content would fill a log.
impl fmt::Debug for MediaSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => f.debug_tuple("Url").field(url).finish(),
            Self::Base64(content) => write!(f, "Base64({} bytes)", content.len()),
        }
    }
}

impl Media {
    /// A file at a public URL.
    pub fn url(kind: MediaKind, url: impl Into<String>) -> Self {
        Self {
            kind,
            source: MediaSource::Url(url.into()),
            file_name: None,
        }
    }

    /// A file whose content is given in Base64.
    pub fn base64(kind: MediaKind, content: impl Into<String>) -> Self {
        Self {
            kind,
            source: MediaSource::Base64(content.into()),
            file_name: None,
        }
    }

    /// Sets the file name that the recipient sees.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }
}

/// A message template that the network has approved, with its values.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Template {
    /// The template's name.
    pub name: String,
    /// The language code, such as `en_US`; `None` for the vendor's default.
    pub language: Option<String>,
    /// The values of the text parameters of its body, in order.
    pub parameters: Vec<String>,
}

impl Template {
    /// A template without parameters.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            language: None,
            parameters: Vec::new(),
        }
    }

    /// Sets the language code.
    #[must_use]
    pub fn language(mut self, code: impl Into<String>) -> Self {
        self.language = Some(code.into());
        self
    }

    /// Sets the values of the text parameters of its body, in order. Other components, such as
    /// headers and buttons, are set with the native client.
    #[must_use]
    pub fn parameters(mut self, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.parameters = values.into_iter().map(Into::into).collect();
        self
    }
}

impl NewMessage {
    /// A message to this target; set its content next.
    pub fn new(target: Target) -> Self {
        Self {
            target,
            text: None,
            media: None,
            template: None,
            reply_to: None,
            idempotency_key: KeyChoice::Generated,
            problem: None,
        }
    }

    /// A message to an existing thread.
    pub fn to_thread<I>(thread: I) -> Self
    where
        I: TryInto<ThreadId, Error: Into<Error>>,
    {
        let mut problem = None;
        let target = Target::Thread(ThreadId::given(thread, &mut problem));
        Self {
            problem,
            ..Self::new(target)
        }
    }

    /// A message to a contact, from one of the team's accounts.
    pub fn to_contact<I>(account_id: impl Into<String>, contact_id: I) -> Self
    where
        I: TryInto<ContactId, Error: Into<Error>>,
    {
        let mut problem = None;
        let target = Target::Contact {
            account_id: account_id.into(),
            contact_id: ContactId::given(contact_id, &mut problem),
        };
        Self {
            problem,
            ..Self::new(target)
        }
    }

    /// A message to a profile, from one of the team's accounts.
    pub fn to_profile(
        account_id: impl Into<String>,
        channel: impl Into<Channel>,
        platform_id: impl Into<String>,
    ) -> Self {
        Self::new(Target::Profile {
            account_id: account_id.into(),
            channel: channel.into(),
            platform_id: platform_id.into(),
        })
    }

    /// Sets the text, or the caption of the media.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// Attaches a file.
    #[must_use]
    pub fn media(mut self, media: Media) -> Self {
        self.media = Some(media);
        self
    }

    /// Sends a template.
    #[must_use]
    pub fn template(mut self, template: Template) -> Self {
        self.template = Some(template);
        self
    }

    /// Answers a message of the same thread.
    #[must_use]
    pub fn reply_to<I>(mut self, message: I) -> Self
    where
        I: TryInto<MessageId, Error: Into<Error>>,
    {
        self.reply_to = Some(MessageId::given(message, &mut self.problem));
        self
    }

    /// Sets the idempotency key. With the same key, the vendor sends the message only once, and a
    /// repeat returns the first result. Store the key before sending to be able to repeat a send
    /// after a crash; how long the vendor remembers keys is not documented.
    ///
    /// Without one, providers that take keys generate one for each call. To repeat a send that
    /// failed, set the key of the error ([`Error::idempotency_key`]) on the same message. The other
    /// providers refuse a key.
    #[must_use]
    pub fn idempotency_key(mut self, key: impl Into<KeyChoice>) -> Self {
        self.idempotency_key = key.into();
        self
    }

    /// Checks that the message has content and that a provider can send it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the message is empty,
    /// contradicts itself or has an invalid id; [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if the provider
    /// does not support a part of it.
    pub fn check(&self, provider: &ProviderKind, capabilities: &Capabilities) -> Result<()> {
        let invalid = |message: &str| Err(Error::invalid_request(provider, SEND, message));
        capabilities.require(provider, Capability::SendMessage)?;
        if let Some(problem) = &self.problem {
            return invalid(problem);
        }
        match &self.target {
            Target::Thread(_) => {}
            Target::Contact { account_id, .. } => {
                capabilities.require(provider, Capability::SendMessageToContact)?;
                if account_id.trim().is_empty() {
                    return invalid("the id of the account that sends the message is empty");
                }
            }
            Target::Profile {
                account_id,
                platform_id,
                ..
            } => {
                capabilities.require(provider, Capability::SendMessageToProfile)?;
                if account_id.trim().is_empty() || platform_id.trim().is_empty() {
                    return invalid("the id of the account or of the profile is empty");
                }
            }
        }
        match (&self.text, &self.media, &self.template) {
            (None, None, None) => {
                return invalid("the message is empty: set a text, media or a template");
            }
            (_, Some(_), Some(_)) | (Some(_), _, Some(_)) => {
                return invalid(
                    "a template cannot be sent with a text or media: send two messages",
                );
            }
            (Some(text), None, None) if text.is_empty() => {
                return invalid("the text is empty");
            }
            _ => {}
        }
        let parts = [
            (self.media.is_some(), Capability::SendMessageMedia),
            (self.template.is_some(), Capability::SendMessageTemplate),
            (self.reply_to.is_some(), Capability::SendMessageReply),
            (
                matches!(self.idempotency_key, KeyChoice::Own(_)),
                Capability::SendMessageIdempotencyKey,
            ),
        ];
        for (is_used, capability) in parts {
            if is_used {
                capabilities.require(provider, capability)?;
            }
        }
        Ok(())
    }
}

/// The operation named in errors.
const SEND: &str = "send_message";

/// A message that was sent.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SentMessage {
    /// The provider that sent it.
    pub provider: ProviderKind,
    /// The message's id. ContactShip may report none.
    #[serde(default)]
    pub id: Option<MessageId>,
    /// The thread it was sent in.
    #[serde(default)]
    pub thread_id: Option<ThreadId>,
    /// Whether the vendor had sent it before, in an earlier call or attempt with the caller's own
    /// idempotency key.
    pub is_replay: bool,
    /// The delivery status.
    #[serde(default)]
    pub delivery: Option<DeliveryStatus>,
    /// The message as stored. Inboxapp only.
    #[serde(default)]
    pub message: Option<Message>,
    /// The idempotency key of the call.
    #[serde(default)]
    pub idempotency_key: Option<IdempotencyKey>,
}

impl SentMessage {
    /// Creates the result of a send of which nothing else is known. Set the other fields directly.
    pub fn new(provider: ProviderKind, id: impl Into<Option<MessageId>>) -> Self {
        Self {
            provider,
            id: id.into(),
            thread_id: None,
            is_replay: false,
            delivery: None,
            message: None,
            idempotency_key: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_not_shown() {
        let media = Media::base64(MediaKind::Image, "aGVsbG8=");
        let shown = format!("{:?}", NewMessage::to_thread("t-1").media(media));
        assert!(shown.contains("Base64(8 bytes)"), "{shown}");
        assert!(!shown.contains("aGVsbG8"), "{shown}");
    }
}
