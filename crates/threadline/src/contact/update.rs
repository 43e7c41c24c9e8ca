//! Contact updates.

use serde::{Deserialize, Serialize};

use crate::{Assignee, AssigneeKind, Capabilities, Capability, Error, Patch, ProviderKind, Result};

/// Changes to a contact; unset fields stay unchanged.
///
/// On Inboxapp v1 the changes are sent in one request. ContactShip and Inboxapp v2 take each tag in
/// a request of its own: see [`update_contact`](crate::ThreadProvider::update_contact).
///
/// ```
/// use threadline::ContactUpdate;
///
/// let update = ContactUpdate::new().add_tag("vip").notes("Wants 12 seats.").unassign();
/// assert!(!update.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ContactUpdate {
    /// Tags to add, as the vendor refers to them: by id; on Inboxapp v2 by id or name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_tags: Vec<String>,
    /// Tags to remove, likewise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove_tags: Vec<String>,
    /// The new status, by id; on Inboxapp v2 by id or name. `null` removes it.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub status: Patch<String>,
    /// The new notes; `null` removes them.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub notes: Patch<String>,
    /// The new default assignee; `null` removes it. On Inboxapp v1, it is also set on all threads of
    /// the contact.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub assignee: Patch<Assignee>,
}

impl ContactUpdate {
    /// Creates an empty update.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a tag.
    #[must_use]
    pub fn add_tag(mut self, tag: impl Into<String>) -> Self {
        push_new(&mut self.add_tags, tag.into());
        self
    }

    /// Removes a tag.
    #[must_use]
    pub fn remove_tag(mut self, tag: impl Into<String>) -> Self {
        push_new(&mut self.remove_tags, tag.into());
        self
    }

    /// Sets the status.
    #[must_use]
    pub fn status(mut self, status: impl Into<String>) -> Self {
        self.status = Patch::Set(status.into());
        self
    }

    /// Removes the status.
    #[must_use]
    pub fn clear_status(mut self) -> Self {
        self.status = Patch::Clear;
        self
    }

    /// Sets the notes.
    #[must_use]
    pub fn notes(mut self, notes: impl Into<String>) -> Self {
        self.notes = Patch::Set(notes.into());
        self
    }

    /// Removes the notes.
    #[must_use]
    pub fn clear_notes(mut self) -> Self {
        self.notes = Patch::Clear;
        self
    }

    /// Sets the default assignee.
    #[must_use]
    pub fn assign(mut self, assignee: impl Into<Assignee>) -> Self {
        self.assignee = Patch::Set(assignee.into());
        self
    }

    /// Removes the default assignee.
    #[must_use]
    pub fn unassign(mut self) -> Self {
        self.assignee = Patch::Clear;
        self
    }

    /// Whether the update changes nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Checks that a provider supports the update.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the update is empty or
    /// contradicts itself; [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if the provider
    /// does not support a part of it.
    pub fn check(&self, provider: &ProviderKind, capabilities: &Capabilities) -> Result<()> {
        let invalid = |message: String| Err(Error::invalid_request(provider, UPDATE, message));
        capabilities.require(provider, Capability::UpdateContact)?;
        if self.is_empty() {
            return invalid(
                "nothing to update: set tags, a status, notes or an assignee".to_owned(),
            );
        }
        let tags = || self.add_tags.iter().chain(&self.remove_tags);
        let parts = [
            (tags().next().is_some(), Capability::UpdateContactTags),
            (!self.status.is_keep(), Capability::UpdateContactStatus),
            (!self.notes.is_keep(), Capability::UpdateContactNotes),
            (!self.assignee.is_keep(), Capability::UpdateContactAssignee),
        ];
        for (is_used, capability) in parts {
            if is_used {
                capabilities.require(provider, capability)?;
            }
        }
        if tags().any(|tag| tag.trim().is_empty()) {
            return invalid("a tag is empty".to_owned());
        }
        // Some providers send a tag as a segment of a path, after other changes.
        if let Some(tag) =
            tags().find(|tag| [".", ".."].contains(&tag.as_str()) || tag.contains(char::is_control))
        {
            return invalid(format!("the tag {tag:?} cannot be sent"));
        }
        if let Some(tag) = self
            .add_tags
            .iter()
            .find(|tag| self.remove_tags.contains(tag))
        {
            return invalid(format!("the tag {tag:?} is both added and removed"));
        }
        if matches!(&self.status, Patch::Set(status) if status.trim().is_empty()) {
            return invalid("the status is empty; to remove it, clear it".to_owned());
        }
        if let Patch::Set(assignee) = &self.assignee {
            if assignee.id.trim().is_empty() {
                return invalid(
                    "the assignee's id is empty; to remove the assignee, unassign".to_owned(),
                );
            }
            if assignee.kind != AssigneeKind::User {
                let message = format!(
                    "a contact cannot be assigned to {} {:?}",
                    assignee.kind, assignee.id
                );
                return Err(Error::unsupported(provider, UPDATE, message));
            }
        }
        Ok(())
    }
}

/// Appends a tag that is not in the list yet.
fn push_new(tags: &mut Vec<String>, tag: String) {
    if !tags.contains(&tag) {
        tags.push(tag);
    }
}

/// The operation named in errors.
const UPDATE: &str = "update_contact";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn a_tag_is_given_once_and_one_that_is_no_segment_is_refused_at_once() {
        let twice = ContactUpdate::new().add_tag("g2").add_tag("g2");
        assert_eq!(twice.add_tags, ["g2"]);
        let all = Capabilities::all();
        for tag in [".", "..", "a\nb"] {
            for update in [
                ContactUpdate::new().notes("Hi").add_tag(tag),
                ContactUpdate::new().remove_tag(tag),
            ] {
                let error = update
                    .check(&ProviderKind::other("acme"), &all)
                    .unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
                assert!(error.message().contains("cannot be sent"), "{error}");
            }
        }
    }
}
