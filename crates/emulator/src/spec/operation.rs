//! Operations: their requests and responses.

use std::collections::BTreeMap;

use http::Method;
use serde_json::Value;

use super::document::{Node, SpecError};
use super::members::Members;
use super::parameter::Parameter;
use super::schema::{Components, Schema};
use crate::spec::security::SecurityScheme;

/// An operation of a spec.
pub(crate) struct Operation {
    /// Its `operationId`.
    pub(crate) id: String,
    /// Its method.
    pub(crate) method: Method,
    /// Its path template, including the server's base path.
    pub(crate) path: String,
    /// Its parameters.
    pub(crate) parameters: Vec<Parameter>,
    /// Its request body, if it takes one.
    pub(crate) body: Option<RequestBody>,
    /// The schemas of the response bodies by status; `None` for a response without a body.
    pub(crate) responses: BTreeMap<u16, Option<Schema>>,
    /// The accepted security schemes, any of which suffices; empty if no credential is needed.
    pub(crate) security: Vec<SecurityScheme>,
    /// The examples of successful responses, by name.
    pub(crate) examples: BTreeMap<String, Value>,
    /// The name of the rate limit budget its requests count in.
    pub(crate) budget: Option<String>,
    /// The member that holds the result if a response is in an envelope.
    pub(crate) envelope: Option<String>,
}

/// The request body of an operation.
pub(crate) struct RequestBody {
    /// Whether it is required.
    pub(crate) required: bool,
    /// Its schema.
    pub(crate) schema: Schema,
    /// The fields it knows.
    pub(crate) members: Members,
}

/// What operations inherit from the document.
pub(crate) struct DocumentDefaults<'a> {
    /// The compiled component schemas.
    pub(crate) components: &'a Components,
    /// The base path of the server URL.
    pub(crate) base_path: &'a str,
    /// The default security schemes.
    pub(crate) security: &'a [SecurityScheme],
}

impl Operation {
    /// Reads the operation `method` of a path item.
    pub(crate) fn read(
        path: &str,
        path_item: &Node<'_>,
        method: Method,
        operation: &Node<'_>,
        defaults: &DocumentDefaults<'_>,
    ) -> Result<Self, SpecError> {
        let mut parameters = Vec::new();
        for holder in [path_item, operation] {
            if let Some(nodes) = holder.get("parameters")? {
                for node in nodes.items()? {
                    parameters.extend(Parameter::read(&node, defaults.components)?);
                }
            }
        }
        let base_path = match super::base_path(operation)? {
            Some(base_path) => base_path,
            None => match super::base_path(path_item)? {
                Some(base_path) => base_path,
                None => defaults.base_path.to_owned(),
            },
        };
        let (responses, examples) = read_responses(operation, defaults.components)?;
        Ok(Self {
            id: operation.require("operationId")?.text()?.to_owned(),
            method,
            path: format!("{base_path}{path}"),
            parameters,
            body: read_body(operation, defaults.components)?,
            responses,
            security: match operation.get("security")? {
                Some(security) => super::security::read(&security, operation)?,
                None => defaults.security.to_vec(),
            },
            examples,
            budget: optional_text(operation, "x-threadline-rate-budget")?,
            envelope: optional_text(operation, "x-threadline-envelope")?,
        })
    }

    /// How a response violates the spec.
    ///
    /// Vendors do not document for every operation that it rejects malformed requests. If the
    /// status of a rejection is not documented, it must match the schema of another error.
    pub(crate) fn violations(
        &self,
        status: u16,
        body: Option<&Value>,
        rejected: bool,
    ) -> Vec<String> {
        let schema = self.responses.get(&status).or_else(|| {
            let mut errors = self.responses.range(400..);
            errors.next().filter(|_| rejected).map(|(_, schema)| schema)
        });
        match (schema, body) {
            (None, _) => vec!["the spec does not define this status".to_owned()],
            (Some(None), None) => Vec::new(),
            (Some(None), Some(_)) => vec!["the spec allows no body".to_owned()],
            (Some(Some(_)), None) => vec!["the spec requires a body".to_owned()],
            (Some(Some(schema)), Some(body)) => schema
                .issues(body)
                .iter()
                .map(ToString::to_string)
                .collect(),
        }
    }
}

fn optional_text(operation: &Node<'_>, member: &str) -> Result<Option<String>, SpecError> {
    match operation.get(member)? {
        Some(node) => Ok(Some(node.text()?.to_owned())),
        None => Ok(None),
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
        members: Members::of(&schema)?,
    }))
}

type Responses = (BTreeMap<u16, Option<Schema>>, BTreeMap<String, Value>);

fn read_responses(operation: &Node<'_>, components: &Components) -> Result<Responses, SpecError> {
    let mut responses = BTreeMap::new();
    let mut examples = BTreeMap::new();
    for (status, response) in operation.require("responses")?.members()? {
        let Ok(status) = status.parse::<u16>() else {
            return Err(response.error(format!("`{status}` is not a status")));
        };
        let Some(content) = response.get("content")? else {
            responses.insert(status, None);
            continue;
        };
        let json = content.require("application/json")?;
        responses.insert(status, Some(components.schema(&json.require("schema")?)));
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
    Ok((responses, examples))
}
