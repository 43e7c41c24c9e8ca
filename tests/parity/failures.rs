//! What is made of answers that nobody documents.

use threadline_tests::spec::{Maker, Operation, Style};
use threadline_transport::{Delivery, Error, ErrorKind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::api::{Api, Client};
use crate::expected::Call;
use crate::server::Server;

const PAGE: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n</html>";
const BEGINNING: &str = r#"{"statusCode":200,"data":{"id":"#;

/// The error of a call with the least that it needs.
async fn error(api: &Api, operation: &Operation<'_>, client: &Client) -> Error {
    let maker = Maker::new(&api.document, Style::Least, 0);
    let arguments = Call::new(api, operation, &maker).arguments;
    match client.call(&operation.id, &arguments).await {
        Err(error) => error,
        Ok(received) => panic!("{}: {received:?}", operation.id),
    }
}

#[tokio::test]
async fn a_proxys_page_is_kept() {
    for api in Api::all() {
        let server = Server::start().await;
        let client = api.client(&server.url());
        server.answer(502, "text/html", PAGE);
        for operation in &api.document.operations() {
            let error = error(&api, operation, &client).await;
            assert_eq!(error.kind(), ErrorKind::Unavailable, "{error:?}");
            assert_eq!(error.status(), Some(502), "{error:?}");
            assert_eq!(error.body(), Some(PAGE.as_bytes()), "{error:?}");
            assert_eq!(error.delivery(), Delivery::Answered, "{error:?}");
            assert_eq!(error.operation(), Some(&*operation.id), "{error:?}");
        }
    }
}

/// Starts a server that breaks off in the middle of every answer.
async fn broken(status: u16) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = format!(
        "HTTP/1.1 {status} Whatever\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n\
         {BEGINNING}",
        BEGINNING.len() + 100
    );
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            // Requests this small arrive in one piece.
            let mut request = [0; 16 * 1024];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    url
}

#[tokio::test]
async fn what_came_of_a_broken_answer_is_kept() {
    for (status, kind) in [(200, ErrorKind::ConnectionLost), (404, ErrorKind::NotFound)] {
        for api in Api::all() {
            let client = api.client(&broken(status).await);
            for operation in &api.document.operations() {
                let error = error(&api, operation, &client).await;
                assert_eq!(error.kind(), kind, "{error:?}");
                assert_eq!(error.status(), Some(status), "{error:?}");
                assert_eq!(error.body(), Some(BEGINNING.as_bytes()), "{error:?}");
            }
        }
    }
}
