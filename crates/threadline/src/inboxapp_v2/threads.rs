//! Threads.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::Value;
use threadline_inboxapp_v2::types::{self, SortOrder, ThreadExpansion, ThreadFolder};

use super::{Client, InboxappV2};
use crate::inboxapp::{self, LARGEST_PAGE, ProfileView};
use crate::vendor_json::{Item, ViewFuture};
use crate::{
    Assignee, AssigneeFilter, ContactId, ContactSummary, Direction, Folder, Identity, LastMessage,
    MessageId, Order, Page, PageRequest, ProviderKind, Result, SplitQuery, Tag, Thread, ThreadId,
    ThreadUpdate, Timestamp,
};

const KIND: ProviderKind = InboxappV2::KIND;

/// What is embedded in a thread that is read, to fill its contact and tags. Updates embed nothing.
const EXPANDED: [ThreadExpansion; 2] = [ThreadExpansion::Profile, ThreadExpansion::Contact];

/// The fields read from a thread.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct View {
    #[serde(deserialize_with = "ThreadId::from_wire")]
    id: ThreadId,
    archived: bool,
    assignee_id: Option<String>,
    platform: Option<types::Platform>,
    account_link_id: Option<String>,
    #[serde(default, deserialize_with = "ContactId::optional_from_wire")]
    contact_id: Option<ContactId>,
    is_request: Option<bool>,
    unread: Option<bool>,
    last_message: Option<LastMessageView>,
    activity: Option<ActivityView>,
    created_at: Option<Timestamp>,
    profile: Option<Box<ProfileView>>,
    contact: Option<Box<ContactView>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LastMessageView {
    #[serde(default, deserialize_with = "MessageId::optional_from_wire")]
    id: Option<MessageId>,
    direction: Option<Direction>,
    created_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct ActivityView {
    preview: Option<String>,
    at: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ContactView {
    assignee_id: Option<String>,
    tag_ids: Option<Vec<String>>,
}

/// A page of threads.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageView {
    data: Vec<Item<View>>,
    next_cursor: Option<Value>,
}

/// Reads a thread.
pub(super) fn get(client: &Client, id: &ThreadId) -> ViewFuture<View> {
    client
        .threads()
        .get(id.as_str())
        .expand(EXPANDED)
        .decode_as()
}

/// Updates a thread; unsupported changes were rejected before.
pub(super) fn update(client: &Client, id: &ThreadId, update: &ThreadUpdate) -> ViewFuture<View> {
    let mut body = types::ThreadUpdate::new();
    body.archived = inboxapp::closes(update);
    body.assignee_id = inboxapp::assignee_id(&update.assignee);
    client.threads().update(id.as_str()).body(body).decode_as()
}

/// Lists threads.
pub(super) async fn list(
    client: &Client,
    query: &SplitQuery,
    page: &PageRequest,
) -> Result<Page<Thread>> {
    inboxapp::check_query(&KIND, query)?;
    let remote = &query.remote;
    let mut request = client.threads().list().expand(EXPANDED);
    request = request.folder(match inboxapp::folder(remote) {
        None => ThreadFolder::All,
        Some(Folder::Inbox) => ThreadFolder::Inbox,
        Some(Folder::AwaitingReply) => ThreadFolder::NoReply,
        Some(Folder::Requests) => ThreadFolder::Requests,
        Some(Folder::Closed) => ThreadFolder::Archived,
    });
    match &remote.assignee {
        Some(AssigneeFilter::Is(assignee)) => request = request.assignee_id([&assignee.id]),
        Some(AssigneeFilter::Unassigned) => request = request.unassigned(true),
        // Not offered by the vendor, so it is never left to it.
        Some(AssigneeFilter::Anyone) | None => {}
    }
    if let Some(account) = &remote.account_id {
        request = request.account_link_id([account]);
    }
    if let Some(channel) = &remote.channel {
        request = request.platform([super::platform(channel)]);
    }
    if let Some(contact) = &remote.contact_id {
        request = request.contact_id([contact.as_str()]);
    }
    if let Some(tag) = &remote.tag {
        request = request.tag([tag]);
    }
    if let Some(text) = &remote.text {
        request = request.q(text);
    }
    if let Some(order) = remote.order {
        request = request.order(sort_order(order));
    }
    if let Some(size) = page.size_up_to(LARGEST_PAGE) {
        request = request.limit(size);
    }
    if let Some(cursor) = &page.cursor {
        request = request.cursor(cursor.as_str());
    }
    let response = request.decode_as::<PageView>().await?.into_inner();
    let next = super::next_cursor(response.next_cursor.as_ref())?;
    Ok(query.filter(Page::new(Item::unify(response.data)).next(next)))
}

/// Finds the threads with a person: their contacts first, then the threads of these.
pub(super) async fn find(client: &Client, identity: &Identity) -> Result<Vec<Thread>> {
    let list = client.contacts().list(super::platform(&identity.channel));
    let list = match (&identity.platform_id, &identity.username) {
        (Some(id), _) => list.platform_id([id]),
        (None, Some(name)) => list.username([name]),
        (None, None) => return Ok(Vec::new()),
    };
    let mut contacts = list.items();
    let mut ids = Vec::new();
    while let Some(contact) = contacts.next().await {
        ids.push(contact?.id);
    }
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let threads = client.threads().list().folder(ThreadFolder::All);
    let mut request = threads
        .contact_id(ids)
        .expand(EXPANDED)
        .limit(LARGEST_PAGE.into());
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    loop {
        let page = request.clone().decode_as::<PageView>().await?.into_inner();
        found.extend(Item::unify::<Thread>(page.data));
        match super::next_cursor(page.next_cursor.as_ref())? {
            Some(cursor) if !seen.insert(cursor.clone()) => {
                return Err(inboxapp::unreadable_cursor(&KIND));
            }
            Some(cursor) => request = request.cursor(cursor.as_str()),
            None => return Ok(found),
        }
    }
}

/// What the account and the conversation of a thread allow.
pub(super) async fn capabilities(client: &Client, id: &ThreadId) -> Result<Vec<types::Capability>> {
    /// The fields read.
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct View {
        restrictions: Vec<types::Capability>,
        account_link: AccountView,
    }

    #[derive(Deserialize)]
    struct AccountView {
        capabilities: Vec<types::Capability>,
    }

    let request = client
        .threads()
        .get(id.as_str())
        .expand([ThreadExpansion::AccountLink]);
    let view = request.decode_as::<View>().await?.into_inner();
    let mut allowed = view.account_link.capabilities;
    allowed.retain(|capability| !view.restrictions.contains(capability));
    Ok(allowed)
}

/// An order as the vendor names it.
pub(super) fn sort_order(order: Order) -> SortOrder {
    match order {
        Order::NewestFirst => SortOrder::Desc,
        Order::OldestFirst => SortOrder::Asc,
    }
}

impl From<View> for Thread {
    fn from(view: View) -> Self {
        let own_assignee = match &view.contact {
            Some(contact) if contact.assignee_id != view.assignee_id => view.assignee_id.clone(),
            _ => None,
        };
        let contact = match view.profile {
            Some(profile) => Some(inboxapp::contact(view.contact_id, *profile)),
            None => view.contact_id.map(ContactSummary::new),
        };
        let tags = view.contact.and_then(|contact| contact.tag_ids);
        let (preview, at) = view.activity.map_or((None, None), |it| (it.preview, it.at));
        // A literal moves each field once, without dropping what stood in its place.
        Self {
            provider: KIND,
            id: view.id,
            status: inboxapp::status(view.archived),
            assignee: view.assignee_id.map(Assignee::user),
            own_assignee: own_assignee.map(Assignee::user),
            contact,
            channel: view.platform.as_ref().map(inboxapp::channel),
            account_id: view.account_link_id,
            unread: view.unread,
            is_request: view.is_request,
            tags: tags.map(|ids| ids.into_iter().map(Tag::new).collect()),
            last_message: view.last_message.map(|last| LastMessage {
                id: last.id,
                direction: last.direction,
                preview,
                sent_at: last.created_at,
            }),
            last_activity_at: at,
            created_at: view.created_at,
            updated_at: None,
            vendor_json: None,
        }
    }
}
