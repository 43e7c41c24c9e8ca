//! The team: its platforms, members and accounts.

use serde_json::json;

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::{Collection, Record, text};
use crate::vendors::inboxapp_v2::errors::{Failure, Kind};
use crate::vendors::inboxapp_v2::lists;
use crate::vendors::inboxapp_v2::state::{PLATFORM, State, check_platforms};
use crate::vendors::pagination::Position;

/// The maximum length of a message in characters.
pub(super) const CHARACTERS: usize = 10_000;

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("platforms.list", list_platforms),
    ("team.get", get_team),
    ("team.listMembers", list_members),
    ("team.getMember", get_member),
    ("accountLinks.list", list_account_links),
    ("accountLinks.get", get_account_link),
];

fn list_platforms(_: &mut State, _: &Arguments, _: &Context) -> Result<Response, Failure> {
    Ok(Response::ok(json!([{
        "platform": PLATFORM,
        "name": "X",
        "usernamePrefix": "@",
        "capabilities": [
            "message:send", "message:edit", "message:delete:self", "message:unsend",
            "message:react", "message:reply", "media:image", "media:gif", "thread:typing:send",
            "thread:message-requests", "thread:delete:remote",
        ],
        "limits": {
            "characters": CHARACTERS,
            "mediaCount": 1,
            "mediaBytes": 15_728_640,
            "mediaTypes": { "image": ["image/png", "image/jpeg"], "gif": ["image/gif"] },
        },
        "mutationWindows": {},
        "threadState": { "archive": null, "read": { "observe": true, "mutate": false } },
    }])))
}

fn get_team(state: &mut State, _: &Arguments, _: &Context) -> Result<Response, Failure> {
    Ok(Response::ok(state.team.clone()))
}

fn list_members(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    by_age(arguments, "members", &state.members, |_| true)
}

fn get_member(state: &mut State, arguments: &Arguments, _: &Context) -> Result<Response, Failure> {
    let member = state.members.get(arguments.text("memberId"));
    let member = member.ok_or(Failure::NotFound(Kind::Member))?;
    Ok(Response::ok(member.clone().into()))
}

fn list_account_links(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    check_platforms(&arguments.texts("platform"))?;
    let statuses = arguments.texts("status");
    by_age(arguments, "account-links", &state.account_links, |link| {
        statuses.is_empty() || statuses.contains(&text(link, "status"))
    })
}

fn get_account_link(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    let link = state.account_links.get(arguments.text("accountLinkId"));
    let link = link.ok_or(Failure::NotFound(Kind::AccountLink))?;
    Ok(Response::ok(link.clone().into()))
}

/// The requested page of a collection, oldest first.
fn by_age(
    arguments: &Arguments,
    name: &str,
    collection: &Collection,
    belongs: impl Fn(&Record) -> bool,
) -> Result<Response, Failure> {
    let found = collection.iter().filter(|record| belongs(record));
    let list = found
        .map(|record| Position::at(text(record, "createdAt"), text(record, "id")))
        .collect();
    lists::response(arguments, name, list, false, |id| {
        collection.get(id).cloned().map(Into::into)
    })
}
