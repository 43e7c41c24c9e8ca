//! Rules about the document as a whole.

use serde_json::Value;

use super::{report, says};
use crate::finding::Finding;
use crate::spec::document::{escape, members, text};

/// All extension keywords; each is documented in `specs/README.md`.
const KEYWORDS: [&str; 17] = [
    "x-threadline-boxed",
    "x-threadline-codes",
    "x-threadline-env",
    "x-threadline-envelope",
    "x-threadline-errors",
    "x-threadline-idempotency-key",
    "x-threadline-idempotent",
    "x-threadline-known-values",
    "x-threadline-note",
    "x-threadline-pagination",
    "x-threadline-provider",
    "x-threadline-rate-budget",
    "x-threadline-rate-budgets",
    "x-threadline-rate-limits",
    "x-threadline-readme",
    "x-threadline-value-docs",
    "x-threadline-webhooks",
];

pub fn check(spec: &Value, findings: &mut Vec<Finding>) {
    if text(spec, "openapi") != Some("3.0.3") {
        report(
            findings,
            "/openapi",
            "version",
            "is not 3.0.3".to_owned(),
            "write `openapi: 3.0.3`",
        );
    }
    for (pointer, member) in [
        ("/info", "title"),
        ("/info", "description"),
        ("/servers/0", "url"),
        ("/externalDocs", "url"),
    ] {
        if !spec
            .pointer(pointer)
            .is_some_and(|holder| says(holder, member))
        {
            report(
                findings,
                pointer,
                "document",
                format!("`{member}` is missing"),
                "write it",
            );
        }
    }
    for member in ["x-threadline-provider", "x-threadline-errors"] {
        if spec.get(member).is_none() {
            report(
                findings,
                "",
                "document",
                format!("`{member}` is missing"),
                "see specs/README.md",
            );
        }
    }
    let schemes = spec
        .pointer("/components/securitySchemes")
        .and_then(Value::as_object)
        .map_or(0, serde_json::Map::len);
    if schemes != 1 {
        report(
            findings,
            "/components/securitySchemes",
            "security",
            format!("{schemes} security schemes"),
            "declare the one way the credential is sent: an `apiKey` header or `http` `bearer`",
        );
    }
    for (name, scheme) in members(spec.pointer("/components/securitySchemes")) {
        let kind = ["type", "in", "scheme"].map(|member| text(scheme, member).unwrap_or("-"));
        let problem = match kind {
            ["apiKey", "header", _] | ["http", _, "bearer"] => continue,
            ["apiKey", "query", _] => "a credential in the query would stand in URLs and logs",
            ["http", _, "basic"] => "the transport has no basic authentication",
            _ => "an unknown kind of security",
        };
        report(
            findings,
            &format!("/components/securitySchemes/{}", escape(name)),
            "security",
            problem.to_owned(),
            "declare an `apiKey` in a header or `http` `bearer`; for another kind, extend `Auth` in crates/transport/src/api first",
        );
    }
    walk(spec, &mut String::new(), spec, findings);
}

/// Checks all members for unknown keywords and dangling references.
fn walk(value: &Value, pointer: &mut String, spec: &Value, findings: &mut Vec<Finding>) {
    let depth = pointer.len();
    match value {
        Value::Object(members) => {
            for (name, inner) in members {
                pointer.push('/');
                pointer.push_str(&escape(name));
                if name.starts_with("x-threadline-") && !KEYWORDS.contains(&name.as_str()) {
                    report(
                        findings,
                        pointer,
                        "keyword",
                        format!("`{name}` is not a keyword"),
                        "use one of specs/README.md",
                    );
                }
                match (name.as_str(), inner) {
                    ("$ref", Value::String(reference)) => {
                        check_reference(reference, pointer, spec, findings);
                    }
                    // Example values are the vendor's data, not part of the document.
                    ("example" | "value", _) => {}
                    _ => walk(inner, pointer, spec, findings),
                }
                pointer.truncate(depth);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                pointer.push_str(&format!("/{index}"));
                walk(inner, pointer, spec, findings);
                pointer.truncate(depth);
            }
        }
        _ => {}
    }
}

fn check_reference(reference: &str, pointer: &str, spec: &Value, findings: &mut Vec<Finding>) {
    let found = reference
        .strip_prefix('#')
        .and_then(|local| spec.pointer(local));
    if found.is_none() {
        report(
            findings,
            pointer,
            "reference",
            format!("`{reference}` does not exist"),
            "define the component in this file, or correct the name",
        );
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::broken;

    #[test]
    fn another_version_is_refused() {
        assert_eq!(
            broken("/openapi", |version| *version = json!("3.1.0")),
            [("/openapi".to_owned(), "version")]
        );
    }

    #[test]
    fn a_reference_to_nothing_is_found_where_it_stands() {
        let place =
            "/paths/~1threads~1{threadId}/get/responses/200/content/application~1json/schema";
        let found = broken(place, |schema| {
            *schema = json!({"$ref": "#/components/schemas/Gone"});
        });
        assert_eq!(found, [(format!("{place}/$ref"), "reference")]);
    }

    #[test]
    fn a_credential_that_would_be_sent_otherwise_than_declared_is_refused() {
        for scheme in [
            json!({"type": "http", "scheme": "basic"}),
            json!({"type": "apiKey", "in": "query", "name": "key"}),
            json!({"type": "oauth2", "flows": {}}),
        ] {
            let found = broken("/components/securitySchemes", |schemes| {
                *schemes
                    .as_object_mut()
                    .unwrap()
                    .values_mut()
                    .next()
                    .unwrap() = scheme;
            });
            assert_eq!(
                found.iter().map(|(_, rule)| *rule).collect::<Vec<_>>(),
                ["security"]
            );
        }
    }

    #[test]
    fn a_misspelt_keyword_is_found() {
        let found = broken("/paths/~1threads~1{threadId}/get", |operation| {
            operation["x-threadline-envelop"] = json!("data");
        });
        assert_eq!(
            found,
            [(
                "/paths/~1threads~1{threadId}/get/x-threadline-envelop".to_owned(),
                "keyword"
            )]
        );
    }
}
