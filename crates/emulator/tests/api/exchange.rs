//! Sending a request to an emulator.

use std::error::Error;
use std::sync::LazyLock;

use reqwest::header::HeaderMap;
use reqwest::{Client, Method};
use serde_json::Value;
use threadline_emulator::{Emulator, ProviderKind};

/// Shared, because creating a client takes longer than a request. No connection is kept, because
/// each test has its own runtime and a connection does not outlive its runtime.
static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let client = Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(0)
        .build();
    client.unwrap_or_default()
});

/// The result of every test.
pub(crate) type Outcome = Result<(), Box<dyn Error>>;

/// A response with its body parsed as JSON, or as text if it is a page; null if there is none.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Reply {
    /// A header's value; empty if it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// Sends a request with the right credential and a JSON body.
pub(crate) async fn send(
    emulator: &Emulator,
    provider: &ProviderKind,
    request: (Method, &str),
    body: Option<&str>,
) -> Result<Reply, Box<dyn Error>> {
    let (name, value) = match provider {
        ProviderKind::ContactShip => ("x-api-key", Emulator::CREDENTIAL.to_owned()),
        ProviderKind::InboxappV1 | ProviderKind::InboxappV2 => {
            ("authorization", format!("Bearer {}", Emulator::CREDENTIAL))
        }
        other => return Err(format!("{other} is not emulated").into()),
    };
    let mut headers = vec![(name, value.as_str())];
    if body.is_some() {
        headers.push(("content-type", "application/json"));
    }
    send_with(emulator, provider, request, &headers, body).await
}

/// Sends a request given as `GET /team`, with the right credential.
pub(crate) async fn call(
    emulator: &Emulator,
    provider: &ProviderKind,
    line: &str,
    body: Option<Value>,
) -> Result<Reply, Box<dyn Error>> {
    let (method, path) = line
        .split_once(' ')
        .ok_or("a line has a method and a path")?;
    let body = body.map(|body| body.to_string());
    send(emulator, provider, (method.parse()?, path), body.as_deref()).await
}

/// The address of a port, without the path of the API.
pub(crate) fn origin(emulator: &Emulator, provider: &ProviderKind) -> String {
    let url = emulator.url(provider).unwrap_or_default();
    url.split("/api/").next().unwrap_or_default().to_owned()
}

/// Sends a control request given as `GET /_/state`, without a credential.
pub(crate) async fn control(
    emulator: &Emulator,
    provider: &ProviderKind,
    line: &str,
    body: Option<Value>,
) -> Result<Reply, Box<dyn Error>> {
    let body = body.map(|body| body.to_string());
    let json = [("content-type", "application/json")];
    let headers: &[_] = if body.is_some() { &json } else { &[] };
    control_with(emulator, provider, line, headers, body.as_deref()).await
}

/// Sends a control request with exactly these headers.
pub(crate) async fn control_with(
    emulator: &Emulator,
    provider: &ProviderKind,
    line: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> Result<Reply, Box<dyn Error>> {
    let (method, path) = line
        .split_once(' ')
        .ok_or("a line has a method and a path")?;
    let url = format!("{}{path}", origin(emulator, provider));
    exchange(method.parse()?, &url, headers, body).await
}

/// Sends a request with exactly these headers.
pub(crate) async fn send_with(
    emulator: &Emulator,
    provider: &ProviderKind,
    (method, path): (Method, &str),
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> Result<Reply, Box<dyn Error>> {
    let url = emulator.url(provider).ok_or("it is not emulated")?;
    exchange(method, &format!("{url}{path}"), headers, body).await
}

async fn exchange(
    method: Method,
    url: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> Result<Reply, Box<dyn Error>> {
    let mut request = CLIENT.request(method, url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if let Some(body) = body {
        request = request.body(body.to_owned());
    }
    let response = request.send().await?;
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let text = response.text().await?;
    let is_html = text.starts_with('<');
    let body = match text.as_str() {
        "" => Value::Null,
        page if is_html => page.into(),
        json => serde_json::from_str(json)?,
    };
    Ok(Reply {
        status,
        headers,
        body,
    })
}

/// The id of an API's main thread, the one from its document.
pub(crate) fn main_thread(emulator: &Emulator, provider: &ProviderKind) -> String {
    emulator
        .thread_ids(provider)
        .first()
        .cloned()
        .unwrap_or_default()
}
