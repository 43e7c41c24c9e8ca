//! Threads and single messages. Their responses have no envelope.

use serde_json::Value;

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::set;
use crate::vendors::contactship::errors::Failure;
use crate::vendors::contactship::state::State;
use crate::vendors::contactship::views::shown;

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("threads.get", get_thread),
    ("threads.update", update_thread),
    ("messages.get", get_message),
];

fn get_thread(state: &mut State, arguments: &Arguments, _: &Context) -> Result<Response, Failure> {
    let thread = state.threads.get(arguments.text("threadId"));
    Ok(Response::ok(shown(
        thread.ok_or(Failure::NotFound("Thread"))?,
    )))
}

fn update_thread(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let thread = state.threads.get_mut(arguments.text("threadId"));
    let thread = thread.ok_or(Failure::NotFound("Thread"))?;
    let before = thread.clone();
    match (
        arguments.field("assignee"),
        arguments.field("assignee_type"),
    ) {
        (Some(Value::Null), _) => {
            set(thread, "assignee", Value::Null);
            set(thread, "assignee_type", Value::Null);
        }
        (Some(_), None) => {
            let message = "is required when assignee is set";
            return Err(Failure::invalid("assignee_type", message));
        }
        (Some(assignee), Some(assignee_type)) => {
            set(thread, "assignee", assignee.clone());
            set(thread, "assignee_type", assignee_type.clone());
        }
        (None, Some(assignee_type)) => {
            let is_assigned = thread.get("assignee").is_some_and(|id| !id.is_null());
            if is_assigned {
                set(thread, "assignee_type", assignee_type.clone());
            }
        }
        (None, None) => {}
    }
    if let Some(status) = arguments.field("status") {
        set(thread, "status", status.clone());
    }
    if *thread != before {
        set(thread, "updated_at", context.timestamp());
    }
    Ok(Response::ok(shown(thread)))
}

fn get_message(state: &mut State, arguments: &Arguments, _: &Context) -> Result<Response, Failure> {
    let message = state.messages.get(arguments.text("messageId"));
    Ok(Response::ok(shown(
        message.ok_or(Failure::NotFound("Message"))?,
    )))
}
