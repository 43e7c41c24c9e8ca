//! What is made of errors.

use std::time::Duration;

use serde_json::{Value, json};
use threadline_tests::spec::{Document, Documented, Maker, Operation, Style};
use threadline_transport::{Delivery, Error, ErrorKind};

use crate::api::{Api, Client};
use crate::expected::Call;
use crate::server::Server;

/// The kind of error that a status is.
fn kind(status: u16) -> ErrorKind {
    match status {
        401 => ErrorKind::Authentication,
        403 => ErrorKind::PermissionDenied,
        404 => ErrorKind::NotFound,
        409 => ErrorKind::Conflict,
        429 => ErrorKind::RateLimited,
        400..=499 => ErrorKind::Rejected,
        500..=599 => ErrorKind::Unavailable,
        _ => panic!("{status} is no error"),
    }
}

/// The first value that the document says can be the code, the message, ….
fn said<'a>(document: &Document, what: &str, body: &'a Value) -> Option<&'a Value> {
    let pointers = document.root()["x-threadline-errors"][what].as_array()?;
    pointers
        .iter()
        .filter_map(|pointer| body.pointer(pointer.as_str()?))
        .find(|value| !value.is_null())
}

/// The message for people.
fn sentence(message: &Value) -> Option<String> {
    match message {
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => {
            let sentences: Option<Vec<_>> = items.iter().map(sentence).collect();
            Some(sentences?.join("; "))
        }
        _ => None,
    }
}

/// The examples of an error, and the first of them with every code that it may have.
fn bodies(document: &Document, answer: &Documented<'_>) -> Vec<(String, Value)> {
    let examples = answer.content.iter().flat_map(|content| &content.examples);
    let mut bodies: Vec<_> = examples
        .map(|(name, example)| ((*name).to_owned(), (*example).clone()))
        .collect();
    let first = bodies[0].1.clone();
    for code in &answer.codes {
        let mut body = first.clone();
        let pointers = document.root()["x-threadline-errors"]["code"].as_array();
        let pointers = pointers.into_iter().flatten().filter_map(Value::as_str);
        for pointer in pointers {
            if let Some(place) = body.pointer_mut(pointer) {
                *place = json!(code);
            }
        }
        bodies.push(((*code).to_owned(), body));
    }
    bodies
}

/// Says what is wrong with an error.
fn compare(document: &Document, status: u16, body: &Value, error: &Error) -> Result<(), String> {
    let code = said(document, "code", body).and_then(Value::as_str);
    let id = said(document, "request-id", body).and_then(Value::as_str);
    let wait = said(document, "retry-after-seconds", body).and_then(Value::as_f64);
    let expected = (kind(status), Some(status), code, id);
    let actual = (
        error.kind(),
        error.status(),
        error.code(),
        error.request_id(),
    );
    if actual != expected {
        return Err(format!("{actual:?} and not {expected:?}"));
    }
    let message = said(document, "message", body).and_then(sentence);
    if message
        .as_deref()
        .is_some_and(|text| text != error.message())
    {
        return Err(format!("{:?} and not {message:?}", error.message()));
    }
    let wait = wait.map(Duration::from_secs_f64);
    if wait.is_some() && error.retry_after() != wait {
        return Err(format!("{:?} and not {wait:?}", error.retry_after()));
    }
    if error.delivery() != Delivery::Answered || error.body() != Some(body.to_string().as_bytes()) {
        return Err(format!("the answer is not kept: {error:?}"));
    }
    Ok(())
}

async fn check(
    api: &Api,
    operation: &Operation<'_>,
    client: &Client,
    server: &Server,
) -> Vec<String> {
    let mut problems = Vec::new();
    let maker = Maker::new(&api.document, Style::Least, 0);
    let arguments = Call::new(api, operation, &maker).arguments;
    let answers = operation.answers();
    for answer in answers.iter().filter(|answer| !answer.is_success()) {
        for (name, body) in bodies(&api.document, answer) {
            server.answer(answer.status, "application/json", &body.to_string());
            let problem = match client.call(&operation.id, &arguments).await {
                Err(error) => compare(&api.document, answer.status, &body, &error),
                Ok(received) => Err(format!("a success: {received:?}")),
            };
            if let Err(problem) = problem {
                problems.push(format!(
                    "{} {} {name}: {problem}",
                    operation.id, answer.status
                ));
            }
        }
    }
    problems
}

#[tokio::test]
async fn documented_errors_are_told_apart() {
    let mut problems = Vec::new();
    for api in Api::all() {
        let server = Server::start().await;
        let client = api.client(&server.url());
        for operation in &api.document.operations() {
            problems.extend(check(&api, operation, &client, &server).await);
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}
