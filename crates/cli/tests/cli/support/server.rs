//! A server that records the requests it receives and gives a fixed answer.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

/// How a server answers.
#[derive(Clone)]
pub(crate) enum Answer {
    /// With these bytes, after which the connection ends.
    Bytes(String),
    /// Never.
    Stall,
    /// By closing the connection.
    Close,
}

impl Answer {
    /// An answer with a status, headers (each with a line end), and a body.
    pub(crate) fn new(status: u16, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self::Bytes(format!(
            "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
        ))
    }

    pub(crate) fn json(status: u16, body: &str) -> Self {
        Self::new(status, "content-type: application/json\r\n", body)
    }
}

/// A request as it stood on the wire.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    /// The request line.
    pub(crate) line: String,
    /// The header lines, sorted.
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
}

/// A server on this machine.
pub(crate) struct Server {
    address: SocketAddr,
    received: Arc<Log>,
}

/// What was received, and the news of it.
#[derive(Default)]
struct Log {
    requests: Mutex<Vec<Received>>,
    news: Condvar,
}

impl Server {
    /// One that gives every request the same answer.
    pub(crate) fn start(answer: Answer) -> Self {
        Self::sequence([answer])
    }

    /// One that gives these answers one after the other, and then the last one again and again.
    pub(crate) fn sequence(answers: impl IntoIterator<Item = Answer>) -> Self {
        let mut answers: Vec<_> = answers.into_iter().collect();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Log::default());
        let log = Arc::clone(&received);
        thread::spawn(move || {
            // Connections that are never answered are kept, so that they stay open.
            let mut stalled = Vec::new();
            for stream in listener.incoming().flatten() {
                let answer = if answers.len() > 1 {
                    answers.remove(0)
                } else {
                    answers[0].clone()
                };
                stalled.extend(serve(stream, &answer, &log));
            }
        });
        Self { address, received }
    }

    pub(crate) fn ok(body: &str) -> Self {
        Self::start(Answer::json(200, body))
    }

    pub(crate) fn authority(&self) -> String {
        self.address.to_string()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.requests.lock().unwrap().clone()
    }

    /// Waits until it has received that many requests.
    pub(crate) fn wait_for(&self, count: usize) {
        let requests = self.received.requests.lock().unwrap();
        let is_early = |requests: &mut Vec<Received>| requests.len() < count;
        let _requests = self.received.news.wait_while(requests, is_early).unwrap();
    }

    /// The one request that it must have received.
    pub(crate) fn only(&self) -> Received {
        let mut received = self.received();
        assert_eq!(received.len(), 1, "{received:?}");
        received.remove(0)
    }
}

fn serve(stream: TcpStream, answer: &Answer, log: &Log) -> Option<BufReader<TcpStream>> {
    let mut reader = BufReader::new(stream);
    let line = read_line(&mut reader)?;
    let mut headers = Vec::new();
    loop {
        match read_line(&mut reader)? {
            header if header.is_empty() => break,
            header => headers.push(header),
        }
    }
    headers.sort();
    let length = headers
        .iter()
        .find_map(|header| header.strip_prefix("content-length: ")?.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    log.requests.lock().unwrap().push(Received {
        line,
        headers,
        body,
    });
    log.news.notify_all();
    match answer {
        Answer::Bytes(bytes) => {
            // A client that has gone away does not matter.
            let _ = reader.get_mut().write_all(bytes.as_bytes());
            None
        }
        Answer::Stall => Some(reader),
        Answer::Close => None,
    }
}

fn read_line(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let length = reader.read_line(&mut line).ok()?;
    (length > 0).then(|| line.trim_end().to_owned())
}
