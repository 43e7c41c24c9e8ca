//! Servers that do everything wrong: each call ends in the right error, in time and in bounds.

#[cfg(test)]
mod support;

use std::sync::atomic::Ordering;
use std::time::Duration;

use support::hostile::{DEADLINE, ask, client, config, error_after, error_at, error_of, pour};
use support::{ACME, Server, answer, update};
use threadline_transport::{Delivery, ErrorKind, Transport};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn a_body_that_drips() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{";
    let (url, _) = pour(head, " ", Duration::from_millis(50)).await;
    let started = Instant::now();
    let error = error_at(&url).await;
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Timeout, Delivery::Unknown)
    );
    assert!(started.elapsed() <= DEADLINE + Duration::from_millis(1));
}

#[tokio::test(start_paused = true)]
async fn a_head_that_drips() {
    let (url, _) = pour("HTTP/1.1 200 OK\r\n", "x", Duration::from_millis(50)).await;
    let error = error_at(&url).await;
    assert_eq!((error.kind(), error.status()), (ErrorKind::Timeout, None));
    assert_eq!(error.delivery(), Delivery::Unknown);
}

#[tokio::test]
async fn a_body_without_an_end() {
    const PIECE: &str = "1000\r\n                                                                ";
    let head = "HTTP/1.1 200 OK\r\n\r\n[";
    let (url, taken) = pour(head, PIECE, Duration::ZERO).await;
    let bounded = config(&url).max_response_bytes(100_000);
    let bounded = Transport::new(&ACME, bounded).unwrap();
    let error = error_of(bounded).await;
    assert_eq!(error.kind(), ErrorKind::InvalidResponse);
    assert_eq!(
        error.message(),
        "the response body is larger than 100000 bytes"
    );
    assert!(error.body().unwrap().len() <= 64 * 1024);
    // What lies in the buffers of both sockets is more than what was read.
    assert!(taken.load(Ordering::Relaxed) < 50_000_000);
}

#[tokio::test]
async fn an_error_page_without_an_end() {
    let (url, _) = pour(
        "HTTP/1.1 404 Not Found\r\n\r\n",
        "no such page ",
        Duration::ZERO,
    )
    .await;
    let error = error_at(&url).await;
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::NotFound, Delivery::Answered)
    );
    assert_eq!(error.body().unwrap().len(), 64 * 1024);
}

#[tokio::test]
async fn more_bytes_than_announced_are_left_alone() {
    let server = Server::start([
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n1"
            .to_owned(),
        answer("200 OK", "", r#"{"id":"second"}"#),
    ])
    .await;
    let transport = client(&server.url);
    assert_eq!(*update(&transport).await.unwrap(), serde_json::json!({}));
    // The rest is not taken for the answer to the next request.
    assert_eq!(update(&transport).await.unwrap()["id"], "second");
}

#[tokio::test]
async fn lengths_that_are_none() {
    for length in [
        "-1",
        "two",
        "1\r\ncontent-length: 2",
        "99999999999999999999999999",
    ] {
        let error = error_after(&format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{{}}"
        ))
        .await;
        assert_eq!(
            error.kind(),
            ErrorKind::ConnectionLost,
            "{length} {error:?}"
        );
        assert_eq!(error.delivery(), Delivery::Unknown);
    }
}

#[tokio::test]
async fn chunks_that_are_none() {
    for chunks in [
        "zz\r\n{}\r\n",
        "-2\r\n{}\r\n",
        "fffffffffffffffff\r\n{}",
        "2\r\n{}X",
        "2\r\n{}",
    ] {
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        let error = error_after(&format!("{head}{chunks}")).await;
        assert_eq!(
            error.kind(),
            ErrorKind::ConnectionLost,
            "{chunks} {error:?}"
        );
        assert_eq!(
            (error.status(), error.delivery()),
            (Some(200), Delivery::Unknown)
        );
    }
}

#[tokio::test]
async fn a_connection_that_is_half_closed() {
    for first in [
        "",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{",
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            ask(&mut stream).await;
            stream.write_all(first.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
            // The other half stays open until the client is gone.
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest).await;
        });
        let error = error_at(&url).await;
        assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{first} {error:?}");
        assert_eq!(error.delivery(), Delivery::Unknown);
        server.await.unwrap();
    }
}

#[tokio::test]
async fn a_connection_that_is_reset() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        // Closing with unread bytes resets the connection.
        stream.readable().await.unwrap();
        drop(stream);
    });
    let error = error_at(&url).await;
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::ConnectionLost, Delivery::Unknown)
    );
}

#[tokio::test]
async fn headers_without_an_end() {
    let again = "x-filler: 0123456789012345678901234567890123456789012345678901234567890123\r\n";
    let (url, taken) = pour("HTTP/1.1 200 OK\r\n", again, Duration::ZERO).await;
    let error = error_at(&url).await;
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::ConnectionLost, None)
    );
    assert!(taken.load(Ordering::Relaxed) < 50_000_000);
}

#[tokio::test]
async fn one_gigantic_header() {
    let (url, taken) = pour(
        "HTTP/1.1 200 OK\r\nx-filler: ",
        "0123456789",
        Duration::ZERO,
    )
    .await;
    let error = error_at(&url).await;
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::ConnectionLost, None)
    );
    assert!(taken.load(Ordering::Relaxed) < 50_000_000);
}

#[tokio::test]
async fn duplicate_headers() {
    let headers = "retry-after: 3\r\nretry-after: junk\r\nretry-after: 5\r\n\
                   x-request-id: req_1\r\nx-request-id: req_2\r\n\
                   content-type: text/html\r\ncontent-type: application/json\r\n";
    let error = error_after(&answer("429 Too Many Requests", headers, "{}")).await;
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(5)));
    assert_eq!(error.request_id(), Some("req_1"));
    assert_eq!(error.headers().unwrap().get_all("x-request-id").count(), 2);
}

#[tokio::test]
async fn the_same_length_twice_is_one_length() {
    let twice = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\n{}";
    let server = Server::start([twice]).await;
    update(&client(&server.url)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_provisional_answers() {
    let (url, _) = pour(
        "",
        "HTTP/1.1 103 Early Hints\r\n\r\n",
        Duration::from_millis(10),
    )
    .await;
    let error = error_at(&url).await;
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Timeout, Delivery::Unknown)
    );
}

#[tokio::test]
async fn provisional_answers_before_the_answer() {
    let provisional = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(20);
    let server = Server::start([provisional + &answer("200 OK", "", "{}")]).await;
    update(&client(&server.url)).await.unwrap();
}

#[tokio::test]
async fn an_upgrade_nobody_asked_for() {
    let upgrade = "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n";
    let error = error_after(upgrade).await;
    assert!(
        matches!(
            error.kind(),
            ErrorKind::ConnectionLost | ErrorKind::Rejected
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_pool_is_fit_for_use_after_dropped_calls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        for number in 0..6 {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                ask(&mut stream).await;
                if number == 5 {
                    let whole = answer("200 OK", "", "{}");
                    stream.write_all(whole.as_bytes()).await.unwrap();
                }
                let _ = stream.read(&mut [0; 1]).await;
            });
        }
    });
    let transport = client(&url);
    for _ in 0..5 {
        let waiting = update(&transport);
        assert!(
            tokio::time::timeout(Duration::from_millis(20), waiting)
                .await
                .is_err()
        );
    }
    update(&transport).await.unwrap();
}
