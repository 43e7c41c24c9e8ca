//! How a [`ContactShip`] is set up.

use super::{Client, ContactShip};
use crate::config::{Settings, Variables, builder_methods};

const VARIABLES: Variables = Variables {
    credential: "CONTACTSHIP_API_KEY",
    base_url: "CONTACTSHIP_BASE_URL",
};

/// Settings for a [`ContactShip`].
///
/// | setting | environment | default |
/// |---|---|---|
/// | [`credential`](Self::credential) | `CONTACTSHIP_API_KEY` | none, it is needed |
/// | [`base_url`](Self::base_url) | `CONTACTSHIP_BASE_URL` | <https://api.contactship.ai> |
#[derive(Debug)]
#[must_use]
pub struct Builder(Settings);

impl Builder {
    pub(super) fn new() -> Self {
        Self(Settings::new(
            ContactShip::NAME,
            VARIABLES,
            Client::builder(),
        ))
    }

    builder_methods!(ContactShip);
}
