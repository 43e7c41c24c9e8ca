//! Reads a document and checks that it can be compared.

use std::collections::HashSet;
use std::path::Path;

use serde_json::Value;

use crate::finding::{Finding, Findings};
use crate::spec::document::{METHODS, escape, items, members, text};
use crate::spec::expand;
use crate::spec::load;

use super::normalise::target;

/// Reads JSON or YAML; `file` is its name in messages.
pub(super) fn document(path: &Path, file: &str) -> Result<Value, Findings> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Findings::from(
            Finding::new("", "readable", format!("cannot be read: {error}"))
                .remedy("name an OpenAPI document"),
        )
        .in_file(file)
    })?;
    let read = || {
        let mut document = parse(&text)?;
        expand::apply(&mut document)?;
        check(&document)?;
        Ok(document)
    };
    read().map_err(|findings: Findings| findings.in_file(file))
}

/// JSON is also YAML, but a JSON parser is faster and has clearer messages.
fn parse(text: &str) -> Result<Value, Findings> {
    if !text.trim_start().starts_with('{') {
        return load::parse(text);
    }
    serde_json::from_str(text).or_else(|error| {
        load::parse(text).map_err(|_| {
            Finding::new("", "json", error.to_string())
                .remedy("make it one valid JSON document")
                .into()
        })
    })
}

/// Collects everything that makes the document unfit for a comparison.
pub(super) fn check(document: &Value) -> Result<(), Findings> {
    let mut walk = Walk {
        document,
        seen: HashSet::new(),
        findings: Vec::new(),
    };
    walk.document();
    if walk.findings.is_empty() {
        Ok(())
    } else {
        Err(Findings(walk.findings))
    }
}

struct Walk<'a> {
    document: &'a Value,
    /// The pointers already visited, to stop recursion.
    seen: HashSet<String>,
    findings: Vec<Finding>,
}

impl<'a> Walk<'a> {
    fn document(&mut self) {
        match self.document.get("openapi") {
            Some(Value::String(version)) if version.starts_with("3.") => {}
            // Unquoted in YAML.
            Some(Value::Number(version)) if version.to_string().starts_with("3.") => {}
            found => {
                let found = found.or_else(|| self.document.get("swagger"));
                let problem = match found {
                    Some(version) => format!("the version is {version}"),
                    None => "this is no OpenAPI document".to_owned(),
                };
                self.findings.push(
                    Finding::new("/openapi", "version", problem)
                        .remedy("an OpenAPI document of version 3.0 or 3.1"),
                );
                return;
            }
        }
        let Some(paths) = self.document.get("paths") else {
            self.findings
                .push(Finding::new("/paths", "paths", "there are no paths"));
            return;
        };
        if !self.is(paths, "/paths", "an object", Value::is_object) {
            return;
        }
        for (path, item) in members(Some(paths)) {
            if path.starts_with('/') {
                self.path(item, format!("/paths/{}", escape(path)));
            }
        }
    }

    fn path(&mut self, item: &'a Value, pointer: String) {
        let Some((item, pointer)) = self.follow(item, pointer) else {
            return;
        };
        self.parameters(item, &pointer);
        for method in METHODS {
            let Some(operation) = item.get(method) else {
                continue;
            };
            let pointer = format!("{pointer}/{method}");
            if !self.is(operation, &pointer, "an object", Value::is_object) {
                continue;
            }
            self.parameters(operation, &pointer);
            if let Some(body) = operation.get("requestBody") {
                self.content(body, format!("{pointer}/requestBody"));
            }
            let Some(responses) = operation.get("responses") else {
                continue;
            };
            let pointer = format!("{pointer}/responses");
            if self.is(responses, &pointer, "an object", Value::is_object) {
                for (status, response) in members(Some(responses)) {
                    if !status.starts_with("x-") {
                        self.content(response, format!("{pointer}/{status}"));
                    }
                }
            }
        }
    }

    fn parameters(&mut self, holder: &'a Value, pointer: &str) {
        let Some(parameters) = holder.get("parameters") else {
            return;
        };
        let pointer = format!("{pointer}/parameters");
        if !self.is(parameters, &pointer, "a list", Value::is_array) {
            return;
        }
        for (index, parameter) in items(Some(parameters)).enumerate() {
            let Some((parameter, pointer)) = self.follow(parameter, format!("{pointer}/{index}"))
            else {
                continue;
            };
            for member in ["name", "in"] {
                let value = parameter.get(member).unwrap_or(&Value::Null);
                self.is(
                    value,
                    &format!("{pointer}/{member}"),
                    "a text",
                    Value::is_string,
                );
            }
            if let Some(schema) = parameter.get("schema") {
                self.schema(schema, &format!("{pointer}/schema"));
            }
            self.media(parameter, &pointer);
        }
    }

    /// A request body or a response.
    fn content(&mut self, holder: &'a Value, pointer: String) {
        if let Some((holder, pointer)) = self.follow(holder, pointer) {
            self.media(holder, &pointer);
        }
    }

    fn media(&mut self, holder: &'a Value, pointer: &str) {
        let Some(content) = holder.get("content") else {
            return;
        };
        let pointer = format!("{pointer}/content");
        if !self.is(content, &pointer, "an object", Value::is_object) {
            return;
        }
        for (name, media) in members(Some(content)) {
            if let Some(schema) = media.get("schema") {
                self.schema(schema, &format!("{pointer}/{}/schema", escape(name)));
            }
        }
    }

