//! The same update in five implementations.

mod by_facade;
mod by_generated;
mod by_hyper;
mod by_reqwest;
mod thread;

use std::net::SocketAddr;
use std::time::Duration;

use async_trait::async_trait;

use by_facade::ByFacade;
use by_generated::ByGenerated;
use by_hyper::ByHyper;
use by_reqwest::ByReqwest;

/// The ID of the thread that is updated.
pub const ID: &str = "gp6rl0b5lo0zhf9u5hsglblr";
/// The token to send.
pub const TOKEN: &str = "bench-token";
/// The time limit of a hand-written call.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Why a call failed.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// One implementation of the update.
#[async_trait]
pub trait Contender: Send + Sync {
    /// Archives the thread and returns whether the response says it is archived.
    ///
    /// # Errors
    ///
    /// Fails if the call fails.
    async fn update(&self) -> Result<bool, Failure>;
}

/// The names of the contenders, hand-written ones first.
pub const NAMES: [&str; 5] = [
    "hyper",
    "reqwest-fields",
    "reqwest-thread",
    "generated",
    "facade",
];

/// The contender to compare this one with: the hand-written code that decodes as much of the response.
///
/// hyper and the generated client return the whole thread; the facade needs three fields for the unified one.
pub fn counterpart(name: &str) -> Option<&'static str> {
    match name {
        "hyper" | "generated" => Some("reqwest-thread"),
        "facade" => Some("reqwest-fields"),
        _ => None,
    }
}

/// The maximum target ratio to its counterpart, in CPU time with 32 calls in flight.
pub fn goal(name: &str) -> Option<f64> {
    match name {
        "generated" => Some(1.0),
        "facade" => Some(1.05),
        _ => None,
    }
}

/// Creates the contender with this name.
///
/// # Errors
///
/// Fails if the name is unknown or the contender cannot be set up.
pub fn contender(name: &str, server: SocketAddr) -> Result<Box<dyn Contender>, Failure> {
    Ok(match name {
        "hyper" => Box::new(ByHyper::new(server)),
        "reqwest-fields" => Box::new(ByReqwest::<thread::Fields>::new(server)?),
        "reqwest-thread" => Box::new(ByReqwest::<thread::Thread>::new(server)?),
        "generated" => Box::new(ByGenerated::new(server)?),
        "facade" => Box::new(ByFacade::new(server)?),
        other => return Err(format!("there is no contender {other}").into()),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;
    use crate::server::{self, answer, request_length};

    /// The next request on the connection, once it is complete.
    async fn request(stream: &mut TcpStream) -> String {
        let mut buffer = Vec::new();
        while request_length(&buffer).is_none() {
            assert_ne!(stream.read_buf(&mut buffer).await.unwrap(), 0);
        }
        String::from_utf8(buffer).unwrap()
    }

    /// Accepts one connection and responds to two requests on it. A second connection would wait forever.
    async fn two_requests(listener: TcpListener) -> Vec<String> {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut requests = Vec::new();
        for _ in 0..2 {
            requests.push(request(&mut stream).await);
            stream.write_all(&answer()).await.unwrap();
        }
        requests
    }

    #[tokio::test]
    async fn all_send_the_same_request_on_a_kept_connection() {
        for name in NAMES {
            let (address, listener) = server::listen().await.unwrap();
            let contender = contender(name, address).unwrap();
            let calls = async {
                assert!(contender.update().await.unwrap(), "{name}");
                assert!(contender.update().await.unwrap(), "{name}");
            };
            let (requests, ()) = tokio::join!(two_requests(listener), calls);
            for request in requests {
                let (head, body) = request.split_once("\r\n\r\n").unwrap();
                let mut lines = head.lines();
                assert_eq!(
                    lines.next(),
                    Some(format!("PATCH /api/v2/threads/{ID} HTTP/1.1").as_str()),
                    "{name}"
                );
                let headers: BTreeSet<_> = lines.map(str::to_ascii_lowercase).collect();
                for header in [
                    format!("authorization: bearer {TOKEN}"),
                    "content-type: application/json".to_owned(),
                ] {
                    assert!(headers.contains(&header), "{name}: {headers:?}");
                }
                let body: Value = serde_json::from_str(body).unwrap();
                assert_eq!(body, json!({"archived": true}), "{name}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn code_by_hand_gives_up_on_a_silent_server() {
        for name in ["hyper", "reqwest-fields", "reqwest-thread"] {
            let (address, _listener) = server::listen().await.unwrap();
            let contender = contender(name, address).unwrap();
            assert!(contender.update().await.is_err(), "{name}");
        }
    }

    #[test]
    fn a_counterpart_takes_part_and_has_none_itself() {
        for other in NAMES.into_iter().filter_map(counterpart) {
            assert!(NAMES.contains(&other), "{other}");
            assert_eq!(counterpart(other), None);
        }
    }
}
