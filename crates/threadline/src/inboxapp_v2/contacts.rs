//! Contacts, and the members that they and their threads are assigned to.

use serde::Deserialize;
use serde_json::Value;
use threadline_inboxapp_v2::types::{self, ContactExpansion};

use super::{Client, InboxappV2};
use crate::inboxapp::{self, LARGEST_PAGE, ProfileView};
use crate::vendor_json::{Item, Native as _};
use crate::{
    Assignee, AssigneeKind, Contact, ContactId, ContactStatus, ContactUpdate, Identity, Page,
    PageRequest, Person, ProviderKind, Result, Tag, Timestamp,
};

const KIND: ProviderKind = InboxappV2::KIND;

/// What is embedded in a contact that is read, for the names of its tags and status.
const EXPANDED: [ContactExpansion; 2] = [ContactExpansion::Tags, ContactExpansion::Status];

/// The fields read from a contact.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct View {
    #[serde(deserialize_with = "ContactId::from_wire")]
    id: ContactId,
    profiles: Option<Vec<ProfileView>>,
    status_id: Option<String>,
    tag_ids: Option<Vec<String>>,
    notes: Option<String>,
    assignee_id: Option<String>,
    created_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
    status: Option<NamedView>,
    tags: Option<Vec<NamedView>>,
}

#[derive(Deserialize)]
struct NamedView {
    id: String,
    name: Option<String>,
}

/// The fields read from a member.
#[derive(Deserialize)]
struct MemberView {
    id: String,
    name: Option<String>,
    email: Option<String>,
}

/// A page of members.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MemberPage {
    data: Vec<Item<MemberView>>,
    next_cursor: Option<Value>,
}

/// Lists the members of the team.
pub(super) async fn list_assignees(client: &Client, page: &PageRequest) -> Result<Page<Person>> {
    let mut request = client.team().list_members();
    if let Some(size) = page.size_up_to(LARGEST_PAGE) {
        request = request.limit(size);
    }
    if let Some(cursor) = &page.cursor {
        request = request.cursor(cursor.as_str());
    }
    let response = request.decode_as::<MemberPage>().await?.into_inner();
    let next = super::next_cursor(response.next_cursor.as_ref())?;
    Ok(Page::new(Item::unify(response.data)).next(next))
}

/// Reads a contact.
pub(super) async fn get(client: &Client, id: &ContactId) -> Result<Contact> {
    let request = client.contacts().get(id.as_str()).expand(EXPANDED);
    Ok(Contact::from_response::<View>(request.decode_as().await?))
}

/// Updates a contact: its fields in one request, then each tag in another, and then it is read.
pub(super) async fn update(
    client: &Client,
    id: &ContactId,
    update: &ContactUpdate,
) -> Result<Contact> {
    let contacts = client.contacts();
    let mut body = types::ContactUpdate::new();
    body.status = update.status.clone();
    body.notes = update.notes.clone();
    body.assignee_id = inboxapp::assignee_id(&update.assignee);
    let has_fields = body != types::ContactUpdate::new();
    let has_tags = !update.add_tags.is_empty() || !update.remove_tags.is_empty();
    if has_fields {
        let request = contacts.update(id.as_str()).body(body);
        let response = request.decode_as().await?;
        if !has_tags {
            return Ok(Contact::from_response::<View>(response));
        }
    }
    for tag in &update.add_tags {
        contacts.add_tag(id.as_str(), tag).await?;
    }
    for tag in &update.remove_tags {
        contacts.remove_tag(id.as_str(), tag).await?;
    }
    get(client, id).await
}

impl From<View> for Contact {
    fn from(view: View) -> Self {
        let mut contact = Self::new(KIND, view.id);
        let profiles = view.profiles.into_iter().flatten();
        contact.identities = profiles.map(Identity::from).collect();
        let name = contact.identities.first();
        contact.name = name.and_then(|profile| profile.display_name.clone());
        // Expanded tags have names; without them there are the ids.
        contact.tags = match (view.tags, view.tag_ids) {
            (Some(tags), _) => Some(
                tags.into_iter()
                    .map(|tag| Tag::new(tag.id).name(tag.name))
                    .collect(),
            ),
            (None, ids) => ids.map(|ids| ids.into_iter().map(Tag::new).collect()),
        };
        contact.status = match view.status {
            Some(status) => Some(ContactStatus::new(status.id).name(status.name)),
            None => view.status_id.map(ContactStatus::new),
        };
        contact.notes = view.notes;
        contact.assignee = view.assignee_id.map(Assignee::user);
        contact.created_at = view.created_at;
        contact.updated_at = view.updated_at;
        contact
    }
}

impl From<MemberView> for Person {
    fn from(view: MemberView) -> Self {
        Self::new(AssigneeKind::User, view.id)
            .name(view.name)
            .email(view.email)
    }
}