    fn schema(&mut self, schema: &'a Value, pointer: &str) {
        if schema.is_boolean() || !self.seen.insert(pointer.to_owned()) {
            return;
        }
        if !self.is(schema, pointer, "a schema", Value::is_object) {
            return;
        }
        if schema.get("$ref").is_some()
            && let Some((target, pointer)) = self.reference(schema, pointer)
        {
            self.schema(target, &pointer);
        }
        for keyword in ["properties", "patternProperties"] {
            let pointer = format!("{pointer}/{keyword}");
            if let Some(inner) = schema.get(keyword)
                && self.is(inner, &pointer, "an object", Value::is_object)
            {
                for (name, property) in members(Some(inner)) {
                    self.schema(property, &format!("{pointer}/{}", escape(name)));
                }
            }
        }
        for keyword in ["allOf", "oneOf", "anyOf", "prefixItems"] {
            let pointer = format!("{pointer}/{keyword}");
            if let Some(inner) = schema.get(keyword)
                && self.is(inner, &pointer, "a list", Value::is_array)
            {
                for (index, member) in items(Some(inner)).enumerate() {
                    self.schema(member, &format!("{pointer}/{index}"));
                }
            }
        }
        for keyword in ["items", "additionalProperties"] {
            if let Some(inner) = schema.get(keyword) {
                self.schema(inner, &format!("{pointer}/{keyword}"));
            }
        }
        if let Some(inner) = schema.get("enum") {
            self.is(inner, &format!("{pointer}/enum"), "a list", Value::is_array);
        }
    }

    /// The target of a chain of references, and its pointer.
    fn follow(&mut self, value: &'a Value, pointer: String) -> Option<(&'a Value, String)> {
        let (mut value, mut pointer) = (value, pointer);
        let mut trail = HashSet::new();
        while value.get("$ref").is_some() {
            let next = self.reference(value, &pointer)?;
            if !trail.insert(next.1.clone()) {
                self.findings.push(Finding::new(
                    &*pointer,
                    "endless-reference",
                    "the reference leads back to itself",
                ));
                return None;
            }
            (value, pointer) = next;
        }
        self.is(value, &pointer, "an object", Value::is_object)
            .then_some((value, pointer))
    }

    fn reference(&mut self, value: &'a Value, pointer: &str) -> Option<(&'a Value, String)> {
        let place = format!("{pointer}/$ref");
        let Some(reference) = text(value, "$ref") else {
            self.is(&Value::Null, &place, "a text", Value::is_string);
            return None;
        };
        let found = target(self.document, reference);
        if found.is_none() {
            let remedy = if reference.starts_with('#') {
                "define the component, or correct the `$ref`"
            } else {
                "bundle the document into one file first"
            };
            let problem = format!("nothing stands at `{reference}`");
            self.findings
                .push(Finding::new(place, "dangling-reference", problem).remedy(remedy));
        }
        found.map(|found| (found, reference.trim_start_matches('#').to_owned()))
    }

    fn is(&mut self, value: &Value, pointer: &str, what: &str, test: fn(&Value) -> bool) -> bool {
        let well = test(value);
        if !well {
            let found = match value {
                Value::Null => "nothing",
                Value::Bool(_) => "a boolean",
                Value::Number(_) => "a number",
                Value::String(_) => "a text",
                Value::Array(_) => "a list",
                Value::Object(_) => "an object",
            };
            self.findings.push(
                Finding::new(pointer, "structure", format!("{found} stands here"))
                    .remedy(format!("{what}, as OpenAPI has it")),
            );
        }
        well
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> String {
        parse(text)
            .and_then(|document| check(&document))
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn reads_json_and_yaml() {
        for text in [
            r#"{"openapi": "3.1.0", "paths": {"/a": {"get": {"responses": {"200": {"description": "x"}}}}}}"#,
            "{\n\t\"openapi\": \"3.1.0\", \"paths\": {}}",
            "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      responses:\n        200: {description: x}\n",
            "openapi: 3.1\npaths: {}\n",
        ] {
            check(&parse(text).unwrap()).unwrap();
        }
    }

    #[test]
    fn names_the_line_of_broken_json() {
        let problems = problems("{\"openapi\": \"3.1.0\",\n \"paths\": {,}}");
        assert!(problems.contains("line 2"), "{problems}");
    }

    #[test]
    fn names_the_place_of_every_mistake() {
        let problems = problems(
            r##"{"openapi": "3.1.0", "paths": {
                "/a": {"get": {"parameters": {}, "responses": {"200": {"$ref": "#/components/responses/None"}}}},
                "/b": {"post": {"requestBody": {"content": {"application/json": {"schema":
                    {"properties": {"x": {"items": {"$ref": "other.yaml#/X"}}, "y": 7}}}}}}}
            }}"##,
        );
        for place in [
            "/paths/~1a/get/parameters: an object stands here",
            "/paths/~1a/get/responses/200/$ref: nothing stands at `#/components/responses/None`",
            "/schema/properties/x/items/$ref: nothing stands at `other.yaml#/X`",
            "/schema/properties/y: a number stands here",
            "bundle the document",
        ] {
            assert!(problems.contains(place), "{place}\n{problems}");
        }
    }

    #[test]
    fn only_openapi_3_will_do() {
        assert!(problems(r#"{"swagger": "2.0"}"#).contains("the version is \"2.0\""));
        assert!(problems("just words").contains("this is no OpenAPI document"));
        assert!(problems(r#"{"openapi": "3.0.3"}"#).contains("there are no paths"));
    }

    #[test]
    fn what_nothing_uses_may_be_broken() {
        let text = r##"{"openapi": "3.0.3", "paths": {}, "components": {"schemas": {"A": {"$ref": "#/nowhere"}}}}"##;
        check(&parse(text).unwrap()).unwrap();
    }
}
