//! Reads the objects, with the presence of each field: the generator knows only `Option`, but the wire distinguishes
//! `null` and absent.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Field, Object, Presence, bounds};
use crate::spec::document::{items, members, referenced, schema, schemas, text, trimmed};
use crate::spec::reach::Reach;

/// Reads the objects of the lowered document, in which unions and enumerations are replaced.
pub fn read(document: &Value, reach: &Reach) -> BTreeMap<String, Object> {
    let mut objects = BTreeMap::new();
    for (name, component) in schemas(document) {
        let is_object = component.get("properties").is_some() || component.get("allOf").is_some();
        let is_replaced = component.get("x-replaced").is_some() || component.get("enum").is_some();
        if is_replaced || !(is_object || text(component, "type") == Some("object")) {
            continue;
        }
        let sent = reach.sent.contains(name);
        let mut fields = Vec::new();
        collect(document, component, sent, &mut fields);
        let open = component.get("properties").is_some()
            && component
                .get("additionalProperties")
                .is_some_and(|more| *more != Value::Bool(false));
        let description = trimmed(component, "description");
        objects.insert(
            name.clone(),
            Object {
                description,
                fields,
                sent,
                open,
            },
        );
    }
    objects
}

/// The fields of an object; inherited ones first.
fn collect(document: &Value, object: &Value, sent: bool, fields: &mut Vec<Field>) {
    for part in items(object.get("allOf")) {
        let part = referenced(part)
            .and_then(|name| schema(document, name))
            .unwrap_or(part);
        collect(document, part, sent, fields);
    }
    let required = items(object.get("required"))
        .filter_map(Value::as_str)
        .collect::<Vec<_>>();
    for (wire, property) in members(object.get("properties")) {
        let nullable = property.get("nullable") == Some(&Value::Bool(true));
        let presence = match (required.contains(&wire.as_str()), nullable) {
            (true, false) => Presence::Required,
            (true, true) => Presence::Nullable,
            (false, true) if sent => Presence::Patch,
            (false, _) => Presence::Optional,
        };
        fields.retain(|field: &Field| field.wire != *wire);
        // A property that only refers to a component is described there.
        let component = referenced(property).and_then(|name| schema(document, name));
        let description = text(property, "description")
            .or_else(|| text(component?, "description"))
            .unwrap_or_default();
        fields.push(Field {
            component: referenced(property).map(str::to_owned),
            description: description.trim().to_owned(),
            deprecated: property.get("deprecated") == Some(&Value::Bool(true)),
            bounds: if sent {
                bounds::of_field(property)
            } else {
                Vec::new()
            },
            boxed: property.get("x-threadline-boxed") == Some(&Value::Bool(true)),
            wire: wire.clone(),
            presence,
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::spec::reach::reach;

    #[test]
    fn three_states_where_a_request_carries_the_field() {
        let document = json!({
            "paths": {"/a": {"patch": {
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Change"}}}},
                "responses": {"200": {"content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/Thing"}}}}},
            }}},
            "components": {"schemas": {
                "Change": {"type": "object", "required": ["id"], "properties": {
                    "id": {"type": "string"}, "who": {"type": "string", "nullable": true}, "done": {"type": "boolean"}}},
                "Thing": {"type": "object", "required": ["at"], "properties": {
                    "who": {"type": "string", "nullable": true}, "at": {"type": "string", "nullable": true}}},
            }},
        });
        let objects = read(&document, &reach(&document));
        let presence = |name: &str| {
            let fields = &objects.get(name).unwrap().fields;
            fields
                .iter()
                .map(|field| (field.wire.as_str(), field.presence))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            presence("Change"),
            [
                ("id", Presence::Required),
                ("who", Presence::Patch),
                ("done", Presence::Optional)
            ]
        );
        assert_eq!(
            presence("Thing"),
            [("who", Presence::Optional), ("at", Presence::Nullable)]
        );
    }
}
