//! A server that follows a script, one act a request.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with a request, once it has read it.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    /// Answers with a status and a body.
    Answer(u16, &'static str),
    /// Closes the connection without a word.
    Close,
    /// Closes the connection in the middle of an answer.
    Cut,
    /// Says nothing and keeps the connection.
    Hang,
}

/// A server that follows a script and notes the idempotency key of each request.
pub struct Script {
    url: String,
    keys: Arc<Mutex<Vec<Option<String>>>>,
}

impl Script {
    pub async fn start(acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let keys = Arc::<Mutex<Vec<_>>>::default();
        let noted = Arc::clone(&keys);
        tokio::spawn(async move {
            // Kept until the test ends, so that a connection that hangs stays open.
            let mut open = Vec::new();
            for act in acts {
                let (mut stream, _) = listener.accept().await.unwrap();
                let key = read(&mut stream).await;
                noted.lock().unwrap().push(key);
                perform(act, &mut stream).await;
                if matches!(act, Act::Hang) {
                    open.push(stream);
                }
            }
        });
        Self { url, keys }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// The key of each request, in order.
    pub fn keys(&self) -> Vec<Option<String>> {
        self.keys.lock().unwrap().clone()
    }
}

/// An address where nobody listens.
pub async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// Reads a request and gives back its idempotency key.
async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).await.unwrap();
        text.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let header = |name: &str| {
            head.lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(found, _)| found.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.trim().to_owned())
        };
        let length = header("content-length").map_or(0, |length| length.parse().unwrap());
        if body.len() >= length {
            return header("idempotency-key");
        }
    }
}

async fn perform(act: Act, stream: &mut TcpStream) {
    let answer = match act {
        Act::Answer(status, body) => format!(
            "HTTP/1.1 {status} Scripted\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ),
        Act::Cut => {
            "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 100\r\n\r\n{\"id\":".to_owned()
        }
        Act::Close | Act::Hang => return,
    };
    stream.write_all(answer.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
}
