//! One request of an operation, and its preparation for sending.

use std::fmt;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use serde::Serialize;
use url::Url;

use super::{CallOptions, finite};
use crate::transport::Core;
use crate::{Error, Idempotency, IdempotencyKey, KeyChoice, Operation, api};

/// A request of an operation, not yet sent.
///
/// Created by [`Transport::request`](crate::Transport::request) and sent by
/// [`Transport::call`](crate::Transport::call). If a part of it cannot be encoded, that call fails
/// before anything is sent.
#[must_use = "a request does nothing until it is sent"]
pub struct Request {
    operation: &'static Operation,
    url: Url,
    query: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Option<Bytes>,
    key: KeyChoice,
    /// The first encoding problem.
    problem: Option<String>,
}

/// A query parameter that is repeated for each of its values.
pub fn pairs<'a, T>(
    name: &'a str,
    values: impl IntoIterator<Item = &'a T>,
) -> Vec<(&'a str, &'a T)> {
    values.into_iter().map(|value| (name, value)).collect()
}

impl Request {
    pub(crate) fn new(operation: &'static Operation, url: Url, problem: Option<String>) -> Self {
        Self {
            operation,
            url,
            query: String::new(),
            headers: Vec::new(),
            body: None,
            key: KeyChoice::Generated,
            problem,
        }
    }

    /// Adds query parameters: a map, a struct or a list of pairs. Absent values are omitted, and
    /// spaces are encoded as `%20`.
    pub fn query(mut self, parameters: &impl Serialize) -> Self {
        match serde_urlencoded::to_string(parameters) {
            Ok(text) if text.is_empty() => {}
            Ok(text) => {
                if !self.query.is_empty() {
                    self.query.push('&');
                }
                // A literal plus sign is encoded as %2B.
                self.query.push_str(&text.replace('+', "%20"));
            }
            Err(error) => self.refuse(format!("the query cannot be encoded: {error}")),
        }
        self
    }

    /// Adds a header; omitted if there is no value.
    pub fn header(mut self, name: &'static str, value: Option<&impl fmt::Display>) -> Self {
        let Some(value) = value else { return self };
        let name_of_header = HeaderName::from_bytes(name.as_bytes());
        match (name_of_header, HeaderValue::try_from(value.to_string())) {
            (Ok(name), Ok(value)) => self.headers.push((name, value)),
            _ => self.refuse(format!(
                "{name} contains a character that is invalid in a header"
            )),
        }
        self
    }

