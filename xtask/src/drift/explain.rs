//! The deliberate differences, each with its reason.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};
use toml::Spanned;

use crate::finding::{Finding, Findings};

use super::difference::Occurrence;
use super::rules::{Rule, Vendor};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rules: Vec<Spanned<Rule>>,
    #[serde(default)]
    difference: Vec<Spanned<Row>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    kind: String,
    #[serde(default)]
    operation: Option<OneOrMore>,
    place: OneOrMore,
    ours: Option<String>,
    theirs: Option<String>,
    reason: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn each(&self) -> impl Iterator<Item = &String> {
        match self {
            Self::One(one) => std::slice::from_ref(one).iter(),
            Self::More(more) => more.iter(),
        }
    }
}

/// Something deliberate, and where it is listed.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// `specs/drift/<spec>.toml:12`.
    at: String,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Difference(Known),
    Rule(Rule),
}

/// A difference at one place.
#[derive(Clone, Debug)]
struct Known {
    kind: String,
    operation: Option<String>,
    place: String,
    ours: Option<String>,
    theirs: Option<String>,
    reason: String,
}

/// The result of applying the deliberate differences.
pub(super) struct Explained {
    pub remaining: Vec<Occurrence>,
    pub deliberate: Vec<Occurrence>,
    /// The entries that no longer match anything.
    pub stale: Vec<Entry>,
}

/// Reads the deliberate differences; `file` is its name in messages.
pub(super) fn read(path: &Path, file: &str) -> Result<Vec<Entry>, Findings> {
    let fail = |place: String, rule, problem| {
        Findings::from(Finding::new(place, rule, problem).remedy(
            "`[[rules]]` with `rule` and `reason`; `[[difference]]` with `kind`, `place` and `reason`, and where needed \
             `operation`, `ours` and `theirs`",
        ))
        .in_file(file)
    };
    let text = std::fs::read_to_string(path).map_err(|error| {
        fail(
            String::new(),
            "readable",
            format!("cannot be read: {error}"),
        )
    })?;
    let listed = toml::from_str::<File>(&text).map_err(|error| {
        fail(
            String::new(),
            "toml",
            error.to_string().trim_end().to_owned(),
        )
    })?;
    let line = |start: usize| {
        let before = text.get(..start).unwrap_or_default();
        before.matches('\n').count() + 1
    };
    let mut entries = Vec::new();
    for rule in listed.rules {
        let at = format!("{file}:{}", line(rule.span().start));
        let what = What::Rule(rule.into_inner());
        entries.push(Entry { at, what });
    }
    for row in listed.difference {
        let at = format!("{file}:{}", line(row.span().start));
        let known = row.into_inner().known();
        entries.extend(known.into_iter().map(|known| Entry {
            at: at.clone(),
            what: What::Difference(known),
        }));
    }
    if let Some(entry) = entries
        .iter()
        .find(|entry| entry.reason().trim().is_empty())
    {
        let problem = format!("the entry for `{}` has no reason", entry.name());
        return Err(fail(entry.at.clone(), "reason", problem));
    }
    Ok(entries)
}

impl Row {
    /// One for each operation and place.
    fn known(&self) -> Vec<Known> {
        let operations = match &self.operation {
            Some(operations) => operations.each().cloned().map(Some).collect(),
            None => vec![None],
        };
        let mut known = Vec::new();
        for operation in operations {
            known.extend(self.place.each().map(|place| Known {
                kind: self.kind.clone(),
                operation: operation.clone(),
                place: place.clone(),
                ours: self.ours.clone(),
                theirs: self.theirs.clone(),
                reason: self.reason.clone(),
            }));
        }
        known
    }
}

