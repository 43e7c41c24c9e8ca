//! A server that takes down the bytes themselves, for what an HTTP library on the other side could hide.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::Request;

/// A server that takes down the bytes of every connection and gives every request the same answer.
#[derive(Debug)]
pub struct RawServer {
    url: String,
    received: Arc<Mutex<Vec<String>>>,
}

impl RawServer {
    /// Starts a server that answers everything with `200` and this JSON.
    pub async fn start(body: &str) -> Self {
        Self::answering("200 OK", body).await
    }

    /// Starts a server that answers everything with this status and JSON.
    pub async fn answering(status: &str, body: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::default();
        let answer = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        tokio::spawn(serve(listener, answer, Arc::clone(&received)));
        Self { url, received }
    }

    /// Where it is: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The host and port, as a `host` header names them.
    pub fn host(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// What was received on each connection, in the order in which they were made.
    pub fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }
}

async fn serve(listener: TcpListener, answer: String, received: Arc<Mutex<Vec<String>>>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let number = {
            let mut received = received.lock().unwrap();
            received.push(String::new());
            received.len() - 1
        };
        tokio::spawn(converse(
            stream,
            number,
            answer.clone(),
            Arc::clone(&received),
        ));
    }
}

async fn converse(
    mut stream: TcpStream,
    number: usize,
    answer: String,
    received: Arc<Mutex<Vec<String>>>,
) {
    let mut answered = 0;
    let mut buffer = [0; 4096];
    loop {
        let Ok(count @ 1..) = stream.read(&mut buffer).await else {
            return;
        };
        let text = {
            let mut received = received.lock().unwrap();
            received[number].push_str(std::str::from_utf8(&buffer[..count]).expect("text"));
            received[number].clone()
        };
        while let Some((_, length)) = Request::parse(&text[answered..]) {
            answered += length;
            if stream.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
        }
    }
}
