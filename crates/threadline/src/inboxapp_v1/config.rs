//! How a [`InboxappV1`] is set up.

use super::{Client, InboxappV1};
use crate::config::{Settings, Variables, builder_methods};

const VARIABLES: Variables = Variables {
    credential: "INBOX_API_TOKEN",
    base_url: "INBOX_API_V1_BASE_URL",
};

/// Settings for an [`InboxappV1`].
///
/// | setting | environment | default |
/// |---|---|---|
/// | [`credential`](Self::credential) | `INBOX_API_TOKEN` | none, it is needed |
/// | [`base_url`](Self::base_url) | `INBOX_API_V1_BASE_URL` | <https://inboxapp.com/api/v1> |
#[derive(Debug)]
#[must_use]
pub struct Builder(Settings);

impl Builder {
    pub(super) fn new() -> Self {
        Self(Settings::new(
            InboxappV1::NAME,
            VARIABLES,
            Client::builder(),
        ))
    }

    builder_methods!(InboxappV1);
}
