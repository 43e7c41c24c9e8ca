//! Contacts, which are called prospects here, and the members that threads are assigned to.

use serde::Deserialize;
use threadline_inboxapp_v1::types;

use super::{Client, InboxappV1};
use crate::inboxapp::{self, ProfileView};
use crate::vendor_json::{Item, Native as _};
use crate::{
    Assignee, AssigneeKind, Contact, ContactId, ContactStatus, ContactUpdate, Page, PageRequest,
    Person, ProviderKind, Result, Tag, Timestamp,
};

const KIND: ProviderKind = InboxappV1::KIND;

/// The fields read from a prospect.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct View {
    #[serde(deserialize_with = "ContactId::from_wire")]
    external_id: ContactId,
    platform: Option<String>,
    platform_id: Option<String>,
    username: Option<String>,
    display_name: Option<String>,
    last_updated_at: Option<Timestamp>,
    context: Option<ContextView>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ContextView {
    tags: Option<Vec<String>>,
    status_id: Option<String>,
    notes: Option<String>,
    assignee_id: Option<String>,
}

/// The fields read from a member.
#[derive(Deserialize)]
struct MemberView {
    id: String,
    name: Option<String>,
    email: Option<String>,
}

/// Lists the members of the team, all on one page.
pub(super) async fn list_assignees(client: &Client, page: &PageRequest) -> Result<Page<Person>> {
    page.only_page(&KIND, "list_assignees")?;
    let members = client.members().list().decode_as::<Vec<Item<MemberView>>>();
    Ok(Page::new(Item::unify(members.await?.into_inner())))
}

/// Reads a contact.
pub(super) async fn get(client: &Client, id: &ContactId) -> Result<Contact> {
    let request = client.prospects().get(id.as_str());
    Ok(Contact::from_response::<View>(request.decode_as().await?))
}

/// Updates a contact.
pub(super) async fn update(
    client: &Client,
    id: &ContactId,
    update: &ContactUpdate,
) -> Result<Contact> {
    let mut body = types::ProspectContextUpdate::new();
    let list = |tags: &Vec<String>| (!tags.is_empty()).then(|| tags.clone());
    body.add_tags = list(&update.add_tags);
    body.remove_tags = list(&update.remove_tags);
    body.status_id = update.status.clone();
    body.notes = update.notes.clone();
    body.assignee_id = inboxapp::assignee_id(&update.assignee);
    let request = client.prospects().update_context(id.as_str()).body(body);
    Ok(Contact::from_response::<View>(request.decode_as().await?))
}

impl From<View> for Contact {
    fn from(view: View) -> Self {
        let mut contact = Self::new(KIND, view.external_id);
        contact.name.clone_from(&view.display_name);
        let profile = ProfileView {
            platform: view.platform,
            platform_id: view.platform_id,
            username: view.username,
            handle: None,
            display_name: view.display_name,
        };
        contact.identities = vec![profile.into()];
        if let Some(context) = view.context {
            contact.tags = context
                .tags
                .map(|ids| ids.into_iter().map(Tag::new).collect());
            contact.status = context.status_id.map(ContactStatus::new);
            contact.notes = context.notes;
            contact.assignee = context.assignee_id.map(Assignee::user);
        }
        contact.updated_at = view.last_updated_at;
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