    /// Sets the JSON body. NaN and infinity are refused: they would be sent as `null`.
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(body) {
            Ok(text) => {
                if let Some(problem) = finite::problem(body, &text) {
                    self.refuse(problem);
                }
                self.body = Some(text.into());
            }
            Err(error) => self.refuse(format!("the body cannot be encoded: {error}")),
        }
        self
    }

    /// Sets the idempotency key. By default, one is generated for operations that accept a key; the
    /// others ignore it.
    pub fn idempotency_key(mut self, key: impl Into<KeyChoice>) -> Self {
        self.key = key.into();
        self
    }

    fn refuse(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
    }

    /// The operation.
    pub(crate) fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The full URL; complete once the request is prepared.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// The values of a header.
    pub(crate) fn header_values(&self, name: &str) -> impl Iterator<Item = &HeaderValue> {
        let same = move |(known, _): &&(HeaderName, _)| known.as_str().eq_ignore_ascii_case(name);
        self.headers.iter().filter(same).map(|(_, value)| value)
    }

    /// The body as a JSON value.
    pub(crate) fn json_body(&self) -> serde_json::Value {
        let body = self.body.as_deref().unwrap_or_default();
        serde_json::from_slice(body).unwrap_or_default()
    }

    /// Completes and validates the request. Returns its idempotency key.
    pub(super) fn prepare(
        &mut self,
        core: &Core,
        options: &CallOptions,
    ) -> Result<Option<IdempotencyKey>, Error> {
        let (provider, id) = (core.api.provider, self.operation.id);
        let refused = |message: String| Err(Error::invalid_request(provider, id, message));
        if let Some(problem) = self.problem.take() {
            return refused(core.redactor.text(problem));
        }
        if !self.query.is_empty() {
            self.url.set_query(Some(&self.query));
        }
        let key = self.keyed();
        if let Err(message) = api::check(self.operation, self) {
            return refused(message).map_err(|error| error.with_idempotency_key(key));
        }
        if !core.base_of(self.operation).serves(&self.url) {
            // The credential must reach only the operation's server.
            return refused("the request would go to another server than the operation's".into());
        }
        for (name, value) in options.headers() {
            let is_own = |(own, _): &(HeaderName, HeaderValue)| own == name;
            if core.json_headers.contains_key(name) || self.headers.iter().any(is_own) {
                return refused(format!("the header {name} is set by the client itself"));
            }
            self.headers.push((name.clone(), value.clone()));
        }
        Ok(key)
    }

    /// Adds the idempotency key, if the operation accepts one.
    fn keyed(&mut self) -> Option<IdempotencyKey> {
        let Idempotency::WithKey(header) = self.operation.idempotency else {
            return None;
        };
        let key = match std::mem::take(&mut self.key) {
            KeyChoice::Generated => IdempotencyKey::generate(),
            KeyChoice::Own(key) => key,
            KeyChoice::Without => return None,
        };
        self.headers
            .push((HeaderName::from_static(header), key.to_header()?));
        Some(key)
    }

    /// Builds the HTTP request, anew for each attempt.
    pub(super) fn to_http(&self, core: &Core) -> reqwest::Request {
        let method = self.operation.method.parse().unwrap_or_default();
        let mut request = reqwest::Request::new(method, self.url.clone());
        let headers = if self.body.is_some() {
            &core.json_headers
        } else {
            &core.headers
        };
        *request.headers_mut() = headers.clone();
        for (name, value) in &self.headers {
            request.headers_mut().append(name, value.clone());
        }
        *request.body_mut() = self.body.clone().map(Into::into);
        request
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.operation.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::ErrorKind;
    use crate::tests::{Script, Step, operation};

    async fn sent(change: impl FnOnce(Request) -> Request) -> Result<Option<String>, Error> {
        let script = Script::new([Step::answer(200, "{}")]);
        let transport = script.transport();
        let request = change(transport.request(operation("get_thread"), &["thr-1"]));
        transport
            .call::<serde_json::Value>(request, &CallOptions::new())
            .await?;
        Ok(script.seen()[0].url.query().map(str::to_owned))
    }

    #[tokio::test(start_paused = true)]
    async fn a_query_has_spaces_as_percent_20() {
        let query = sent(|request| {
            request
                .query(&[("q", "a b+c"), ("é", "&=")])
                .query(&BTreeMap::<&str, &str>::new())
                .query(&[("limit", 5)])
        });
        let query = query.await.unwrap().unwrap();
        assert_eq!(query, "q=a%20b%2Bc&%C3%A9=%26%3D&limit=5");
        assert_eq!(sent(|request| request).await.unwrap(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_written_is_refused_before_anything_is_sent() {
        let unwritable = BTreeMap::from([(("a", "tuple"), 1)]);
        for (error, words) in [
            (sent(|request| request.query(&7)).await, "the query"),
            (sent(|request| request.json(&unwritable)).await, "the body"),
            (
                sent(|request| request.json(&BTreeMap::from([("score", [1.5, f64::NAN])]))).await,
                "score[1] is NaN",
            ),
            (
                sent(|request| request.header("x-a", Some(&"a\nb"))).await,
                "x-a contains a character",
            ),
        ] {
            let error = error.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            assert!(error.message().starts_with(words), "{error}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_extra_header_cannot_replace_the_credential_or_the_key() {
        for name in ["X-Api-Key", "idempotency-key"] {
            let script = Script::new([]);
            let config = script.config().header(name, "other").unwrap();
            let error = crate::tests::call(&script.transport_with(config), "send_message")
                .await
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            assert!(
                error.message().contains("is set by the client itself"),
                "{error}"
            );
        }
    }

    #[test]
    fn debug_shows_neither_ids_nor_bodies() {
        let transport = Script::new([]).transport();
        let request = transport
            .request(operation("get_thread"), &["thr-1"])
            .json(&"text");
        let shown = format!("{request:?}");
        assert!(
            !shown.contains("thr-1") && !shown.contains("text"),
            "{shown}"
        );
    }
}
