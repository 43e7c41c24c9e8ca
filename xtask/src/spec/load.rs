//! Step 1: reads a YAML file into a JSON document, with everything that it says once repeated where it belongs.

use std::path::Path;

use serde_json::Value;

use crate::finding::{Finding, Findings};
use crate::spec::expand;

/// Reads a spec; `file` is its name in messages.
pub fn load(path: &Path, file: &str) -> Result<Value, Findings> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Findings::from(
            Finding::new("", "readable", format!("cannot be read: {error}"))
                .remedy("put the handwritten OpenAPI document there"),
        )
        .in_file(file)
    })?;
    let read = || {
        let mut document = parse(&text)?;
        expand::apply(&mut document)?;
        Ok(document)
    };
    read().map_err(|findings: Findings| findings.in_file(file))
}

/// Parses YAML. Parser messages contain line and column; duplicate keys are errors.
pub fn parse(text: &str) -> Result<Value, Findings> {
    serde_saphyr::from_str(text).map_err(|error| {
        Finding::new("", "yaml", error.to_string())
            .remedy("make it one valid YAML document")
            .into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order_of_members() {
        let document = parse("b: 1\na: [x, null]\n").unwrap();
        assert_eq!(document.to_string(), r#"{"b":1,"a":["x",null]}"#);
    }

    #[test]
    fn names_the_line_of_a_mistake() {
        let findings = parse("a: 1\nb: [1, 2\nc: 3\n").unwrap_err();
        assert!(findings.to_string().contains("line"), "{findings}");
    }

    #[test]
    fn refuses_a_duplicate_key() {
        let findings = parse("a: 1\na: 2\n").unwrap_err();
        assert!(
            findings.to_string().to_lowercase().contains("duplicate"),
            "{findings}"
        );
    }
}
