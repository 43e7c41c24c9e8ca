//! One operation of a document.

use serde_json::Value;

use super::document::{Document, Examples, items, members, text};

/// One operation of a document.
#[derive(Clone, Debug)]
pub struct Operation<'a> {
    /// The name of the method that the client has for it.
    pub id: String,
    /// The HTTP method, in capitals.
    pub method: String,
    /// The path with its parameters in braces.
    pub path: &'a str,
    document: &'a Document,
    value: &'a Value,
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
}

/// A parameter of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Parameter<'a> {
    /// Its name.
    pub name: &'a str,
    /// Where it stands.
    pub location: Location,
    /// Whether it must be given.
    pub required: bool,
    /// Whether it should no longer be used. A client does not offer such a parameter.
    pub deprecated: bool,
    /// Whether its members and items are sent in brackets: `name[member][]=item`.
    pub brackets: bool,
    /// Whether it is sent as JSON text.
    pub json: bool,
    /// What its values are like.
    pub schema: &'a Value,
    /// The declaration.
    pub value: &'a Value,
}

/// A body of JSON.
#[derive(Clone, Debug)]
pub struct Content<'a> {
    /// What the values are like.
    pub schema: &'a Value,
    /// The examples.
    pub examples: Examples<'a>,
}

/// An answer that the document knows.
#[derive(Clone, Debug)]
pub struct Documented<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The vendor's codes that come with it.
    pub codes: Vec<&'a str>,
    /// Its body, if it has one.
    pub content: Option<Content<'a>>,
}

impl Documented<'_> {
    /// Whether the operation was carried out.
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }
}

impl<'a> Operation<'a> {
    pub(super) fn new(
        document: &'a Document,
        method: &str,
        path: &'a str,
        value: &'a Value,
    ) -> Self {
        Self {
            id: text(&value["operationId"]).to_owned(),
            method: method.to_uppercase(),
            path,
            document,
            value,
        }
    }

    /// The address of the server it is on, where that is not the API's.
    pub fn server(&self) -> Option<&'a str> {
        self.value["servers"][0]["url"].as_str()
    }

    /// The member of an answer that holds the result.
    pub fn envelope(&self) -> Option<&'a str> {
        self.value["x-threadline-envelope"].as_str()
    }

    /// A keyword of the operation.
    pub fn keyword(&self, name: &str) -> &'a Value {
        &self.value[name]
    }

    /// The parameters, those of the path first.
    pub fn parameters(&self) -> Vec<Parameter<'a>> {
        let mut parameters: Vec<_> = items(&self.value["parameters"])
            .map(|value| parameter(self.document.resolve(value)))
            .collect();
        parameters.sort_by_key(|parameter| parameter.location != Location::Path);
        parameters
    }

    /// The body of the request, if it has one.
    pub fn body(&self) -> Option<Content<'a>> {
        self.content(self.document.resolve(self.value.get("requestBody")?))
    }

    /// The documented answers.
    pub fn answers(&self) -> Vec<Documented<'a>> {
        members(&self.value["responses"])
            .map(|(status, answer)| {
                let answer = self.document.resolve(answer);
                Documented {
                    status: status.parse().expect("a status is a number"),
                    codes: items(&answer["x-threadline-codes"]).map(text).collect(),
                    content: self.content(answer),
                }
            })
            .collect()
    }

    fn content(&self, holder: &'a Value) -> Option<Content<'a>> {
        let content = holder.get("content")?;
        let json = &content["application/json"];
        assert!(json.is_object(), "{}: a body is not JSON", self.id);
        Some(Content {
            schema: &json["schema"],
            examples: self.document.examples(json),
        })
    }
}

fn parameter(value: &Value) -> Parameter<'_> {
    let location = match text(&value["in"]) {
        "path" => Location::Path,
        "query" => Location::Query,
        "header" => Location::Header,
        other => panic!("parameters in {other} are not expected"),
    };
    let style = value["style"].as_str().unwrap_or("form");
    let brackets = style == "deepObject";
    let repeated = style == "form" && value["explode"] != false;
    assert!(
        brackets || location != Location::Query || repeated,
        "{value}: what this style means is not known"
    );
    let content = value.pointer("/content/application~1json/schema");
    Parameter {
        name: text(&value["name"]),
        location,
        required: value["required"] == true,
        deprecated: value["deprecated"] == true,
        brackets,
        json: content.is_some(),
        schema: content.unwrap_or(&value["schema"]),
        value,
    }
}
