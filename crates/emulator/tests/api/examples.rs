//! Every operation, called with the examples of its document.

use reqwest::Method;
use serde_json::{Map, Value, json};
use threadline_emulator::{Emulator, ProviderKind};

use crate::exchange::{Outcome, send, send_with};

/// The record an example creates already exists, so it is removed first.
const REMOVALS: [(&ProviderKind, &str, &str); 9] = [
    (
        &ProviderKind::ContactShip,
        "contacts.create",
        "/v1/contacts/c1d2e3f4-a5b6-7890-cdef-123456789012",
    ),
    (
        &ProviderKind::ContactShip,
        "tags.create",
        "/v1/tags/tag-3f9a6c21-8b54-4e0d-9c77-51d2e8a0b643",
    ),
    (
        &ProviderKind::InboxappV1,
        "tags.create",
        "/tags/c7d2m9qx4hz1vk8s0tnbw5jp",
    ),
    (
        &ProviderKind::InboxappV1,
        "statuses.create",
        "/statuses/e5r8y1kf3wz6nq0xt7mv2hdb",
    ),
    (
        &ProviderKind::InboxappV1,
        "statuses.create",
        "/statuses/f0x4q8td2wk6zn9h1mvr5scb",
    ),
    (&ProviderKind::InboxappV2, "tags.create", "/tags/Wholesale"),
    (
        &ProviderKind::InboxappV2,
        "tags.create",
        "/tags/Repeat%20order",
    ),
    (
        &ProviderKind::InboxappV2,
        "statuses.create",
        "/statuses/Quoted",
    ),
    (
        &ProviderKind::InboxappV2,
        "statuses.create",
        "/statuses/New%20enquiry",
    ),
];

/// Arguments an operation needs although its document does not require them.
const ADDITIONS: [(&ProviderKind, &str, &str); 2] = [
    // The example is a phone number.
    (
        &ProviderKind::ContactShip,
        "contacts.get",
        "identifierType=phone_number",
    ),
    (
        &ProviderKind::InboxappV1,
        "threads.lookup",
        "externalPlatformId=1733905218846101504",
    ),
];

/// An operation as its document describes it.
struct Operation<'a> {
    provider: &'a ProviderKind,
    document: &'a Value,
    method: Method,
    path: &'a str,
    node: &'a Value,
}

fn document(provider: &ProviderKind) -> Result<Value, serde_json::Error> {
    serde_json::from_str(match provider {
        ProviderKind::ContactShip => threadline_contactship::OPENAPI,
        ProviderKind::InboxappV1 => threadline_inboxapp_v1::OPENAPI,
        ProviderKind::InboxappV2 => threadline_inboxapp_v2::OPENAPI,
        other => unreachable!("{other} is not emulated"),
    })
}

fn operations<'a>(provider: &'a ProviderKind, document: &'a Value) -> Vec<Operation<'a>> {
    let methods = [
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
    ];
    let paths = document["paths"].as_object().into_iter().flatten();
    paths
        .flat_map(|(path, item)| methods.clone().map(|method| (path, item, method)))
        .filter_map(|(path, item, method)| {
            let node = item.get(method.as_str().to_lowercase())?;
            Some(Operation {
                provider,
                document,
                method,
                path,
                node,
            })
        })
        .collect()
}

