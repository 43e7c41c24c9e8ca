//! A server that answers every request with the same thread, as cheaply as it can.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The thread it answers with.
pub const THREAD: &str = r#"{"id":"w5hs7kz546ds69ep2st18dhb","platform":"twitter","platformId":"150221778-174882390","accountLinkId":"bwqou25w0p4e8gh8tzduxx8s","profileId":"nm62lxc5o1ezmyyf8y1kh9e6","contactId":"t9v5hr7riaww8wpkrlv02cma","assigneeId":"h7hbetn74ohzxcf5imsqcgvn","isRequest":false,"acceptanceState":"notRequired","archived":true,"unread":false,"restrictions":["message:edit"],"syncing":false,"typingIndicators":"teamDefault","lastMessage":{"id":"xd83lhtjwwveffp12g7b2wu1","direction":"outbound","createdAt":"2026-11-03T08:15:30.000Z"},"activity":{"preview":"Thank you!","direction":"inbound","at":"2026-11-03T08:17:02.000Z"},"createdAt":"2026-11-01T09:12:44.120Z"}"#;

/// Listens on a free port of this machine and answers until the returned task is dropped.
///
/// # Errors
///
/// Where no port can be had.
pub async fn listen() -> io::Result<(SocketAddr, TcpListener)> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    Ok((listener.local_addr()?, listener))
}

/// Answers every connection for good.
///
/// # Errors
///
/// Where accepting fails.
pub async fn serve(listener: TcpListener) -> io::Result<()> {
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req_1\r\ncontent-length: {}\r\n\r\n{THREAD}",
        THREAD.len()
    );
    loop {
        let (stream, _) = listener.accept().await?;
        let answer = answer.clone().into_bytes();
        tokio::spawn(async move {
            // A client that goes away ends its own connection only.
            let _ = answer_all(stream, &answer).await;
        });
    }
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

/// How many bytes the first request in the buffer has, once all of it is there.
fn request_length(buffer: &[u8]) -> Option<usize> {
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
    use super::*;

    #[test]
    fn a_request_ends_after_its_body() {
        let request = b"PATCH / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(request_length(request), Some(request.len()));
        assert_eq!(request_length(&request[..request.len() - 1]), None);
    }
}
