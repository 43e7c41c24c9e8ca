//! Reads the unions, distinguished by a tag or by JSON type.

use serde_json::Value;

use super::{JsonVariant, Shape, TaggedVariant, Union, UnionKind};
use crate::finding::{Finding, Findings};
use crate::spec::document::{
    items, members, referenced, schema, schema_name, schemas, text, trimmed,
};
use crate::spec::reach::Reach;

pub fn read(document: &Value, reach: &Reach) -> Result<Vec<Union>, Findings> {
    let mut unions = Vec::new();
    let mut findings = Vec::new();
    for (name, component) in schemas(document).filter(|(name, _)| reach.is_generated(name)) {
        let Some(shapes) = component.get("oneOf").or_else(|| component.get("anyOf")) else {
            continue;
        };
        let kind = match component.get("discriminator") {
            Some(discriminator) => tagged(document, shapes, discriminator),
            None => by_json_type(document, shapes),
        };
        match kind {
            Ok(kind) => unions.push(Union {
                name: name.clone(),
                description: trimmed(component, "description"),
                kind,
            }),
            Err(problem) => findings.push(
                Finding::new(format!("/components/schemas/{name}"), "union", problem)
                    .remedy("distinguish the members by a `discriminator` with a `mapping`, or by their JSON types"),
            ),
        }
    }
    if findings.is_empty() {
        Ok(unions)
    } else {
        Err(Findings(findings))
    }
}

fn tagged(document: &Value, shapes: &Value, discriminator: &Value) -> Result<UnionKind, String> {
    let property =
        text(discriminator, "propertyName").ok_or("a `discriminator` without `propertyName`")?;
    let mut variants = Vec::<TaggedVariant>::new();
    for (tag, target) in members(discriminator.get("mapping")) {
        let component = target
            .as_str()
            .and_then(schema_name)
            .ok_or("the mapping names no component")?;
        if !items(Some(shapes))
            .any(|shape| text(shape, "$ref").and_then(schema_name) == Some(component))
        {
            return Err(format!("the mapping names {component}, which is no member"));
        }
        schema(document, component).ok_or_else(|| format!("{component} does not exist"))?;
        match variants
            .iter_mut()
            .find(|variant| variant.component == component)
        {
            Some(variant) => variant.tags.push(tag.clone()),
            None => variants.push(TaggedVariant {
                component: component.to_owned(),
                tags: vec![tag.clone()],
            }),
        }
    }
    if variants.is_empty() {
        return Err("the `discriminator` has no `mapping`".to_owned());
    }
    Ok(UnionKind::Tagged {
        property: property.to_owned(),
        variants,
    })
}

fn by_json_type(document: &Value, shapes: &Value) -> Result<UnionKind, String> {
    let mut variants = Vec::<JsonVariant>::new();
    for shape in items(Some(shapes)) {
        let target = text(shape, "$ref")
            .and_then(schema_name)
            .and_then(|name| schema(document, name))
            .unwrap_or(shape);
        let (json_type, name, description) = match text(target, "type") {
            Some("string") => ("string", "Text", "A string."),
            Some("integer") => ("integer", "Integer", "A whole number."),
            Some("number") => ("number", "Number", "A number."),
            Some("boolean") => ("boolean", "Flag", "True or false."),
            Some("array") => ("array", "List", "A list."),
            Some("object") => ("object", "Object", "An object."),
            _ => return Err("a member without a JSON type".to_owned()),
        };
        if variants.iter().any(|variant| variant.name == name) {
            return Err(format!("two members of the same JSON type ({name})"));
        }
        variants.push(JsonVariant {
            name,
            json_type,
            shape: self::shape(document, shape),
            description,
        });
    }
    Ok(UnionKind::ByJsonType { variants })
}

/// The type of a variant.
fn shape(document: &Value, declared: &Value) -> Shape {
    if let Some(name) = referenced(declared) {
        let Some(component) = schema(document, name) else {
            return Shape::Any;
        };
        let is_type = [
            "enum",
            "x-threadline-known-values",
            "oneOf",
            "anyOf",
            "allOf",
            "properties",
        ]
        .iter()
        .any(|keyword| component.get(keyword).is_some());
        if is_type || text(component, "type") == Some("object") {
            return Shape::Component(name.to_owned());
        }
        return shape(document, component);
    }
    match text(declared, "type") {
        Some("string") => Shape::Text,
        Some("integer") => Shape::Integer,
        Some("number") => Shape::Number,
        Some("boolean") => Shape::Flag,
        Some("array") => {
            let inner = declared
                .get("items")
                .map_or(Shape::Any, |items| shape(document, items));
            Shape::List(Box::new(inner))
        }
        Some("object") => Shape::Object,
        _ => Shape::Any,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::spec::reach::reach;

    #[test]
    fn shapes_that_cannot_be_told_apart_are_refused() {
        let document = json!({
            "x-threadline-webhooks": {"received": ["Odd"]},
            "components": {"schemas": {
                "Odd": {"description": "Odd.", "oneOf": [{"type": "string"}, {"type": "string"}]}}}});
        let findings = read(&document, &reach(&document)).unwrap_err();
        assert!(
            findings
                .to_string()
                .contains("two members of the same JSON type"),
            "{findings}"
        );
    }
}
