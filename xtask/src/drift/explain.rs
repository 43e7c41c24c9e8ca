//! The deliberate differences, each with its reason.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};
use toml::Spanned;

use crate::finding::{Finding, Findings};

use super::difference::Occurrence;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    difference: Vec<Spanned<Row>>,
}

/// All texts may contain the wildcard `*`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    kind: String,
    operation: Option<String>,
    place: String,
    ours: Option<String>,
    theirs: Option<String>,
    reason: String,
}

/// A deliberate difference, and where it is listed.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// `specs/drift/<spec>.toml:12`.
    at: String,
    row: Row,
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
            "`[[difference]]` with `kind`, `place` and `reason`, and where needed `operation`, `ours` and `theirs`",
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
    let rows = toml::from_str::<File>(&text).map_err(|error| {
        fail(
            String::new(),
            "toml",
            error.to_string().trim_end().to_owned(),
        )
    })?;
    let mut entries = Vec::new();
    for row in rows.difference {
        let before = text.get(..row.span().start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let row = row.into_inner();
        if row.reason.trim().is_empty() {
            let problem = format!("the entry for `{}` has no reason", row.place);
            return Err(fail(format!("line {line}"), "reason", problem));
        }
        entries.push(Entry {
            at: format!("{file}:{line}"),
            row,
        });
    }
    Ok(entries)
}

/// Removes the explained differences.
pub(super) fn apply(found: Vec<Occurrence>, entries: &[Entry]) -> Explained {
    let mut used = vec![false; entries.len()];
    let (mut remaining, mut deliberate) = (Vec::new(), Vec::new());
    for occurrence in found {
        let mut known = false;
        for (entry, used) in entries.iter().zip(&mut used) {
            if entry.explains(&occurrence) {
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

impl Entry {
    fn explains(&self, found: &Occurrence) -> bool {
        let Row {
            kind,
            operation,
            place,
            ours,
            theirs,
            ..
        } = &self.row;
        let fits = |pattern: &Option<String>, text: &str| {
            pattern.as_deref().is_none_or(|pattern| glob(pattern, text))
        };
        let component = found.component.as_deref();
        glob(kind, found.kind.word())
            && fits(operation, &found.at.operation)
            && (glob(place, &found.at.place) || component.is_some_and(|name| glob(place, name)))
            && fits(ours, &found.ours)
            && fits(theirs, &found.theirs)
    }

    /// The entry in one line.
    pub fn line(&self) -> String {
        let Row {
            kind,
            operation,
            place,
            reason,
            ..
        } = &self.row;
        let operation = operation.as_deref().unwrap_or("*");
        format!("{}: {kind}, {operation}, {place} ({reason})", self.at)
    }

    pub fn json(&self) -> Value {
        json!({
            "at": self.at,
            "kind": self.row.kind,
            "operation": self.row.operation,
            "place": self.row.place,
            "ours": self.row.ours,
            "theirs": self.row.theirs,
            "reason": self.row.reason,
        })
    }
}

/// Whether the text matches the pattern, in which `*` is a wildcard.
fn glob(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(start) else {
        return false;
    };
    let mut pieces = rest.split('*').collect::<Vec<_>>();
    let end = pieces.pop().unwrap_or_default();
    for piece in pieces {
        match text.split_once(piece) {
            Some((_, after)) => text = after,
            None => return false,
        }
    }
    text.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text) in [
            ("*", ""),
            ("a", "a"),
            ("a*", "abc"),
            ("*c", "abc"),
            ("a*c", "ac"),
            ("GET /*/{id}", "GET /a/b/{id}"),
            ("response * data[].*", "response 200 data[].name"),
        ] {
            assert!(glob(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a", "ab"), ("a*", "ba"), ("a*a", "a"), ("*x*", "abc")] {
            assert!(!glob(pattern, text), "{pattern} {text}");
        }
    }

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
        let empty = problem(&format!("\n{first}reason = ' '\n"));
        assert!(
            empty.contains("line 2: the entry for `Thread.id` has no reason"),
            "{empty}"
        );
    }

    #[test]
    fn a_mistyped_key_is_an_error() {
        let problem = problem("[[difference]]\nkind = 'a'\nplace = 'b'\nreason = 'c'\nour = 'd'\n");
        assert!(problem.contains("unknown field `our`"), "{problem}");
    }
}
