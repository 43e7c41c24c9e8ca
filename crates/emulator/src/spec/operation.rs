//! An operation: what it takes and what it may answer.

use std::collections::BTreeMap;

use http::Method;
use serde_json::Value;

use super::document::{Node, SpecError};
use super::parameter::Parameter;
use super::schema::{Components, Schema};
use crate::spec::security::Credential;

/// An operation of a spec.
pub(crate) struct Operation {
    /// Its `operationId`.
    pub(crate) id: String,
    /// Its method.
    pub(crate) method: Method,
    /// Its path template, the server's base path included.
    pub(crate) path: String,
    /// Its parameters.
    pub(crate) parameters: Vec<Parameter>,
    /// Its body, if it takes one.
    pub(crate) body: Option<RequestBody>,
    /// What it may answer: for each status the schema of its body, or none if it has none.
    pub(crate) answers: BTreeMap<u16, Option<Schema>>,
    /// The places a credential may stand in, any of which will do; none at all if the operation is
    /// open to everybody.
    pub(crate) credentials: Vec<Credential>,
    /// The examples of successful answers, by name.
    pub(crate) examples: BTreeMap<String, Value>,
    /// The budget its requests count in besides, by name.
    pub(crate) budget: Option<String>,
}

/// The body an operation takes.
pub(crate) struct RequestBody {
    /// Must it be there?
    pub(crate) required: bool,
    /// What it has to fit.
    pub(crate) schema: Schema,
}

/// What an operation inherits from the document around it.
pub(crate) struct Surroundings<'a> {
    /// The compiled component schemas.
    pub(crate) components: &'a Components,
    /// The path of the server's address.
    pub(crate) base_path: &'a str,
    /// The credentials asked for where an operation says nothing else.
    pub(crate) credentials: &'a [Credential],
}

impl Operation {
    /// Reads the operation `method` of a path item.
    pub(crate) fn read(
        path: &str,
        path_item: &Node<'_>,
        method: Method,
        operation: &Node<'_>,
        surroundings: &Surroundings<'_>,
    ) -> Result<Self, SpecError> {
        let mut parameters = Vec::new();
        for holder in [path_item, operation] {
            if let Some(nodes) = holder.get("parameters")? {
                for node in nodes.items()? {
                    parameters.extend(Parameter::read(&node, surroundings.components)?);
                }
            }
        }
        let base_path = match super::base_path(operation)? {
            Some(base_path) => base_path,
            None => match super::base_path(path_item)? {
                Some(base_path) => base_path,
                None => surroundings.base_path.to_owned(),
            },
        };
        let (answers, examples) = read_answers(operation, surroundings.components)?;
        Ok(Self {
            id: operation.require("operationId")?.text()?.to_owned(),
            method,
            path: format!("{base_path}{path}"),
            parameters,
            body: read_body(operation, surroundings.components)?,
            answers,
            credentials: match operation.get("security")? {
                Some(security) => super::security::credentials(&security, operation)?,
                None => surroundings.credentials.to_vec(),
            },
            examples,
            budget: match operation.get("x-threadline-rate-budget")? {
                Some(name) => Some(name.text()?.to_owned()),
                None => None,
            },
        })
    }

    /// What the spec does not allow about a response.
    ///
    /// Vendors do not document for each operation that it refuses malformed requests. A refusal
    /// whose status is not among the operation's has to have the form of the operation's other
    /// errors.
    pub(crate) fn violations(
        &self,
        status: u16,
        body: Option<&Value>,
        refused: bool,
    ) -> Vec<String> {
        let schema = self.answers.get(&status).or_else(|| {
            let mut errors = self.answers.range(400..);
            errors.next().filter(|_| refused).map(|(_, schema)| schema)
        });
        match (schema, body) {
            (None, _) => vec!["the spec does not know this status".to_owned()],
            (Some(None), None) => Vec::new(),
            (Some(None), Some(_)) => vec!["the spec has no body here".to_owned()],
            (Some(Some(_)), None) => vec!["the spec has a body here".to_owned()],
            (Some(Some(schema)), Some(body)) => schema
                .issues(body)
                .iter()
                .map(ToString::to_string)
                .collect(),
        }
    }
}

fn read_body(
    operation: &Node<'_>,
    components: &Components,
) -> Result<Option<RequestBody>, SpecError> {
    let Some(body) = operation.get("requestBody")? else {
        return Ok(None);
    };
    let required = body.value().get("required").and_then(Value::as_bool) == Some(true);
    let schema = body
        .require("content")?
        .require("application/json")?
        .require("schema")?;
    Ok(Some(RequestBody {
        required,
        schema: components.schema(&schema),
    }))
}

type Answers = (BTreeMap<u16, Option<Schema>>, BTreeMap<String, Value>);

fn read_answers(operation: &Node<'_>, components: &Components) -> Result<Answers, SpecError> {
    let mut answers = BTreeMap::new();
    let mut examples = BTreeMap::new();
    for (status, answer) in operation.require("responses")?.members()? {
        let Ok(status) = status.parse::<u16>() else {
            return Err(answer.error(format!("`{status}` is not a status")));
        };
        let Some(content) = answer.get("content")? else {
            answers.insert(status, None);
            continue;
        };
        let json = content.require("application/json")?;
        answers.insert(status, Some(components.schema(&json.require("schema")?)));
        if (200..300).contains(&status) {
            for (name, example) in json
                .get("examples")?
                .iter()
                .flat_map(Node::members)
                .flatten()
            {
                examples.insert(name.to_owned(), example.require("value")?.value().clone());
            }
        }
    }
    Ok((answers, examples))
}
