//! Tasks.

use std::cmp::Ordering;

use serde_json::{Value, json};

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::{Record, text};
use crate::vendors::contactship::errors::Failure;
use crate::vendors::contactship::lists::Page;
use crate::vendors::contactship::state::State;
use crate::vendors::contactship::views::{created, enveloped, shown};
use crate::vendors::pagination::Position;

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("tasks.list", list_tasks),
    ("tasks.create", create_task),
    ("tasks.get", get_task),
];

/// A task has to match all filters. `EQUAL` is the only operator.
fn list_tasks(state: &mut State, arguments: &Arguments, _: &Context) -> Result<Response, Failure> {
    let filters = arguments.value("filters").and_then(Value::as_array);
    let filters = filters.map(Vec::as_slice).unwrap_or_default();
    if filters
        .iter()
        .any(|filter| filter.get("operator") != Some(&Value::from("EQUAL")))
    {
        return Err(Failure::invalid(
            "filters",
            "may have the operator EQUAL only",
        ));
    }
    let fits = |task: &&Record| {
        filters.iter().all(|filter| {
            let field = filter
                .get("field")
                .and_then(Value::as_str)
                .unwrap_or_default();
            task.get(field) == filter.get("value")
        })
    };
    let mut tasks: Vec<&Record> = state.tasks.iter().filter(fits).collect();
    let field = match arguments.text("orderBy") {
        "" => "created_at",
        field => field,
    };
    tasks.sort_by(|one, other| compare(one, other, field));
    if arguments.text("orderDirection") != "ASCENDENT" {
        tasks.reverse();
    }
    Ok(Page::of(arguments, tasks, None).response(shown))
}

fn compare(one: &Record, other: &Record, field: &str) -> Ordering {
    let key = |task: &Record| Position::at(text(task, field), text(task, "id"));
    key(one).cmp(&key(other))
}

fn create_task(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let author = arguments.field_text("created_by");
    if arguments.field_text("type") == "custom" && state.member(author).is_none() {
        return Err(Failure::invalid(
            "created_by",
            "is no member of the organization",
        ));
    }
    let assignees = arguments.field("assigned_to").and_then(Value::as_array);
    let assignees = assignees.into_iter().flatten().filter_map(Value::as_str);
    let assignees: Option<Vec<String>> = assignees
        .map(|address| state.member(address).map(str::to_owned))
        .collect();
    let Some(assignees) = assignees else {
        return Err(Failure::invalid(
            "assigned_to",
            "may name members of the organization only",
        ));
    };
    let field = |name, default: &str| {
        arguments
            .field(name)
            .cloned()
            .unwrap_or_else(|| Value::from(default))
    };
    let time = context.timestamp();
    let task = json!({
        "id": state.identifiers.uuid(),
        "type": arguments.field("type"),
        "brief": arguments.field("brief"),
        "details": arguments.field("details"),
        "status": field("status", "todo"),
        "priority": field("priority", "high"),
        "assigned_to": assignees,
        "created_by": author,
        "additional_data": arguments.field("additional_data"),
        "created_at": time,
        "updated_at": time,
    });
    state.tasks.add(task.clone());
    Ok(created(task))
}

fn get_task(state: &mut State, arguments: &Arguments, _: &Context) -> Result<Response, Failure> {
    let task = state.tasks.get(arguments.text("id"));
    Ok(enveloped(shown(task.ok_or(Failure::NotFound("Task"))?)))
}