impl Operation<'_> {
    fn id(&self) -> &str {
        self.node["operationId"].as_str().unwrap_or_default()
    }

    fn is(&self, provider: &ProviderKind, id: &str) -> bool {
        self.provider == provider && self.id() == id
    }

    fn resolve<'b>(&'b self, node: &'b Value) -> &'b Value {
        match node.get("$ref").and_then(Value::as_str) {
            Some(reference) => {
                let pointer = reference.trim_start_matches('#');
                self.document.pointer(pointer).unwrap_or(node)
            }
            None => node,
        }
    }

    /// The path with its parameters filled in and the required query parameters.
    fn target(&self) -> String {
        let mut path = self.path.to_owned();
        let mut query = Vec::new();
        for parameter in self.node["parameters"].as_array().into_iter().flatten() {
            let parameter = self.resolve(parameter);
            let name = parameter["name"].as_str().unwrap_or_default();
            let value = match &parameter["example"] {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let encoded = encode(&value);
            match parameter["in"].as_str() {
                Some("path") => path = path.replace(&format!("{{{name}}}"), &encoded),
                Some("query") if parameter["required"] == true => {
                    query.push(format!("{name}={encoded}"));
                }
                _ => {}
            }
        }
        let own = |addition: &&(&ProviderKind, &str, &str)| self.is(addition.0, addition.1);
        let additions = ADDITIONS.iter().filter(own);
        query.extend(additions.map(|(_, _, addition)| (*addition).to_owned()));
        if query.is_empty() {
            path
        } else {
            format!("{path}?{}", query.join("&"))
        }
    }

    fn bodies(&self) -> Vec<(String, Option<String>)> {
        let examples = "/requestBody/content/application~1json/examples";
        let examples = self.node.pointer(examples).and_then(Value::as_object);
        let named =
            |(name, example): (&String, &Value)| (name.clone(), Some(example["value"].to_string()));
        match examples {
            Some(examples) => examples.iter().map(named).collect(),
            None => vec![(String::new(), None)],
        }
    }

    /// The documented success statuses.
    fn successes(&self) -> Vec<u16> {
        let statuses = self.node["responses"].as_object().map(Map::keys);
        let statuses = statuses.into_iter().flatten();
        statuses
            .filter_map(|status| status.parse().ok())
            .filter(|status| *status < 300)
            .collect()
    }

    /// Sends one example and describes what is wrong with the response, if anything.
    async fn drive(
        &self,
        emulator: &Emulator,
        name: &str,
        body: Option<&str>,
    ) -> Result<Option<String>, Box<dyn std::error::Error>> {
        let credential = format!("Bearer {}", Emulator::CREDENTIAL);
        let mut headers = match self.provider {
            ProviderKind::ContactShip => vec![("x-api-key", Emulator::CREDENTIAL)],
            ProviderKind::InboxappV1 | ProviderKind::InboxappV2 => {
                vec![("authorization", credential.as_str())]
            }
            other => return Err(format!("{other} is not emulated").into()),
        };
        if body.is_some() {
            headers.push(("content-type", "application/json"));
        }
        for (provider, id, path) in REMOVALS {
            if self.is(provider, id) {
                let request = (Method::DELETE, path);
                send_with(emulator, provider, request, &headers, None).await?;
            }
        }
        let mut target = self.target();
        if self.is(&ProviderKind::InboxappV2, "messages.unsend") {
            // The thread of the example's message does not allow this.
            let message = message_elsewhere(emulator).await?;
            target = format!("/messages/{message}?scope=all");
        }
        let request = (self.method.clone(), target.as_str());
        let reply = send_with(emulator, self.provider, request, &headers, body).await?;
        let id = self.id();
        if !self.successes().contains(&reply.status) {
            return Ok(Some(format!(
                "{} {id} {name}: {} {}",
                self.provider, reply.status, reply.body
            )));
        }
        let violations = emulator.violations();
        Ok(violations
            .first()
            .map(|violation| format!("{name}: {violation}")))
    }
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// A message that has just been sent in a thread without restrictions.
async fn message_elsewhere(emulator: &Emulator) -> Result<String, Box<dyn std::error::Error>> {
    let thread = emulator.thread_ids(&ProviderKind::InboxappV2).pop();
    let target = json!({ "type": "thread", "threadId": thread });
    let body = json!({ "target": target, "content": "Hello" }).to_string();
    let request = (Method::POST, "/messages");
    let reply = send(emulator, &ProviderKind::InboxappV2, request, Some(&body)).await?;
    let id = reply.body.pointer("/message/id").and_then(Value::as_str);
    Ok(id.ok_or("nothing was sent")?.to_owned())
}

async fn drive_all(provider: &ProviderKind, count: usize) -> Outcome {
    let document = document(provider)?;
    let operations = operations(provider, &document);
    assert_eq!(operations.len(), count);
    let mut problems = Vec::new();
    let shared = Emulator::start().await?;
    for operation in operations {
        for (name, body) in operation.bodies() {
            // Reading changes nothing.
            let problem = if operation.method == Method::GET {
                operation.drive(&shared, &name, body.as_deref()).await?
            } else {
                let fresh = Emulator::start().await?;
                operation.drive(&fresh, &name, body.as_deref()).await?
            };
            problems.extend(problem);
        }
    }
    assert_eq!(problems, [""; 0], "{problems:#?}");
    Ok(())
}

#[tokio::test]
async fn contactship() -> Outcome {
    let count = threadline_contactship::operations::OPERATIONS.len();
    drive_all(&ProviderKind::ContactShip, count).await
}

#[tokio::test]
async fn inboxapp_v1() -> Outcome {
    let count = threadline_inboxapp_v1::operations::OPERATIONS.len();
    drive_all(&ProviderKind::InboxappV1, count).await
}

#[tokio::test]
async fn inboxapp_v2() -> Outcome {
    let count = threadline_inboxapp_v2::operations::OPERATIONS.len();
    drive_all(&ProviderKind::InboxappV2, count).await
}
