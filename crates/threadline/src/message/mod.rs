//! The unified message.

mod send;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use self::send::{Media, MediaKind, MediaSource, NewMessage, SentMessage, Target, Template};
use crate::{
    Capabilities, Capability, Channel, Error, MessageId, Order, ProviderKind, Result, ThreadId,
    Timestamp, VendorJson, thread,
};

/// A message of a thread, of any provider.
///
/// The fields are common to all providers and `None` (or empty) where the vendor does not report
/// them: see the [table](crate::providers#fields-of-a-message). The vendor's full data is in
/// [`native`](Self::native).
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Message {
    /// The provider that stores it.
    pub provider: ProviderKind,
    /// The provider's message id.
    pub id: MessageId,
    /// The thread it belongs to.
    #[serde(default)]
    pub thread_id: Option<ThreadId>,
    /// The network it was sent on.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// Whether the contact or the team wrote it.
    #[serde(default)]
    pub direction: Option<Direction>,
    /// Who wrote it.
    #[serde(default)]
    pub author: Option<Author>,
    /// The text, or the caption of its media. Inboxapp v2 keeps the last text of a deleted message.
    #[serde(default)]
    pub text: Option<String>,
    /// The attachments.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// The message that it answers.
    #[serde(default)]
    pub reply_to: Option<ReplyTo>,
    /// The reactions to it.
    #[serde(default)]
    pub reactions: Vec<Reaction>,
    /// The delivery status of an outbound message.
    #[serde(default)]
    pub delivery: Option<DeliveryStatus>,
    /// Whether its text was changed after sending.
    #[serde(default)]
    pub is_edited: Option<bool>,
    /// When its text was last changed.
    #[serde(default)]
    pub edited_at: Option<Timestamp>,
    /// When it was deleted.
    #[serde(default)]
    pub deleted_at: Option<Timestamp>,
    /// When it was sent.
    #[serde(default)]
    pub sent_at: Option<Timestamp>,
    /// The vendor's JSON of the message.
    #[serde(default, rename = "native")]
    pub vendor_json: Option<VendorJson>,
}

impl Message {
    /// Creates a message of which nothing else is known. Set the other fields directly.
    pub fn new(provider: ProviderKind, id: MessageId) -> Self {
        Self {
            provider,
            id,
            thread_id: None,
            channel: None,
            direction: None,
            author: None,
            text: None,
            attachments: Vec::new(),
            reply_to: None,
            reactions: Vec::new(),
            delivery: None,
            is_edited: None,
            edited_at: None,
            deleted_at: None,
            sent_at: None,
            vendor_json: None,
        }
    }

    /// Decodes the vendor's message, with all fields that the unified message omits:
    /// `contactship::types::Message`, `inboxapp_v2::types::Message`, or the caller's own type.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidResponse`](crate::ErrorKind::InvalidResponse) if the vendor's JSON is
    /// missing or does not match the type; the message names the place.
    pub fn native<T: DeserializeOwned>(&self) -> Result<T> {
        thread::native(self.vendor_json.as_ref(), &self.provider, "message")
    }
}

threadline_transport::open_enum! {
    /// Whether the contact or the team wrote a message.
    pub enum Direction {
        /// From the contact.
        Inbound = "inbound",
        /// From the team: a member, an agent, a campaign, or the account's owner on the platform.
        Outbound = "outbound",
    }
}

threadline_transport::open_enum! {
    /// The kind of an author.
    pub enum AuthorKind {
        /// The person on the other side.
        Contact = "contact",
        /// A member of the team.
        User = "user",
        /// An AI agent.
        Agent = "agent",
        /// A campaign, or a program that uses the vendor's API.
        Automation = "automation",
    }
}

/// The author of a message or a reaction.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Author {
    /// Who it is.
    #[serde(rename = "type")]
    pub kind: AuthorKind,
    /// The vendor's id: of the member, agent, campaign, API token or contact.
    #[serde(default)]
    pub id: Option<String>,
}

impl Author {
    /// Creates an author.
    pub fn new(kind: AuthorKind, id: impl Into<Option<String>>) -> Self {
        Self {
            kind,
            id: id.into(),
        }
    }
}

