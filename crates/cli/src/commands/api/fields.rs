//! The parameters and the fields of the body of an operation, read from the OpenAPI document, as
//! options of the command line.

use std::collections::BTreeMap;

use clap::{Arg, ArgAction, ArgMatches, ValueHint};
use heck::ToKebabCase as _;
use serde_json::{Map, Value};
use threadline::transport::Operation;

use super::{NULL, OWN};
use crate::failure::Failure;

/// The media type of every body.
const JSON: &str = "application/json";
/// The header that carries an idempotency key.
const KEY: &str = "idempotency-key";
/// Options that exist with every operation.
const SHARED: [&str; 9] = [
    "sandbox",
    "dry-run",
    "attempts",
    "timeout",
    "allow-insecure-http",
    "verbose",
    "profile",
    "help",
    "output",
];

/// Where a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Path,
    Query,
    Header,
    Body,
}

/// How a value is written.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    /// One of these words.
    Word(Vec<String>),
    Integer,
    Number,
    Boolean,
    /// Several texts; the option is repeated.
    List,
    Json,
    /// JSON, or text if it is no JSON.
    Any,
}

/// A parameter, or a field of the body.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// The name of the option.
    pub(super) option: String,
    pub(super) place: Place,
    /// The name on the wire.
    name: String,
    kind: Kind,
    required: bool,
    help: String,
}

/// An OpenAPI document.
pub(super) struct Document(Value);

/// The values of an operation.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    /// In the order of the path.
    pub(super) path: Vec<String>,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) idempotency_key: Option<String>,
    pub(super) body: Map<String, Value>,
    /// Whether a body is sent.
    pub(super) has_body: bool,
    /// Whether the response has a body.
    pub(super) has_result: bool,
}

