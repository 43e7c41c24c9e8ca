//! What is made of success.

use serde_json::{Value, json};
use threadline_tests::plain;
use threadline_tests::spec::{Content, Document, Kind, Maker, Operation, Shape, Style};

use crate::altered::{self, NEW};
use crate::api::{Api, Client};
use crate::arguments::Received;
use crate::expected::Call;
use crate::server::Server;

/// An answer, and the value that a client has to make of it.
struct Case {
    name: String,
    answer: Value,
    expected: Value,
}

/// The example of an answer, in every form in which it may come.
fn forms(document: &Document, operation: &Operation<'_>, content: &Content<'_>) -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, example) in &content.examples {
        let mut case = |form: &str, answer: Value, expected: Value| {
            cases.push(Case {
                name: format!("{name}{form}"),
                answer,
                expected,
            });
        };
        let schema = content.schema;
        match operation.envelope() {
            // A body that may be anything says nothing, and neither does the value made of it.
            None if matches!(Shape::of(document, schema).kind, Kind::Any) => {
                assert!(
                    **example == Value::Null || **example == json!({}),
                    "{}: {name} says something: describe it",
                    operation.id
                );
                case("", (*example).clone(), Value::Null);
            }
            None => variants(document, schema, example, &mut case),
            Some(member) => {
                let (schema, result) = opened(document, schema, example, member);
                variants(document, schema, result, |form, answer, expected| {
                    let wrapped = json!({ "statusCode": 200, member: answer.clone() });
                    case(&format!(", wrapped{form}"), wrapped, expected.clone());
                    case(&format!(", bare{form}"), answer, expected);
                });
            }
        }
    }
    cases
}

/// What is in the envelope, if the example comes in one.
pub fn opened<'a>(
    document: &'a Document,
    schema: &'a Value,
    example: &'a Value,
    member: &str,
) -> (&'a Value, &'a Value) {
    let Kind::Object { members, .. } = Shape::of(document, schema).kind else {
        return (schema, example);
    };
    let find = |wanted: &str| members.iter().find(|(name, ..)| *name == wanted);
    match (find("statusCode"), find(member)) {
        (Some(_), Some((_, schema, _))) => (schema, &example[member]),
        _ => (schema, example),
    }
}

/// The value as it is, and as it may come one day, each with what a client has to make of it.
fn variants(
    document: &Document,
    schema: &Value,
    value: &Value,
    mut each: impl FnMut(&str, Value, Value),
) {
    let grown = altered::grown(document, schema, value);
    // What is not described is left out, so its being there means that a shape was not recognized.
    let known = altered::without(&grown, NEW);
    each(", grown", grown, known);
    let mut same = |form: &str, value: Value| each(form, value.clone(), value);
    same("", value.clone());
    same(
        ", of strange kinds",
        altered::strange(document, schema, value),
    );
    same(
        ", out of bounds",
        altered::unbounded(document, schema, value),
    );
    same(", sparse", altered::sparse(document, schema, value));
    same(", hollow", altered::hollow(document, schema, value));
}

/// Says what is lost between an answer and the value that was made of it.
fn compare(received: &Received, status: u16, expected: &Value) -> Result<(), String> {
    if received.status != status {
        return Err(format!(
            "the status is {} and not {status}",
            received.status
        ));
    }
    let (received, expected) = (plain(&received.value), plain(expected));
    if received == expected {
        return Ok(());
    }
    Err(format!("\n  received {received}\n  expected {expected}"))
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
    for answer in operation
        .answers()
        .iter()
        .filter(|answer| answer.is_success())
    {
        let cases = match &answer.content {
            Some(content) => forms(&api.document, operation, content),
            None => vec![Case {
                name: "nothing".to_owned(),
                answer: Value::Null,
                expected: Value::Null,
            }],
        };
        for Case {
            name,
            answer: body,
            expected,
        } in cases
        {
            let text = match &answer.content {
                Some(_) => body.to_string(),
                None => String::new(),
            };
            server.answer(answer.status, "application/json", &text);
            let problem = match client.call(&operation.id, &arguments).await {
                Ok(received) => compare(&received, answer.status, &expected),
                Err(error) => Err(format!("{error}\n  {text}")),
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
async fn answers_are_read_without_loss() {
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
