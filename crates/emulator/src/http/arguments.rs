//! The arguments of a call: the parameters and body of a request, parsed and validated.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::http::brackets::{self, Tree};
use crate::http::request::Request;
use crate::spec::issue::Issue;
use crate::spec::{Encoding, Location, Operation, Parameter, RequestBody};

/// What is rejected although the document allows it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Strictness {
    /// Unknown query parameters.
    pub(crate) parameters: bool,
    /// Unknown fields of the body.
    pub(crate) fields: bool,
}

/// The arguments of a call.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    parameters: BTreeMap<String, Value>,
    body: Option<Value>,
}

impl Arguments {
    /// The arguments of a call with one parameter.
    pub(crate) fn of(name: &str, value: Value) -> Self {
        Self {
            parameters: [(name.to_owned(), value)].into(),
            body: None,
        }
    }

    /// Parses and validates a request.
    pub(crate) fn read(
        operation: &Operation,
        path: &BTreeMap<String, String>,
        request: &Request,
        strictness: Strictness,
    ) -> Result<Self, Vec<Issue>> {
        let mut arguments = Self::default();
        let mut issues = Vec::new();
        let query = request.query();
        for parameter in &operation.parameters {
            match read_parameter(parameter, path, &query, request) {
                Ok(Some(value)) => {
                    let wrong = parameter.schema.issues(&value);
                    issues.extend(wrong.into_iter().map(|issue| issue.inside(&parameter.name)));
                    arguments.parameters.insert(parameter.name.clone(), value);
                }
                Ok(None) if parameter.required => {
                    issues.push(Issue::named(&parameter.name, "is required"));
                }
                Ok(None) => {}
                Err(message) => issues.push(Issue::named(&parameter.name, message)),
            }
        }
        if strictness.parameters {
            issues.extend(unknown_parameters(operation, &query));
        }
        if let Some(expected) = &operation.body {
            match read_body(expected, request, strictness.fields) {
                Ok(body) => arguments.body = body,
                Err(wrong) => issues.extend(wrong),
            }
        }
        if issues.is_empty() {
            Ok(arguments)
        } else {
            Err(issues)
        }
    }

    /// The value of a string parameter; empty if it was not sent.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.parameters
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The values of a string list parameter; empty if it was not sent.
    pub(crate) fn texts(&self, name: &str) -> Vec<&str> {
        let list = self.parameters.get(name).and_then(Value::as_array);
        list.into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// The value of a parameter, if it was sent.
    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.parameters.get(name)
    }

