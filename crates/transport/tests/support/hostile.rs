//! Servers that pour out bytes, and clients that call them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use threadline_transport::{Config, Credential, Error, RetryPolicy, Transport};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep};

use super::{ACME, CANARY, Server, update};

/// How long a call may take; real or paused time, whichever the test runs on.
pub const DEADLINE: Duration = Duration::from_millis(300);

/// Settings of a client that tries once and not for long.
pub fn config(url: &str) -> Config {
    Config::new()
        .credential(Credential::new(CANARY).unwrap())
        .base_url(url)
        .deadline(DEADLINE)
        .retry(RetryPolicy::none())
}

/// A client that tries once and not for long.
pub fn client(url: &str) -> Transport {
    Transport::new(&ACME, config(url)).unwrap()
}

/// A server that writes `first` and then `again`, over and over, after each pause. Counts what the
/// client took.
pub async fn pour(
    first: &'static str,
    again: &'static str,
    pause: Duration,
) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let taken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&taken);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            ask(&mut stream).await;
            if stream.write_all(first.as_bytes()).await.is_err() {
                continue;
            }
            loop {
                if !pause.is_zero() {
                    sleep(pause).await;
                }
                if stream.write_all(again.as_bytes()).await.is_err() {
                    break;
                }
                count.fetch_add(again.len(), Ordering::Relaxed);
            }
        }
    });
    (url, taken)
}

/// Reads a request's head.
pub async fn ask(stream: &mut TcpStream) {
    let mut buffer = [0; 4096];
    let _ = stream.read(&mut buffer).await;
}

/// The error of a call, which has to come in time.
pub async fn error_of(transport: Transport) -> Error {
    let started = Instant::now();
    let error = update(&transport).await.unwrap_err();
    assert!(started.elapsed() < DEADLINE * 10, "{:?}", started.elapsed());
    error
}

/// The error of a call to a server.
pub async fn error_at(url: &str) -> Error {
    error_of(client(url)).await
}

/// The error after a fixed answer.
pub async fn error_after(answer: &str) -> Error {
    let server = Server::start([answer]).await;
    error_at(&server.url).await
}
