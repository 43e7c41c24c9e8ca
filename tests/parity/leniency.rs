//! What is made of answers in which one thing is not as documented: what is optional is left out and
//! reported, what is required is an error, and nothing else suffers.

use std::collections::HashSet;

use serde_json::{Value, json};
use threadline_tests::spec::{Content, Document, Kind, Maker, Operation, Shape, Style};
use threadline_tests::{Vendor, plain};
use threadline_transport::{Delivery, ErrorKind};

use crate::answers::opened;
use crate::api::{Api, Client};
use crate::arguments::{Arguments, Outcome, Received};
use crate::expected::Call;
use crate::server::Server;

/// One value of each kind that JSON has.
fn kinds() -> [Value; 7] {
    [
        Value::Null,
        json!(true),
        json!(7),
        json!(1.5),
        json!("x"),
        json!([]),
        json!({}),
    ]
}

/// A member that is in an example.
struct Member<'a> {
    /// Where it is in the result.
    pointer: String,
    /// Whether it may be missing or `null`.
    optional: bool,
    schema: &'a Value,
}

/// Collects the members of a value at any depth.
fn members<'a>(
    document: &'a Document,
    schema: &'a Value,
    value: &Value,
    at: &str,
    found: &mut Vec<Member<'a>>,
) {
    let shape = Shape::of(document, schema);
    match &shape.kind {
        Kind::List(items) => {
            for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                members(document, items, item, &format!("{at}/{index}"), found);
            }
        }
        Kind::Object { members: known, .. } => {
            for (name, schema, required) in known {
                let Some(member) = value.get(*name) else {
                    continue;
                };
                let pointer = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                members(document, schema, member, &pointer, found);
                found.push(Member {
                    pointer,
                    optional: !required || Shape::of(document, schema).nullable,
                    schema,
                });
            }
        }
        Kind::Union(_) | Kind::Tagged { .. } => {
            if let Some(chosen) = shape.chosen(document, value) {
                members(document, chosen, value, at, found);
            }
        }
        _ => {}
    }
}

/// Whether a value is of a kind that the schema does not allow.
fn is_wrong(document: &Document, schema: &Value, value: &Value) -> bool {
    let shape = Shape::of(document, schema);
    match (&shape.kind, value) {
        // Objects with another tag, and what is none of the shapes, are kept as they are.
        (Kind::Any | Kind::Union(_) | Kind::Tagged { .. }, _) => false,
        (_, Value::Null) => !shape.nullable,
        // In an answer any word may be a new one.
        (Kind::Text | Kind::Word { .. }, value) => !value.is_string(),
        (Kind::Integer, value) => !value.is_i64(),
        (Kind::Number, value) => !value.is_number(),
        (Kind::Bool, value) => !value.is_boolean(),
        (Kind::List(_), value) => !value.is_array(),
        (Kind::Object { members, .. }, Value::Object(given)) => members
            .iter()
            .any(|(name, _, required)| *required && !given.contains_key(*name)),
        (Kind::Object { .. }, _) => true,
    }
}

/// What stands at a place of an altered answer: nothing, or another value.
type Instead = Option<Value>;

/// Everything that can stand at a place instead of what is there.
fn others(value: &Value) -> impl Iterator<Item = Instead> {
    let kinds = kinds().into_iter().filter(move |kind| kind != value);
    kinds.map(Some).chain([None])
}

/// The value with something else at a place.
fn altered(value: &Value, pointer: &str, instead: &Instead) -> Value {
    let mut value = value.clone();
    match instead {
        Some(instead) => *value.pointer_mut(pointer).expect("a member") = instead.clone(),
        None => remove(&mut value, pointer),
    }
    value
}

/// Takes out a member, if it is there.
fn remove(value: &mut Value, pointer: &str) {
    let (parent, name) = pointer.rsplit_once('/').expect("the pointer of a member");
    let name = name.replace("~1", "/").replace("~0", "~");
    if let Some(Value::Object(members)) = value.pointer_mut(parent) {
        members.remove(&name);
    }
}

