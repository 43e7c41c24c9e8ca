//! Rules about the use of components: each is carried by an operation or a webhook, and what other keywords name exists.

use serde_json::Value;

use super::report;
use crate::finding::Finding;
use crate::lower;
use crate::spec::document::{members, operations, schema, schemas, strings, text};
use crate::spec::reach::mentioned;

/// Checks that each component is carried by something.
pub fn check_use(spec: &Value, findings: &mut Vec<Finding>) {
    let Some(inlined) = lower::inlined(spec) else {
        return;
    };
    let mentioned = mentioned(&inlined);
    for (name, _) in schemas(spec).filter(|(name, _)| !mentioned.contains(*name)) {
        report(
            findings,
            &format!("/components/schemas/{name}"),
            "unused-component",
            format!("no operation and no webhook carries `{name}`"),
            "remove it, refer to it, or name it in `x-threadline-webhooks`",
        );
    }
}

/// Checks that what other keywords name exists.
pub fn check(spec: &Value, findings: &mut Vec<Finding>) {
    for member in ["received", "answered"] {
        let declared = spec.get("x-threadline-webhooks");
        for name in strings(declared.and_then(|declared| declared.get(member))) {
            if schema(spec, &name).is_none() {
                report(
                    findings,
                    &format!("/x-threadline-webhooks/{member}"),
                    "webhooks",
                    format!("there is no component `{name}`"),
                    "name components of this document",
                );
            }
        }
    }
    let ids = operations(spec);
    let ids = ids
        .iter()
        .filter_map(|at| text(at.value, "operationId"))
        .collect::<Vec<_>>();
    for (id, _) in members(spec.get("x-threadline-readme")) {
        if !ids.contains(&id.as_str()) {
            report(
                findings,
                "/x-threadline-readme",
                "readme",
                format!("there is no operation `{id}`"),
                "name operations of this document",
            );
        }
    }
    if let Some(variables) = spec.get("x-threadline-env") {
        for member in ["credential", "base-url"] {
            if text(variables, member).is_none() {
                report(
                    findings,
                    "/x-threadline-env",
                    "environment",
                    format!("`{member}` is missing"),
                    "name an environment variable",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::broken;

    #[test]
    fn a_component_that_nothing_carries_is_found() {
        let found = broken("", |document| {
            document["components"]["schemas"]["Lost"] =
                json!({"type": "object", "description": "Lost."});
        });
        assert_eq!(
            found,
            [("/components/schemas/Lost".to_owned(), "unused-component")]
        );
    }

    #[test]
    fn names_of_what_does_not_exist_are_found() {
        let found = broken("", |document| {
            document["x-threadline-webhooks"] = json!({"received": ["Gone"]});
            document["x-threadline-readme"] = json!({"threads.dance": []});
            document["x-threadline-env"] = json!({"credential": "ACME_KEY"});
        });
        let rules = found.iter().map(|(_, rule)| *rule).collect::<Vec<_>>();
        assert_eq!(rules, ["webhooks", "readme", "environment"]);
    }
}
