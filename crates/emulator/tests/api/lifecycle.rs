//! Starting, stopping and the request log.

use std::future::poll_fn;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::task::Poll;
use std::time::Duration;

use reqwest::{Client, Method};
use threadline_emulator::{Emulator, ProviderKind, StartError};

use crate::exchange::{Outcome, main_thread, send, send_with};

fn address(emulator: &Emulator) -> String {
    emulator
        .contactship_url()
        .trim_start_matches("http://")
        .to_owned()
}

#[tokio::test]
async fn urls_carry_the_base_path() -> Outcome {
    let emulator = Emulator::start().await?;
    let is_local = |url: &str| url.starts_with("http://127.0.0.1:");
    assert!(
        Emulator::PROVIDERS
            .iter()
            .all(|provider| emulator.url(provider).is_some_and(is_local))
    );
    assert!(emulator.inboxapp_v1_url().ends_with("/api/v1"));
    assert!(emulator.inboxapp_url().ends_with("/api/v2"));
    assert_eq!(emulator.contactship_url().matches('/').count(), 2);
    Ok(())
}

#[tokio::test]
async fn another_provider_has_no_url_and_no_threads() -> Outcome {
    let emulator = Emulator::start().await?;
    let other = ProviderKind::other("outbox");
    assert_eq!(emulator.url(&other), None);
    assert_eq!(emulator.thread_ids(&other), [""; 0]);
    Ok(())
}

#[tokio::test]
async fn requests_are_logged_as_received() -> Outcome {
    let emulator = Emulator::start().await?;
    let request = (Method::GET, "/v1/thread/a%2Fb%20%C3%A9?x=%20y");
    send(&emulator, &ProviderKind::ContactShip, request, None).await?;
    let id = main_thread(&emulator, &ProviderKind::InboxappV2);
    let request = (Method::PATCH, format!("/threads/{id}"));
    let body = r#"{ "archived" : true }"#;
    send(
        &emulator,
        &ProviderKind::InboxappV2,
        (request.0, &request.1),
        Some(body),
    )
    .await?;
    send(
        &emulator,
        &ProviderKind::InboxappV1,
        (Method::POST, "/nowhere"),
        Some("5"),
    )
    .await?;

    let requests = emulator.requests();
    let [first, second, third] = requests.as_slice() else {
        return Err(format!("{requests:?}").into());
    };
    assert_eq!(
        first.request_line(),
        "GET /v1/thread/a%2Fb%20%C3%A9?x=%20y HTTP/1.1"
    );
    assert_eq!(first.path, "/v1/thread/a%2Fb%20%C3%A9");
    assert_eq!(first.query.as_deref(), Some("x=%20y"));
    assert_eq!(
        (first.operation.as_deref(), first.status),
        (Some("threads.get"), 404)
    );
    assert_eq!(second.path, format!("/api/v2/threads/{id}"));
    assert_eq!(second.body_text(), body);
    assert_eq!(second.header("content-type"), Some("application/json"));
    assert_eq!(
        (second.operation.as_deref(), second.status),
        (Some("threads.update"), 200)
    );
    assert_eq!(
        (&third.provider, third.method.as_str()),
        (&ProviderKind::InboxappV1, "POST")
    );
    assert_eq!((third.operation.as_deref(), third.status), (None, 404));

    assert_eq!(first.header("x-api-key"), Some(Emulator::CREDENTIAL));
    let shown = format!("{requests:?} {emulator:?}");
    assert!(!shown.contains(Emulator::CREDENTIAL), "{shown}");
    emulator.clear_requests();
    assert!(emulator.requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn another_credential_can_be_chosen() -> Outcome {
    let builder = Emulator::builder().credential("canary").log_capacity(1);
    let emulator = builder.start().await?;
    let request = || (Method::GET, "/threads/abc");
    let own = [("authorization", "Bearer canary")];
    let reply = send_with(&emulator, &ProviderKind::InboxappV2, request(), &own, None).await?;
    assert_eq!(reply.status, 404);
    let reply = send(&emulator, &ProviderKind::InboxappV2, request(), None).await?;
    assert_eq!(reply.status, 401);
    assert_eq!(emulator.requests().len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_port_can_be_chosen_but_not_twice() -> Outcome {
    let emulator = Emulator::start().await?;
    let port = address(&emulator)
        .rsplit(':')
        .next()
        .unwrap_or_default()
        .parse()?;
    let error = Emulator::builder().inboxapp_port(port).start().await.err();
    match error {
        Some(StartError::Port {
            provider,
            port: taken,
            ..
        }) => {
            assert_eq!((provider, taken), (ProviderKind::InboxappV2, port));
        }
        other => return Err(format!("{other:?}").into()),
    }
    drop(emulator);
    let emulator = Emulator::builder().contactship_port(port).start().await?;
    assert!(emulator.contactship_url().ends_with(&format!(":{port}")));
    Ok(())
}

#[tokio::test]
async fn a_cancelled_start_releases_its_ports() -> Outcome {
    let free = TcpListener::bind("127.0.0.1:0")?;
    let port = free.local_addr()?.port();
    drop(free);
    let mut start = Box::pin(Emulator::builder().contactship_port(port).start());
    let poll = poll_fn(|context| Poll::Ready(start.as_mut().poll(context))).await;
    assert!(poll.is_pending());
    drop(start);
    let emulator = Emulator::builder().contactship_port(port).start().await?;
    assert!(emulator.contactship_url().ends_with(&format!(":{port}")));
    Ok(())
}

#[tokio::test]
async fn nothing_listens_after_the_end() -> Outcome {
    let emulator = Emulator::start().await?;
    let first = address(&emulator);
    drop(emulator);
    assert!(TcpStream::connect(&first).is_err());

    let emulator = Emulator::start().await?;
    let second = address(&emulator);
    // A connection that is kept open does not delay the shutdown.
    let client = Client::new();
    client.get(emulator.contactship_url()).send().await?;
    emulator.shutdown().await;
    assert!(TcpStream::connect(&second).is_err());
    Ok(())
}

#[tokio::test]
async fn an_unfinished_request_does_not_delay_the_end() -> Outcome {
    let emulator = Emulator::start().await?;
    let mut stream = TcpStream::connect(address(&emulator))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.write_all(b"PUT /v1/thread/thr-1 HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n{")?;
    drop(emulator);
    // The connection is closed or reset, not left waiting.
    let read = stream.read(&mut [0; 16]);
    assert!(read.as_ref().map_or_else(
        |error| error.kind() == ErrorKind::ConnectionReset,
        |n| *n == 0
    ));
    Ok(())
}

#[tokio::test]
async fn large_bodies_are_rejected() -> Outcome {
    let emulator = Emulator::start().await?;
    let body = " ".repeat(9 * 1024 * 1024);
    let request = (Method::PUT, "/v1/thread/thr-1");
    // The response may be sent before the whole body was, which closes the connection.
    if let Ok(reply) = send(&emulator, &ProviderKind::ContactShip, request, Some(&body)).await {
        assert_eq!(reply.status, 413);
    }
    Ok(())
}

#[test]
fn an_emulator_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Emulator>();
    shared::<StartError>();
}
