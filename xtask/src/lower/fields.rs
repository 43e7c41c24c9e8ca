//! The presence of each field: the generator knows only `Option`, but the wire distinguishes `null` and absent.

use serde_json::Value;

use crate::document::{items, members, referenced, schema, schemas, text};
use crate::facts::{Facts, FieldFacts, ObjectFacts, Presence};
use crate::reach::Reach;

pub fn apply(document: &Value, reach: &Reach, facts: &mut Facts) {
    for (name, component) in schemas(document) {
        let sent = reach.sent.contains(name);
        let mut fields = Vec::new();
        collect(document, component, sent, &mut fields);
        let open = component.get("properties").is_some()
            && component
                .get("additionalProperties")
                .is_some_and(|more| *more != Value::Bool(false));
        facts
            .objects
            .insert(name.clone(), ObjectFacts { fields, sent, open });
    }
}

/// The fields of an object; inherited ones first.
fn collect(document: &Value, object: &Value, sent: bool, fields: &mut Vec<FieldFacts>) {
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
        let nullable = property
            .get("nullable")
            .and_then(Value::as_bool)
            .unwrap_or(false);
        let presence = match (required.contains(&wire.as_str()), nullable) {
            (true, false) => Presence::Required,
            (true, true) => Presence::Nullable,
            (false, true) if sent => Presence::Patch,
            (false, _) => Presence::Optional,
        };
        fields.retain(|field: &FieldFacts| field.wire != *wire);
        // A property that only refers to a component is described there.
        let component = referenced(property).and_then(|name| schema(document, name));
        let docs = text(property, "description").or_else(|| text(component?, "description"));
        let docs = docs.unwrap_or_default().trim().to_owned();
        fields.push(FieldFacts {
            component: referenced(property).map(str::to_owned),
            docs,
            wire: wire.clone(),
            presence,
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::reach::reach;

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
        let mut facts = Facts::default();
        apply(&document, &reach(&document), &mut facts);
        let presence = |name: &str| {
            let fields = &facts.objects.get(name).unwrap().fields;
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