/// Whether a member was left out of a value and reported. Anything else that is lost is an error.
fn is_reported(
    received: &Received,
    unaltered: &Value,
    pointer: &str,
    instead: &Instead,
) -> Result<bool, String> {
    let (mut value, mut expected) = (plain(&received.value), plain(unaltered));
    let left = value.pointer(pointer).cloned();
    remove(&mut value, pointer);
    remove(&mut expected, pointer);
    if value != expected {
        return Err(format!("\n  received {value}\n  expected {expected}"));
    }
    let skipped: Vec<_> = received
        .skipped
        .iter()
        .map(|field| (field.pointer().to_owned(), field.found().to_owned()))
        .collect();
    let is_fine = match (instead, &left) {
        (None | Some(Value::Null), None) => skipped.is_empty(),
        (Some(instead), Some(left)) => skipped.is_empty() && *left == plain(instead),
        (Some(instead), None) => skipped == [(pointer.to_owned(), instead.to_string())],
        (None, Some(_)) => false,
    };
    if is_fine {
        return Ok(!skipped.is_empty());
    }
    Err(format!("{left:?} is left, and {skipped:?} skipped"))
}

/// Whether an error says that this answer cannot be read at this place, or at the union around it.
fn is_refused(outcome: &Outcome, text: &str, pointer: &str) -> Result<(), String> {
    let error = match outcome {
        Err(error) => error,
        Ok(received) => return Err(format!("a success: {received:?}")),
    };
    let message = error.message();
    let named = message
        .strip_prefix("cannot decode the response at ")
        .and_then(|message| message.split(": ").next())
        .unwrap_or_default();
    if named != pointer {
        return Err(format!("{pointer} is not named: {error}"));
    }
    let actual = (error.kind(), error.delivery(), error.is_retryable());
    if actual != (ErrorKind::InvalidResponse, Delivery::Answered, false) {
        return Err(format!("{error:?}"));
    }
    if error.body() != Some(text.as_bytes()) {
        return Err(format!("the body is not kept: {error:?}"));
    }
    Ok(())
}

/// How many answers were altered, and what came of it.
#[derive(Debug, Default)]
struct Count {
    operations: usize,
    optional: usize,
    reported: usize,
    required: usize,
}

/// An operation, and a server whose answers are altered.
struct Bench<'a> {
    operation: &'a Operation<'a>,
    arguments: Arguments,
    status: u16,
    server: &'a Server,
    lenient: &'a Client,
    strict: &'a Client,
}

impl Bench<'_> {
    /// The body that brings a result.
    fn body(&self, result: &Value) -> String {
        match self.operation.envelope() {
            Some(member) => json!({ "statusCode": 200, member: result }).to_string(),
            None => result.to_string(),
        }
    }

    async fn call(&self, client: &Client, text: &str) -> Outcome {
        self.server.answer(self.status, "application/json", text);
        client.call(&self.operation.id, &self.arguments).await
    }

    /// What is optional is left out and reported; a strict client refuses what is reported.
    async fn optional(
        &self,
        result: &Value,
        unaltered: &Value,
        pointer: &str,
        instead: &Instead,
        with_strict: bool,
    ) -> Result<bool, String> {
        let text = self.body(&altered(result, pointer, instead));
        let received = self
            .call(self.lenient, &text)
            .await
            .map_err(|error| error.to_string())?;
        let reported = is_reported(&received, unaltered, pointer, instead)?;
        if with_strict {
            let strict = self.call(self.strict, &text).await;
            let problem = if reported {
                is_refused(&strict, &text, pointer).err()
            } else {
                let value = strict.as_ref().map(|strict| &strict.value).ok();
                (value != Some(&received.value)).then(|| format!("{strict:?}"))
            };
            if let Some(problem) = problem {
                return Err(format!("strict: {problem}"));
            }
        }
        Ok(reported)
    }

    /// What is required cannot be anything else.
    async fn required(&self, result: &Value, pointer: &str, value: Value) -> Result<(), String> {
        let text = self.body(&altered(result, pointer, &Some(value)));
        for client in [self.lenient, self.strict] {
            is_refused(&self.call(client, &text).await, &text, pointer)?;
        }
        Ok(())
    }

    /// What is required cannot be missing.
    async fn missing(&self, result: &Value, pointer: &str) -> Result<(), String> {
        let text = self.body(&altered(result, pointer, &None));
        let (_, name) = pointer.rsplit_once('/').expect("the pointer of a member");
        for client in [self.lenient, self.strict] {
            match self.call(client, &text).await {
                Err(error)
                    if error.kind() == ErrorKind::InvalidResponse
                        && error.body() == Some(text.as_bytes())
                        && error.message().contains(&format!("`{name}`")) => {}
                outcome => return Err(format!("{outcome:?}")),
            }
        }
        Ok(())
    }
}

