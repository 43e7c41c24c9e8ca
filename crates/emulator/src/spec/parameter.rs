//! Parameters of an operation.

use serde_json::Value;

use super::document::{Node, SpecError};
use super::schema::{Components, Schema};
use super::shape::Shape;

/// The location of a parameter in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Location {
    /// A segment of the path.
    Path,
    /// The query string.
    Query,
    /// A header.
    Header,
}

/// How a parameter's value is serialized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// One value.
    Single,
    /// A list by repeating the name: `a=1&a=2`.
    Repeated,
    /// A list with commas: `a=1,2`.
    Commas,
    /// Lists and objects with brackets: `a[]=1`, `a[0]=1`, `a[b][c]=1`; a list may also repeat the
    /// bare name.
    Brackets,
    /// A JSON document.
    Json,
}

/// A parameter of an operation.
pub(crate) struct Parameter {
    /// Its name.
    pub(crate) name: String,
    /// Its location.
    pub(crate) location: Location,
    /// Whether it is required.
    pub(crate) required: bool,
    /// Its serialization.
    pub(crate) encoding: Encoding,
    /// The type its text is parsed as.
    pub(crate) shape: Shape,
    /// The schema of its value.
    pub(crate) schema: Schema,
    /// The example from the spec.
    pub(crate) example: Option<Value>,
}

impl Parameter {
    /// Reads a parameter; `None` for headers that OpenAPI ignores here.
    pub(crate) fn read(
        node: &Node<'_>,
        components: &Components,
    ) -> Result<Option<Self>, SpecError> {
        let name = node.require("name")?.text()?.to_owned();
        let location = match node.require("in")?.text()? {
            "path" => Location::Path,
            "query" => Location::Query,
            "header" if is_described_elsewhere(&name) => return Ok(None),
            "header" => Location::Header,
            other => {
                return Err(node.error(format!("parameters in `{other}` are not emulated")));
            }
        };
        let json = content_schema(node)?;
        let schema = match &json {
            Some(schema) => schema.clone(),
            None => node.require("schema")?,
        };
        let shape = Shape::of(&schema)?;
        let encoding = match json {
            Some(_) => Encoding::Json,
            None => encoding(node, location, &shape)?,
        };
        Ok(Some(Self {
            name,
            location,
            required: flag(node, "required") == Some(true),
            encoding,
            shape,
            schema: components.schema(&schema),
            example: node.get("example")?.map(|example| example.value().clone()),
        }))
    }
}

/// The schema of a parameter that is a JSON document.
fn content_schema<'a>(node: &Node<'a>) -> Result<Option<Node<'a>>, SpecError> {
    match node.get("content")? {
        Some(content) => content
            .require("application/json")?
            .require("schema")
            .map(Some),
        None => Ok(None),
    }
}

fn encoding(node: &Node<'_>, location: Location, shape: &Shape) -> Result<Encoding, SpecError> {
    let style = node.get("style")?.map(|style| style.text()).transpose()?;
    if location == Location::Query && style == Some("deepObject") {
        return Ok(Encoding::Brackets);
    }
    match style {
        None | Some("simple" | "form") => {}
        Some(other) => return Err(node.error(format!("the style `{other}` is not emulated"))),
    }
    if !shape.takes_list() {
        return Ok(Encoding::Single);
    }
    let explode = flag(node, "explode").unwrap_or(location == Location::Query);
    Ok(if explode {
        Encoding::Repeated
    } else {
        Encoding::Commas
    })
}

fn flag(node: &Node<'_>, name: &str) -> Option<bool> {
    node.value().get(name).and_then(Value::as_bool)
}

fn is_described_elsewhere(header: &str) -> bool {
    ["accept", "content-type", "authorization"]
        .iter()
        .any(|name| header.eq_ignore_ascii_case(name))
}
