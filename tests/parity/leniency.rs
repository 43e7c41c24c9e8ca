//! What is made of answers in which one thing is not as documented: what is optional is left out and
//! reported, what is required goes with what is optional around it or is an error, an integer loses
//! its fraction, and nothing else suffers.

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
    around: Around,
    schema: &'a Value,
}

/// What goes when a required member does not fit.
#[derive(Clone)]
enum Around {
    /// Nothing: the answer cannot be read.
    Nothing,
    /// The optional member that is there.
    Optional(String),
    /// An object with a tag is kept as it came.
    Tagged,
}

/// Collects the members of a value at any depth.
fn members<'a>(
    document: &'a Document,
    schema: &'a Value,
    value: &Value,
    at: &str,
    around: &Around,
    found: &mut Vec<Member<'a>>,
) {
    let shape = Shape::of(document, schema);
    match &shape.kind {
        Kind::List(items) => {
            for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                members(
                    document,
                    items,
                    item,
                    &format!("{at}/{index}"),
                    around,
                    found,
                );
            }
        }
        Kind::Object { members: known, .. } => {
            for (name, schema, required) in known {
                let Some(member) = value.get(*name) else {
                    continue;
                };
                let pointer = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                let optional = !required || Shape::of(document, schema).nullable;
                let inner = if optional {
                    &Around::Optional(pointer.clone())
                } else {
                    around
                };
                members(document, schema, member, &pointer, inner, found);
                found.push(Member {
                    pointer,
                    optional,
                    around: around.clone(),
                    schema,
                });
            }
        }
        Kind::Union(_) | Kind::Tagged { .. } => {
            let inner = match shape.kind {
                Kind::Tagged { .. } => &Around::Tagged,
                _ => around,
            };
            if let Some(chosen) = shape.chosen(document, value) {
                members(document, chosen, value, at, inner, found);
            }
        }
        _ => {}
    }
}

/// Whether a value is of a kind that the schema does not allow.
fn is_wrong(document: &Document, schema: &Value, value: &Value) -> bool {
    let shape = Shape::of(document, schema);
    match (&shape.kind, value) {
        // Objects with another tag are kept as they are.
        (Kind::Any | Kind::Tagged { .. }, _) => false,
        (_, Value::Null) => !shape.nullable,
        // So is what is none of the shapes.
        (Kind::Union(_), value) => shape
            .chosen(document, value)
            .is_some_and(|chosen| is_wrong(document, chosen, value)),
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

/// What is left of a number with a fraction, where the schema says that it is an integer.
fn cut(document: &Document, schema: &Value, value: &Value) -> Option<Value> {
    let number = value.as_f64().filter(|_| value.is_f64())?;
    let is_integer = matches!(Shape::of(document, schema).kind, Kind::Integer);
    // The fractions of this test are of small numbers.
    is_integer.then(|| json!(number.trunc() as i64))
}

/// What should become of an altered member.
enum Fate {
    /// It is read as it came.
    Kept,
    /// It is left out, or what is around it.
    LeftOut(String),
    /// Only this is left.
    Cut(Value),
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

/// Whether what should be reported is, and nothing else is lost.
fn is_as_expected(
    received: &Received,
    unaltered: &Value,
    altered: &Value,
    pointer: &str,
    fate: &Fate,
) -> Result<(), String> {
    let place = match fate {
        Fate::LeftOut(around) => around,
        _ => pointer,
    };
    let (mut value, mut expected) = (plain(&received.value), plain(unaltered));
    let left = value.pointer(place).cloned();
    remove(&mut value, place);
    remove(&mut expected, place);
    if value != expected {
        return Err(format!("\n  received {value}\n  expected {expected}"));
    }
    let instead = altered.pointer(place);
    let is_reported = match &received.skipped[..] {
        [] => false,
        [field] if field.pointer() == place => {
            let found = instead.map(Value::to_string).unwrap_or_default();
            // Long ones are shortened.
            found == field.found() || place != pointer
        }
        _ => return Err(format!("{:?} skipped", received.skipped)),
    };
    let is_fine = match (fate, instead, &left) {
        (Fate::Kept, None | Some(Value::Null), None) => !is_reported,
        (Fate::Kept, Some(instead), Some(left)) => !is_reported && *left == plain(instead),
        (Fate::LeftOut(_), Some(_), None) => is_reported,
        (Fate::Cut(expected), Some(_), Some(left)) => is_reported && *left == plain(expected),
        _ => false,
    };
    if is_fine {
        return Ok(());
    }
    Err(format!(
        "{left:?} is left, and {:?} skipped",
        received.skipped
    ))
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
    kept: usize,
    left_out: usize,
    cut: usize,
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

    /// What should be reported is; a strict client refuses it.
    async fn readable(
        &self,
        result: &Value,
        unaltered: &Value,
        (pointer, instead): (&str, &Instead),
        fate: &Fate,
        strict: bool,
    ) -> Result<(), String> {
        let altered = altered(result, pointer, instead);
        let text = self.body(&altered);
        let received = self
            .call(self.lenient, &text)
            .await
            .map_err(|error| error.to_string())?;
        is_as_expected(&received, unaltered, &altered, pointer, fate)?;
        if strict {
            let strict = self.call(self.strict, &text).await;
            let problem = match fate {
                Fate::Kept => {
                    let value = strict.as_ref().map(|strict| &strict.value).ok();
                    (value != Some(&received.value)).then(|| format!("{strict:?}"))
                }
                _ => is_refused(&strict, &text, pointer).err(),
            };
            if let Some(problem) = problem {
                return Err(format!("strict: {problem}"));
            }
        }
        Ok(())
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
        members(document, schema, result, "", &Around::Nothing, &mut found);
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
                let wrong = instead
                    .as_ref()
                    .filter(|instead| is_wrong(document, member.schema, instead));
                let cut = wrong.and_then(|wrong| cut(document, member.schema, wrong));
                // An optional member that is null may as well be missing.
                let is_kept = wrong.is_none_or(Value::is_null);
                let fate = match (cut, &member.around) {
                    (Some(left), _) => Fate::Cut(left),
                    _ if member.optional && is_kept => Fate::Kept,
                    _ if member.optional => Fate::LeftOut(pointer.to_owned()),
                    (None, Around::Optional(around)) if wrong.is_some() => {
                        Fate::LeftOut(around.clone())
                    }
                    (None, Around::Nothing) if is_top => {
                        let outcome = match (&instead, wrong) {
                            (None, _) => bench.missing(result, pointer).await,
                            (_, Some(wrong)) => {
                                bench.required(result, pointer, wrong.clone()).await
                            }
                            (Some(_), None) => continue,
                        };
                        count.required += 1;
                        if let Err(problem) = outcome {
                            problems.push(format!("{id} {name} {pointer} as {shown}: {problem}"));
                        }
                        continue;
                    }
                    _ => continue,
                };
                match fate {
                    Fate::Kept => count.kept += 1,
                    Fate::LeftOut(_) => count.left_out += 1,
                    Fate::Cut(_) => count.cut += 1,
                }
                // How strictly a member is read does not depend on where it is.
                let is_new = seen.insert((std::ptr::from_ref(member.schema), shown.clone()));
                let outcome = bench
                    .readable(result, &unaltered, (pointer, &instead), &fate, is_new)
                    .await;
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
    let is_thorough = count.left_out > 1_000 && count.required > 100 && count.cut > 10;
    assert!(is_thorough, "{count:?}");
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
