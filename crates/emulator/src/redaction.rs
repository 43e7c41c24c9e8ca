//! Removing credentials from what is shown of a request.

use http::header::{AUTHORIZATION, HeaderMap};
use percent_encoding::percent_decode_str;

use crate::request_log::ReceivedRequest;

/// What is shown instead of a credential.
const HIDDEN: &str = "***";

/// Words in the names of query parameters whose values may be credentials.
const SUSPICIOUS: [&str; 6] = [
    "apikey",
    "token",
    "secret",
    "password",
    "authorization",
    "credential",
];

/// Sets what is shown of a request. Neither the accepted credential nor the ones it carries appear
/// in it, wherever its sender put them.
pub(crate) fn hide_credentials(request: &mut ReceivedRequest, secret: &str) {
    let secrets = secrets(&request.headers, secret);
    let shown = target(&request.path, request.query.as_deref(), &secrets);
    request.target = one_line(&shown);
    for issue in &mut request.issues {
        *issue = text(&one_line(issue), &secrets);
    }
}

/// A text in which the credentials of a request and the accepted one are hidden.
pub(crate) fn of_request(shown: &str, headers: &HeaderMap, secret: &str) -> String {
    text(shown, &secrets(headers, secret))
}

/// The accepted credential and those in headers that are marked as sensitive.
fn secrets(headers: &HeaderMap, secret: &str) -> Vec<String> {
    let mut secrets = vec![secret.to_owned()];
    for (name, value) in headers.iter().filter(|(_, value)| value.is_sensitive()) {
        let value = value.to_str().unwrap_or_default();
        let value = match value.split_once(' ') {
            Some((_, token)) if name == AUTHORIZATION => token,
            _ => value,
        };
        secrets.push(value.trim().to_owned());
    }
    secrets.retain(|secret| !secret.is_empty());
    secrets
}

fn text(shown: &str, secrets: &[String]) -> String {
    secrets.iter().fold(shown.to_owned(), |shown, secret| {
        shown.replace(secret.as_str(), HIDDEN)
    })
}

fn target(path: &str, query: Option<&str>, secrets: &[String]) -> String {
    let hide = |part: &str| {
        let decoded = percent_decode_str(part).decode_utf8_lossy();
        if secrets
            .iter()
            .any(|secret| decoded.contains(secret.as_str()))
        {
            HIDDEN.to_owned()
        } else {
            part.to_owned()
        }
    };
    let path: Vec<String> = path.split('/').map(hide).collect();
    let path = path.join("/");
    let Some(query) = query else {
        return path;
    };
    let pair = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if is_suspicious(name) => format!("{}={HIDDEN}", hide(name)),
        Some((name, value)) => format!("{}={}", hide(name), hide(value)),
        None => hide(pair),
    };
    let query: Vec<String> = query.split('&').map(pair).collect();
    format!("{path}?{}", query.join("&"))
}

fn is_suspicious(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace(['-', '_'], "");
    SUSPICIOUS.iter().any(|word| name.contains(word))
}

/// A text whose control characters are escaped, so that it stays one line of a log.
fn one_line(text: &str) -> String {
    text.chars()
        .flat_map(|letter| {
            let escaped = letter.is_control().then(|| letter.escape_default());
            let plain = escaped.is_none().then_some(letter);
            escaped.into_iter().flatten().chain(plain)
        })
        .collect()
}
