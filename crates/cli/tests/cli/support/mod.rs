//! What the tests have in common.

mod command;
mod emulated;
mod server;

pub(crate) use command::{Run, Threadline};
pub(crate) use emulated::Emulated;
pub(crate) use server::{Answer, Received, Server};

/// A thread of ContactShip's.
pub(crate) const CONTACTSHIP: &str = r#"{"id":"thr-1","channel_id":"chn_1","channel_type":"WABA","contact_id":"c-1","organization_id":"org-1","status":"closed","assignee":null,"assignee_type":null,"updated_at":"2026-04-06T16:00:00Z"}"#;

/// A thread of Inboxapp's, in API v1.
pub(crate) const INBOXAPP_V1: &str = r#"{"id":"w5hs7kz546ds","done":true,"assigneeId":"df6jbw4h36","createdAt":"2026-04-06T16:00:00Z"}"#;

/// A thread of Inboxapp's, in API v2.
pub(crate) const INBOXAPP: &str = r#"{"id":"w5hs7kz546ds","platform":"twitter","platformId":null,"accountLinkId":"a1","profileId":"p1","contactId":"c1","assigneeId":null,"isRequest":false,"acceptanceState":"accepted","archived":false,"unread":false,"restrictions":[],"syncing":false,"typingIndicators":"enabled","lastMessage":null,"createdAt":"2026-04-06T16:00:00Z"}"#;
