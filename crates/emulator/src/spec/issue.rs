//! Validation errors that name the field.

use std::fmt;

use jsonschema::error::{TypeKind, ValidationError, ValidationErrorKind};
use jsonschema::paths::{Location, LocationSegment};
use serde_json::Value;

/// One segment of the path to an invalid value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// A member's or parameter's name.
    Name(String),
    /// An index in a list.
    Index(usize),
}

/// One validation error of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Issue {
    /// The path to the invalid value; empty for the whole body.
    pub(crate) path: Vec<Step>,
    /// The message, a predicate that follows the name of the value.
    pub(crate) message: String,
}

impl Issue {
    /// An issue with the body as a whole.
    pub(crate) fn body(message: impl Into<String>) -> Self {
        Self {
            path: Vec::new(),
            message: message.into(),
        }
    }

    /// An issue with the parameter or field of this name.
    pub(crate) fn named(name: &str, message: impl Into<String>) -> Self {
        Self {
            path: vec![Step::Name(name.to_owned())],
            message: message.into(),
        }
    }

    /// Converts a validation error, which may concern several fields.
    pub(crate) fn from_error(error: &ValidationError<'_>) -> Vec<Self> {
        if let Some(branch) = likeliest_branch(error) {
            return branch.iter().flat_map(Self::from_error).collect();
        }
        let path: Vec<Step> = error.instance_path().segments().map(Step::from).collect();
        let below = |name: &str, message: &str| {
            let mut path = path.clone();
            path.push(Step::Name(name.to_owned()));
            Self {
                path,
                message: message.to_owned(),
            }
        };
        match error.kind() {
            ValidationErrorKind::Required {
                property: Value::String(name),
            } => {
                vec![below(name, "is required")]
            }
            ValidationErrorKind::AdditionalProperties { unexpected } => unexpected
                .iter()
                .map(|name| below(name, "is not a known field"))
                .collect(),
            kind => vec![Self {
                message: describe(kind, error),
                path: path.clone(),
            }],
        }
    }

    /// The same issue inside the parameter `name`.
    pub(crate) fn inside(mut self, name: &str) -> Self {
        self.path.insert(0, Step::Name(name.to_owned()));
        self
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            formatter.write_str("the body")?;
        }
        for (position, step) in self.path.iter().enumerate() {
            match step {
                Step::Name(name) if position == 0 => formatter.write_str(name)?,
                Step::Name(name) => write!(formatter, ".{name}")?,
                Step::Index(index) => write!(formatter, "[{index}]")?,
            }
        }
        write!(formatter, " {}", self.message)
    }
}

impl From<LocationSegment<'_>> for Step {
    fn from(segment: LocationSegment<'_>) -> Self {
        match segment {
            LocationSegment::Property(name) => Self::Name(name.into_owned()),
            LocationSegment::Index(index) => Self::Index(index),
        }
    }
}

impl From<&Step> for Value {
    fn from(step: &Step) -> Self {
        match step {
            Step::Name(name) => Value::from(name.as_str()),
            Step::Index(index) => Value::from(*index),
        }
    }
}

/// When all alternatives fail, the one the sender most likely meant: the one whose tag matches,
/// then the one with the fewest errors. `null` is never considered.
fn likeliest_branch<'a>(error: &'a ValidationError<'_>) -> Option<&'a [ValidationError<'static>]> {
    let (ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }) =
        error.kind()
    else {
        return None;
    };
    let branches = context
        .iter()
        .filter(|branch| !branch.is_empty() && !asks_for_null(branch));
    // An alternative that already fails on the type of the value says nothing useful.
    let here = error.instance_path();
    let telling = branches.filter(|branch| !branch.iter().all(|error| is_wrong_type(error, here)));
    let likeliest = telling.min_by_key(|branch| {
        let wrong_tags = branch.iter().filter(|error| is_wrong_tag(error)).count();
        (wrong_tags, branch.len())
    });
    likeliest.map(Vec::as_slice)
}

fn asks_for_null(branch: &[ValidationError<'_>]) -> bool {
    matches!(branch, [error] if matches!(
        error.kind(),
        ValidationErrorKind::Type { kind: TypeKind::Single(jsonschema::JsonType::Null) }
    ))
}

fn is_wrong_type(error: &ValidationError<'_>, place: &Location) -> bool {
    matches!(error.kind(), ValidationErrorKind::Type { .. }) && error.instance_path() == place
}

fn is_wrong_tag(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), ValidationErrorKind::Enum { .. })
}

fn describe(kind: &ValidationErrorKind, error: &ValidationError<'_>) -> String {
    match kind {
        ValidationErrorKind::Type {
            kind: TypeKind::Single(kind),
        } => format!("must be {kind}"),
        ValidationErrorKind::Type {
            kind: TypeKind::Multiple(kinds),
        } => {
            let kinds: Vec<String> = kinds.iter().map(|kind| kind.to_string()).collect();
            format!("must be {}", kinds.join(" or "))
        }
        ValidationErrorKind::Enum { options } => format!("must be one of {}", listed(options)),
        ValidationErrorKind::Minimum { limit } => format!("must be at least {limit}"),
        ValidationErrorKind::Maximum { limit } => format!("must be at most {limit}"),
        ValidationErrorKind::MinLength { limit } => {
            format!("must have at least {limit} characters")
        }
        ValidationErrorKind::MaxLength { limit } => format!("must have at most {limit} characters"),
        ValidationErrorKind::MinItems { limit } => format!("must have at least {limit} items"),
        ValidationErrorKind::MaxItems { limit } => format!("must have at most {limit} items"),
        ValidationErrorKind::Pattern { pattern } => format!("must match {pattern}"),
        ValidationErrorKind::Format { format } => format!("must be a {format}"),
        ValidationErrorKind::AnyOf { .. } | ValidationErrorKind::OneOfNotValid { .. } => {
            "has none of the forms it may have".to_owned()
        }
        _ => format!("is not valid: {}", error.masked()),
    }
}

fn listed(options: &Value) -> String {
    let text = |option: &Value| {
        option
            .as_str()
            .map_or_else(|| option.to_string(), str::to_owned)
    };
    let options: Vec<String> = options.as_array().into_iter().flatten().map(text).collect();
    options.join(", ")
}