impl Document {
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let document = serde_json::from_str(text);
        document
            .map(Self)
            .map_err(|error| Failure::usage(format!("the OpenAPI document: {error}")))
    }

    /// The value that a `$ref` leads to, or the value itself.
    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let mut value = value;
        // A chain of references is short; the bound ends one that leads to itself.
        for _ in 0..16 {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
                break;
            };
            let pointer = reference.trim_start_matches('#');
            value = self.0.pointer(pointer).unwrap_or(&Value::Null);
        }
        value
    }

    /// The parameters and the fields of the body of an operation.
    pub(super) fn fields(&self, operation: &Operation) -> Result<Fields, Failure> {
        let method = operation.method.to_lowercase();
        let path = self
            .0
            .get("paths")
            .and_then(|paths| paths.get(operation.path));
        let found = path.and_then(|path| Some((path, path.get(&method)?)));
        let Some((path, described)) = found else {
            return Err(Failure::usage(format!(
                "the OpenAPI document lacks {} {}",
                operation.method, operation.path
            )));
        };
        let parameters = [path, described].map(|at| at.get("parameters").and_then(Value::as_array));
        let mut fields = Vec::new();
        for parameter in parameters.into_iter().flatten().flatten() {
            self.parameter(self.resolve(parameter), &mut fields);
        }
        let position = |field: &Field| {
            let mut known = operation.path_params.iter();
            known.position(|param| field.place == Place::Path && param.name == field.name)
        };
        fields.sort_by_key(|field| position(field).unwrap_or(usize::MAX));
        let body = described.get("requestBody").map(|body| self.resolve(body));
        let schema = body.and_then(|body| body.get("content")?.get(JSON)?.get("schema"));
        let is_required = body.and_then(|body| body.get("required")) == Some(&Value::Bool(true));
        if let Some(schema) = schema {
            let mut of_body = BTreeMap::new();
            self.body(schema, is_required, 0, &mut of_body);
            fields.extend(of_body.into_values());
        }
        let responses = described.get("responses").and_then(Value::as_object);
        let has_result = responses.is_some_and(|responses| {
            let successes = responses
                .iter()
                .filter(|(status, _)| status.starts_with('2'));
            let mut bodies = successes.map(|(_, answer)| self.resolve(answer).get("content"));
            bodies.any(|body| body.is_some())
        });
        name_options(&mut fields);
        Ok(Fields {
            all: fields,
            sends_body: is_required,
            has_result,
        })
    }

    fn parameter(&self, parameter: &Value, fields: &mut Vec<Field>) {
        let text = |member| {
            parameter
                .get(member)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let place = match text("in") {
            "path" => Place::Path,
            "header" => Place::Header,
            _ => Place::Query,
        };
        let name = text("name").to_owned();
        let required = parameter.get("required") == Some(&Value::Bool(true));
        let help = text("description").to_owned();
        let content = parameter
            .get("content")
            .and_then(|content| content.get(JSON));
        if content.is_some() {
            fields.push(Field::new(name, place, Kind::Json, required, help));
            return;
        }
        let schema = self.resolve(parameter.get("schema").unwrap_or(&Value::Null));
        if text("style") == "deepObject" {
            self.brackets(&name, schema, &help, fields);
        } else {
            let kind = self.kind(schema);
            fields.push(Field::new(name, place, kind, required, help));
        }
    }

    /// The leaves of an object that is sent in brackets, such as `filters[tags][selectedIds][]`.
    fn brackets(&self, name: &str, schema: &Value, help: &str, fields: &mut Vec<Field>) {
        let schema = self.resolve(schema);
        let Some(members) = schema.get("properties").and_then(Value::as_object) else {
            let kind = self.kind(schema);
            let brackets = if kind == Kind::List { "[]" } else { "" };
            let own = schema.get("description").and_then(Value::as_str);
            let help = own.unwrap_or(help).to_owned();
            let name = format!("{name}{brackets}");
            fields.push(Field::new(name, Place::Query, kind, false, help));
            return;
        };
        for (member, schema) in members {
            self.brackets(&format!("{name}[{member}]"), schema, help, fields);
        }
    }

    /// The fields of a body. Those of all variants of a union are offered; which go together, the
    /// vendor decides.
    fn body(
        &self,
        schema: &Value,
        is_required: bool,
        depth: usize,
        fields: &mut BTreeMap<String, Field>,
    ) {
        let schema = self.resolve(schema);
        for (keyword, is_required) in [("allOf", is_required), ("oneOf", false), ("anyOf", false)] {
            let variants = schema.get(keyword).and_then(Value::as_array);
            for variant in variants.into_iter().flatten().filter(|_| depth < 8) {
                self.body(variant, is_required, depth + 1, fields);
            }
        }
        let required = schema.get("required").and_then(Value::as_array);
        let members = schema.get("properties").and_then(Value::as_object);
        for (name, schema) in members.into_iter().flatten() {
            let mut names = required.into_iter().flatten();
            let required = is_required && names.any(|other| other == name);
            let resolved = self.resolve(schema);
            let described = [schema, resolved].map(|it| it.get("description")?.as_str());
            let help = described.into_iter().flatten().next().unwrap_or_default();
            let field = Field::new(
                name.clone(),
                Place::Body,
                self.kind(resolved),
                required,
                help.to_owned(),
            );
            fields
                .entry(name.clone())
                .and_modify(|known| known.merge(&field))
                .or_insert(field);
        }
    }

    /// Whether each variant of a union is an object.
    fn is_object(&self, schema: &Value) -> bool {
        let variants = ["oneOf", "anyOf"]
            .iter()
            .find_map(|keyword| schema.get(keyword));
        let variants = variants.and_then(Value::as_array);
        variants.is_some_and(|variants| {
            let mut types = variants
                .iter()
                .map(|variant| self.resolve(variant).get("type"));
            types.all(|it| it == Some(&"object".into()))
        })
    }

    fn kind(&self, schema: &Value) -> Kind {
        let schema = self.resolve(schema);
        if let Some([only]) = schema
            .get("allOf")
            .and_then(Value::as_array)
            .map(Vec::as_slice)
        {
            return self.kind(only);
        }
        let words = schema.get("enum").and_then(Value::as_array);
        let item = schema.get("items").map(|item| self.resolve(item));
        match schema.get("type").and_then(Value::as_str) {
            Some("string") => match words {
                Some(words) => {
                    let words = words.iter().filter_map(Value::as_str);
                    Kind::Word(words.map(str::to_owned).collect())
                }
                None => Kind::Text,
            },
            Some("integer") => Kind::Integer,
            Some("number") => Kind::Number,
            Some("boolean") => Kind::Boolean,
            Some("array") if item.and_then(|item| item.get("type")) == Some(&"string".into()) => {
                Kind::List
            }
            Some(_) => Kind::Json,
            None if self.is_object(schema) => Kind::Json,
            None => Kind::Any,
        }
    }
}

/// The fields of an operation.
#[derive(Debug)]
pub(super) struct Fields {
    all: Vec<Field>,
    /// Whether a body is sent although no field is given.
    sends_body: bool,
    has_result: bool,
}

impl std::ops::Deref for Fields {
    type Target = [Field];

    fn deref(&self) -> &[Field] {
        &self.all
    }
}

/// Gives each field an option of its own.
fn name_options(fields: &mut [Field]) {
    let mut taken: Vec<String> = SHARED.into_iter().chain(OWN).map(str::to_owned).collect();
    for field in fields {
        let mut option = field.name.to_kebab_case();
        if taken.contains(&option) {
            let prefix = if field.place == Place::Body {
                "body"
            } else {
                "param"
            };
            option = format!("{prefix}-{option}");
        }
        taken.push(option.clone());
        field.option = option;
    }
}

impl Field {
    fn new(name: String, place: Place, kind: Kind, required: bool, help: String) -> Self {
        Self {
            option: String::new(),
            place,
            name,
            kind,
            required,
            help,
        }
    }

