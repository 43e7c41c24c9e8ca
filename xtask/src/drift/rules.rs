//! Rules: deliberate differences that hold everywhere, each with a meaning of its own instead of a wildcard.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use super::difference::{Kind, Occurrence};
use super::operations::operations;

/// What explains a difference wherever it occurs.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(tag = "rule", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Rule {
    /// The vendor's numbers may also come as "NaN", "Infinity" and "-Infinity".
    NumberWords { reason: String },
    /// A whole number here is any number in the vendor's document.
    IntegersForNumbers { reason: String },
    /// What may be null in an answer here is not null in the vendor's document.
    NullableAnswers { reason: String },
    /// What may be null in an answer is never required here, but may be in the vendor's document.
    OptionalIfNullable { reason: String },
    /// These statuses stand on every operation here, listed by the vendor or not.
    StatusesOfEveryOperation {
        statuses: BTreeSet<String>,
        reason: String,
    },
    /// The vendor's document lists no status from 400 on, at no operation.
    ErrorsNotListed { reason: String },
    /// The vendor's document describes no body of a status from 400 on, at no operation.
    ErrorBodiesNotDescribed { reason: String },
    /// One of our components has all words of a set of which the vendor lists only some at each place.
    WordsInParts {
        components: BTreeSet<String>,
        reason: String,
    },
}

/// What rules need to know about the vendor's document.
#[derive(Debug, Default)]
pub(super) struct Vendor {
    lists_errors: bool,
    describes_errors: bool,
    /// The words that the vendor lists in place of a component of ours.
    words: BTreeSet<(String, String)>,
}

impl Vendor {
    pub fn new(document: &Value, words: BTreeSet<(String, String)>) -> Self {
        let operations = operations(document);
        let responses = operations.iter().flat_map(|operation| &operation.responses);
        let mut errors = responses
            .filter(|response| is_error(&response.status))
            .peekable();
        Self {
            lists_errors: errors.peek().is_some(),
            describes_errors: errors.any(|response| response.body.is_some()),
            words,
        }
    }
}

fn is_error(status: &str) -> bool {
    status.starts_with(['4', '5'])
}

impl Rule {
    pub fn reason(&self) -> &str {
        match self {
            Self::NumberWords { reason }
            | Self::IntegersForNumbers { reason }
            | Self::NullableAnswers { reason }
            | Self::OptionalIfNullable { reason }
            | Self::StatusesOfEveryOperation { reason, .. }
            | Self::ErrorsNotListed { reason }
            | Self::ErrorBodiesNotDescribed { reason }
            | Self::WordsInParts { reason, .. } => reason,
        }
    }

    /// The name in the list of deliberate differences.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NumberWords { .. } => "number-words",
            Self::IntegersForNumbers { .. } => "integers-for-numbers",
            Self::NullableAnswers { .. } => "nullable-answers",
            Self::OptionalIfNullable { .. } => "optional-if-nullable",
            Self::StatusesOfEveryOperation { .. } => "statuses-of-every-operation",
            Self::ErrorsNotListed { .. } => "errors-not-listed",
            Self::ErrorBodiesNotDescribed { .. } => "error-bodies-not-described",
            Self::WordsInParts { .. } => "words-in-parts",
        }
    }

    pub fn explains(&self, found: &Occurrence, vendor: &Vendor) -> bool {
        let status = found.at.place.strip_prefix("response ");
        let is_answer = status.is_some();
        match self {
            Self::NumberWords { .. } => found.kind == Kind::NumberWords && found.ours == "number",
            Self::IntegersForNumbers { .. } => found.kind == Kind::Integer,
            Self::NullableAnswers { .. } => {
                is_answer && found.kind == Kind::Nullable && found.ours == "nullable"
            }
            Self::OptionalIfNullable { .. } => {
                is_answer && found.kind == Kind::Required && found.ours == "optional and nullable"
            }
            Self::StatusesOfEveryOperation { statuses, .. } => {
                found.kind == Kind::ExtraStatus && statuses.contains(&found.ours)
            }
            Self::ErrorsNotListed { .. } => {
                found.kind == Kind::ExtraStatus && is_error(&found.ours) && !vendor.lists_errors
            }
            Self::ErrorBodiesNotDescribed { .. } => {
                found.kind == Kind::ExtraBody
                    && status.is_some_and(is_error)
                    && !vendor.describes_errors
            }
            Self::WordsInParts { components, .. } => {
                let component = found.component.as_ref();
                found.kind == Kind::ExtraEnumValue
                    && component.is_some_and(|component| {
                        components.contains(component)
                            && vendor
                                .words
                                .contains(&(component.clone(), found.ours.clone()))
                    })
            }
        }
    }
}