threadline_transport::open_enum! {
    /// The kind of an attachment.
    pub enum AttachmentKind {
        /// A picture.
        Image = "image",
        /// An animated picture.
        Gif = "gif",
        /// A video.
        Video = "video",
        /// A sound or voice message.
        Audio = "audio",
        /// Any other file.
        File = "file",
        /// A preview of a link in the text.
        Link = "link",
        /// A place.
        Location = "location",
    }
}

/// A file, link or place in a message.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Attachment {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: AttachmentKind,
    /// Where it can be fetched. Vendors' addresses of files may expire.
    #[serde(default)]
    pub url: Option<String>,
    /// The MIME type.
    #[serde(default)]
    pub content_type: Option<String>,
    /// The file name.
    #[serde(default)]
    pub file_name: Option<String>,
    /// The size in bytes.
    #[serde(default)]
    pub size: Option<u64>,
}

impl Attachment {
    /// Creates an attachment of which nothing else is known.
    pub fn new(kind: AttachmentKind) -> Self {
        Self {
            kind,
            url: None,
            content_type: None,
            file_name: None,
            size: None,
        }
    }
}

/// The message that another one answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ReplyTo {
    /// Its id, if the thread has a copy of it.
    #[serde(default)]
    pub message_id: Option<MessageId>,
    /// Its text when it was answered.
    #[serde(default)]
    pub text: Option<String>,
}

/// A reaction to a message.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// Who reacted.
    #[serde(default)]
    pub author: Option<Author>,
}

impl Reaction {
    /// Creates a reaction.
    pub fn new(emoji: impl Into<String>, author: impl Into<Option<Author>>) -> Self {
        Self {
            emoji: emoji.into(),
            author: author.into(),
        }
    }
}

threadline_transport::open_enum! {
    /// The delivery status of an outbound message.
    pub enum DeliveryStatus {
        /// Accepted by the vendor, not yet by the network.
        Pending = "pending",
        /// Accepted by the network.
        Sent = "sent",
        /// On the contact's device.
        Delivered = "delivered",
        /// Read by the contact.
        Read = "read",
        /// Not sent.
        Failed = "failed",
    }
}

/// Which messages to list.
///
/// ```
/// use threadline::{MessageQuery, Order};
///
/// let query = MessageQuery::new("thr-1").order(Order::OldestFirst);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MessageQuery {
    /// The thread.
    pub thread: ThreadId,
    /// The order; `None` for the vendor's default, newest first.
    pub order: Option<Order>,
    /// The maximum number of messages that a stream fetches.
    pub limit: Option<usize>,
    /// The problem with an invalid id, reported by `check`.
    problem: Option<String>,
}

impl MessageQuery {
    /// All messages of a thread. Text that cannot be an id is refused by [`check`](Self::check),
    /// before anything is sent.
    pub fn new<I>(thread: I) -> Self
    where
        I: TryInto<ThreadId, Error: Into<Error>>,
    {
        let mut problem = None;
        Self {
            thread: ThreadId::given(thread, &mut problem),
            order: None,
            limit: None,
            problem,
        }
    }

    /// Sets the order.
    #[must_use]
    pub fn order(mut self, order: Order) -> Self {
        self.order = Some(order);
        self
    }

    /// Sets the maximum number of messages. A stream stops fetching pages when it is reached.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }
}

impl MessageQuery {
    /// Checks that a provider supports the query.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if the provider cannot list
    /// messages, or not in this order; [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest)
    /// if the thread's id is invalid.
    pub fn check(&self, provider: &ProviderKind, capabilities: &Capabilities) -> Result<()> {
        capabilities.require(provider, Capability::ListMessages)?;
        if let Some(problem) = &self.problem {
            return Err(Error::invalid_request(provider, "list_messages", problem));
        }
        match self.order {
            Some(Order::OldestFirst) => {
                capabilities.require(provider, Capability::ListMessagesOrder)
            }
            _ => Ok(()),
        }
    }
}

/// All messages of a thread.
impl<I: TryInto<ThreadId, Error: Into<Error>>> From<I> for MessageQuery {
    fn from(thread: I) -> Self {
        Self::new(thread)
    }
}
