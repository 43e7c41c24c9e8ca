//! Output for people.

use std::iter;

use threadline::{Delivery, Error, PreparedRequest, ProviderKind, Sunset, Thread, printable};

use crate::failure::Failure;

/// Names and values in two columns, one pair a line.
pub(crate) fn rows(rows: &[(&str, &str)]) -> String {
    let width = rows
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or_default();
    let line = |(name, value): &(&str, &str)| format!("{name:width$}  {}", printable(value));
    lines(rows.iter().map(line))
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.map(|line| line + "\n").collect()
}

/// A thread, and the id of the request that returned it.
pub(crate) fn thread(thread: &Thread, request_id: Option<&str>) -> String {
    let assignee = match &thread.assignee {
        Some(assignee) => format!("{} {}", assignee.kind, assignee.id),
        None => "unassigned".to_owned(),
    };
    let mut pairs = vec![
        ("provider", thread.provider.as_str()),
        ("thread", thread.id.as_str()),
        ("status", thread.status.as_str()),
        ("assignee", &assignee),
    ];
    if let Some(moment) = &thread.updated_at {
        pairs.push(("updated", moment.as_str()));
    }
    if let Some(id) = request_id {
        pairs.push(("request id", id));
    }
    rows(&pairs)
}

/// A request that was not sent.
pub(crate) fn request(request: &PreparedRequest) -> String {
    let text = request.to_string();
    lines(text.lines().map(|line| printable(line).to_string()))
}

/// A warning that the vendor is going to switch an API off.
pub(crate) fn sunset(provider: &ProviderKind, sunset: &Sunset) -> String {
    let when = match (sunset.sunset(), sunset.deprecation()) {
        (Some(date), _) => format!("is switched off by the vendor on {}", printable(date)),
        (None, Some(date)) if date != "true" => {
            format!("is deprecated by the vendor since {}", printable(date))
        }
        (None, _) => "is deprecated by the vendor".to_owned(),
    };
    let instead = if *provider == ProviderKind::InboxappV1 {
        format!("; use {} instead", ProviderKind::InboxappV2)
    } else {
        String::new()
    };
    format!("warning: the API of {provider} {when}{instead}")
}

/// A failure, and what to do about it.
pub(crate) fn failure(failure: &Failure) -> String {
    match failure {
        // The error escapes what a terminal must not get.
        Failure::Call { error, note } => {
            let notes = advice(error).into_iter().chain(note.clone());
            let notes = notes.map(|note| format!("note: {}", printable(&note)));
            lines(iter::once(format!("error: {error}")).chain(notes))
        }
        Failure::Local(local) => format!("error: {}", printable(&local.message)),
    }
}

fn advice(error: &Error) -> Vec<String> {
    let mut advice = Vec::new();
    if let Some(wait) = error.retry_after() {
        advice.push(format!("the vendor asks to wait {wait:?}"));
    }
    if error.is_retryable() {
        advice.push("this error is retryable: the same command may succeed later".to_owned());
    }
    if error.delivery() == Delivery::Unknown {
        advice.push("the request may have been carried out: check the thread".to_owned());
    }
    advice
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_are_escaped() {
        for c in ('\u{2060}'..='\u{2065}').chain(['\u{61c}', '\u{1b}', '\u{9b}', '\n', '\u{202e}'])
        {
            let text = format!("a{c}b");
            let error = Error::invalid_request("acme", "get_thread", text.clone());
            for shown in [
                rows(&[("name", &text)]),
                failure(&Failure::usage(text.clone())),
                failure(&Failure::Call {
                    error,
                    note: Some(text.clone()),
                }),
            ] {
                assert!(
                    !shown.trim_end().replace("\nnote", "").contains(c),
                    "{shown:?}"
                );
            }
        }
    }

    #[test]
    fn visible_characters_stay() {
        let text = "thr-1 é 漢 🙂 \"\\";
        assert_eq!(rows(&[("name", text)]), format!("name  {text}\n"));
    }
}
