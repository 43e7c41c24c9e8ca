//! Records of version 1: generated prospects, messages, members and accounts, and new threads.

use serde_json::{Value, json};

use crate::vendors::collection::{Record, value, with};
use crate::vendors::identifiers::Identifiers;
use crate::vendors::seed::{Business, time};

/// The platform's id of a conversation between two of its users, the smaller id first.
pub(super) fn conversation(one: &str, other: &str) -> String {
    let key = |id: &str| (id.len(), id.to_owned());
    if key(one) < key(other) {
        format!("{one}:{other}")
    } else {
        format!("{other}:{one}")
    }
}

/// A thread without messages.
pub(super) fn new_thread(
    (id, platform_id, link, prospect): (&str, &str, &str, &str),
    time: &str,
) -> Value {
    json!({
        "id": id,
        "platform": "twitter",
        "platformId": platform_id,
        "done": false,
        "assigneeId": null,
        "lastMessageTimestamp": null,
        "computedSortTimestamp": time,
        "createdAt": time,
        "status": "active",
        "variant": "unencrypted",
        "accountLinkId": link,
        "isSyncing": false,
        "isRequest": false,
        "typingIndicatorsEnabled": null,
        "lastMessage": null,
        "_prospect": prospect,
    })
}

/// A prospect of which only the platform's id is known.
pub(super) fn unknown_prospect(id: &str, platform_id: &str, time: &str) -> Value {
    json!({
        "id": id,
        "platform": "twitter",
        "platformId": platform_id,
        "externalId": id,
        "documentId": null,
        "displayName": platform_id,
        "username": platform_id,
        "handle": format!("@{platform_id}"),
        "image": null,
        "imageNormalized": null,
        "bio": null,
        "location": null,
        "profileUrl": format!("https://social.example/i/user/{platform_id}"),
        "websiteUrl": null,
        "websiteDomain": null,
        "verified": "none",
        "profileType": "personal",
        "isProtected": false,
        "followerCount": 0,
        "followingCount": 0,
        "postCount": 0,
        "engagementCount": null,
        "listedCount": null,
        "platformCreatedAt": null,
        "firstSeenAt": time,
        "lastUpdatedAt": time,
        "lastEnrichedAt": null,
        "lastActiveAt": null,
        "source": "live",
        "isFresh": true,
        "isStale": false,
        "confidence": 1.0,
        "platformData": platform_data(0, 0),
        "context": context(),
    })
}

/// What only the platform knows of a prospect.
fn platform_data(posts: u32, likes: u32) -> Value {
    json!({
        "isVerifiedBlue": false,
        "isVerifiedGold": false,
        "isVerifiedGray": false,
        "professionalCategory": null,
        "urlEntities": [],
        "bannerUrl": null,
        "tweetsCount": posts,
        "favoritesCount": likes,
        "rawData": null,
    })
}

/// The context of a new prospect.
pub(super) fn context() -> Value {
    json!({ "tags": [], "statusId": null, "valuation": null, "notes": null })
}

/// A member of the team.
pub(super) fn member(id: &str, desk: &str, identifiers: &mut Identifiers) -> Value {
    json!({
        "id": id,
        "userId": identifiers.cuid2(),
        "name": format!("{desk} desk"),
        "email": format!("{}@team.example", desk.to_lowercase()),
        "image": null,
        "role": "user",
        "createdAt": "2026-04-03T08:00:00.000Z",
        "updatedAt": null,
    })
}

/// An account of the team.
pub(super) fn account_link(id: &str, platform_id: &str) -> Value {
    json!({
        "id": id,
        "platform": "twitter",
        "platformId": platform_id,
        "name": "Sample Team",
        "username": "sampleteam",
        "image": "https://cdn.example.com/avatars/sampleteam.jpg",
        "createdAt": "2026-03-11T10:20:09.745Z",
        "status": "active",
        "syncedAt": "2026-10-02T09:00:00.000Z",
    })
}

/// A message of a thread, inbound or outbound.
pub(super) fn message(
    (position, number): (u32, u32),
    thread: &Record,
    identifiers: &mut Identifiers,
) -> Value {
    let theirs = identifiers.once_in(2);
    let author = value(thread, if theirs { "_prospect" } else { "accountLinkId" });
    json!({
        "platform": "twitter",
        "threadId": value(thread, "id"),
        "id": identifiers.cuid2(),
        "userId": null,
        "createdAt": time(position, 60 + number * 45),
        "updatedAt": null,
        "platformId": identifiers.platform_id(),
        "content": TEXTS.get(usize::from(theirs)),
        "campaignId": null,
        "authorId": author,
        "origin": if theirs { "external" } else { "api" },
        "replyData": null,
        "forwardData": null,
        "entities": null,
        "attachment": null,
        "reactions": [],
        "isEncrypted": value(thread, "variant") == "xChat",
        "isEdited": false,
        "deletedAt": null,
        "platformDeletedAt": null,
    })
}

/// The text of outbound and inbound messages.
const TEXTS: [&str; 2] = [
    "Yes, it is. Shall we put one aside?",
    "Is this still available?",
];

/// The prospect of a generated business.
pub(super) fn prospect(
    position: u32,
    id: &str,
    platform_id: &str,
    identifiers: &mut Identifiers,
) -> Value {
    let Business { name, username } = Business::at(position);
    let avatar = format!("https://cdn.example.com/avatars/{username}.jpg");
    let posts = identifiers.below(9_000);
    let likes = identifiers.below(9_000);
    let prospect = json!({
        "platform": "twitter",
        "platformId": platform_id,
        "externalId": id,
        "documentId": 100_000 + position,
        "displayName": name,
        "username": username,
        "handle": format!("@{username}"),
        "image": avatar,
        "imageNormalized": avatar,
        "bio": null,
        "location": null,
        "profileUrl": format!("https://social.example/{username}"),
        "websiteUrl": format!("https://{username}.example"),
        "websiteDomain": format!("{username}.example"),
        "verified": "none",
        "profileType": "business",
        "isProtected": false,
        "followerCount": identifiers.below(20_000),
        "followingCount": identifiers.below(2_000),
        "postCount": posts,
        "engagementCount": likes,
        "listedCount": null,
        "platformCreatedAt": "2024-05-14T10:00:00.000Z",
        "firstSeenAt": time(position, 0),
        "lastUpdatedAt": time(position, 0),
        "lastEnrichedAt": null,
        "lastActiveAt": null,
        "source": "cached",
        "isFresh": true,
        "isStale": false,
        "confidence": 0.9,
        "platformData": platform_data(posts, likes),
    });
    with(with(prospect, "id", id), "context", context())
}
