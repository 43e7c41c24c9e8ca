//! What goes over a real connection, and what comes of broken ones.

#[cfg(test)]
mod support;

use std::time::Duration;

use support::{ACME, CANARY, Server, answer, sorted, update};
use threadline_transport::{Config, Credential, Delivery, ErrorKind, RetryPolicy, Transport};
use tokio::net::TcpListener;

#[tokio::test]
async fn a_request_carries_exactly_these_headers() {
    let server = Server::start([answer("200 OK", "", r#"{"id":"t"}"#)]).await;
    let response = update(&server.transport()).await.unwrap();
    assert_eq!(response["id"], "t");
    let requests = server.requests();
    let host = server.url.strip_prefix("http://").unwrap();
    assert_eq!(
        sorted(&requests[0]),
        [
            "PATCH /threads/a%2Fb%3Fc%23d%25e%20%C3%A9 HTTP/1.1",
            "accept: application/json",
            &format!("authorization: Bearer {CANARY}"),
            "content-length: 13",
            "content-type: application/json",
            &format!("host: {host}"),
            &format!("user-agent: threadline/{}", env!("CARGO_PKG_VERSION")),
            r#"{"done":true}"#,
        ]
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Server::start([answer("200 OK", "", "{}")]).await;
    let location = format!("location: {}/stolen\r\n", elsewhere.url);
    let server = Server::start([answer("307 Temporary Redirect", &location, "")]).await;
    let error = update(&server.transport()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Rejected, Some(307))
    );
    assert!(
        error.message().contains("redirected to 127.0.0.1"),
        "{error}"
    );
    assert_eq!(elsewhere.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn a_cookie_is_not_sent_back() {
    let cookie = "set-cookie: session=1; Path=/\r\n";
    let server = Server::start([answer("200 OK", cookie, "{}"), answer("200 OK", "", "{}")]).await;
    let transport = server.transport();
    update(&transport).await.unwrap();
    update(&transport).await.unwrap();
    assert!(!server.requests()[1].contains("cookie"));
}

#[tokio::test]
async fn a_server_that_is_not_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let config = Config::new()
        .credential(Credential::new(CANARY).unwrap())
        .base_url(format!("http://{address}"))
        .retry(RetryPolicy::default().base_delay(Duration::ZERO));
    let transport = Transport::new(&ACME, config).unwrap();
    let error = update(&transport).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Connect, Delivery::NotSent)
    );
    assert_eq!((error.attempts(), error.is_retryable()), (4, true));
    assert!(
        error
            .message()
            .starts_with(&format!("could not connect to {address}: ")),
        "{error}"
    );
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn a_connection_closed_without_an_answer() {
    let server = Server::start([""]).await;
    let error = update(&server.transport()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::ConnectionLost, Delivery::Unknown)
    );
    assert_eq!(error.status(), None);
}

#[tokio::test]
async fn an_answer_that_is_no_http() {
    let server = Server::start(["SSH-2.0-OpenSSH_9.2\r\n"]).await;
    let error = update(&server.transport()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::ConnectionLost, Delivery::Unknown)
    );
}

#[tokio::test]
async fn a_body_shorter_than_announced() {
    let server = Server::start(["HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"id\":"]).await;
    let error = update(&server.transport()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::ConnectionLost, Delivery::Unknown)
    );
    assert_eq!(
        (error.status(), error.body()),
        (Some(200), Some(&b"{\"id\":"[..]))
    );
}

#[tokio::test]
async fn a_body_in_bad_chunks() {
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let server = Server::start([format!("{head}2\r\n{{}}\r\nzz\r\n")]).await;
    let error = update(&server.transport()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::ConnectionLost, Some(200))
    );
}

#[tokio::test]
async fn a_body_announced_too_large_is_not_read() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 1000000000000\r\n\r\n";
    let server = Server::start([format!("{head}[stall]")]).await;
    let error = update(&server.transport()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidResponse);
    assert_eq!(
        error.message(),
        "the response body is larger than 16777216 bytes"
    );
}

#[tokio::test]
async fn an_html_page_instead_of_json() {
    let page = "<html><h1>502 Bad Gateway</h1></html>";
    let server = Server::start([answer(
        "502 Bad Gateway",
        "content-type: text/html\r\n",
        page,
    )]);
    let error = update(&server.await.transport()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Unavailable, Some(502))
    );
    assert!(error.is_retryable());
    assert_eq!(
        error.to_string(),
        format!("acme update_thread: 502: {page}")
    );
    assert_eq!(
        error.headers().unwrap().get("content-type"),
        Some("text/html")
    );
}

#[tokio::test]
async fn a_dropped_call_hangs_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let credential = Credential::new(CANARY).unwrap();
    let config = Config::new().credential(credential).base_url(url);
    let transport = Transport::new(&ACME, config).unwrap();
    let server = async {
        use tokio::io::AsyncReadExt as _;
        let (mut stream, _) = listener.accept().await.unwrap();
        assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
        stream
    };
    let mut stream = tokio::select! {
        _ = update(&transport) => panic!("there was no answer"),
        stream = server => stream,
    };
    // The losing branch, the call, is dropped: the connection ends.
    let mut rest = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut rest)
        .await
        .unwrap();
}
