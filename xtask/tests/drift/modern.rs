//! A document as other tools write it.

use serde_json::{Map, Value, json};

/// The same document as an emitter of OpenAPI 3.1 writes it: other words for null and constants, other names for
/// the components, no extensions of ours, one schema for each error code, and the path of the server in every path.
pub fn modern(document: &Value) -> Value {
    let mut document = document.clone();
    xtask::drift::spell_out(&mut document);
    for (_, schema) in document["components"]["schemas"].as_object_mut().unwrap() {
        modern_schema(schema);
    }
    for part in ["paths", "components"] {
        modern_holders(&mut document[part]);
    }
    let text = document.to_string();
    let mut document: Value = serde_json::from_str(
        &text.replace("#/components/schemas/", "#/components/schemas/Vendor."),
    )
    .unwrap();
    let schemas = document["components"]["schemas"].as_object_mut().unwrap();
    *schemas = std::mem::take(schemas)
        .into_iter()
        .map(|(name, schema)| (format!("Vendor.{name}"), schema))
        .collect();
    document["openapi"] = json!("3.1.0");
    let server = document["servers"][0]["url"].as_str().unwrap().to_owned();
    let host = server
        .match_indices('/')
        .nth(2)
        .map_or(server.len(), |(at, _)| at);
    let (host, base) = server.split_at(host);
    document["servers"] = json!([{ "url": host }]);
    let paths = document["paths"].as_object_mut().unwrap();
    *paths = std::mem::take(paths)
        .into_iter()
        .map(|(path, item)| (format!("{base}{path}"), item))
        .collect();
    document
}

/// Every `schema` member of operations, parameters and bodies.
fn modern_holders(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !name.starts_with("x-") && !name.starts_with("example"));
            for (name, value) in members.iter_mut() {
                match name.as_str() {
                    "schema" => modern_schema(value),
                    "schemas" => {}
                    _ => modern_holders(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(modern_holders),
        _ => {}
    }
}

fn modern_schema(value: &mut Value) {
    let Value::Object(schema) = value else { return };
    schema.retain(|name, _| !name.starts_with("x-") && !name.starts_with("example"));
    for (name, inner) in schema.iter_mut() {
        match (name.as_str(), inner) {
            ("properties", Value::Object(properties)) => {
                properties.values_mut().for_each(modern_schema);
            }
            ("items" | "additionalProperties", inner) => modern_schema(inner),
            ("allOf" | "oneOf" | "anyOf", Value::Array(members)) => {
                members.iter_mut().for_each(modern_schema);
            }
            _ => {}
        }
    }
    let nullable = schema.remove("nullable") == Some(json!(true));
    modern_words(schema, nullable);
    if !schema.keys().any(|keyword| keyword != "description") {
        schema.insert("not".to_owned(), json!({}));
    }
    if nullable {
        if let Some(name) = schema.get("type").cloned() {
            schema.insert("type".to_owned(), json!([name, "null"]));
        } else {
            let inner = std::mem::take(schema);
            schema.insert("anyOf".to_owned(), json!([inner, { "type": "null" }]));
        }
    }
}

/// Words without a type, one word as a constant.
fn modern_words(schema: &mut Map<String, Value>, nullable: bool) {
    let Some(Value::Array(mut words)) = schema.remove("enum") else {
        return;
    };
    schema.remove("type");
    if let ([word], false) = (words.as_slice(), nullable) {
        schema.insert("const".to_owned(), word.clone());
        return;
    }
    if nullable && !words.contains(&Value::Null) {
        words.push(Value::Null);
    }
    schema.insert("enum".to_owned(), Value::Array(words));
}
