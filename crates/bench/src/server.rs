//! A server that responds to every request with the same thread, at minimal cost.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The thread in the response: the spec's example of an archived thread, every field set.
pub const THREAD: &str = r#"{"id":"gp6rl0b5lo0zhf9u5hsglblr","platform":"twitter","platformId":"1611250044817309696-1790466180052914176","accountLinkId":"ielafdryptdw9dihcxank8a4","profileId":"ryt8609uu3cg8gexz2pvkdv5","contactId":"u0s9wr3d811t0lptc9wkbc61","assigneeId":"szxuyxxa9pwo15d0xc77u434","isRequest":false,"acceptanceState":"notRequired","archived":true,"unread":false,"restrictions":["message:unsend"],"syncing":false,"typingIndicators":"teamDefault","lastMessage":{"id":"k12f4vetc6mdz95u9ub022qn","direction":"inbound","createdAt":"2026-10-12T14:31:07.000Z"},"activity":{"preview":"Could you glaze them in sea green?","direction":"inbound","at":"2026-10-12T14:31:07.000Z"},"createdAt":"2026-10-09T08:02:55.310Z"}"#;

/// Listens on a free local port.
///
/// # Errors
///
/// Fails if no port is free.
pub async fn listen() -> io::Result<(SocketAddr, TcpListener)> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    Ok((listener.local_addr()?, listener))
}

/// Responds to every request on every connection until it is dropped.
///
/// # Errors
///
/// Fails if a connection cannot be accepted.
pub async fn serve(listener: TcpListener) -> io::Result<()> {
    let answer = answer();
    loop {
        let (stream, _) = listener.accept().await?;
        let answer = answer.clone();
        tokio::spawn(async move {
            // A client that disconnects ends only its own connection.
            let _ = answer_all(stream, &answer).await;
        });
    }
}

/// The response to every request, as sent.
pub(crate) fn answer() -> Vec<u8> {
    let length = THREAD.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req_1\r\ncontent-length: {length}\r\n\r\n{THREAD}"
    )
    .into_bytes()
}

async fn answer_all(mut stream: TcpStream, answer: &[u8]) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(4096);
    loop {
        while let Some(length) = request_length(&buffer) {
            buffer.drain(..length);
            stream.write_all(answer).await?;
        }
        if stream.read_buf(&mut buffer).await? == 0 {
            return Ok(());
        }
    }
}

/// The length of the first request in the buffer, once it is complete.
pub(crate) fn request_length(buffer: &[u8]) -> Option<usize> {
    let head = buffer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(buffer.get(..head)?).ok()?;
    let body = text
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse::<usize>().ok())
        .unwrap_or(0);
    (buffer.len() >= head + body).then_some(head + body)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::contenders::ID;

    #[test]
    fn the_answer_is_the_example_of_the_spec() {
        let spec: Value = serde_json::from_str(threadline_inboxapp_v2::OPENAPI).unwrap();
        let example = spec.pointer(
            "/paths/~1threads~1{threadId}/patch/responses/200/content/application~1json/examples/archived/value",
        );
        let thread: Value = serde_json::from_str(THREAD).unwrap();
        assert_eq!(Some(&thread), example);
        assert_eq!(thread["id"], ID);
    }

    #[test]
    fn a_request_ends_after_its_body() {
        let request = b"PATCH / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(request_length(request), Some(request.len()));
        assert_eq!(request_length(&request[..request.len() - 1]), None);
    }
}