    /// Whether a parameter was sent as `true`.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.parameters.get(name) == Some(&Value::Bool(true))
    }

    /// The value of a count parameter, if it was sent; saturated if it is too large.
    pub(crate) fn count(&self, name: &str) -> Option<usize> {
        let count = self.parameters.get(name)?;
        let count = count.as_u64().unwrap_or(u64::MAX);
        Some(usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// The parameters that were sent, except those with these names.
    pub(crate) fn without(&self, names: &[&str]) -> BTreeMap<&str, &Value> {
        let kept = self.parameters.iter();
        kept.map(|(name, value)| (name.as_str(), value))
            .filter(|(name, _)| !names.contains(name))
            .collect()
    }

    /// The field `name` of the body, if it was sent.
    pub(crate) fn field(&self, name: &str) -> Option<&Value> {
        self.fields()?.get(name)
    }

    /// The value of a string field of the body; empty if it was not sent.
    pub(crate) fn field_text(&self, name: &str) -> &str {
        self.field(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// The body, if one was sent.
    pub(crate) fn body(&self) -> Option<&Value> {
        self.body.as_ref()
    }

    fn fields(&self) -> Option<&Map<String, Value>> {
        self.body.as_ref().and_then(Value::as_object)
    }
}

fn read_parameter(
    parameter: &Parameter,
    path: &BTreeMap<String, String>,
    query: &[(String, String)],
    request: &Request,
) -> Result<Option<Value>, String> {
    let pairs = query
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    let texts: Vec<&str> = match parameter.location {
        Location::Query if parameter.encoding == Encoding::Brackets => {
            let tree = Tree::collect(&parameter.name, pairs);
            return Ok(tree.map(|tree| tree.read(&parameter.shape)));
        }
        Location::Query => pairs
            .filter(|(name, _)| *name == parameter.name)
            .map(|(_, text)| text)
            .collect(),
        Location::Path => path
            .get(&parameter.name)
            .map(String::as_str)
            .into_iter()
            .collect(),
        Location::Header => {
            let values = request.headers.get_all(&parameter.name).iter();
            values
                .map(|value| value.to_str().unwrap_or("\u{fffd}"))
                .collect()
        }
    };
    read_texts(parameter, &texts)
}

fn read_texts(parameter: &Parameter, texts: &[&str]) -> Result<Option<Value>, String> {
    if texts.is_empty() {
        return Ok(None);
    }
    let item = match &parameter.shape {
        crate::spec::Shape::List(item) => item,
        shape => shape,
    };
    let list = |texts: &mut dyn Iterator<Item = &str>| {
        Value::Array(texts.map(|text| item.read(text)).collect())
    };
    match (parameter.encoding, texts) {
        (Encoding::Repeated, texts) => Ok(Some(list(&mut texts.iter().copied()))),
        (Encoding::Commas, [text]) => Ok(Some(list(&mut text.split(',')))),
        (Encoding::Json, [text]) => match serde_json::from_str(text) {
            Ok(value) => Ok(Some(value)),
            Err(_) => Err("must be a JSON document".to_owned()),
        },
        (_, [text]) => Ok(Some(parameter.shape.read(text))),
        _ => Err("must be given once".to_owned()),
    }
}

fn unknown_parameters(operation: &Operation, query: &[(String, String)]) -> Vec<Issue> {
    let known = |key: &str| {
        let mut declared = operation
            .parameters
            .iter()
            .filter(|known| known.location == Location::Query);
        declared.any(|parameter| match parameter.encoding {
            Encoding::Brackets => brackets::steps(&parameter.name, key).is_some(),
            _ => parameter.name == key,
        })
    };
    let unknown = query.iter().filter(|(key, _)| !known(key));
    unknown
        .map(|(key, _)| Issue::named(key, "is not a known parameter"))
        .collect()
}

fn read_body(
    expected: &RequestBody,
    request: &Request,
    strict: bool,
) -> Result<Option<Value>, Vec<Issue>> {
    let bytes = request.body.as_deref().unwrap_or_default();
    if bytes.is_empty() {
        return if expected.required {
            Err(vec![Issue::body("is required")])
        } else {
            Ok(None)
        };
    }
    let is_json = request
        .media_type()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    if !is_json {
        return Err(vec![Issue::named(
            "content-type",
            "must be application/json",
        )]);
    }
    let body: Value = serde_json::from_slice(bytes)
        .map_err(|error| vec![Issue::body(format!("must be a JSON document: {error}"))])?;
    let mut issues = expected.schema.issues(&body);
    if strict {
        let unknown = expected.members.unknown(&body).into_iter();
        let unknown: Vec<Issue> = unknown.filter(|issue| !issues.contains(issue)).collect();
        issues.extend(unknown);
    }
    if issues.is_empty() {
        Ok(Some(body))
    } else {
        Err(issues)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, HeaderValue, Method};
    use serde_json::json;

    use super::*;
    use crate::spec::Spec;

    const SPEC: &str = r#"{"paths": {"/a/{id}": {"post": {
        "operationId": "a",
        "parameters": [
            {"name": "id", "in": "path", "required": true, "schema": {"type": "string", "maxLength": 3}},
            {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}},
            {"name": "tag", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
            {"name": "cursor", "in": "query", "style": "deepObject", "schema": {
                "type": "object", "required": ["id"],
                "properties": {"id": {"type": "string"}, "n": {"type": "integer"}}
            }},
            {"name": "where", "in": "query", "content": {"application/json": {"schema": {
                "type": "array", "items": {"type": "object"}
            }}}},
            {"name": "Some-Key", "in": "header", "schema": {"type": "string", "maxLength": 5}},
            {"name": "kind", "in": "query", "required": true, "schema": {"enum": ["x"]}}
        ],
        "requestBody": {"required": true, "content": {"application/json": {"schema": {
            "type": "object", "properties": {"n": {"type": "integer"}}
        }}}},
        "responses": {"204": {"description": "done"}}
    }}}}"#;

    fn read(target: &str, headers: &[(&'static str, &'static str)], body: &'static str) -> Outcome {
        let spec = Spec::read(SPEC).unwrap();
        let pairs = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
        let request = Request {
            method: Method::POST,
            target: target.parse().unwrap(),
            headers: pairs.collect::<HeaderMap>(),
            body: Some(Bytes::from_static(body.as_bytes())),
        };
        let path = BTreeMap::from([("id".to_owned(), "7".to_owned())]);
        let strictness = Strictness {
            parameters: true,
            fields: false,
        };
        Arguments::read(spec.operation("a").unwrap(), &path, &request, strictness)
            .map_err(|issues| issues.iter().map(ToString::to_string).collect())
    }

    type Outcome = Result<Arguments, Vec<String>>;

    const JSON: [(&str, &str); 1] = [("content-type", "application/json; charset=utf-8")];

    #[test]
    fn every_encoding_is_read() {
        let target = "/a/7?kind=x&limit=5&tag=a&tag=b&cursor[id]=c&cursor[n]=2\
                      &where=%5B%7B%22f%22%3A1%7D%5D";
        let arguments = read(target, &JSON, r#"{"n": 1}"#).unwrap();
        assert_eq!(arguments.text("id"), "7");
        assert_eq!(arguments.texts("tag"), ["a", "b"]);
        assert_eq!(arguments.parameters["limit"], json!(5));
        assert_eq!(arguments.parameters["cursor"], json!({"id": "c", "n": 2}));
        assert_eq!(arguments.parameters["where"], json!([{"f": 1}]));
        assert_eq!(arguments.field("n"), Some(&json!(1)));
    }

    #[test]
    fn every_invalid_argument_is_named() {
        let target = "/a/7?limit=0&limit=1&tag[]=a&cursor[n]=x&where=%5B&more=1";
        let headers = [
            ("content-type", "application/json"),
            ("some-key", "toolong"),
        ];
        let issues = read(target, &headers, r#"{"n": "1"}"#).unwrap_err();
        let expected = [
            "limit must be given once",
            "cursor.n must be integer",
            "cursor.id is required",
            "where must be a JSON document",
            "Some-Key must have at most 5 characters",
            "kind is required",
            "tag[] is not a known parameter",
            "more is not a known parameter",
            "n must be integer",
        ];
        let mut sorted = issues.clone();
        sorted.sort();
        let mut expected = expected.map(str::to_owned).to_vec();
        expected.sort();
        assert_eq!(sorted, expected);
    }

    #[test]
    fn a_required_body_must_be_present_and_json() {
        assert_eq!(
            read("/a/7?kind=x", &JSON, "").unwrap_err(),
            ["the body is required"]
        );
        let text = [("content-type", "text/plain")];
        let issues = read("/a/7?kind=x", &text, "{}").unwrap_err();
        assert_eq!(issues, ["content-type must be application/json"]);
        let issues = read("/a/7?kind=x", &JSON, r#"{"n":"#).unwrap_err();
        assert!(
            issues[0].starts_with("the body must be a JSON document"),
            "{issues:?}"
        );
    }
}
