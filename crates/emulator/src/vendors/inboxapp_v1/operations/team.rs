//! The team, its members and its accounts.

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::inboxapp_v1::errors::{Failure, Kind};
use crate::vendors::inboxapp_v1::state::State;

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("team.get", get_team),
    ("accountLinks.list", list_account_links),
    ("members.list", list_members),
    ("members.get", get_member),
];

fn get_team(state: &mut State, _: &Arguments, _: &Context) -> Result<Response, Failure> {
    Ok(Response::ok(state.team.clone()))
}

fn list_account_links(state: &mut State, _: &Arguments, _: &Context) -> Result<Response, Failure> {
    Ok(Response::ok(state.account_links.to_values().into()))
}

fn list_members(state: &mut State, _: &Arguments, _: &Context) -> Result<Response, Failure> {
    Ok(Response::ok(state.members.to_values().into()))
}

fn get_member(state: &mut State, arguments: &Arguments, _: &Context) -> Result<Response, Failure> {
    let member = state.members.get(arguments.text("memberId"));
    let member = member.ok_or(Failure::NotFound(Kind::Member))?;
    Ok(Response::ok(member.clone().into()))
}
