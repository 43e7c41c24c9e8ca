//! Unions, distinguished by a tag or by JSON type. The generator would number the variants and fail on unknown ones;
//! these have names and preserve unknown variants.

use serde_json::{Value, json};

use crate::document::{items, members, schema, schema_name, schemas, text};
use crate::facts::{Facts, JsonVariant, TaggedVariant, UnionFacts, UnionKind};
use crate::finding::{Finding, Findings};
use crate::rust_type::rust_type;

pub fn apply(document: &mut Value, facts: &mut Facts) -> Result<(), Findings> {
    let mut findings = Vec::new();
    let mut tags = Vec::new();
    let mut fallbacks = Vec::new();
    for (name, component) in schemas(document) {
        let Some(shapes) = component.get("oneOf").or_else(|| component.get("anyOf")) else {
            continue;
        };
        let kind = match component.get("discriminator") {
            Some(discriminator) => {
                let kind = tagged(document, shapes, discriminator, &mut tags);
                fallbacks.extend(unmapped(shapes, discriminator));
                kind
            }
            None => by_json_type(document, shapes),
        };
        match kind {
            Ok(kind) => facts.unions.push(UnionFacts {
                name: name.clone(),
                description: text(component, "description").unwrap_or_default().to_owned(),
                kind,
            }),
            Err(problem) => findings.push(
                Finding::new(format!("/components/schemas/{name}"), "union", problem)
                    .remedy("tell the shapes apart by a `discriminator` with a `mapping`, or by their JSON types"),
            ),
        }
    }
    if !findings.is_empty() {
        return Err(Findings(findings));
    }
    rewrite(document, facts, &tags, &fallbacks);
    Ok(())
}

/// Variants without a tag stand for unknown ones.
fn unmapped(shapes: &Value, discriminator: &Value) -> Vec<String> {
    let mapped = members(discriminator.get("mapping"))
        .filter_map(|(_, target)| target.as_str())
        .collect::<Vec<_>>();
    items(Some(shapes))
        .filter_map(|shape| text(shape, "$ref"))
        .filter(|reference| !mapped.contains(reference))
        .filter_map(schema_name)
        .map(str::to_owned)
        .collect()
}

fn tagged(
    document: &Value,
    shapes: &Value,
    discriminator: &Value,
    stripped: &mut Vec<(String, String)>,
) -> Result<UnionKind, String> {
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
    // With one tag, the variant implies it. With several, the value has to store it.
    for variant in variants.iter().filter(|variant| variant.tags.len() == 1) {
        stripped.push((variant.component.clone(), property.to_owned()));
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
        let json_type = text(target, "type").unwrap_or_default();
        let (name, description) = match json_type {
            "string" => ("Text", "A string."),
            "integer" => ("Integer", "A whole number."),
            "number" => ("Number", "A number."),
            "boolean" => ("Flag", "True or false."),
            "array" => ("List", "A list."),
            "object" => ("Object", "An object."),
            _ => return Err("a member without a JSON type".to_owned()),
        };
        if variants.iter().any(|variant| variant.name == name) {
            return Err(format!("two members of the same JSON type ({name})"));
        }
        variants.push(JsonVariant {
            name,
            json_type: json_type.to_owned(),
            rust_type: rust_type(document, shape),
            description,
        });
    }
    Ok(UnionKind::ByJsonType { variants })
}

/// The generator sees any value; the Rust type is generated from the facts.
fn rewrite(document: &mut Value, facts: &Facts, tags: &[(String, String)], fallbacks: &[String]) {
    let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") else {
        return;
    };
    for union in &facts.unions {
        // Any schema of a single type works: the name is replaced by the generated type.
        schemas.insert(
            union.name.clone(),
            json!({"type": "object", "description": union.description}),
        );
    }
    for (component, property) in tags {
        let Some(component) = schemas.get_mut(component) else {
            continue;
        };
        if let Some(properties) = component
            .get_mut("properties")
            .and_then(Value::as_object_mut)
        {
            properties.shift_remove(property);
        }
        if let Some(required) = component.get_mut("required").and_then(Value::as_array_mut) {
            required.retain(|name| name.as_str() != Some(property));
        }
    }
    schemas.retain(|name, _| !fallbacks.contains(name));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_of_one_shape_moves_into_the_variant_and_a_shared_one_stays() {
        let mut document = json!({"components": {"schemas": {
            "Part": {
                "description": "A part.",
                "oneOf": [{"$ref": "#/components/schemas/Media"}, {"$ref": "#/components/schemas/Card"}],
                "discriminator": {"propertyName": "kind", "mapping": {
                    "image": "#/components/schemas/Media", "video": "#/components/schemas/Media",
                    "card": "#/components/schemas/Card"}},
            },
            "Media": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}},
            "Card": {"type": "object", "required": ["kind", "url"], "properties": {
                "kind": {"type": "string", "enum": ["card"]}, "url": {"type": "string"}}},
        }}});
        let mut facts = Facts::default();
        apply(&mut document, &mut facts).unwrap();
        assert!(
            document
                .pointer("/components/schemas/Media/properties/kind")
                .is_some()
        );
        assert_eq!(
            document.pointer("/components/schemas/Card").unwrap(),
            &json!({"type": "object", "required": ["url"], "properties": {"url": {"type": "string"}}})
        );
        assert_eq!(facts.unions.len(), 1);
    }

    #[test]
    fn shapes_that_cannot_be_told_apart_are_refused() {
        let mut document = json!({"components": {"schemas": {
            "Odd": {"oneOf": [{"type": "string"}, {"type": "string"}]}}}});
        let findings = apply(&mut document, &mut Facts::default()).unwrap_err();
        assert!(
            findings
                .to_string()
                .contains("two members of the same JSON type"),
            "{findings}"
        );
    }
}
