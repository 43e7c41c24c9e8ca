//! Threads.

use serde::Deserialize;
use serde_json::Value;
use threadline_inboxapp_v1::types::{self, SortOrder, ThreadInbox};

use super::{Client, InboxappV1};
use crate::inboxapp::{self, LARGEST_PAGE, ProfileView};
use crate::vendor_json::{Item, ViewFuture};
use crate::{
    Assignee, AssigneeFilter, Channel, ContactId, Cursor, Direction, Error, Folder, Identity,
    LastMessage, MessageId, Order, Page, PageRequest, ProviderKind, Result, SplitQuery, Tag,
    Thread, ThreadId, ThreadUpdate, Timestamp,
};

const KIND: ProviderKind = InboxappV1::KIND;

/// The fields read from a thread.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct View {
    #[serde(deserialize_with = "ThreadId::from_wire")]
    id: ThreadId,
    done: bool,
    assignee_id: Option<String>,
    platform: Option<types::Platform>,
    account_link_id: Option<String>,
    is_request: Option<bool>,
    last_message: Option<LastMessageView>,
    last_message_timestamp: Option<Timestamp>,
    created_at: Option<Timestamp>,
    prospect: Option<ProspectView>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LastMessageView {
    #[serde(default, deserialize_with = "MessageId::optional_from_wire")]
    id: Option<MessageId>,
    content: Option<String>,
    author_id: Option<String>,
    user_id: Option<String>,
    campaign_id: Option<String>,
    created_at: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProspectView {
    #[serde(default, deserialize_with = "ContactId::optional_from_wire")]
    external_id: Option<ContactId>,
    platform: Option<String>,
    platform_id: Option<String>,
    username: Option<String>,
    handle: Option<String>,
    display_name: Option<String>,
    context: Option<ContextView>,
}

#[derive(Deserialize)]
struct ContextView {
    tags: Option<Vec<String>>,
}

/// A page of threads.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageView {
    threads: Vec<Item<View>>,
    next_cursor: Option<Value>,
}

/// The cursor in a page as one text, with whatever else the next page needs; `None` at the end.
pub(super) fn next_cursor(value: Option<&Value>, rest: Option<&str>) -> Result<Option<Cursor>> {
    let value = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value,
    };
    let part = |name| {
        value
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    let cursor = part("id")
        .zip(part("timestamp"))
        .and_then(|(id, timestamp)| {
            let rest = rest.map(|rest| format!("|{rest}")).unwrap_or_default();
            Cursor::new(format!("{id}|{timestamp}{rest}")).ok()
        });
    // Without it the list would seem complete.
    cursor
        .map(Some)
        .ok_or_else(|| inboxapp::unreadable_cursor(&KIND))
}

/// The parts of a cursor: id, timestamp, and whatever else it contains.
pub(super) fn split_cursor<'c>(
    cursor: &'c Cursor,
    operation: &'static str,
) -> Result<(&'c str, &'c str, Option<&'c str>)> {
    let mut parts = cursor.as_str().splitn(3, '|');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(id), Some(timestamp), rest) if !id.is_empty() && !timestamp.is_empty() => {
            Ok((id, timestamp, rest))
        }
        _ => {
            let message = format!(
                "{:?} is not a cursor of {KIND}; use the text of a page's next cursor",
                cursor.as_str()
            );
            Err(Error::invalid_request(&KIND, operation, message))
        }
    }
}

/// Reads a thread.
pub(super) fn get(client: &Client, id: &ThreadId) -> ViewFuture<View> {
    client.threads().get(id.as_str()).decode_as()
}

