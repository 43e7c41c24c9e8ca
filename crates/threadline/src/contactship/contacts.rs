//! Contacts, and the agents that threads are assigned to.

use serde::Deserialize;
use serde_json::Value;

use super::{Client, ContactShip};
use crate::vendor_json::{Item, Native as _};
use crate::{
    AssigneeKind, Contact, ContactId, ContactUpdate, ErrorKind, Page, PageRequest, Person,
    ProviderKind, Result, Tag, Timestamp,
};

const KIND: ProviderKind = ContactShip::KIND;

/// The fields read from a contact.
#[derive(Deserialize)]
struct View {
    #[serde(deserialize_with = "ContactId::from_wire")]
    id: ContactId,
    full_name: Option<String>,
    email: Option<String>,
    phone_number: Option<String>,
    description: Option<String>,
    additional_data: Option<Vec<FieldView>>,
    tags: Option<Vec<TagView>>,
    created_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct FieldView {
    field: String,
    value: Option<Value>,
}

#[derive(Deserialize)]
struct TagView {
    id: String,
    name: Option<String>,
}

/// The fields read from an agent.
#[derive(Deserialize)]
struct AgentView {
    id: String,
    name: Option<String>,
}

/// Lists the AI agents, all on one page. ContactShip documents no way to list the users.
pub(super) async fn list_assignees(client: &Client, page: &PageRequest) -> Result<Page<Person>> {
    page.only_page(&KIND, "list_assignees")?;
    let agents = client.agents().list().decode_as::<Vec<Item<AgentView>>>();
    Ok(Page::new(Item::unify(agents.await?.into_inner())))
}

/// Reads a contact, and its tags unless they are part of it.
pub(super) async fn get(client: &Client, id: &ContactId) -> Result<Contact> {
    let request = client.contacts().get(id.as_str());
    let mut contact = Contact::from_response::<View>(request.decode_as().await?);
    if contact.tags.is_none() {
        contact.tags = Some(tags(client, id).await?);
    }
    Ok(contact)
}

async fn tags(client: &Client, id: &ContactId) -> Result<Vec<Tag>> {
    let request = client.contacts().list_tags(id.as_str());
    let tags = request.decode_as::<Vec<TagView>>().await?.into_inner();
    Ok(tags.into_iter().map(Tag::from).collect())
}

/// Updates the tags of a contact, each in a request of its own, and reads it; all other changes were
/// rejected before.
///
/// A tag that the contact does not have cannot be removed, so its tags are read first.
pub(super) async fn update(
    client: &Client,
    id: &ContactId,
    update: &ContactUpdate,
) -> Result<Contact> {
    let current = tags(client, id).await?;
    let has = |tag: &String| current.iter().any(|it| it.id == *tag);
    for tag in update.add_tags.iter().filter(|tag| !has(tag)) {
        client.contacts().add_tag(id.as_str(), tag).await?;
    }
    for tag in update.remove_tags.iter().filter(|tag| has(tag)) {
        match client.contacts().remove_tag(id.as_str(), tag).await {
            // An earlier attempt has removed it, or somebody else.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            removed => drop(removed?),
        }
    }
    get(client, id).await
}

impl From<TagView> for Tag {
    fn from(view: TagView) -> Self {
        Self::new(view.id).name(view.name)
    }
}

impl From<View> for Contact {
    fn from(view: View) -> Self {
        let mut contact = Self::new(KIND, view.id);
        contact.name = view.full_name;
        contact.email = view.email;
        contact.phone = view.phone_number;
        contact.notes = view.description;
        let fields = view.additional_data.into_iter().flatten();
        contact.custom_fields = fields
            .map(|field| (field.field, field.value.unwrap_or_default()))
            .collect();
        let tags = view.tags;
        contact.tags = tags.map(|tags| tags.into_iter().map(Tag::from).collect());
        contact.created_at = view.created_at;
        contact
    }
}

impl From<AgentView> for Person {
    fn from(view: AgentView) -> Self {
        Self::new(AssigneeKind::Agent, view.id).name(view.name)
    }
}
