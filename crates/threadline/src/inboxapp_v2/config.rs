//! How a [`InboxappV2`] is set up.

use super::{Client, InboxappV2};
use crate::config::{Settings, Variables, builder_methods};

const VARIABLES: Variables = Variables {
    credential: "INBOX_API_TOKEN",
    base_url: "INBOX_API_BASE_URL",
};

/// Settings for an [`InboxappV2`].
///
/// | setting | environment | default |
/// |---|---|---|
/// | [`credential`](Self::credential) | `INBOX_API_TOKEN` | none, it is needed |
/// | [`base_url`](Self::base_url) | `INBOX_API_BASE_URL` | <https://inboxapp.com/api/v2> |
#[derive(Debug)]
#[must_use]
pub struct Builder(Settings);

impl Builder {
    pub(super) fn new() -> Self {
        Self(Settings::new(
            InboxappV2::NAME,
            VARIABLES,
            Client::builder(),
        ))
    }

    builder_methods!(InboxappV2);
}
