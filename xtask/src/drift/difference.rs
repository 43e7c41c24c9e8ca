//! Differences, grouped by cause.

use std::fmt;

use serde_json::{Value, json};

/// The kind of difference. *Missing* is what only the vendor has, *extra* is what only our spec has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    MissingOperation,
    ExtraOperation,
    MissingParameter,
    ExtraParameter,
    MissingBody,
    ExtraBody,
    MediaType,
    MissingStatus,
    ExtraStatus,
    MissingProperty,
    ExtraProperty,
    MissingVariant,
    ExtraVariant,
    MissingEnumValue,
    ExtraEnumValue,
    /// One side lists the values, the other allows any.
    Enum,
    Required,
    Nullable,
    Type,
    /// A whole number here, any number there.
    Integer,
    /// A number that may also come as one of a few strings.
    NumberWords,
}

impl Kind {
    /// The name in reports and in the list of deliberate differences.
    pub fn word(self) -> &'static str {
        match self {
            Self::MissingOperation => "missing-operation",
            Self::ExtraOperation => "extra-operation",
            Self::MissingParameter => "missing-parameter",
            Self::ExtraParameter => "extra-parameter",
            Self::MissingBody => "missing-body",
            Self::ExtraBody => "extra-body",
            Self::MediaType => "media-type",
            Self::MissingStatus => "missing-status",
            Self::ExtraStatus => "extra-status",
            Self::MissingProperty => "missing-property",
            Self::ExtraProperty => "extra-property",
            Self::MissingVariant => "missing-variant",
            Self::ExtraVariant => "extra-variant",
            Self::MissingEnumValue => "missing-enum-value",
            Self::ExtraEnumValue => "extra-enum-value",
            Self::Enum => "enum",
            Self::Required => "required",
            Self::Nullable => "nullable",
            Self::Type => "type",
            Self::Integer => "integer",
            Self::NumberWords => "number-words",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Where a difference occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// `GET /threads`.
    pub operation: String,
    /// `response 200 data[].status`; empty for the operation as a whole.
    pub place: String,
}

impl Place {
    pub(super) fn json(&self) -> Value {
        json!({ "operation": self.operation, "place": self.place })
    }
}

/// A difference at one place.
#[derive(Clone, Debug)]
pub(super) struct Occurrence {
    pub at: Place,
    /// The shared component that causes the difference, `Thread.status`.
    pub component: Option<String>,
    pub kind: Kind,
    pub ours: String,
    pub theirs: String,
}

/// A difference and all places where it occurs.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The kind of difference.
    pub kind: Kind,
    /// The shared component that causes the difference, `Thread.status`.
    pub component: Option<String>,
    /// What our spec says, `-` for nothing.
    pub ours: String,
    /// What the vendor says, `-` for nothing.
    pub theirs: String,
    /// At least one.
    pub places: Vec<Place>,
}

impl Difference {
    fn same_as(&self, found: &Occurrence) -> bool {
        self.kind == found.kind
            && self.component == found.component
            && self.ours == found.ours
            && self.theirs == found.theirs
            && (self.component.is_some() || self.places.contains(&found.at))
    }
}

/// Groups differences by cause, in the order in which they were found.
pub(super) fn grouped(occurrences: Vec<Occurrence>) -> Vec<Difference> {
    let mut differences: Vec<Difference> = Vec::new();
    for found in occurrences {
        match differences.iter_mut().find(|same| same.same_as(&found)) {
            Some(same) if same.places.contains(&found.at) => {}
            Some(same) => same.places.push(found.at),
            None => differences.push(Difference {
                kind: found.kind,
                component: found.component,
                ours: found.ours,
                theirs: found.theirs,
                places: vec![found.at],
            }),
        }
    }
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(operation: &str, component: Option<&str>) -> Occurrence {
        Occurrence {
            at: Place {
                operation: operation.to_owned(),
                place: "response 200 name".to_owned(),
            },
            component: component.map(str::to_owned),
            kind: Kind::Nullable,
            ours: "nullable".to_owned(),
            theirs: "not null".to_owned(),
        }
    }

    #[test]
    fn one_component_is_one_difference() {
        let differences = grouped(vec![
            found("GET /a", Some("A.name")),
            found("GET /b", Some("A.name")),
            found("GET /b", Some("B.name")),
        ]);
        let places = differences.iter().map(|difference| difference.places.len());
        assert_eq!(places.collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn without_a_component_each_place_counts() {
        let differences = grouped(vec![found("GET /a", None), found("GET /b", None)]);
        assert_eq!(differences.len(), 2);
    }
}
