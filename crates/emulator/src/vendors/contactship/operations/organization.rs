//! The organization's channels, phone numbers and credits.

use serde_json::json;

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::text;
use crate::vendors::contactship::errors::Failure;
use crate::vendors::contactship::lists::{Page, by_age, contains, equals};
use crate::vendors::contactship::state::{CREDITS, State};
use crate::vendors::contactship::views::{enveloped, shown};

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("channels.list", list_channels),
    ("organization.listPhoneNumbers", list_phone_numbers),
    ("organization.getCredits", get_credits),
];

fn list_channels(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    let channels = state.channels.iter().filter(|channel| {
        equals(arguments, "status", text(channel, "status"))
            && equals(arguments, "type", text(channel, "type"))
            && equals(arguments, "answer_method", text(channel, "answer_method"))
            && contains(arguments, "name", text(channel, "name"))
    });
    let page = Page::of(arguments, by_age(arguments, channels.collect()), Some(10));
    let data: Vec<_> = page.records.iter().map(|channel| shown(channel)).collect();
    Ok(Response::ok(json!({ "data": data, "count": page.total })))
}

fn list_phone_numbers(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    let numbers = state.phone_numbers.iter();
    let numbers = numbers.filter(|number| equals(arguments, "type", text(number, "type")));
    let numbers = by_age(arguments, numbers.collect());
    Ok(Page::of(arguments, numbers, Some(5)).response(shown))
}

fn get_credits(_: &mut State, _: &Arguments, _: &Context) -> Result<Response, Failure> {
    Ok(enveloped(json!({ "credits": CREDITS })))
}
