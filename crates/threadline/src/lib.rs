#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod assignee;
mod capabilities;
mod channel;
mod contact;
#[cfg(feature = "contactship")]
pub mod contactship;
mod id;
#[cfg(any(feature = "inboxapp-v1", feature = "inboxapp-v2"))]
mod inboxapp;
#[cfg(feature = "inboxapp-v1")]
pub mod inboxapp_v1;
#[cfg(feature = "inboxapp-v2")]
pub mod inboxapp_v2;
mod kind;
mod message;
mod page;
mod person;
mod provider;
#[cfg(feature = "testing")]
pub mod testing;
mod thread;
mod vendor_json;

#[doc = include_str!("../docs/providers.md")]
pub mod providers {}

#[doc = include_str!("../docs/cookbook.md")]
#[doc = "# Close threads that have been unanswered for 30 days\n\n```no_run"]
#[doc = include_str!("../examples/close_unanswered.rs")]
#[doc = "```\n"]
#[doc = "# Hand all of a member's threads to another\n\n```no_run"]
#[doc = include_str!("../examples/hand_over.rs")]
#[doc = "```\n"]
#[doc = "# Answer once, and survive a crash\n\n```no_run"]
#[doc = include_str!("../examples/answer_once.rs")]
#[doc = "```\n"]
#[doc = "# Export a conversation\n\n```no_run"]
#[doc = include_str!("../examples/export_conversation.rs")]
#[doc = "```\n"]
#[doc = "# Write a provider of your own\n\n```no_run"]
#[doc = include_str!("../examples/third_provider.rs")]
#[doc = "```\n"]
pub mod cookbook {}

pub use assignee::{Assignee, AssigneeKind};
/// The attribute for implementations of [`ThreadProvider`].
#[doc(no_inline)]
pub use async_trait::async_trait;
pub use capabilities::{Capabilities, Capability};
pub use channel::{Channel, Identity};
pub use contact::{Contact, ContactStatus, ContactUpdate, Tag};
#[cfg(feature = "contactship")]
#[doc(inline)]
pub use contactship::ContactShip;
pub use id::{ContactId, MessageId, ThreadId};
#[cfg(feature = "inboxapp-v1")]
#[doc(inline)]
pub use inboxapp_v1::InboxappV1;
#[cfg(feature = "inboxapp-v2")]
#[doc(inline)]
pub use inboxapp_v2::InboxappV2;
pub use kind::ProviderKind;
pub use message::{
    Attachment, AttachmentKind, Author, AuthorKind, DeliveryStatus, Direction, Media, MediaKind,
    MediaSource, Message, MessageQuery, NewMessage, Reaction, ReplyTo, SentMessage, Target,
    Template,
};
pub use page::{Cursor, Page, PageRequest};
pub use person::Person;
pub use provider::{Listing, ThreadProvider, ThreadProviderExt, UpdateThreads};
pub use thread::{
    AssigneeFilter, ContactSummary, Folder, LastMessage, Order, SplitQuery, Thread, ThreadQuery,
    ThreadStatus, ThreadUpdate,
};
/// The clients' runtime, for types that appear only in their signatures.
#[doc(no_inline)]
pub use threadline_transport as transport;
#[doc(inline)]
pub use threadline_transport::error_kinds;
pub use threadline_transport::{
    Attempt, CallEvent, CallInfo, CallOptions, Config, Credential, Delivery, Error, ErrorKind,
    FieldError, Headers, IdempotencyKey, Jitter, KeyChoice, MissingCredential, Observer, Patch,
    PreparedRequest, RateLimit, RateLimitPolicy, RateLimitWindow, Response, ResponseMetadata,
    RetryBudget, RetryPolicy, SkippedField, Sunset, Timestamp, printable,
};
pub use vendor_json::VendorJson;

/// What most programs need: `use threadline::prelude::*;`.
pub mod prelude {
    pub use crate::{
        Assignee, Contact, ContactId, ContactUpdate, Cursor, Direction, ErrorKind, Identity,
        Message, MessageId, MessageQuery, NewMessage, Order, PageRequest, Thread, ThreadId,
        ThreadProvider, ThreadProviderExt, ThreadQuery, ThreadStatus, ThreadUpdate,
    };

    #[cfg(feature = "contactship")]
    pub use crate::ContactShip;
    #[cfg(feature = "inboxapp-v1")]
    pub use crate::InboxappV1;
    #[cfg(feature = "inboxapp-v2")]
    pub use crate::InboxappV2;
}

/// The result type of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The examples of the root README.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct FrontPage;