/// Removes the explained differences.
pub(super) fn apply(found: Vec<Occurrence>, vendor: &Vendor, entries: &[Entry]) -> Explained {
    let mut used = vec![false; entries.len()];
    let (mut remaining, mut deliberate) = (Vec::new(), Vec::new());
    for occurrence in found {
        let mut known = false;
        for (entry, used) in entries.iter().zip(&mut used) {
            if entry.explains(&occurrence, vendor) {
                known = true;
                *used = true;
            }
        }
        if known {
            deliberate.push(occurrence);
        } else {
            remaining.push(occurrence);
        }
    }
    let stale = entries
        .iter()
        .zip(used)
        .filter(|(_, used)| !used)
        .map(|(entry, _)| entry.clone())
        .collect();
    Explained {
        remaining,
        deliberate,
        stale,
    }
}

impl Known {
    fn explains(&self, found: &Occurrence) -> bool {
        let fits = |wanted: &Option<String>, text: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == text)
        };
        let component = found.component.as_deref();
        self.kind == found.kind.word()
            && fits(&self.operation, &found.at.operation)
            && (self.place == found.at.place || component == Some(&self.place))
            && fits(&self.ours, &found.ours)
            && fits(&self.theirs, &found.theirs)
    }
}

impl Entry {
    fn explains(&self, found: &Occurrence, vendor: &Vendor) -> bool {
        match &self.what {
            What::Difference(known) => known.explains(found),
            What::Rule(rule) => rule.explains(found, vendor),
        }
    }

    fn reason(&self) -> &str {
        match &self.what {
            What::Difference(known) => &known.reason,
            What::Rule(rule) => rule.reason(),
        }
    }

    fn name(&self) -> &str {
        match &self.what {
            What::Difference(known) => &known.place,
            What::Rule(rule) => rule.name(),
        }
    }

    /// The entry in one line.
    pub fn line(&self) -> String {
        let what = match &self.what {
            What::Difference(known) => {
                let operation = known.operation.as_deref();
                let operation = operation.map_or_else(String::new, |text| format!("{text}, "));
                format!("{}, {operation}{}", known.kind, known.place)
            }
            What::Rule(rule) => format!("rule {}", rule.name()),
        };
        format!("{}: {what} ({})", self.at, self.reason())
    }

    pub fn json(&self) -> Value {
        match &self.what {
            What::Difference(known) => json!({
                "at": self.at,
                "kind": known.kind,
                "operation": known.operation,
                "place": known.place,
                "ours": known.ours,
                "theirs": known.theirs,
                "reason": known.reason,
            }),
            What::Rule(rule) => json!({
                "at": self.at,
                "rule": rule.name(),
                "reason": rule.reason(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        let folder = super::super::temporary(&[("a.toml", text)]);
        let found = read(&folder.path().join("a.toml"), "specs/drift/a.toml");
        found.unwrap_err().to_string()
    }

    #[test]
    fn a_reason_has_to_be_given() {
        let first = "[[difference]]\nkind = 'type'\nplace = 'Thread.id'\n";
        let missing = problem(first);
        assert!(missing.contains("specs/drift/a.toml"), "{missing}");
        assert!(missing.contains("missing field `reason`"), "{missing}");
        for (text, name) in [
            (format!("\n{first}reason = ' '\n"), "Thread.id"),
            (
                "\n[[rules]]\nrule = 'number-words'\nreason = ''".to_owned(),
                "number-words",
            ),
        ] {
            let empty = problem(&text);
            let wanted = format!("a.toml:2: the entry for `{name}` has no reason");
            assert!(empty.contains(&wanted), "{empty}");
        }
    }

    #[test]
    fn a_mistyped_key_or_rule_is_an_error() {
        let mistyped =
            problem("[[difference]]\nkind = 'a'\nplace = 'b'\nreason = 'c'\nour = 'd'\n");
        assert!(mistyped.contains("unknown field `our`"), "{mistyped}");
        let unknown = problem("[[rules]]\nrule = 'anything-goes'\nreason = 'c'\n");
        assert!(
            unknown.contains("unknown variant `anything-goes`"),
            "{unknown}"
        );
    }
}
