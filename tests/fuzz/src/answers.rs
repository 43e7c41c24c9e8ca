//! The body of an answer, read as every type that an operation gives: reading never panics, and what
//! was read is written in a form that reads the same.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use threadline_contactship::types as contactship_types;
use threadline_inboxapp_v1::types as inboxapp_v1_types;
use threadline_inboxapp_v2::types as inboxapp_v2_types;

/// Reads a body as each of the types.
macro_rules! read {
    ($body:expr; $($types:ident { $($name:ident)* })*) => {
        $($(same_again::<$types::$name>($body);)*)*
    };
}

/// Answers of ContactShip.
pub fn contactship(body: &[u8]) {
    read! { body; contactship_types {
        Agent Call CallPage CallProgress CallStarted CallStop ChannelPage Comment
        Contact ContactCallHistory ContactComments ContactPage ContactTag Credits EventBatchOutcome
        Message PhoneNumberPage SessionIdentity Tag TagPage TaggedContact Task TaskPage Thread Voice
        WhatsappMediaAnswer WhatsappSendAnswer WhatsappTemplatePage
    }}
}

/// Answers of Inboxapp, API v1.
pub fn inboxapp_v1(body: &[u8]) {
    read! { body; inboxapp_v1_types {
        AccountLink Color EventPage Member Message MessageDeleteOutcome MessageEditOutcome
        MessageHistory MessagePage ProspectDetails QuickMessageSent ReactionOutcome Status Tag Team
        Thread ThreadPage ThreadSettings TypingIndicatorOutcome WebhookEvent
    }}
}

/// Answers of Inboxapp, API v2.
pub fn inboxapp_v2(body: &[u8]) {
    read! { body; inboxapp_v2_types {
        AccountLink AccountLinkPage AttachmentMedia Color Contact ContactPage EventPage Member
        MemberPage Message MessageDeletion MessageHistory MessagePage PlatformInfo Reactions
        SendResult Status StatusPage Tag TagPage Team Thread ThreadDeletion ThreadPage TypingSignal
    }}
}

/// Reads a value, writes it and reads it again.
fn same_again<T: Debug + PartialEq + Serialize + DeserializeOwned>(body: &[u8]) {
    let name = std::any::type_name::<T>();
    let Ok(value) = serde_json::from_slice::<T>(body) else {
        return;
    };
    let written =
        serde_json::to_string(&value).unwrap_or_else(|error| panic!("{name}: {error}: {value:?}"));
    let again = serde_json::from_str::<T>(&written)
        .unwrap_or_else(|error| panic!("{name}: {error}: {written}"));
    assert_eq!(value, again, "{name}: {written}");
    let rewritten = serde_json::to_string(&again).expect("it was written before");
    assert_eq!(written, rewritten, "{name}");
}