    /// The field of several variants of a union.
    fn merge(&mut self, other: &Self) {
        self.required &= other.required;
        match (&mut self.kind, &other.kind) {
            (Kind::Word(words), Kind::Word(others)) => {
                words.extend(
                    others
                        .iter()
                        .filter(|word| !words.contains(word))
                        .cloned()
                        .collect::<Vec<_>>(),
                );
            }
            (kind, other) if kind == other => {}
            (kind, _) => *kind = Kind::Any,
        }
    }

    /// The field as an option.
    pub(super) fn argument(&self) -> Arg {
        let value = match &self.kind {
            Kind::Text | Kind::Word(_) | Kind::List => "TEXT",
            Kind::Integer => "INTEGER",
            Kind::Number => "NUMBER",
            Kind::Boolean => "BOOLEAN",
            Kind::Json => "JSON",
            Kind::Any => "VALUE",
        };
        let mut help = self
            .help
            .split("\n\n")
            .next()
            .unwrap_or_default()
            .replace('\n', " ");
        if let Kind::Word(words) = &self.kind {
            help = format!("{help} [{}]", words.join(", "));
        }
        if self.kind == Kind::List {
            help += " (may be repeated)";
        }
        let is_required = self.required && self.place != Place::Body;
        let argument = Arg::new(self.option.clone())
            .long(self.option.clone())
            .value_name(value)
            .help(help.trim().to_owned())
            .help_heading(if self.place == Place::Body {
                "Body"
            } else {
                "Parameters"
            })
            .value_hint(ValueHint::Other)
            .allow_hyphen_values(true)
            .action(ArgAction::Append);
        if is_required {
            argument.required(true)
        } else if self.required {
            argument.required_unless_present_any(["body", NULL])
        } else {
            argument
        }
    }

    /// The value of a field of the body.
    fn json(&self, values: &[&str]) -> Result<Value, Failure> {
        let invalid = |expected: &str| {
            Err(Failure::usage(format!(
                "--{}: expected {expected}, not {:?}",
                self.option,
                values.join(" ")
            )))
        };
        let text = values.last().copied().unwrap_or_default();
        let parsed = || serde_json::from_str::<Value>(text).ok();
        match &self.kind {
            Kind::Text | Kind::Word(_) => Ok(text.into()),
            Kind::List => Ok(values.to_vec().into()),
            Kind::Integer => match parsed().filter(|value| value.is_i64() || value.is_u64()) {
                Some(value) => Ok(value),
                None => invalid("a whole number"),
            },
            Kind::Number => match parsed().filter(Value::is_number) {
                Some(value) => Ok(value),
                None => invalid("a number"),
            },
            Kind::Boolean => match parsed().filter(Value::is_boolean) {
                Some(value) => Ok(value),
                None => invalid("true or false"),
            },
            Kind::Json => match parsed() {
                Some(value) => Ok(value),
                None => invalid("JSON"),
            },
            Kind::Any => Ok(parsed().unwrap_or_else(|| text.into())),
        }
    }
}

/// Reads the options of an operation.
pub(super) fn read(fields: &Fields, matches: &ArgMatches) -> Result<Arguments, Failure> {
    let mut arguments = Arguments {
        has_body: fields.sends_body,
        has_result: fields.has_result,
        ..Arguments::default()
    };
    for field in fields.iter() {
        let values = matches.get_many::<String>(&field.option);
        let values: Vec<_> = values.into_iter().flatten().map(String::as_str).collect();
        if values.is_empty() {
            continue;
        }
        // What is no value of its kind is refused, wherever it goes.
        let json = field.json(&values)?;
        match field.place {
            Place::Body => {
                arguments.has_body = true;
                arguments.body.insert(field.name.clone(), json);
            }
            Place::Path => arguments
                .path
                .extend(values.last().map(|value| (*value).to_owned())),
            Place::Header if field.name.eq_ignore_ascii_case(KEY) => {
                arguments.idempotency_key = values.last().map(|value| (*value).to_owned());
            }
            Place::Header => {
                let value = values.last().copied().unwrap_or_default();
                arguments
                    .headers
                    .push((field.name.clone(), value.to_owned()));
            }
            Place::Query => {
                let values = values
                    .iter()
                    .map(|value| (field.name.clone(), (*value).to_owned()));
                arguments.query.extend(values);
            }
        }
    }
    let nulls = matches.try_get_many::<String>(NULL).ok().flatten();
    for name in nulls.into_iter().flatten() {
        let is_known = |field: &&Field| {
            field.place == Place::Body && (field.name == *name || field.option == *name)
        };
        let Some(field) = fields.iter().find(is_known) else {
            return Err(Failure::usage(format!(
                "--null: the body has no field {name:?}"
            )));
        };
        if arguments
            .body
            .insert(field.name.clone(), Value::Null)
            .is_some()
        {
            return Err(Failure::usage(format!(
                "--null {name}: the field has a value, too"
            )));
        }
        arguments.has_body = true;
    }
    Ok(arguments)
}
