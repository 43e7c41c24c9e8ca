//! What a request has to keep to is checked before it is sent.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use threadline_tests::spec::{Document, Kind, Maker, Operation, Shape, Style};
use threadline_transport::{Delivery, ErrorKind, IdempotencyKey, Place, Rule};

use crate::api::{Api, Client};
use crate::arguments::Arguments;
use crate::expected::Call;
use crate::server::Server;

const KEYWORDS: [&str; 7] = [
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
];

/// A bound as the spec has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Bound {
    /// The name of the parameter, or for the body nothing.
    parameter: Option<String>,
    /// For the body the pointer, with `*` for every item of a list.
    pointer: String,
    keyword: &'static str,
    limit: String,
}

/// Collects the bounds of an operation.
struct Search<'a> {
    document: &'a Document,
    parameter: Option<String>,
    found: BTreeSet<Bound>,
}

impl<'a> Search<'a> {
    fn of(document: &'a Document, operation: &Operation<'a>) -> BTreeSet<Bound> {
        let mut search = Self {
            document,
            parameter: None,
            found: BTreeSet::new(),
        };
        if let Some(body) = operation.body() {
            search.walk(body.schema, String::new());
        }
        for parameter in operation.parameters() {
            if !parameter.deprecated && !parameter.json {
                search.parameter(parameter.name, parameter.schema, parameter.brackets);
            }
        }
        search.found
    }

    /// A parameter: its items bear its name, its members are parameters of their own.
    fn parameter(&mut self, name: &str, schema: &'a Value, brackets: bool) {
        let shape = Shape::of(self.document, schema);
        match &shape.kind {
            Kind::Object { members, .. } => {
                for (member, schema, _) in members {
                    self.parameter(&format!("{name}[{member}]"), schema, brackets);
                }
            }
            Kind::List(items) => {
                let suffix = if brackets { "[]" } else { "" };
                self.parameter = Some(format!("{name}{suffix}"));
                self.note(&shape, "");
                self.note(&Shape::of(self.document, items), "");
            }
            _ => {
                self.parameter = Some(name.to_owned());
                self.note(&shape, "");
            }
        }
    }

    fn walk(&mut self, schema: &'a Value, pointer: String) {
        let shape = Shape::of(self.document, schema);
        self.note(&shape, &pointer);
        match &shape.kind {
            Kind::List(items) => self.walk(items, pointer + "/*"),
            Kind::Object { members, .. } => {
                for (name, schema, _) in members {
                    self.walk(schema, format!("{pointer}/{name}"));
                }
            }
            Kind::Union(members) => {
                for member in members {
                    self.walk(member, pointer.clone());
                }
            }
            Kind::Tagged { tag, known, .. } => {
                for (word, _) in known {
                    let value = json!({ *tag: word });
                    let member = shape.chosen(self.document, &value).unwrap();
                    self.walk(member, pointer.clone());
                }
            }
            _ => {}
        }
    }

    fn note(&mut self, shape: &Shape<'_>, pointer: &str) {
        // The pattern of a named text is what ids look like, which is the vendor's affair.
        let mut named = self.document.schemas();
        let is_named = named.any(|(_, schema)| std::ptr::eq(schema, shape.schema));
        for keyword in KEYWORDS {
            if keyword == "pattern" && is_named {
                continue;
            }
            if let Some(limit) = shape.schema.get(keyword) {
                self.found.insert(Bound {
                    parameter: self.parameter.clone(),
                    pointer: pointer.to_owned(),
                    keyword,
                    limit: limit.as_f64().map_or_else(
                        || limit.as_str().unwrap().to_owned(),
                        |number| number.to_string(),
                    ),
                });
            }
        }
    }
}

/// The bounds that the client checks.
fn listed(table: &[threadline_transport::Bound]) -> BTreeSet<Bound> {
    let bounds = table.iter().map(|bound| {
        let (keyword, limit) = match bound.rule {
            Rule::MinLength(limit) => ("minLength", f64::from(limit).to_string()),
            Rule::MaxLength(limit) => ("maxLength", f64::from(limit).to_string()),
            Rule::Pattern(pattern) => ("pattern", pattern.to_owned()),
            Rule::Minimum(limit) => ("minimum", limit.to_string()),
            Rule::Maximum(limit) => ("maximum", limit.to_string()),
            Rule::MinItems(limit) => ("minItems", f64::from(limit).to_string()),
            Rule::MaxItems(limit) => ("maxItems", f64::from(limit).to_string()),
            other => panic!("{other:?}"),
        };
        let (parameter, pointer) = match bound.place {
            Place::Body => (None, bound.at),
            Place::Path | Place::Query | Place::Header => (Some(bound.at.to_owned()), ""),
            other => panic!("{other:?}"),
        };
        Bound {
            parameter,
            pointer: pointer.to_owned(),
            keyword,
            limit,
        }
    });
    bounds.collect()
}

