//! Replaces unions: the generator would number the variants and fail on unknown ones. Their types are written from the
//! model.

use serde_json::{Value, json};

use crate::model::{Union, UnionKind};
use crate::spec::document::{items, members, schema, schema_name, text};

pub fn apply(document: &mut Value, unions: &[Union]) {
    let mut fallbacks = Vec::new();
    for union in unions {
        let component = schema(document, &union.name);
        let shapes =
            component.and_then(|component| component.get("oneOf").or(component.get("anyOf")));
        let discriminator = component.and_then(|component| component.get("discriminator"));
        if let (Some(shapes), Some(discriminator)) = (shapes, discriminator) {
            fallbacks.extend(unmapped(shapes, discriminator));
        }
    }
    let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") else {
        return;
    };
    for union in unions {
        // Any schema of a single type works: the name is replaced by the generated type.
        schemas.insert(
            union.name.clone(),
            json!({"type": "object", "description": union.description, "x-replaced": true}),
        );
        let UnionKind::Tagged { property, variants } = &union.kind else {
            continue;
        };
        // With one tag, the variant implies it. With several, the value has to store it.
        for variant in variants.iter().filter(|variant| variant.tags.len() == 1) {
            let Some(component) = schemas.get_mut(&variant.component) else {
                continue;
            };
            if let Some(Value::Object(properties)) = component.get_mut("properties") {
                properties.shift_remove(property);
            }
            if let Some(Value::Array(required)) = component.get_mut("required") {
                required.retain(|name| name.as_str() != Some(property));
            }
        }
    }
    schemas.retain(|name, _| !fallbacks.contains(name));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TaggedVariant;

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
        let union = Union {
            name: "Part".to_owned(),
            description: String::new(),
            kind: UnionKind::Tagged {
                property: "kind".to_owned(),
                variants: vec![
                    TaggedVariant {
                        component: "Media".to_owned(),
                        tags: vec!["image".to_owned(), "video".to_owned()],
                    },
                    TaggedVariant {
                        component: "Card".to_owned(),
                        tags: vec!["card".to_owned()],
                    },
                ],
            },
        };
        apply(&mut document, &[union]);
        assert!(
            document
                .pointer("/components/schemas/Media/properties/kind")
                .is_some()
        );
        assert_eq!(
            document.pointer("/components/schemas/Card").unwrap(),
            &json!({"type": "object", "required": ["url"], "properties": {"url": {"type": "string"}}})
        );
    }
}
