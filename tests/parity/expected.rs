//! What has to arrive when an operation is called, as the spec says.

use serde_json::Value;
use threadline_tests::spec::{Location, Maker, Operation, Parameter};
use threadline_tests::{CREDENTIAL, Request};

use crate::api::{Api, ELSEWHERE};
use crate::arguments::Arguments;

/// A call, and the request that it has to become.
pub struct Call {
    pub arguments: Arguments,
    method: String,
    path: String,
    query: Vec<(String, String)>,
    /// The parts of the query that are JSON, whose members have no order.
    json: Vec<(String, Value)>,
    headers: Vec<(String, String)>,
}

impl Call {
    /// A call with values from a maker.
    pub fn new(api: &Api, operation: &Operation<'_>, maker: &Maker<'_>) -> Self {
        let mut call = Self {
            arguments: Arguments::default(),
            method: operation.method.clone(),
            path: path(api, operation),
            query: Vec::new(),
            json: Vec::new(),
            headers: Vec::new(),
        };
        for parameter in operation.parameters() {
            let given = parameter.required || maker.gives(parameter.schema);
            if given && !parameter.deprecated {
                call.set(&parameter, maker);
            }
        }
        call.arguments.body = operation
            .body()
            .map(|body| maker.value("body", body.schema));
        call
    }

    /// The same call with another body.
    pub fn with_body(mut self, body: Value) -> Self {
        self.arguments.body = Some(body);
        self
    }

    fn set(&mut self, parameter: &Parameter<'_>, maker: &Maker<'_>) {
        let name = parameter.name;
        match parameter.location {
            Location::Path => {
                let value = maker.segment(name, parameter.schema);
                let place = format!("{{{name}}}");
                assert!(self.path.contains(&place), "{} has no {place}", self.path);
                self.path = self.path.replace(&place, &segment(&word(&value)));
                self.argue(name, value);
            }
            Location::Header => {
                let value = maker.value(name, parameter.schema);
                self.headers.push((name.to_lowercase(), word(&value)));
                self.argue(name, value);
            }
            Location::Query if parameter.json => {
                let value = maker.value(name, parameter.schema);
                self.argue(name, value.to_string().into());
                self.json.push((name.to_owned(), value));
            }
            Location::Query => {
                let value = maker.value(name, parameter.schema);
                self.spread(name, value, parameter.brackets);
            }
        }
    }

    /// A value of the query: lists and objects become several parameters.
    fn spread(&mut self, name: &str, value: Value, brackets: bool) {
        match value {
            Value::Array(items) => {
                let name = if brackets {
                    format!("{name}[]")
                } else {
                    name.to_owned()
                };
                let pairs = items.iter().map(|item| (name.clone(), word(item)));
                self.query.extend(pairs);
                self.argue(&name, items.into());
            }
            Value::Object(members) if brackets => {
                for (member, value) in members {
                    self.spread(&format!("{name}[{member}]"), value, true);
                }
            }
            value => {
                self.query.push((name.to_owned(), word(&value)));
                self.argue(name, value);
            }
        }
    }

    fn argue(&mut self, name: &str, value: Value) {
        self.arguments.parameters.insert(name.to_owned(), value);
    }

    /// Says what is wrong with the request that arrived.
    pub fn check(mut self, api: &Api, host: &str, request: &Request) -> Result<(), String> {
        same("method", &request.method, &self.method)?;
        let (path, query) = match request.target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (&*request.target, None),
        };
        same("path", path, &self.path)?;
        let mut pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(query.unwrap_or_default().as_bytes())
                .into_owned()
                .collect();
        same("a query", &query.is_some(), &!pairs.is_empty())?;
        for (name, value) in &self.json {
            let at = pairs.iter().position(|(other, _)| other == name);
            let at = at.ok_or_else(|| format!("{name} is missing in {query:?}"))?;
            let arrived: Value = serde_json::from_str(&pairs.remove(at).1)
                .map_err(|error| format!("{name} is not JSON: {error}"))?;
            same(name, &arrived, value)?;
        }
        pairs.sort();
        self.query.sort();
        same("query", &pairs, &self.query)?;
        same(
            "headers",
            &request.headers,
            &self.headers(api, host, request),
        )?;
        let body = match &*request.body {
            "" => None,
            body => Some(serde_json::from_str(body).map_err(|error| format!("body: {error}"))?),
        };
        same("body", &body, &self.arguments.body)
    }

    /// All the headers that the request should have.
    fn headers(&self, api: &Api, host: &str, request: &Request) -> Vec<String> {
        let (credential, secret) = api.vendor.credential_header(CREDENTIAL);
        let length = request.body.len().to_string();
        let agent = concat!("threadline/", env!("CARGO_PKG_VERSION"));
        let mut headers = vec![
            ("host", host),
            ("user-agent", agent),
            ("accept", "application/json"),
            (credential, &*secret),
        ];
        if self.arguments.body.is_some() {
            headers.push(("content-type", "application/json"));
            headers.push(("content-length", &length));
        }
        let own = self.headers.iter();
        headers.extend(own.map(|(name, value)| (&**name, &**value)));
        Request::new("", "", &headers, "").headers
    }
}

/// The path on the server, with the parameters still in braces.
fn path(api: &Api, operation: &Operation<'_>) -> String {
    let base = match operation.server() {
        Some(_) => ELSEWHERE.to_owned(),
        None => api.vendor.base_url(""),
    };
    base + operation.path
}

/// A scalar as it stands in a path, a query or a header.
fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        _ => panic!("{value} is no scalar"),
    }
}

/// A segment of a path: everything but the unreserved characters is encoded.
fn segment(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

fn same<T: PartialEq + std::fmt::Debug + ?Sized>(
    what: &str,
    arrived: &T,
    expected: &T,
) -> Result<(), String> {
    if arrived == expected {
        return Ok(());
    }
    Err(format!(
        "{what}\n  arrived  {arrived:?}\n  expected {expected:?}"
    ))
}
