//! The parameters and the fields of the body of an operation, as options of the command line.

use clap::{Arg, ArgAction, ArgMatches, ValueHint};
use heck::ToKebabCase as _;
use serde_json::{Map, Value};

use super::{NULL, OWN};
use crate::failure::Failure;

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
pub(super) enum Kind {
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
    pub(super) name: String,
    kind: Kind,
    required: bool,
    help: String,
}

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

/// The fields of an operation.
#[derive(Debug)]
pub(super) struct Fields {
    pub(super) all: Vec<Field>,
    /// Whether a body is sent although no field is given.
    pub(super) sends_body: bool,
    pub(super) has_result: bool,
}

impl std::ops::Deref for Fields {
    type Target = [Field];

    fn deref(&self) -> &[Field] {
        &self.all
    }
}

/// Gives each field an option of its own.
pub(super) fn name_options(fields: &mut [Field]) {
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
    pub(super) fn new(
        name: String,
        place: Place,
        kind: Kind,
        required: bool,
        help: String,
    ) -> Self {
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
    pub(super) fn merge(&mut self, other: &Self) {
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