/// Updates a thread; unsupported changes were rejected before.
pub(super) fn update(client: &Client, id: &ThreadId, update: &ThreadUpdate) -> ViewFuture<View> {
    let mut body = types::ThreadUpdate::new();
    body.done = inboxapp::closes(update);
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
    let mut request = client.threads().list();
    request = request.inbox(match inboxapp::folder(remote) {
        Some(Folder::Requests) => ThreadInbox::Requests,
        Some(Folder::Closed) => ThreadInbox::Archived,
        // The others are never left to the vendor.
        Some(Folder::Inbox | Folder::AwaitingReply) | None => ThreadInbox::Default,
    });
    match &remote.assignee {
        Some(AssigneeFilter::Is(assignee)) => {
            request = request.filters_assignees_selected_ids([&assignee.id]);
        }
        Some(AssigneeFilter::Unassigned) => request = request.filters_assignees_no_assignee(true),
        Some(AssigneeFilter::Anyone) | None => {}
    }
    if let Some(account) = &remote.account_id {
        request = request.account_link_ids([account]);
    }
    if let Some(channel) = &remote.channel {
        only_x(channel, "list_threads")?;
    }
    if let Some(tag) = &remote.tag {
        request = request.filters_tags_selected_ids([tag]);
    }
    if let Some(order) = remote.order {
        request = request.filters_sort_order(match order {
            Order::NewestFirst => SortOrder::Desc,
            Order::OldestFirst => SortOrder::Asc,
        });
    }
    if let Some(size) = page.size_up_to(LARGEST_PAGE) {
        request = request.limit(size);
    }
    if let Some(cursor) = &page.cursor {
        let (id, timestamp, _) = split_cursor(cursor, "list_threads")?;
        request = request.cursor_id(id).cursor_timestamp(timestamp);
    }
    let response = request.decode_as::<PageView>().await?.into_inner();
    let next = next_cursor(response.next_cursor.as_ref(), None)?;
    Ok(query.filter(Page::new(Item::unify(response.threads)).next(next)))
}

/// Finds the threads with a person. A user name is looked up in all accounts at once, a platform's
/// id in one account after the other.
pub(super) async fn find(client: &Client, identity: &Identity) -> Result<Vec<Thread>> {
    only_x(&identity.channel, "find_threads")?;
    if let Some(name) = &identity.username {
        let request = client.threads().lookup_by_username(name);
        let found = request.decode_as::<Vec<Item<View>>>().await?;
        return Ok(Item::unify(found.into_inner()));
    }
    let Some(id) = &identity.platform_id else {
        return Ok(Vec::new());
    };
    let mut threads = Vec::new();
    for account in client.account_links().list().await?.into_inner() {
        let request = client.threads().lookup(account.id).external_platform_id(id);
        let found = request.decode_as::<Option<Item<View>>>().await?;
        threads.extend(found.into_inner().map(Item::unified::<Thread>));
    }
    Ok(threads)
}

/// Refuses every network but the one that this API has.
pub(super) fn only_x(channel: &Channel, operation: &'static str) -> Result<()> {
    if *channel == Channel::X {
        return Ok(());
    }
    let message = format!("{KIND} has only X, not {channel}");
    Err(Error::unsupported(&KIND, operation, message))
}

/// The direction that follows from a message's author and the two sides of its thread. The id of an
/// author may be of an older format, which tells nothing.
pub(super) fn direction(
    author: Option<&String>,
    account: Option<&str>,
    contact: Option<&str>,
) -> Option<Direction> {
    let author = Some(author?.as_str()).filter(|author| !author.is_empty());
    if author == account {
        Some(Direction::Outbound)
    } else if author == contact {
        Some(Direction::Inbound)
    } else {
        None
    }
}

impl From<View> for Thread {
    fn from(view: View) -> Self {
        let mut thread = Self::new(KIND, view.id, inboxapp::status(view.done));
        thread.assignee = view.assignee_id.map(Assignee::user);
        thread.own_assignee.clone_from(&thread.assignee);
        thread.channel = view.platform.as_ref().map(inboxapp::channel);
        thread.is_request = view.is_request;
        if let Some(prospect) = view.prospect {
            let profile = ProfileView {
                platform: prospect.platform,
                platform_id: prospect.platform_id,
                username: prospect.username,
                handle: prospect.handle,
                display_name: prospect.display_name,
            };
            thread.contact = Some(inboxapp::contact(prospect.external_id, profile));
            let tags = prospect.context.and_then(|context| context.tags);
            thread.tags = tags.map(|ids| ids.into_iter().map(Tag::new).collect());
        }
        let contact = thread
            .contact
            .as_ref()
            .and_then(|contact| contact.id.as_ref());
        thread.last_message = view.last_message.map(|last| {
            let account = view.account_link_id.as_deref();
            let is_from_team = last.user_id.is_some() || last.campaign_id.is_some();
            let by_author = direction(last.author_id.as_ref(), account, contact.map(AsRef::as_ref));
            LastMessage {
                id: last.id,
                direction: is_from_team.then_some(Direction::Outbound).or(by_author),
                preview: last.content,
                sent_at: last.created_at,
            }
        });
        thread.account_id = view.account_link_id;
        thread.last_activity_at = view.last_message_timestamp;
        thread.created_at = view.created_at;
        thread
    }
}
