//! Generated records of version 2: profiles, contacts, account links, members and messages.

use serde_json::{Value, json};

use super::state::{PLATFORM, TOKEN};
use crate::vendors::identifiers::Identifiers;
use crate::vendors::seed::{Business, time};

/// The profile of a generated business.
pub(super) fn profile(id: &str, position: u32, identifiers: &mut Identifiers) -> Value {
    let Business { name, username } = Business::at(position);
    json!({
        "id": id,
        "platform": "twitter",
        "platformId": identifiers.platform_id(),
        "username": username,
        "handle": format!("@{username}"),
        "displayName": name,
        "avatarUrl": format!("https://cdn.example.com/avatars/{username}.jpg"),
        "bio": null,
        "location": null,
        "websiteUrl": format!("https://{username}.example"),
        "websiteDomain": format!("{username}.example"),
        "verified": false,
        "isOrganization": true,
        "isProtected": false,
        "followerCount": identifiers.below(20_000),
        "followingCount": identifiers.below(2_000),
        "postCount": identifiers.below(9_000),
        "engagementCount": identifiers.below(9_000),
        "listedCount": null,
        "accountStatus": "active",
        "platformCreatedAt": "2024-05-14T10:00:00.000Z",
        "profileUrl": format!("https://social.example/{username}"),
        "updatedAt": time(position, 0),
        "platformData": {
            "_tag": "twitter",
            "badge": null,
            "profileType": "business",
            "professionalCategory": null,
            "urlEntities": [],
            "bannerUrl": null,
            "rawData": null,
        },
    })
}

/// A contact with one profile.
pub(super) fn contact(id: &str, position: u32, profile: &Value, assignee: Option<&str>) -> Value {
    json!({
        "id": id,
        "profiles": [profile],
        "statusId": null,
        "tagIds": [],
        "notes": null,
        "valuation": null,
        "assigneeId": assignee,
        "createdAt": time(position, 0),
        "updatedAt": time(position, 0),
    })
}

/// An account of the team.
pub(super) fn account_link(id: &str, identifiers: &mut Identifiers) -> Value {
    json!({
        "id": id,
        "platform": "twitter",
        "platformId": identifiers.platform_id(),
        "username": "sampleteam",
        "displayName": "Sample Team",
        "avatarUrl": null,
        "status": "active",
        "pauseReasons": [],
        "capabilities": [
            "message:send", "message:edit", "message:delete:self", "message:unsend",
            "message:react", "thread:typing:send", "thread:delete:remote",
        ],
        "syncedAt": "2026-06-02T10:15:40.000Z",
        "createdAt": "2026-06-02T09:58:03.000Z",
    })
}

/// A member of the team.
pub(super) fn member(id: &str, desk: &str) -> Value {
    json!({
        "id": id,
        "name": format!("{desk} desk"),
        "email": format!("{}@team.example", desk.to_lowercase()),
        "imageUrl": null,
        "role": "user",
        "createdAt": "2026-06-03T08:00:00.000Z",
    })
}

/// A message of a thread, inbound or outbound.
pub(super) fn message(
    (position, number): (u32, u32),
    (thread, link): (&str, &str),
    identifiers: &mut Identifiers,
) -> Value {
    let inbound = identifiers.once_in(2);
    let sender = if inbound {
        Value::Null
    } else {
        json!({ "type": "api", "tokenId": TOKEN })
    };
    json!({
        "id": identifiers.cuid2(),
        "threadId": thread,
        "accountLinkId": link,
        "platform": PLATFORM,
        "platformId": identifiers.platform_id(),
        "direction": if inbound { "inbound" } else { "outbound" },
        "sentBy": sender,
        "content": TEXTS.get(usize::from(inbound)),
        "entities": no_entities(),
        "attachments": [],
        "forwarded": null,
        "reactions": [],
        "editedAt": null,
        "deletedAt": null,
        "createdAt": time(position, 60 + number * 45),
        "platformData": { "_tag": PLATFORM, "encrypted": false },
        "replyTo": null,
    })
}

/// The text of outbound and inbound messages.
const TEXTS: [&str; 2] = [
    "Yes, it is. Shall we put one aside?",
    "Is this still available?",
];

/// The entities of a plain text.
pub(super) fn no_entities() -> Value {
    json!({
        "urls": [], "postShares": [], "mentions": [], "hashtags": [], "cashtags": [],
        "format": [],
    })
}
