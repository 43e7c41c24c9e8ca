//! Compares the operations of two documents.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::difference::{Kind, Occurrence, Place};
use super::matching::{Matched, matched};
use super::normalise::Schemas;
use super::operations::{Body, Operation, Parameter, Response, operations, same_media};

/// The result of a comparison.
pub(super) struct Compared {
    /// All differences at all places.
    pub found: Vec<Occurrence>,
    /// The words that the vendor lists in place of each component of ours.
    pub words: BTreeSet<(String, String)>,
}

pub(super) fn documents(ours: &Value, theirs: &Value) -> Compared {
    let (our, their) = (operations(ours), operations(theirs));
    let Matched {
        pairs,
        ours_only,
        theirs_only,
        prefix,
    } = matched((&our, ours), (&their, theirs));
    let mut comparison = Comparison {
        ours: Schemas { document: ours },
        theirs: Schemas { document: theirs },
        found: Vec::new(),
        words: BTreeSet::new(),
        seen: HashSet::new(),
    };
    for (our, their) in pairs {
        comparison.operation(our, their);
    }
    for our in ours_only {
        let at = At::operation(our.method.clone(), our.path);
        comparison.add(&at, Kind::ExtraOperation, "present", "-");
    }
    for their in theirs_only {
        let path = their.path.strip_prefix(&prefix).unwrap_or(their.path);
        let at = At::operation(their.method.clone(), path);
        comparison.add(&at, Kind::MissingOperation, "-", "present");
    }
    Compared {
        found: comparison.found,
        words: comparison.words,
    }
}

/// A comparison in progress.
pub(super) struct Comparison<'a> {
    pub ours: Schemas<'a>,
    pub theirs: Schemas<'a>,
    pub found: Vec<Occurrence>,
    words: BTreeSet<(String, String)>,
    /// The pairs of types already compared in the current body or parameter. This stops recursion, and compares a type
    /// that a body contains several times only once.
    pub seen: HashSet<(Vec<usize>, Vec<usize>)>,
}

/// A place in a document.
#[derive(Clone)]
pub(super) struct At {
    operation: String,
    /// `response 200`.
    part: String,
    /// `data[].status`.
    path: String,
    /// `Thread.status`.
    pub component: Option<String>,
    /// Whether this is in a response.
    pub answer: bool,
}

impl At {
    fn operation(method: String, path: &str) -> Self {
        Self {
            operation: method + " " + path,
            part: String::new(),
            path: String::new(),
            component: None,
            answer: false,
        }
    }

    fn part(&self, part: String, component: Option<String>) -> Self {
        Self {
            part,
            component,
            ..self.clone()
        }
    }

    /// A property; `owner` is the component that declares it.
    pub fn property(&self, name: &str, owner: Option<&str>) -> Self {
        let step = if self.path.is_empty() { "" } else { "." };
        Self {
            path: format!("{}{step}{name}", self.path),
            component: owner
                .or(self.component.as_deref())
                .map(|owner| format!("{owner}.{name}")),
            ..self.clone()
        }
    }

    /// A step into something without a name: `[]`, `.*`, `<word>`.
    pub fn step(&self, step: &str) -> Self {
        Self {
            path: format!("{}{step}", self.path),
            component: self.component.as_ref().map(|name| format!("{name}{step}")),
            ..self.clone()
        }
    }

    /// The same place, identified by a component if there is one.
    pub fn owned(&self, owner: Option<&str>) -> Self {
        Self {
            component: owner.map(str::to_owned).or_else(|| self.component.clone()),
            ..self.clone()
        }
    }
}

impl<'a> Comparison<'a> {
    pub fn add(&mut self, at: &At, kind: Kind, ours: impl Into<String>, theirs: impl Into<String>) {
        let parts = [at.part.as_str(), at.path.as_str()];
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        self.found.push(Occurrence {
            at: Place {
                operation: at.operation.clone(),
                place: parts.collect::<Vec<_>>().join(" "),
            },
            component: at.component.clone(),
            kind,
            ours: ours.into(),
            theirs: theirs.into(),
        });
    }