#[test]
fn the_tables_know_every_bound() {
    for api in Api::all() {
        for operation in api.document.operations() {
            let entry = api.table().iter().find(|entry| entry.id == operation.id);
            assert_eq!(
                listed(entry.unwrap().bounds),
                Search::of(&api.document, &operation),
                "{}",
                operation.id
            );
        }
    }
}

impl Bound {
    /// Puts a value that breaks the bound into the arguments; says how the value is called.
    fn break_in(&self, arguments: &mut Arguments) -> Option<String> {
        let (place, name) = match &self.parameter {
            Some(name) => (arguments.parameters.get_mut(name)?, name.clone()),
            None => {
                let pointer = self.pointer.replace('*', "0");
                let name = self.pointer[1..].replace("/*", "[0]").replace('/', ".");
                (arguments.body.as_mut()?.pointer_mut(&pointer)?, name)
            }
        };
        let place = match place {
            Value::Array(items) if !self.keyword.ends_with("Items") => items.first_mut()?,
            place => place,
        };
        let limit = || self.limit.parse::<f64>().unwrap();
        let size = || self.limit.parse::<usize>().unwrap();
        *place = match (self.keyword, &*place) {
            ("minLength", Value::String(_)) => "x".repeat(size() - 1).into(),
            ("maxLength", Value::String(_)) => "x".repeat(size() + 1).into(),
            ("pattern", Value::String(_)) => self.mismatch().into(),
            ("minimum", Value::Number(number)) => beyond(number, limit(), -1.0),
            ("maximum", Value::Number(number)) => beyond(number, limit(), 1.0),
            ("minItems", Value::Array(items)) => items[..size() - 1].into(),
            ("maxItems", Value::Array(items)) => vec![items[0].clone(); size() + 1].into(),
            _ => return None,
        };
        Some(name)
    }

    /// A text that does not match the pattern.
    fn mismatch(&self) -> &'static str {
        let pattern = json!({ "pattern": self.limit });
        ["A b", "\u{e9}"]
            .into_iter()
            .find(|text| !jsonschema::is_valid(&pattern, &(*text).into()))
            .expect("a text is known that does not match")
    }
}

/// A number one beyond the limit.
fn beyond(number: &serde_json::Number, limit: f64, step: f64) -> Value {
    if number.is_f64() {
        return (limit + step).into();
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "limits are far smaller than what fits"
    )]
    let whole = (limit + step) as i64;
    whole.into()
}

/// Breaks a bound and says what is wrong with what happens.
async fn check(
    api: &Api,
    operation: &Operation<'_>,
    bound: &Bound,
    client: &Client,
    server: &Server,
) -> Result<(), String> {
    let mut turn = 0;
    let (arguments, name) = loop {
        let maker = Maker::new(&api.document, Style::Full, turn);
        let mut arguments = Call::new(api, operation, &maker).arguments;
        if let Some(name) = bound.break_in(&mut arguments) {
            break (arguments, name);
        }
        turn += 1;
        if turn >= maker.turns() {
            return Err("no request has this value".to_owned());
        }
    };
    if name.eq_ignore_ascii_case(KEY) {
        return check_key(&arguments.required::<String>(&name));
    }
    let error = match client.call(&operation.id, &arguments).await {
        Err(error) => error,
        Ok(_) => return Err(format!("{name} was sent: {arguments:?}")),
    };
    let expected = (ErrorKind::InvalidRequest, Delivery::NotSent, true);
    let is_named = error.message().starts_with(&format!("{name} "));
    let actual = (error.kind(), error.delivery(), is_named);
    if actual != expected || !server.take().is_empty() {
        return Err(format!("{name}: {error:?}"));
    }
    Ok(())
}

/// The header whose value is a key that is checked when it is made.
const KEY: &str = "Idempotency-Key";

/// Says what is wrong with what happens to a key that breaks a bound.
fn check_key(key: &str) -> Result<(), String> {
    match IdempotencyKey::new(key) {
        Err(error) if error.kind() == ErrorKind::InvalidRequest => Ok(()),
        outcome => Err(format!("{key:?}: {outcome:?}")),
    }
}

#[tokio::test]
async fn what_breaks_a_bound_is_not_sent() {
    let (mut problems, mut count) = (Vec::new(), 0);
    for api in Api::all() {
        let server = Server::start().await;
        let client = api.client(&server.url());
        for operation in &api.document.operations() {
            for bound in Search::of(&api.document, operation) {
                count += 1;
                if let Err(problem) = check(&api, operation, &bound, &client, &server).await {
                    problems.push(format!("{} {bound:?}: {problem}", operation.id));
                }
            }
        }
    }
    assert!(count > 0);
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}
