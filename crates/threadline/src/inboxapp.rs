//! What both versions of Inboxapp's API have in common.

use serde::Deserialize;

use crate::{
    Assignee, AssigneeFilter, AssigneeKind, Channel, ContactId, ContactSummary, Error, ErrorKind,
    Folder, Identity, Patch, ProviderKind, Result, SplitQuery, ThreadQuery, ThreadStatus,
    ThreadUpdate,
};

/// The largest page of both versions' lists.
pub(crate) const LARGEST_PAGE: u32 = 100;

/// The status of a thread.
pub(crate) fn status(is_closed: bool) -> ThreadStatus {
    if is_closed {
        ThreadStatus::Closed
    } else {
        ThreadStatus::Open
    }
}

/// Whether an update closes the thread or reopens it; other words were rejected before.
pub(crate) fn closes(update: &ThreadUpdate) -> Option<bool> {
    let status = update.status.as_ref()?;
    Some(*status == ThreadStatus::Closed)
}

/// The assignee of an update, who can only be a user.
pub(crate) fn assignee_id(assignee: &Patch<Assignee>) -> Patch<String> {
    assignee.as_ref().map(|assignee| assignee.id.clone())
}

/// The channel of a platform.
pub(crate) fn channel(platform: impl AsRef<str>) -> Channel {
    match platform.as_ref() {
        "twitter" => Channel::X,
        other => Channel::from(other),
    }
}

/// The folder that the vendor is to list: `None` for all of them.
pub(crate) fn folder(query: &ThreadQuery) -> Option<Folder> {
    let by_status = |status: &ThreadStatus| {
        if *status == ThreadStatus::Closed {
            Folder::Closed
        } else {
            Folder::Inbox
        }
    };
    query
        .folder
        .or_else(|| query.status.as_ref().map(by_status))
}

/// Refuses values of a query that Inboxapp does not have.
pub(crate) fn check_query(provider: &ProviderKind, query: &SplitQuery) -> Result<()> {
    let refuse = |what: String| Err(Error::unsupported(provider, "list_threads", what));
    if let Some(status) = &query.remote.status
        && *status != ThreadStatus::Open
        && *status != ThreadStatus::Closed
    {
        return refuse(format!(
            "the status {:?} is unsupported: {provider} knows only open and closed",
            status.as_str()
        ));
    }
    if let Some(AssigneeFilter::Is(assignee)) = &query.remote.assignee
        && assignee.kind != AssigneeKind::User
    {
        return refuse(format!(
            "{provider} assigns threads to users only, not to {} {:?}",
            assignee.kind, assignee.id
        ));
    }
    Ok(())
}

/// More follows a page, but it does not say where.
pub(crate) fn unreadable_cursor(provider: &ProviderKind) -> Error {
    let message = "cannot read the page's cursor; the list is not complete";
    Error::new(ErrorKind::InvalidResponse, provider, message)
}

/// A profile on a platform.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProfileView {
    pub(crate) platform: Option<String>,
    pub(crate) platform_id: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) handle: Option<String>,
    pub(crate) display_name: Option<String>,
}

/// The person behind a profile.
pub(crate) fn contact(id: Option<ContactId>, profile: ProfileView) -> ContactSummary {
    ContactSummary {
        id,
        name: profile.display_name.clone(),
        handle: profile.handle.clone(),
        identity: Some(profile.into()),
    }
}

impl From<ProfileView> for Identity {
    fn from(profile: ProfileView) -> Self {
        let platform = profile.platform.as_deref().unwrap_or("unknown");
        let mut identity = Self::new(channel(platform));
        identity.platform_id = profile.platform_id;
        identity.username = profile.username;
        identity.display_name = profile.display_name;
        identity
    }
}