    /// Notes the words that the vendor lists here.
    pub fn listed<'w>(&mut self, at: &At, words: impl IntoIterator<Item = &'w String>) {
        if let Some(component) = &at.component {
            let words = words
                .into_iter()
                .map(|word| (component.clone(), word.clone()));
            self.words.extend(words);
        }
    }

    fn operation(&mut self, ours: &Operation<'a>, theirs: &Operation<'a>) {
        let at = At::operation(ours.method.clone(), ours.path);
        self.parameters(&at, &ours.parameters, &theirs.parameters);
        let request = at.part("request".to_owned(), None);
        self.bodies(&request, ours.body.as_ref(), theirs.body.as_ref());
        self.responses(&at, &ours.responses, &theirs.responses);
    }

    fn parameters(&mut self, at: &At, ours: &[Parameter<'a>], theirs: &[Parameter<'a>]) {
        let place = |parameter: &Parameter<'a>| {
            let Parameter { location, name, .. } = parameter;
            let component = parameter.component.map(|name| format!("parameters/{name}"));
            at.part(format!("{location} parameter {name}"), component)
        };
        for our in ours {
            let at = place(our);
            self.seen.clear();
            let shape = self.ours.parameter(&our.node);
            let Some(their) = theirs.iter().find(|their| their.key == our.key) else {
                // Not every document declares what the path template already shows.
                if our.location != "path" {
                    self.add(&at, Kind::ExtraParameter, self.ours.words(&shape), "-");
                }
                continue;
            };
            self.required(&at, our.required, their.required);
            let their = self.theirs.parameter(&their.node);
            self.shapes(&at, &shape, &their);
        }
        for their in theirs {
            let known = ours.iter().any(|our| our.key == their.key);
            if !known && their.location != "path" {
                let words = self.theirs.words(&self.theirs.parameter(&their.node));
                self.add(&place(their), Kind::MissingParameter, "-", words);
            }
        }
    }

    fn responses(&mut self, at: &At, ours: &[Response<'a>], theirs: &[Response<'a>]) {
        let place = |response: &Response<'a>| At {
            answer: true,
            ..at.part(
                format!("response {}", response.status),
                response.component.map(|name| format!("responses/{name}")),
            )
        };
        for our in ours {
            let at = place(our);
            match theirs.iter().find(|their| their.status == our.status) {
                Some(their) => self.bodies(&at, our.body.as_ref(), their.body.as_ref()),
                None => self.add(&at, Kind::ExtraStatus, &our.status, "-"),
            }
        }
        for their in theirs {
            if !ours.iter().any(|our| our.status == their.status) {
                self.add(&place(their), Kind::MissingStatus, "-", &their.status);
            }
        }
    }

    fn bodies(&mut self, at: &At, ours: Option<&Body<'a>>, theirs: Option<&Body<'a>>) {
        match (ours, theirs) {
            (None, None) => {}
            (Some(ours), None) => self.add(at, Kind::ExtraBody, ours.media, "-"),
            (None, Some(theirs)) => self.add(at, Kind::MissingBody, "-", theirs.media),
            (Some(ours), Some(theirs)) if !same_media(ours.media, theirs.media) => {
                self.add(at, Kind::MediaType, ours.media, theirs.media);
            }
            (Some(ours), Some(theirs)) => {
                if !at.answer {
                    self.required(at, ours.required, theirs.required);
                }
                self.seen.clear();
                self.nodes(at, &ours.node, &theirs.node);
            }
        }
    }

    pub fn required(&mut self, at: &At, ours: bool, theirs: bool) {
        if ours != theirs {
            let word = |required| if required { "required" } else { "optional" };
            self.add(at, Kind::Required, word(ours), word(theirs));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::same::{components, lines, to};

    #[test]
    fn query_lists_may_be_one_value_or_a_list() {
        let with = |schema: Value| {
            json!({ "openapi": "3.0.3", "components": components(), "paths": { "/a": { "get": {
                "parameters": [{ "name": "w", "in": "query", "schema": schema }], "responses": {} } } } })
        };
        let list = with(json!({ "type": "array", "items": to("Word") }));
        let either =
            with(json!({ "anyOf": [to("Word"), { "type": "array", "items": to("Word") }] }));
        assert_eq!(lines(&list, &either), [""; 0]);
        assert_eq!(lines(&either, &list), [""; 0]);
        let required = json!({ "openapi": "3.0.3", "paths": { "/a": { "get": { "responses": {},
            "parameters": [{ "name": "w", "in": "query", "required": true, "content": { "application/json":
                { "schema": { "type": "array", "items": { "enum": ["a", "b", "c"] } } } } },
                { "name": "X-New", "in": "header", "schema": { "type": "string" } }] } } } });
        assert_eq!(
            lines(&list, &required),
            [
                "required query parameter w [optional] [required]",
                "missing-enum-value Word [-] [c]",
                "missing-parameter header parameter X-New [-] [string]",
            ]
        );
    }

    #[test]
    fn bodies_and_statuses() {
        let with = |operation: Value| json!({ "openapi": "3.0.3", "paths": { "/a": { "post": operation } } });
        let body =
            |media: &str| json!({ "content": { media: { "schema": { "type": "string" } } } });
        let ours = with(
            json!({ "requestBody": body("application/json"), "responses": { "200": {}, "400": {} } }),
        );
        let theirs = with(
            json!({ "requestBody": body("application/json; charset=utf-8"),
            "responses": { "200": body("application/json"), "4xx": {}, "default": {} } }),
        );
        assert_eq!(
            lines(&ours, &theirs),
            [
                "missing-body  [-] [application/json]",
                "extra-status response 400 [400] [-]",
                "missing-status response 4XX [-] [4XX]",
                "missing-status response default [-] [default]",
            ]
        );
        let form = with(
            json!({ "requestBody": body("text/plain"), "responses": { "200": {}, "400": {} } }),
        );
        assert_eq!(
            lines(&ours, &form),
            ["media-type request [application/json] [text/plain]"]
        );
    }
}
