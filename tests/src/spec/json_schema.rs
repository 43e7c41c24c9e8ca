//! The schemas of a document as JSON Schema.

use serde_json::{Map, Value, json};

use super::{Document, Kind, Shape};

/// How strictly a schema is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As it is written: whatever is not described may be there.
    Written,
    /// Members that are not described may not be there.
    Strict,
}

/// The keywords of scalars and lists that mean the same.
const KEPT: [&str; 10] = [
    "type",
    "enum",
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
];

/// The JSON Schema of a schema, with the named schemas it refers to.
pub fn schemas(document: &Document, schema: &Value, reading: Reading) -> Value {
    let converter = Converter { document, reading };
    let named: Map<_, _> = document
        .schemas()
        .map(|(name, schema)| (name.to_owned(), converter.convert(schema)))
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "components": { "schemas": named },
        "allOf": [converter.convert(schema)],
    })
}

struct Converter<'a> {
    document: &'a Document,
    reading: Reading,
}

impl Converter<'_> {
    fn convert(&self, schema: &Value) -> Value {
        if let Some(reference) = schema.get("$ref") {
            return json!({ "$ref": reference });
        }
        let converted = match schema["allOf"].as_array().map(Vec::as_slice) {
            Some([part]) => self.convert(part),
            _ => self.shape(&Shape::of(self.document, schema)),
        };
        if schema["nullable"] == true {
            return json!({ "anyOf": [converted, { "type": "null" }] });
        }
        converted
    }

    fn shape(&self, shape: &Shape<'_>) -> Value {
        let mut kept = Map::new();
        for keyword in KEPT {
            if let Some(value) = shape.schema.get(keyword) {
                kept.insert(keyword.to_owned(), value.clone());
            }
        }
        let mut converted = Value::Object(kept);
        match &shape.kind {
            Kind::List(items) => converted["items"] = self.convert(items),
            Kind::Object { members, more } => return self.object(shape.schema, members, *more),
            Kind::Union(members) => {
                let members = members.iter().map(|member| self.convert(member));
                return json!({ "oneOf": members.collect::<Vec<_>>() });
            }
            Kind::Tagged { tag, known, other } => return self.tagged(tag, known, *other),
            _ => {}
        }
        converted
    }

    fn object(
        &self,
        schema: &Value,
        members: &[(&str, &Value, bool)],
        more: Option<&Value>,
    ) -> Value {
        let required: Vec<_> = members
            .iter()
            .filter_map(|(name, _, required)| required.then_some(*name))
            .collect();
        let properties: Map<_, _> = members
            .iter()
            .map(|(name, schema, _)| ((*name).to_owned(), self.convert(schema)))
            .collect();
        let more = match more {
            Some(Value::Bool(more)) => (*more).into(),
            Some(schema) => self.convert(schema),
            None => {
                let closed = schema["additionalProperties"] == false;
                (self.reading == Reading::Written && !closed).into()
            }
        };
        json!({
            "type": "object",
            "required": required,
            "properties": properties,
            "additionalProperties": more,
        })
    }

    /// Each word of the tag has its own shape.
    fn tagged(&self, tag: &str, known: &[(&str, Value)], other: Option<&Value>) -> Value {
        let other = other.map_or(Value::Bool(false), |other| self.convert(other));
        known.iter().rev().fold(other, |other, (word, member)| {
            json!({
                "if": { "properties": { tag: { "const": word } }, "required": [tag] },
                "then": self.convert(member),
                "else": other,
            })
        })
    }
}
