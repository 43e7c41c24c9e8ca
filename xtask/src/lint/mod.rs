//! Step 2: checks the rules that later steps rely on. Each finding names the place, the problem and the fix.

pub mod circles;
mod components;
mod document;
mod errors;
mod examples;
mod operations;
mod rate_limits;
mod schemas;

use serde_json::Value;

use crate::finding::{Finding, Findings};
use crate::lower;

/// Checks all rules and returns all findings.
pub fn lint(spec: &Value) -> Result<(), Findings> {
    let mut findings = Vec::new();
    document::check(spec, &mut findings);
    errors::check(spec, &mut findings);
    rate_limits::check(spec, &mut findings);
    schemas::check(spec, &mut findings);
    circles::check(spec, &mut findings);
    // A dangling reference is reported by the document's rules.
    if let Some(inlined) = lower::inlined(spec) {
        operations::check(&inlined, &mut findings);
        schemas::check_operations(&inlined, &mut findings);
        components::check(&inlined, &mut findings);
    }
    // Another finding may be why nothing refers to a component.
    if findings.is_empty() {
        components::check_use(spec, &mut findings);
    }
    if let Some(inlined) = lower::inlined(spec).filter(|_| findings.is_empty()) {
        examples::check(&inlined, &mut findings);
    }
    if findings.is_empty() {
        Ok(())
    } else {
        Err(Findings(findings))
    }
}

fn report(
    findings: &mut Vec<Finding>,
    pointer: &str,
    rule: &'static str,
    problem: String,
    remedy: &str,
) {
    findings.push(Finding::new(pointer, rule, problem).remedy(remedy));
}

/// Whether an object has a description under `member`.
fn says(object: &Value, member: &str) -> bool {
    crate::spec::document::text(object, member).is_some_and(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A minimal document without findings.
    pub(super) fn clean() -> Value {
        json!({
            "openapi": "3.0.3",
            "info": {"title": "Acme", "version": "1", "description": "A made-up vendor."},
            "externalDocs": {"url": "https://docs.acme.example"},
            "servers": [{"url": "https://api.acme.example"}],
            "x-threadline-provider": "acme",
            "x-threadline-errors": {"message": ["/message"]},
            "paths": {"/threads/{threadId}": {"get": {
                "operationId": "threads.get",
                "summary": "Read a thread",
                "description": "Reads it.",
                "externalDocs": {"url": "https://docs.acme.example/get"},
                "x-threadline-idempotent": true,
                "parameters": [
                    {"name": "threadId", "in": "path", "required": true, "description": "Which.", "schema": {"type": "string"}}],
                "responses": {"200": {"description": "The thread.", "content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/Thread"},
                    "examples": {"one": {"value": {"id": "a"}}},
                }}}},
            }}},
            "components": {
                "securitySchemes": {"Key": {"type": "apiKey", "in": "header", "name": "x-key"}},
                "schemas": {
                    "Thread": {"type": "object", "description": "A thread.", "required": ["id"], "properties": {
                        "id": {"type": "string", "description": "Its id."}}},
                },
            },
        })
    }

    /// The rules broken after one change to the clean document.
    pub(super) fn broken(
        pointer: &str,
        change: impl FnOnce(&mut Value),
    ) -> Vec<(String, &'static str)> {
        let mut document = clean();
        change(document.pointer_mut(pointer).unwrap());
        let findings = lint(&document).map_or_else(|findings| findings.0, |()| Vec::new());
        assert!(
            findings.iter().all(|finding| !finding.remedy.is_empty()),
            "{findings:?}"
        );
        findings
            .into_iter()
            .map(|finding| (finding.pointer, finding.rule))
            .collect()
    }

    #[test]
    fn a_clean_document_has_no_finding() {
        lint(&clean()).unwrap();
    }
}
