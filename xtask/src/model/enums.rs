//! Reads the enumerations. Those in responses are open, so that a value added by the vendor does not fail a call; those
//! only in requests are closed, so that a typo does not compile.

use heck::ToPascalCase;
use serde_json::Value;

use super::{Enum, EnumValue, Openness};
use crate::finding::{Finding, Findings};
use crate::spec::document::{items, schemas, text, trimmed};
use crate::spec::reach::Reach;

pub fn read(document: &Value, reach: &Reach) -> Result<Vec<Enum>, Findings> {
    let mut enums = Vec::new();
    let mut findings = Vec::new();
    for (name, component) in schemas(document).filter(|(name, _)| reach.is_generated(name)) {
        let Some((words, known_only)) = words(component) else {
            continue;
        };
        findings.extend(clashes(name, &words));
        let values = words.into_iter().map(|word| EnumValue {
            variant: variant(&word),
            description: docs(component, &word),
            word,
        });
        enums.push(Enum {
            name: name.clone(),
            description: trimmed(component, "description"),
            values: values.collect(),
            openness: match (known_only, reach.received.contains(name)) {
                (true, _) => Openness::Open,
                (false, true) => Openness::Received,
                (false, false) => Openness::Closed,
            },
        });
    }
    if findings.is_empty() {
        Ok(enums)
    } else {
        Err(Findings(findings))
    }
}

/// The values of an enumeration component, and whether it is open.
pub fn words(component: &Value) -> Option<(Vec<String>, bool)> {
    let known = component.get("x-threadline-known-values");
    let listed = known.or_else(|| component.get("enum"))?;
    let words = items(Some(listed))
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    Some((words, known.is_some()))
}

fn docs(component: &Value, word: &str) -> String {
    component
        .get("x-threadline-value-docs")
        .and_then(|docs| text(docs, word))
        .unwrap_or_default()
        .to_owned()
}

/// The name of a value's variant.
pub fn variant(word: &str) -> String {
    match word.to_pascal_case().as_str() {
        // A keyword, and the name of the variant for unknown values.
        name @ ("Self" | "Unknown") => format!("{name}_"),
        name if name.starts_with(|first: char| first.is_ascii_digit()) => format!("N{name}"),
        name => name.to_owned(),
    }
}

fn clashes(name: &str, words: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let clash = words
            .iter()
            .take(index)
            .find(|earlier| variant(earlier) == variant(word));
        if let Some(earlier) = clash {
            findings.push(
                Finding::new(
                    format!("/components/schemas/{name}"),
                    "clashing-words",
                    format!(
                        "`{earlier}` and `{word}` would share the name {}",
                        variant(word)
                    ),
                )
                .remedy("split the component in two"),
            );
        }
        if variant(word).is_empty() {
            findings.push(Finding::new(
                format!("/components/schemas/{name}"),
                "clashing-words",
                format!("`{word}` cannot name a variant"),
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::spec::reach::reach;

    #[test]
    fn closed_in_requests_and_open_in_responses() {
        let document = json!({
            "paths": {"/a": {"get": {
                "parameters": [
                    {"name": "order", "in": "query", "schema": {"$ref": "#/components/schemas/Order"}},
                    {"name": "word", "in": "query", "schema": {"$ref": "#/components/schemas/Word"}}],
                "responses": {"200": {"content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/State"}}}}},
            }}},
            "components": {"schemas": {
                "Order": {"type": "string", "enum": ["asc"]},
                "State": {"type": "string", "enum": ["idle"]},
                "Word": {"type": "string", "x-threadline-known-values": ["open"]},
            }},
        });
        let enums = read(&document, &reach(&document)).unwrap();
        let openness = enums.iter().map(|set| (set.name.as_str(), set.openness));
        assert_eq!(
            openness.collect::<Vec<_>>(),
            [
                ("Order", Openness::Closed),
                ("State", Openness::Received),
                ("Word", Openness::Open)
            ]
        );
    }

    #[test]
    fn words_that_would_share_a_name_are_refused() {
        let document = json!({
            "x-threadline-webhooks": {"received": ["State"]},
            "components": {"schemas": {
                "State": {"type": "string", "enum": ["in-progress", "in_progress"]}}}});
        let findings = read(&document, &reach(&document)).unwrap_err();
        assert!(
            findings.to_string().contains("share the name InProgress"),
            "{findings}"
        );
    }

    #[test]
    fn variants_are_names() {
        assert_eq!(variant("message:delete:self"), "MessageDeleteSelf");
        assert_eq!(variant("self"), "Self_");
        assert_eq!(variant("unknown"), "Unknown_");
        assert_eq!(variant("2fa"), "N2fa");
        assert_eq!(variant("WABA"), "Waba");
    }
}
