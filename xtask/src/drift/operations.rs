//! The operations of a document.

use serde_json::Value;

use crate::spec::document::{METHODS, items, members, schema_name, text};

use super::matching::server_path;
use super::normalise::target;
use super::shape::{Node, node};

/// An operation.
pub(super) struct Operation<'a> {
    pub method: String,
    pub path: &'a str,
    /// The path of the operation's own server, if it has one.
    pub server: Option<String>,
    pub parameters: Vec<Parameter<'a>>,
    pub body: Option<Body<'a>>,
    pub responses: Vec<Response<'a>>,
}

/// A parameter. Path parameters are identified by position, because their names are not sent.
pub(super) struct Parameter<'a> {
    /// `query`, `header`, `path`, `cookie`.
    pub location: &'a str,
    pub name: &'a str,
    /// The key to find it in the other document.
    pub key: String,
    pub required: bool,
    pub node: Node<'a>,
    /// The shared parameter it refers to.
    pub component: Option<&'a str>,
}

/// A request or response body.
pub(super) struct Body<'a> {
    pub media: &'a str,
    pub required: bool,
    pub node: Node<'a>,
}

/// A documented status.
pub(super) struct Response<'a> {
    pub status: String,
    pub body: Option<Body<'a>>,
    /// The shared response it refers to.
    pub component: Option<&'a str>,
}

/// Every operation, in the order of the document.
pub(super) fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut found = Vec::new();
    for (path, item) in members(document.get("paths")) {
        let item = followed(document, item);
        for (method, operation) in members(Some(item)) {
            if !METHODS.contains(&method.as_str()) {
                continue;
            }
            let server = [operation, item]
                .into_iter()
                .find_map(|holder| items(holder.get("servers")).next());
            found.push(Operation {
                method: method.to_uppercase(),
                path,
                server: server.map(server_path),
                parameters: parameters(document, path, item, operation),
                body: operation
                    .get("requestBody")
                    .and_then(|body| self::body(followed(document, body))),
                responses: responses(document, operation),
            });
        }
    }
    found
}

fn followed<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let mut value = value;
    // Longer chains are cycles, which were rejected when the document was read.
    for _ in 0..32 {
        match text(value, "$ref").and_then(|reference| target(document, reference)) {
            Some(next) => value = next,
            None => break,
        }
    }
    value
}

fn parameters<'a>(
    document: &'a Value,
    path: &str,
    item: &'a Value,
    operation: &'a Value,
) -> Vec<Parameter<'a>> {
    let mut found: Vec<Parameter<'a>> = Vec::new();
    let schemes = document.pointer("/components/securitySchemes");
    for holder in [operation, item] {
        for reference in items(holder.get("parameters")) {
            let value = followed(document, reference);
            let (Some(name), Some(location)) = (text(value, "name"), text(value, "in")) else {
                continue;
            };
            if location == "header" && not_a_parameter(schemes, name) {
                continue;
            }
            let key = key(path, location, name);
            if found.iter().any(|same| same.key == key) {
                continue;
            }
            let content = members(value.get("content")).next();
            let schema = value
                .get("schema")
                .or_else(|| content.and_then(|(_, media)| media.get("schema")));
            found.push(Parameter {
                location,
                name: name.trim_end_matches("[]"),
                key,
                required: location == "path" || is_true(value, "required"),
                node: schema.map(node).unwrap_or_default(),
                component: component(reference, "parameters"),
            });
        }
    }
    found
}

/// Headers that OpenAPI describes elsewhere: the credential, and those implied by media types.
fn not_a_parameter(schemes: Option<&Value>, name: &str) -> bool {
    ["accept", "content-type", "authorization"].contains(&name.to_lowercase().as_str())
        || members(schemes).any(|(_, scheme)| {
            text(scheme, "in") == Some("header")
                && text(scheme, "name").is_some_and(|same| same.eq_ignore_ascii_case(name))
        })
}

fn key(path: &str, location: &str, name: &str) -> String {
    match location {
        "path" => {
            let position = placeholders(path).position(|placeholder| placeholder == name);
            position.map_or_else(|| format!("path {name}"), |at| format!("path {at}"))
        }
        "header" => format!("header {}", name.to_lowercase()),
        // Lists in brackets: some documents include the brackets in the name.
        _ => format!("{location} {}", name.trim_end_matches("[]")),
    }
}

/// The names in a path template.
fn placeholders(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0))
}

fn responses<'a>(document: &'a Value, operation: &'a Value) -> Vec<Response<'a>> {
    members(operation.get("responses"))
        .filter(|(status, _)| !status.starts_with("x-"))
        .map(|(status, response)| Response {
            status: status.to_uppercase().replace("DEFAULT", "default"),
            body: body(followed(document, response)),
            component: component(response, "responses"),
        })
        .collect()
}

/// The JSON body if there is one, otherwise the first.
fn body(holder: &Value) -> Option<Body<'_>> {
    let content = || members(holder.get("content"));
    let (media, value) = content()
        .find(|(media, _)| is_json(media))
        .or_else(|| content().find(|(media, _)| *media == "*/*"))
        .or_else(|| content().next())?;
    Some(Body {
        media,
        required: is_true(holder, "required"),
        node: value.get("schema").map(node).unwrap_or_default(),
    })
}

/// Whether the two media types have the same kind of body.
pub(super) fn same_media(one: &str, other: &str) -> bool {
    is_json(one) == is_json(other) || one == "*/*" || other == "*/*"
}

fn is_json(media: &str) -> bool {
    let media = media.split(';').next().unwrap_or_default().trim();
    media == "application/json" || media.ends_with("+json")
}

fn is_true(value: &Value, member: &str) -> bool {
    value.get(member) == Some(&Value::Bool(true))
}

/// The name of the shared component of this sort that a value refers to.
fn component<'a>(value: &'a Value, sort: &str) -> Option<&'a str> {
    let reference = text(value, "$ref")?;
    schema_name(reference).or_else(|| {
        reference
            .strip_prefix("#/components/")?
            .strip_prefix(sort)?
            .strip_prefix('/')
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn path_parameters_go_by_position_and_credentials_are_none() {
        let document = json!({
            "components": { "securitySchemes": { "k": { "type": "apiKey", "in": "header", "name": "X-Key" } } },
            "paths": { "/a/{x}/{y}": {
                "parameters": [{ "name": "y", "in": "path" }, { "name": "ids[]", "in": "query" }],
                "get": { "parameters": [{ "name": "x-key", "in": "header" }, { "name": "Trace", "in": "header" }] },
            } },
        });
        let found = operations(&document);
        let keys = found[0].parameters.iter().map(|found| found.key.as_str());
        assert_eq!(
            keys.collect::<Vec<_>>(),
            ["header trace", "path 1", "query ids"]
        );
    }
}
