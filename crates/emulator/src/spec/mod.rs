//! Reads a vendor's OpenAPI 3.0 document: its operations and their schemas.
//!
//! Anything that is not supported is an error at startup and never silently ignored.

mod budget;
mod document;
pub(crate) mod issue;
mod json_schema;
mod members;
mod operation;
mod parameter;
mod schema;
pub(crate) mod security;
mod shape;

use std::collections::BTreeMap;

use http::Method;
use serde_json::Value;

pub(crate) use document::SpecError;
use document::{Document, Node};
use operation::DocumentDefaults;
pub(crate) use operation::{Operation, RequestBody};
pub(crate) use parameter::{Encoding, Location, Parameter};
use schema::Components;
pub(crate) use shape::Shape;

use crate::rate_limit::{Budget, Limit};

/// A vendor's OpenAPI document.
pub(crate) struct Spec {
    /// All operations.
    pub(crate) operations: Vec<Operation>,
    /// The base path of the server URL, such as `/api/v2`; may be empty.
    pub(crate) base_path: String,
    /// The documented rate limits on all requests.
    pub(crate) limits: Vec<Limit>,
    /// Additional rate limits on some operations.
    pub(crate) budgets: Vec<Budget>,
}

impl Spec {
    /// Reads the JSON text of a document.
    pub(crate) fn read(text: &str) -> Result<Self, SpecError> {
        let document = Document::parse(text)?;
        let root = document.root();
        let base_path = base_path(&root)?.unwrap_or_default();
        let security = match root.get("security")? {
            Some(security) => security::read(&security, &root)?,
            None => Vec::new(),
        };
        let defaults = DocumentDefaults {
            components: &Components::of(&root)?,
            base_path: &base_path,
            security: &security,
        };
        let budgets = budget::read(&root)?;
        let mut operations = Vec::new();
        for (path, item) in root.require("paths")?.members()? {
            for method in METHODS {
                if let Some(operation) = item.get(&method.as_str().to_ascii_lowercase())? {
                    let node = operation;
                    let operation = Operation::read(path, &item, method, &node, &defaults)?;
                    let names = |name: &String| budgets.iter().any(|known| known.name == *name);
                    if !operation.budget.iter().all(names) {
                        return Err(node.error("refers to an unknown budget"));
                    }
                    operations.push(operation);
                }
            }
        }
        Ok(Self {
            operations,
            base_path,
            limits: budget::limits(&root)?,
            budgets,
        })
    }

    /// The operation of this id.
    pub(crate) fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// The budget of this name.
    pub(crate) fn budget(&self, name: Option<&str>) -> Option<&Budget> {
        let name = name?;
        self.budgets.iter().find(|budget| budget.name == name)
    }

    /// The examples of an operation's successful responses, by name.
    pub(crate) fn examples(&self, operation: &str) -> BTreeMap<String, Value> {
        self.operation(operation)
            .map(|operation| operation.examples.clone())
            .unwrap_or_default()
    }

    /// The example an operation gives for one of its parameters.
    pub(crate) fn parameter_example(&self, operation: &str, parameter: &str) -> Option<&Value> {
        let operation = self.operation(operation)?;
        let parameter = operation
            .parameters
            .iter()
            .find(|known| known.name == parameter)?;
        parameter.example.as_ref()
    }
}

/// The methods an operation can have.
const METHODS: [Method; 5] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];

/// The base path of the first server listed at a node, if any.
fn base_path(node: &Node<'_>) -> Result<Option<String>, SpecError> {
    let Some(servers) = node.get("servers")? else {
        return Ok(None);
    };
    let Some(server) = servers.items()?.into_iter().next() else {
        return Ok(None);
    };
    let address = server.require("url")?;
    match url::Url::parse(address.text()?) {
        Ok(url) => Ok(Some(url.path().trim_end_matches('/').to_owned())),
        Err(error) => Err(address.error(format!("not an absolute address: {error}"))),
    }
}
