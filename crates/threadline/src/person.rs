//! The people and agents that threads can be assigned to.

use serde::{Deserialize, Serialize};

use crate::{Assignee, AssigneeKind, VendorJson};

/// A possible assignee of a thread: a member of the team, or an AI agent.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Person {
    /// The vendor's id, which assigning takes.
    pub id: String,
    /// A member of the team or an AI agent.
    #[serde(rename = "type")]
    pub kind: AssigneeKind,
    /// The name.
    #[serde(default)]
    pub name: Option<String>,
    /// The e-mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// The vendor's JSON.
    #[serde(default, rename = "native")]
    pub vendor_json: Option<VendorJson>,
}

impl Person {
    /// Creates a person without a name.
    pub fn new(kind: AssigneeKind, id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            kind,
            name: None,
            email: None,
            vendor_json: None,
        }
    }

    /// Sets the name.
    #[must_use]
    pub fn name(mut self, name: impl Into<Option<String>>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the e-mail address.
    #[must_use]
    pub fn email(mut self, email: impl Into<Option<String>>) -> Self {
        self.email = email.into();
        self
    }

    /// Sets the vendor's JSON.
    #[must_use]
    pub fn vendor_json(mut self, json: impl Into<Option<VendorJson>>) -> Self {
        self.vendor_json = json.into();
        self
    }

    /// This person as the assignee of a thread.
    pub fn assignee(&self) -> Assignee {
        Assignee::new(self.kind.clone(), self.id.clone())
    }
}

impl From<&Person> for Assignee {
    fn from(person: &Person) -> Self {
        person.assignee()
    }
}
