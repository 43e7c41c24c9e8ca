//! Operations as the OpenAPI document of a provider describes them.

use std::collections::BTreeMap;

use serde_json::Value;
use threadline::transport::Operation;

use super::fields::{Field, Fields, Kind, Place, name_options};
use crate::failure::Failure;

/// The media type of every body.
const JSON: &str = "application/json";

/// An OpenAPI document.
pub(super) struct Document(Value);

impl Document {
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let document = serde_json::from_str(text);
        document
            .map(Self)
            .map_err(|error| Failure::usage(format!("the OpenAPI document: {error}")))
    }

    /// The value that a `$ref` leads to, or the value itself.
    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let mut value = value;
        // A chain of references is short; the bound ends one that leads to itself.
        for _ in 0..16 {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
                break;
            };
            let pointer = reference.trim_start_matches('#');
            value = self.0.pointer(pointer).unwrap_or(&Value::Null);
        }
        value
    }

    /// The parameters and the fields of the body of an operation.
    pub(super) fn fields(&self, operation: &Operation) -> Result<Fields, Failure> {
        let method = operation.method.to_lowercase();
        let path = self
            .0
            .get("paths")
            .and_then(|paths| paths.get(operation.path));
        let found = path.and_then(|path| Some((path, path.get(&method)?)));
        let Some((path, described)) = found else {
            return Err(Failure::usage(format!(
                "the OpenAPI document lacks {} {}",
                operation.method, operation.path
            )));
        };
        let parameters = [path, described].map(|at| at.get("parameters").and_then(Value::as_array));
        let mut fields = Vec::new();
        for parameter in parameters.into_iter().flatten().flatten() {
            self.parameter(self.resolve(parameter), &mut fields);
        }
        let position = |field: &Field| {
            let mut known = operation.path_params.iter();
            known.position(|param| field.place == Place::Path && param.name == field.name)
        };
        fields.sort_by_key(|field| position(field).unwrap_or(usize::MAX));
        let body = described.get("requestBody").map(|body| self.resolve(body));
        let schema = body.and_then(|body| body.get("content")?.get(JSON)?.get("schema"));
        let is_required = body.and_then(|body| body.get("required")) == Some(&Value::Bool(true));
        if let Some(schema) = schema {
            let mut of_body = BTreeMap::new();
            self.body(schema, is_required, 0, &mut of_body);
            fields.extend(of_body.into_values());
        }
        let responses = described.get("responses").and_then(Value::as_object);
        let has_result = responses.is_some_and(|responses| {
            let successes = responses
                .iter()
                .filter(|(status, _)| status.starts_with('2'));
            let mut bodies = successes.map(|(_, answer)| self.resolve(answer).get("content"));
            bodies.any(|body| body.is_some())
        });
        name_options(&mut fields);
        Ok(Fields {
            all: fields,
            sends_body: is_required,
            has_result,
        })
    }

    fn parameter(&self, parameter: &Value, fields: &mut Vec<Field>) {
        let text = |member| {
            parameter
                .get(member)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let place = match text("in") {
            "path" => Place::Path,
            "header" => Place::Header,
            _ => Place::Query,
        };
        let name = text("name").to_owned();
        let required = parameter.get("required") == Some(&Value::Bool(true));
        let help = text("description").to_owned();
        let content = parameter
            .get("content")
            .and_then(|content| content.get(JSON));
        if content.is_some() {
            fields.push(Field::new(name, place, Kind::Json, required, help));
            return;
        }
        let schema = self.resolve(parameter.get("schema").unwrap_or(&Value::Null));
        if text("style") == "deepObject" {
            self.brackets(&name, schema, &help, fields);
        } else {
            let kind = self.kind(schema);
            fields.push(Field::new(name, place, kind, required, help));
        }
    }

    /// The leaves of an object that is sent in brackets, such as `filters[tags][selectedIds][]`.
    fn brackets(&self, name: &str, schema: &Value, help: &str, fields: &mut Vec<Field>) {
        let schema = self.resolve(schema);
        let Some(members) = schema.get("properties").and_then(Value::as_object) else {
            let kind = self.kind(schema);
            let brackets = if kind == Kind::List { "[]" } else { "" };
            let own = schema.get("description").and_then(Value::as_str);
            let help = own.unwrap_or(help).to_owned();
            let name = format!("{name}{brackets}");
            fields.push(Field::new(name, Place::Query, kind, false, help));
            return;
        };
        for (member, schema) in members {
            self.brackets(&format!("{name}[{member}]"), schema, help, fields);
        }
    }

    /// The fields of a body. Those of all variants of a union are offered; which go together, the
    /// vendor decides.
    fn body(
        &self,
        schema: &Value,
        is_required: bool,
        depth: usize,
        fields: &mut BTreeMap<String, Field>,
    ) {
        let schema = self.resolve(schema);
        for (keyword, is_required) in [("allOf", is_required), ("oneOf", false), ("anyOf", false)] {
            let variants = schema.get(keyword).and_then(Value::as_array);
            for variant in variants.into_iter().flatten().filter(|_| depth < 8) {
                self.body(variant, is_required, depth + 1, fields);
            }
        }
        let required = schema.get("required").and_then(Value::as_array);
        let members = schema.get("properties").and_then(Value::as_object);
        for (name, schema) in members.into_iter().flatten() {
            let mut names = required.into_iter().flatten();
            let required = is_required && names.any(|other| other == name);
            let resolved = self.resolve(schema);
            let described = [schema, resolved].map(|it| it.get("description")?.as_str());
            let help = described.into_iter().flatten().next().unwrap_or_default();
            let field = Field::new(
                name.clone(),
                Place::Body,
                self.kind(resolved),
                required,
                help.to_owned(),
            );
            fields
                .entry(name.clone())
                .and_modify(|known| known.merge(&field))
                .or_insert(field);
        }
    }

    /// Whether each variant of a union is an object.
    fn is_object(&self, schema: &Value) -> bool {
        let variants = ["oneOf", "anyOf"]
            .iter()
            .find_map(|keyword| schema.get(keyword));
        let variants = variants.and_then(Value::as_array);
        variants.is_some_and(|variants| {
            let mut types = variants
                .iter()
                .map(|variant| self.resolve(variant).get("type"));
            types.all(|it| it == Some(&"object".into()))
        })
    }

    fn kind(&self, schema: &Value) -> Kind {
        let schema = self.resolve(schema);
        if let Some([only]) = schema
            .get("allOf")
            .and_then(Value::as_array)
            .map(Vec::as_slice)
        {
            return self.kind(only);
        }
        let words = schema.get("enum").and_then(Value::as_array);
        let item = schema.get("items").map(|item| self.resolve(item));
        match schema.get("type").and_then(Value::as_str) {
            Some("string") => match words {
                Some(words) => {
                    let words = words.iter().filter_map(Value::as_str);
                    Kind::Word(words.map(str::to_owned).collect())
                }
                None => Kind::Text,
            },
            Some("integer") => Kind::Integer,
            Some("number") => Kind::Number,
            Some("boolean") => Kind::Boolean,
            Some("array") if item.and_then(|item| item.get("type")) == Some(&"string".into()) => {
                Kind::List
            }
            Some(_) => Kind::Json,
            None if self.is_object(schema) => Kind::Json,
            None => Kind::Any,
        }
    }
}
