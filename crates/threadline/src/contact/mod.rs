//! The unified contact.

mod update;

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::update::ContactUpdate;
use crate::{Assignee, ContactId, Identity, ProviderKind, Result, Timestamp, VendorJson, thread};

/// A person that the team talks to, of any provider.
///
/// The fields are common to all providers and `None` (or empty) where the vendor does not report
/// them: see the [table](crate::providers#fields-of-a-contact). The vendor's full data is in
/// [`native`](Self::native).
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Contact {
    /// The provider that stores it.
    pub provider: ProviderKind,
    /// The provider's contact id.
    pub id: ContactId,
    /// The name.
    #[serde(default)]
    pub name: Option<String>,
    /// The e-mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// The phone number.
    #[serde(default)]
    pub phone: Option<String>,
    /// The profiles on the networks.
    #[serde(default)]
    pub identities: Vec<Identity>,
    /// The tags; `None` if the response does not list them.
    #[serde(default)]
    pub tags: Option<Vec<Tag>>,
    /// The status in the team's pipeline.
    #[serde(default)]
    pub status: Option<ContactStatus>,
    /// Free text about the contact.
    #[serde(default)]
    pub notes: Option<String>,
    /// The assignee of those of its threads that have none of their own.
    #[serde(default)]
    pub assignee: Option<Assignee>,
    /// Fields of the team's own.
    #[serde(default)]
    pub custom_fields: BTreeMap<String, Value>,
    /// When the contact was created.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    /// When the contact last changed.
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
    /// The vendor's JSON of the contact.
    #[serde(default, rename = "native")]
    pub vendor_json: Option<VendorJson>,
}

impl Contact {
    /// Creates a contact of which nothing else is known. Set the other fields directly.
    pub fn new(provider: ProviderKind, id: ContactId) -> Self {
        Self {
            provider,
            id,
            name: None,
            email: None,
            phone: None,
            identities: Vec::new(),
            tags: None,
            status: None,
            notes: None,
            assignee: None,
            custom_fields: BTreeMap::new(),
            created_at: None,
            updated_at: None,
            vendor_json: None,
        }
    }

    /// Decodes the vendor's contact, with all fields that the unified contact omits:
    /// `contactship::types::Contact`, `inboxapp_v2::types::Contact`, or the caller's own type.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidResponse`](crate::ErrorKind::InvalidResponse) if the vendor's JSON is
    /// missing or does not match the type; the message names the place.
    pub fn native<T: DeserializeOwned>(&self) -> Result<T> {
        thread::native(self.vendor_json.as_ref(), &self.provider, "contact")
    }
}

/// A tag of a contact or thread.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Tag {
    /// The vendor's id.
    pub id: String,
    /// The name, if the response contains it.
    #[serde(default)]
    pub name: Option<String>,
}

impl Tag {
    /// Creates a tag of which only the id is known.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: None,
        }
    }

    /// Sets the name.
    #[must_use]
    pub fn name(mut self, name: impl Into<Option<String>>) -> Self {
        self.name = name.into();
        self
    }
}

/// The status of a contact in the team's pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ContactStatus {
    /// The vendor's id.
    pub id: String,
    /// The name, if the response contains it.
    #[serde(default)]
    pub name: Option<String>,
}

impl ContactStatus {
    /// Creates a status of which only the id is known.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: None,
        }
    }

    /// Sets the name.
    #[must_use]
    pub fn name(mut self, name: impl Into<Option<String>>) -> Self {
        self.name = name.into();
        self
    }
}
