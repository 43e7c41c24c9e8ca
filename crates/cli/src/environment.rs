//! The environment variables of each provider, for lines to paste.

use threadline_emulator::Provider;

/// What a provider is called and set up with.
#[derive(Debug)]
pub(crate) struct Variables {
    /// Its name for people.
    pub(crate) title: &'static str,
    /// Where its credential is read from.
    pub(crate) credential: &'static str,
    /// Where its base URL is read from.
    pub(crate) base_url: &'static str,
}

/// The variables of a provider.
pub(crate) const fn of(provider: Provider) -> Variables {
    match provider {
        Provider::InboxappV1 => Variables {
            title: "Inboxapp, API v1",
            credential: "INBOX_API_TOKEN",
            base_url: "INBOX_API_V1_BASE_URL",
        },
        Provider::Inboxapp => Variables {
            title: "Inboxapp, API v2",
            credential: "INBOX_API_TOKEN",
            base_url: "INBOX_API_BASE_URL",
        },
        _ => Variables {
            title: "ContactShip",
            credential: "CONTACTSHIP_API_KEY",
            base_url: "CONTACTSHIP_BASE_URL",
        },
    }
}