/// Alters every answer of an operation.
async fn alter(
    api: &Api,
    bench: &Bench<'_>,
    content: &Content<'_>,
    seen: &mut HashSet<(*const Value, String)>,
    count: &mut Count,
) -> Vec<String> {
    let (document, id) = (&api.document, &bench.operation.id);
    let mut problems = Vec::new();
    for (name, example) in &content.examples {
        let (schema, result) = match bench.operation.envelope() {
            Some(member) => opened(document, content.schema, example, member),
            None => (content.schema, *example),
        };
        let mut found = Vec::new();
        members(document, schema, result, "", &mut found);
        let unaltered = bench.call(bench.strict, &bench.body(result)).await;
        let unaltered = unaltered
            .unwrap_or_else(|error| panic!("{id} {name}: {error:?}"))
            .value;
        for member in &found {
            let pointer = &*member.pointer;
            let is_top = pointer.trim_start_matches("/0").matches('/').count() == 1;
            let present = result.pointer(pointer).expect("a member");
            for instead in others(present) {
                let shown = instead.as_ref().map_or("nothing".into(), Value::to_string);
                let outcome = if member.optional {
                    count.optional += 1;
                    // How strictly a member is read does not depend on where it is.
                    let is_new = seen.insert((std::ptr::from_ref(member.schema), shown.clone()));
                    let reported = bench.optional(result, &unaltered, pointer, &instead, is_new);
                    reported
                        .await
                        .map(|reported| count.reported += usize::from(reported))
                } else if !is_top {
                    continue;
                } else if let Some(value) = instead {
                    if !is_wrong(document, member.schema, &value) {
                        continue;
                    }
                    count.required += 1;
                    bench.required(result, pointer, value).await
                } else {
                    count.required += 1;
                    bench.missing(result, pointer).await
                };
                if let Err(problem) = outcome {
                    problems.push(format!("{id} {name} {pointer} as {shown}: {problem}"));
                }
            }
        }
    }
    problems
}

async fn run(vendor: Vendor) {
    let api = Api::all()
        .into_iter()
        .find(|api| api.vendor == vendor)
        .expect("one of them");
    let server = Server::start().await;
    let (lenient, strict) = (api.lenient_client(&server.url()), api.client(&server.url()));
    let maker = Maker::new(&api.document, Style::Least, 0);
    let (mut problems, mut count, mut seen) = (Vec::new(), Count::default(), HashSet::new());
    for operation in &api.document.operations() {
        count.operations += 1;
        let answers = operation.answers();
        for answer in answers.iter().filter(|answer| answer.is_success()) {
            let Some(content) = &answer.content else {
                continue;
            };
            let bench = Bench {
                operation,
                arguments: Call::new(&api, operation, &maker).arguments,
                status: answer.status,
                server: &server,
                lenient: &lenient,
                strict: &strict,
            };
            problems.extend(alter(&api, &bench, content, &mut seen, &mut count).await);
        }
    }
    println!("{vendor:?}: {count:?}");
    assert!(count.reported > 1_000 && count.required > 100, "{count:?}");
    assert!(
        problems.is_empty(),
        "{} problems\n{}",
        problems.len(),
        problems.join("\n\n")
    );
}

#[tokio::test]
async fn contactship_answers_may_be_odd() {
    run(Vendor::ContactShip).await;
}

#[tokio::test]
async fn inboxapp_v1_answers_may_be_odd() {
    run(Vendor::InboxappV1).await;
}

#[tokio::test]
async fn inboxapp_v2_answers_may_be_odd() {
    run(Vendor::InboxappV2).await;
}
