//! Enumerations. Those in responses are open, so that a value added by the vendor does not fail a call; those only in
//! requests are closed, so that a typo does not compile.

use heck::ToPascalCase;
use serde_json::Value;

use crate::document::{items, schemas, text};
use crate::facts::{EnumFacts, Facts};
use crate::finding::{Finding, Findings};
use crate::reach::Reach;

pub fn apply(document: &mut Value, reach: &Reach, facts: &mut Facts) -> Result<(), Findings> {
    let mut findings = Vec::new();
    for (name, component) in schemas(document) {
        let Some((words, known_only)) = words(component) else {
            continue;
        };
        let values = words
            .iter()
            .map(|word| (word.clone(), docs(component, word)))
            .collect::<Vec<_>>();
        findings.extend(clashes(name, &words));
        facts.enums.push(EnumFacts {
            name: name.clone(),
            description: text(component, "description")
                .unwrap_or_default()
                .to_owned(),
            values,
            open: known_only || reach.received.contains(name),
        });
    }
    // The generator sees plain enums; the Rust types are generated from the facts.
    if let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        for known in schemas.values_mut().filter_map(Value::as_object_mut) {
            if let Some(words) = known.remove("x-threadline-known-values") {
                known.insert("enum".to_owned(), words);
            }
        }
    }
    if findings.is_empty() {
        Ok(())
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
    use crate::reach::reach;

    fn lowered(document: &mut Value) -> Facts {
        let mut facts = Facts::default();
        let reach = reach(document);
        apply(document, &reach, &mut facts).unwrap();
        facts
    }

    #[test]
    fn open_where_an_answer_brings_it_closed_where_only_a_request_carries_it() {
        let mut document = json!({
            "paths": {"/a": {"get": {
                "parameters": [{"name": "order", "in": "query", "schema": {"$ref": "#/components/schemas/Order"}}],
                "responses": {"200": {"content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/State"}}}}},
            }}},
            "components": {"schemas": {
                "Order": {"type": "string", "enum": ["asc"]},
                "State": {"type": "string", "enum": ["idle"]},
                "Word": {"type": "string", "x-threadline-known-values": ["open"]},
            }},
        });
        let facts = lowered(&mut document);
        let open = facts
            .enums
            .iter()
            .map(|set| (set.name.as_str(), set.open))
            .collect::<Vec<_>>();
        assert_eq!(open, [("Order", false), ("State", true), ("Word", true)]);
        assert_eq!(
            document.pointer("/components/schemas/Word/enum"),
            Some(&json!(["open"]))
        );
    }

    #[test]
    fn words_that_would_share_a_name_are_refused() {
        let mut document = json!({"components": {"schemas": {
            "State": {"type": "string", "enum": ["in-progress", "in_progress"]}}}});
        let reach = reach(&document);
        let findings = apply(&mut document, &reach, &mut Facts::default()).unwrap_err();
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
