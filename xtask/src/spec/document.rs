//! A spec as a JSON document, with accessors for the passes.
//!
//! The passes use plain JSON: OpenAPI types drop unknown keywords, which the lint has to see.

use serde_json::{Map, Value};

use crate::finding::Finding;

/// The HTTP methods of a path item, as spelled in the document.
pub const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];

/// An operation and its location.
#[derive(Clone, Copy)]
pub struct OperationAt<'a> {
    /// The path template, `/threads/{threadId}`.
    pub path: &'a str,
    /// The method in lower case.
    pub method: &'a str,
    /// The operation object.
    pub value: &'a Value,
}

impl OperationAt<'_> {
    /// The JSON pointer of the operation.
    pub fn pointer(&self) -> String {
        format!("/paths/{}/{}", escape(self.path), self.method)
    }
}

/// Escapes a key for use in a JSON pointer.
pub fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// All operations in document order.
pub fn operations(document: &Value) -> Vec<OperationAt<'_>> {
    let mut found = Vec::new();
    for (path, item) in members(document.get("paths")) {
        for (method, value) in members(Some(item)) {
            if METHODS.contains(&method.as_str()) {
                found.push(OperationAt {
                    path,
                    method,
                    value,
                });
            }
        }
    }
    found
}

/// Calls `change` on every operation with its path and method.
pub fn each_operation(
    document: &mut Value,
    mut change: impl FnMut(&str, &str, &mut Map<String, Value>),
) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    for (path, item) in paths.iter_mut() {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        for (method, operation) in item.iter_mut() {
            if let (true, Some(operation)) = (
                METHODS.contains(&method.as_str()),
                operation.as_object_mut(),
            ) {
                change(path, method, operation);
            }
        }
    }
}

/// The members of an object; none if the value is not an object.
pub fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

/// The items of an array; none if the value is not an array.
pub fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

/// A string member.
pub fn text<'a>(value: &'a Value, member: &str) -> Option<&'a str> {
    value.get(member).and_then(Value::as_str)
}

/// A string member without surrounding blanks; empty if there is none.
pub fn trimmed(value: &Value, member: &str) -> String {
    text(value, member).unwrap_or_default().trim().to_owned()
}

/// The strings of a list.
pub fn strings(list: Option<&Value>) -> Vec<String> {
    items(list)
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// A whole number, if it fits.
pub fn integer<N: TryFrom<u64>>(value: Option<&Value>) -> Option<N> {
    value
        .and_then(Value::as_u64)
        .and_then(|number| N::try_from(number).ok())
}

/// The component schemas.
pub fn schemas(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    members(document.pointer("/components/schemas"))
}

/// The component schema with this name.
pub fn schema<'a>(document: &'a Value, name: &str) -> Option<&'a Value> {
    document.pointer("/components/schemas")?.get(name)
}

/// The name in a reference to a component schema.
pub fn schema_name(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/components/schemas/")
}

/// The component a schema refers to: by a plain `$ref`, or an `allOf` of one `$ref` that only adds a description.
pub fn referenced(schema: &Value) -> Option<&str> {
    if let Some(reference) = text(schema, "$ref") {
        return schema_name(reference);
    }
    match schema.get("allOf")?.as_array()?.as_slice() {
        [only] => schema_name(text(only, "$ref")?),
        _ => None,
    }
}

/// Follows a local reference.
pub fn resolve<'a>(document: &'a Value, value: &'a Value) -> Result<&'a Value, Finding> {
    match text(value, "$ref") {
        None => Ok(value),
        Some(reference) => reference
            .strip_prefix('#')
            .and_then(|pointer| document.pointer(pointer))
            .ok_or_else(|| {
                Finding::new(
                    reference,
                    "dangling-reference",
                    "nothing stands at this reference",
                )
                .remedy("define the component, or correct the `$ref`")
            }),
    }
}

/// The direct subschemas of a schema, each with its pointer step.
pub fn sub_schemas(schema: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    for (name, property) in members(schema.get("properties")) {
        found.push((format!("/properties/{}", escape(name)), property));
    }
    for keyword in ["items", "additionalProperties", "not"] {
        if let Some(inner) = schema.get(keyword).filter(|inner| inner.is_object()) {
            found.push((format!("/{keyword}"), inner));
        }
    }
    for keyword in ["allOf", "oneOf", "anyOf"] {
        for (index, inner) in items(schema.get(keyword)).enumerate() {
            found.push((format!("/{keyword}/{index}"), inner));
        }
    }
    found
}

/// Calls `change` on this schema and all nested ones, outermost first.
pub fn each_schema(schema: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    change(object);
    for (keyword, inner) in object.iter_mut() {
        match (keyword.as_str(), inner) {
            ("properties", Value::Object(properties)) => {
                properties
                    .values_mut()
                    .for_each(|property| each_schema(property, change));
            }
            ("items" | "additionalProperties" | "not", inner) => each_schema(inner, change),
            ("allOf" | "oneOf" | "anyOf", Value::Array(members)) => {
                for member in members {
                    each_schema(member, change);
                }
            }
            _ => {}
        }
    }
}

/// Calls `change` on all schemas of the document: components, parameters and bodies.
pub fn each_schema_anywhere(
    document: &mut Value,
    change: &mut impl FnMut(&mut Map<String, Value>),
) {
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
        schemas
            .values_mut()
            .for_each(|schema| each_schema(schema, change));
    }
    each_operation(document, |_, _, operation| {
        if let Some(Value::Array(parameters)) = operation.get_mut("parameters") {
            for schema in parameters
                .iter_mut()
                .filter_map(|parameter| parameter.get_mut("schema"))
            {
                each_schema(schema, change);
            }
        }
        let bodies = operation
            .get_mut("requestBody")
            .and_then(|body| body.get_mut("content"));
        each_content_schema(bodies, change);
        for (_, response) in operation
            .get_mut("responses")
            .and_then(Value::as_object_mut)
            .into_iter()
            .flatten()
        {
            each_content_schema(response.get_mut("content"), change);
        }
    });
}

fn each_content_schema(
    content: Option<&mut Value>,
    change: &mut impl FnMut(&mut Map<String, Value>),
) {
    for (_, media) in content.and_then(Value::as_object_mut).into_iter().flatten() {
        if let Some(schema) = media.get_mut("schema") {
            each_schema(schema, change);
        }
    }
}

/// The JSON schema of a request or response body.
pub fn json_schema(holder: &Value) -> Option<&Value> {
    holder.pointer("/content/application~1json/schema")
}
