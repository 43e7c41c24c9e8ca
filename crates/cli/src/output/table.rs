//! Output for people.

use std::iter;

use threadline::{Delivery, Error, PreparedRequest, Received, Sunset, Thread};

use super::visible::visible;
use crate::failure::Failure;

/// Names and values in two columns, one pair a line.
pub(crate) fn rows(rows: &[(&str, &str)]) -> String {
    let width = rows
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or_default();
    let line = |(name, value): &(&str, &str)| format!("{name:width$}  {}", visible(value));
    lines(rows.iter().map(line))
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.map(|line| line + "\n").collect()
}

/// A thread.
pub(crate) fn thread(thread: &Thread) -> String {
    let assignee = match &thread.assignee {
        Some(assignee) => format!("{} {}", assignee.kind, assignee.id),
        None => "nobody".to_owned(),
    };
    let mut pairs = vec![
        ("provider", &*thread.provider),
        ("thread", thread.id.as_str()),
        ("status", thread.status.as_str()),
        ("assignee", &assignee),
    ];
    if let Some(moment) = &thread.updated_at {
        pairs.push(("updated", moment.as_str()));
    }
    if let Some(id) = thread.received().and_then(Received::request_id) {
        pairs.push(("request id", id));
    }
    rows(&pairs)
}

/// A request that was not sent.
pub(crate) fn request(request: &PreparedRequest) -> String {
    lines(request.to_string().lines().map(visible))
}

/// A warning that an API will be switched off.
pub(crate) fn sunset(provider: &str, sunset: &Sunset) -> String {
    let when = match (sunset.sunset(), sunset.deprecation()) {
        (Some(date), _) => format!("is switched off by the vendor on {}", visible(date)),
        (None, Some(date)) if date != "true" => {
            format!("is deprecated by the vendor since {}", visible(date))
        }
        (None, _) => "is deprecated by the vendor".to_owned(),
    };
    let instead = if provider == "inboxapp-v1" {
        "; use inboxapp instead"
    } else {
        ""
    };
    format!("warning: the API of {provider} {when}{instead}")
}

/// What went wrong, and what to do about it.
pub(crate) fn failure(failure: &Failure) -> String {
    match failure {
        // An error's one line is fit for a terminal by itself.
        Failure::Call { error, note } => {
            let notes = advice(error).into_iter().chain(note.clone());
            let notes = notes.map(|note| format!("note: {note}"));
            lines(iter::once(format!("error: {error}")).chain(notes))
        }
        Failure::Local(local) => format!("error: {}", visible(&local.message)),
    }
}

fn advice(error: &Error) -> Vec<String> {
    let mut advice = Vec::new();
    if let Some(wait) = error.retry_after() {
        advice.push(format!("the vendor asks to wait {wait:?}"));
    }
    if error.is_retryable() {
        advice.push("this is retryable: the same command may succeed later".to_owned());
    }
    if error.delivery() == Delivery::Unknown {
        advice.push("the request may have been carried out; look at the thread".to_owned());
    }
    advice
}
