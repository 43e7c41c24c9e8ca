//! Spells out the error bodies of our documents: what a code brings is said once, in `x-threadline-errors`, and the codes
//! of a response in its `x-threadline-codes`. Vendors write one schema for each code instead.

use serde_json::{Map, Value, json};

use crate::spec::document::{items, members, schema, schema_name, text};

/// Replaces the body of each response that lists codes by one schema for each code. Does nothing unless code and details
/// are direct members of the body.
pub fn spell_out(document: &mut Value) {
    let original = document.clone();
    let Some(errors) = Errors::of(&original) else {
        return;
    };
    if let Some(responses) = document
        .pointer_mut("/components/responses")
        .and_then(Value::as_object_mut)
    {
        responses
            .values_mut()
            .for_each(|response| errors.spell_out(response));
    }
    for (_, path) in document
        .get_mut("paths")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        let operations = path.as_object_mut().into_iter().flatten();
        for (_, operation) in operations {
            let responses = operation
                .get_mut("responses")
                .and_then(Value::as_object_mut);
            for (_, response) in responses.into_iter().flatten() {
                errors.spell_out(response);
            }
        }
    }
}

struct Errors<'a> {
    document: &'a Value,
    /// The members that hold the code and its details.
    code: &'a str,
    details: &'a str,
}

impl<'a> Errors<'a> {
    fn of(document: &'a Value) -> Option<Self> {
        let errors = document.get("x-threadline-errors")?;
        let member = |name| {
            let mut pointers = items(errors.get(name));
            let only = pointers.next()?.as_str()?.strip_prefix('/')?;
            (pointers.next().is_none() && !only.contains('/')).then_some(only)
        };
        Some(Self {
            document,
            code: member("code")?,
            details: member("details")?,
        })
    }

    fn spell_out(&self, response: &mut Value) {
        let codes = items(response.get("x-threadline-codes"));
        let codes = codes.filter_map(Value::as_str).map(str::to_owned);
        let codes: Vec<_> = codes.collect();
        let body = response.pointer_mut("/content/application~1json/schema");
        let Some(body) = body.filter(|_| !codes.is_empty()) else {
            return;
        };
        let common = text(body, "$ref").and_then(schema_name);
        let Some(common) = common.and_then(|name| schema(self.document, name)) else {
            return;
        };
        let each = codes.iter().map(|code| self.body(common, code));
        *body = json!({ "oneOf": each.collect::<Vec<_>>() });
    }

    /// The common body with one code and its details.
    fn body(&self, common: &Value, code: &str) -> Value {
        let mut properties: Map<String, Value> = members(common.get("properties"))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        properties.insert(
            self.code.to_owned(),
            json!({ "type": "string", "enum": [code] }),
        );
        let rule = self.document.pointer("/x-threadline-errors/codes");
        let details = rule
            .and_then(|rules| text(rules.get(code)?, "details"))
            .map_or_else(
                || json!({ "type": "null" }),
                |name| json!({ "$ref": format!("#/components/schemas/{name}") }),
            );
        let mut required: Vec<_> = items(common.get("required")).cloned().collect();
        if details.get("$ref").is_some() {
            required.push(json!(self.details));
        }
        properties.insert(self.details.to_owned(), details);
        json!({ "type": "object", "required": required, "properties": properties })
    }
}
