//! Inlines components that only name a scalar, a list or a map: wrapper types would need conversions everywhere.

use serde_json::{Map, Value};

use crate::finding::{Finding, Findings};
use crate::spec::document::{each_schema_anywhere, referenced, schemas, text};

pub fn apply(document: &mut Value) -> Result<(), Findings> {
    // An alias may refer to an alias; each round inlines one level.
    for _ in 0..8 {
        let aliases = schemas(document)
            .filter(|(_, component)| is_alias(component))
            .map(|(name, component)| (name.clone(), component.clone()))
            .collect::<Map<_, _>>();
        if aliases.is_empty() {
            return Ok(());
        }
        each_schema_anywhere(document, &mut |schema| write_out(schema, &aliases));
        let text = document.to_string();
        if let Some(schemas) = document
            .pointer_mut("/components/schemas")
            .and_then(Value::as_object_mut)
        {
            schemas.retain(|name, component| {
                !is_alias(component) || text.contains(&format!("\"#/components/schemas/{name}\""))
            });
        }
    }
    Err(Finding::new(
        "/components/schemas",
        "alias-cycle",
        "components that only name each other",
    )
    .remedy("give one of them a type")
    .into())
}

fn is_alias(component: &Value) -> bool {
    let composed = ["enum", "oneOf", "anyOf", "properties"]
        .iter()
        .any(|keyword| component.get(keyword).is_some());
    if composed {
        return false;
    }
    match text(component, "type") {
        Some("object") => component
            .get("additionalProperties")
            .is_some_and(|inner| *inner != Value::Bool(false)),
        Some(_) => true,
        None => component.get("allOf").is_none() || referenced(component).is_some(),
    }
}

fn write_out(schema: &mut Map<String, Value>, aliases: &Map<String, Value>) {
    let whole = Value::Object(schema.clone());
    let Some(alias) = referenced(&whole)
        .and_then(|name| aliases.get(name))
        .and_then(Value::as_object)
    else {
        return;
    };
    schema.remove("$ref");
    schema.remove("allOf");
    for (keyword, value) in alias {
        schema
            .entry(keyword.clone())
            .or_insert_with(|| value.clone());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_alias_is_written_out_and_keeps_the_words_of_its_use() {
        let mut document = json!({"components": {"schemas": {
            "Id": {"type": "string", "description": "An id."},
            "Ids": {"type": "array", "items": {"$ref": "#/components/schemas/Id"}},
            "A": {"type": "object", "properties": {
                "one": {"allOf": [{"$ref": "#/components/schemas/Id"}], "description": "The one.", "nullable": true},
                "all": {"$ref": "#/components/schemas/Ids"},
            }},
        }}});
        apply(&mut document).unwrap();
        assert_eq!(
            document.pointer("/components/schemas").unwrap(),
            &json!({"A": {"type": "object", "properties": {
                "one": {"type": "string", "description": "The one.", "nullable": true},
                "all": {"type": "array", "items": {"type": "string", "description": "An id."}},
            }}})
        );
    }
}
