//! What the requests of the generated clients take besides their parameters: the options of the
//! call, a whole body, and the shape of the answer.

use std::env;
use std::process::Command;
use std::time::Duration;

use serde_json::json;
use threadline::{
    CallOptions, Config, Credential, Delivery, Error, ErrorKind, KeyChoice, RetryPolicy,
    ThreadProvider as _,
};
use threadline_contactship as contactship;
use threadline_inboxapp_v1 as v1;
use threadline_inboxapp_v2 as v2;
use threadline_inboxapp_v2::types::{SendRequest, SendToThread, ThreadUpdate};
use threadline_tests::{Answer, CREDENTIAL, Stub, Vendor};

/// A client that makes up to three attempts, without pauses.
fn client(server: &str) -> v2::Client {
    let patient = RetryPolicy::default()
        .max_attempts(3)
        .base_delay(Duration::ZERO);
    let config = Vendor::InboxappV2.config(server, CREDENTIAL);
    v2::Client::with_config(config.retry(patient)).unwrap()
}

async fn answering(answer: Answer) -> (Stub, v2::Client) {
    let stub = Stub::answering(answer).await;
    let client = client(&stub.url());
    (stub, client)
}

async fn thread() -> (Stub, v2::Client) {
    answering(Answer::json(200, Vendor::InboxappV2.thread())).await
}

#[tokio::test]
async fn nothing_is_sent_until_a_request_is_awaited() {
    let (stub, client) = thread().await;
    let request = client.threads().get("t-1");
    let list = client.threads().list().items();
    assert_eq!(stub.requests(), []);
    drop(list);
    // A request can be sent more than once.
    request.clone().await.unwrap();
    request.await.unwrap();
    assert_eq!(stub.requests().len(), 2);
}

#[tokio::test]
async fn a_dry_run_is_shown_and_not_sent() {
    let (stub, client) = thread().await;
    let request = client.threads().update("t-1").archived(true);
    let error = request.clone().dry_run(true).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DryRun);
    assert_eq!(error.operation(), Some("threads.update"));
    let prepared = error.prepared_request().unwrap();
    assert_eq!(prepared.url(), stub.url() + "/api/v2/threads/t-1");
    assert_eq!(prepared.body(), br#"{"archived":true}"#);
    assert_eq!(stub.requests(), []);
    // Only that one request was dry.
    request.await.unwrap();
    assert_eq!(stub.requests().len(), 1);
}

#[tokio::test]
async fn the_attempts_of_a_request_go_before_those_of_the_client() {
    let (stub, client) = answering(Answer::empty(503)).await;
    for (attempts, expected) in [(1, 1), (2, 2), (5, 5)] {
        let before = stub.requests().len();
        let error = client.colors().list().attempts(attempts).await.unwrap_err();
        assert_eq!(error.attempts(), attempts);
        assert_eq!(stub.requests().len() - before, expected);
    }
    let error = client.colors().list().await.unwrap_err();
    assert_eq!(error.attempts(), 3);
}

#[tokio::test]
async fn a_caller_says_whether_repeating_is_harmless() {
    let (_stub, client) = answering(Answer::empty(500)).await;
    let send = client.messages().send(SendToThread::new("t-1"), "Hi");
    let send = send.idempotency_key(KeyChoice::Without);
    assert_eq!(send.clone().await.unwrap_err().attempts(), 1);
    assert_eq!(send.repeat(true).await.unwrap_err().attempts(), 3);
    let read = client.threads().get("t-1").repeat(false);
    assert_eq!(read.await.unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn a_request_has_times_of_its_own() {
    // Connections are made and nobody answers.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(&format!("http://{}", listener.local_addr().unwrap()));
    let short = client
        .colors()
        .list()
        .attempt_timeout(Duration::from_millis(1));
    let error = short.attempts(2).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 2));
    let over = client.colors().list().deadline(Duration::ZERO);
    let error = over.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.delivery(), Delivery::NotSent);
}

#[tokio::test]
async fn options_are_merged_field_by_field() {
    let (stub, client) = answering(Answer::empty(503)).await;
    let header = |name, value| CallOptions::new().header(name, value).unwrap();
    let client = client.with_options(&header("x-a", "1"));
    let request = client.colors().list().options(&header("x-b", "2"));
    let error = request
        .attempts(2)
        .options(&header("x-a", "3"))
        .await
        .unwrap_err();
    assert_eq!(error.attempts(), 2, "options that say nothing of attempts");
    for request in stub.requests() {
        for header in ["x-a: 3", "x-b: 2"] {
            assert!(
                request.headers.iter().any(|sent| sent == header),
                "{header}"
            );
        }
    }
    // The client's own options are as they were.
    client.colors().list().attempts(1).await.unwrap_err();
    let headers = stub.requests().pop().unwrap().headers;
    assert!(headers.contains(&"x-a: 1".to_owned()), "{headers:?}");
    assert!(!headers.contains(&"x-b: 2".to_owned()), "{headers:?}");
}

#[tokio::test]
async fn an_answer_is_read_as_a_type_of_the_callers_own() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Archived {
        id: String,
        archived: bool,
    }
    let body = json!({"id": "t-1", "archived": true});
    let (_stub, client) = answering(Answer::json(200, body)).await;
    let request = client.threads().get("t-1");
    let error = request.clone().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidResponse);
    let read = request.decode_as::<Archived>().await.unwrap();
    let (id, archived) = ("t-1".to_owned(), true);
    assert_eq!(read.into_inner(), Archived { id, archived });
    let update = client.threads().update("t-1").archived(true);
    let error = update.decode_as::<Vec<String>>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidResponse);
    assert_eq!(error.operation(), Some("threads.update"));
}

/// The body that a request would send.
async fn body(request: impl IntoFuture<Output = Result<impl Sized, Error>>) -> String {
    let error = request.await.err().expect("a dry run");
    let prepared = error.prepared_request().expect("a dry run");
    String::from_utf8(prepared.body().to_vec()).unwrap()
}

#[tokio::test]
async fn a_whole_body_takes_the_place_of_what_was_set_and_can_be_changed() {
    let client = client("http://127.0.0.1:9");
    let client = client.with_options(&CallOptions::new().dry_run(true));
    let close = ThreadUpdate::new().archived(true).clear_assignee_id();
    let update = || client.threads().update("t-1");
    assert_eq!(
        body(update().unread(true).body(close.clone())).await,
        r#"{"archived":true,"assigneeId":null}"#
    );
    assert_eq!(
        body(update().body(close).archived(false).assignee_id("U")).await,
        r#"{"archived":false,"assigneeId":"U"}"#
    );
    let other = SendRequest::new(SendToThread::new("t-2"), "Bye");
    let send = client.messages().send(SendToThread::new("t-1"), "Hi");
    assert_eq!(
        body(send.body(other)).await,
        r#"{"target":{"type":"thread","threadId":"t-2"},"content":"Bye"}"#
    );
}

/// Calls a macro with each client crate and its vendor.
macro_rules! each_client {
    ($body:ident) => {
        $body!(contactship, Vendor::ContactShip);
        $body!(v1, Vendor::InboxappV1);
        $body!(v2, Vendor::InboxappV2);
    };
}

#[test]
fn a_credential_is_a_text_or_a_credential() {
    macro_rules! check {
        ($client:ident, $vendor:expr) => {
            assert!($client::Client::new(CREDENTIAL).is_ok());
            assert!($client::Client::new(CREDENTIAL.to_owned()).is_ok());
            let credential = Credential::new(CREDENTIAL).unwrap();
            assert!($client::Client::new(credential).is_ok());
            let error = $client::Client::new("a\nb").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidConfig);
            assert_eq!(error.delivery(), Delivery::NotSent);
        };
    }
    each_client!(check);
}

/// What the child process below has in its environment.
const ENVIRONMENT: [(&str, &str); 5] = [
    ("CONTACTSHIP_API_KEY", CREDENTIAL),
    ("CONTACTSHIP_BASE_URL", "http://127.0.0.1:9/contactship"),
    ("INBOX_API_TOKEN", CREDENTIAL),
    ("INBOX_API_V1_BASE_URL", "http://127.0.0.1:9/v1"),
    ("INBOX_API_BASE_URL", "http://127.0.0.1:9/v2"),
];

/// The same with base URLs that are wrong, each in another way.
const WRONG: [(&str, &str); 5] = [
    ("CONTACTSHIP_API_KEY", CREDENTIAL),
    ("CONTACTSHIP_BASE_URL", "canary"),
    ("INBOX_API_TOKEN", CREDENTIAL),
    ("INBOX_API_V1_BASE_URL", "http://inbox.internal/?canary"),
    ("INBOX_API_BASE_URL", "http://inbox.internal"),
];

/// The same with credentials that are none.
const UNUSABLE: [(&str, &str); 2] = [("CONTACTSHIP_API_KEY", ""), ("INBOX_API_TOKEN", "canary\n")];

/// Runs a test of this file in a process with this environment and no more.
fn run(test: &str, environment: &[(&str, &str)]) {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "--ignored", test])
        .env_clear()
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("1 passed"), "{text}");
}

#[test]
fn a_client_reads_the_environment() {
    run("child_with_an_environment", &ENVIRONMENT);
    run("child_without_an_environment", &[]);
    run("child_with_a_wrong_environment", &WRONG);
    run("child_with_unusable_credentials", &UNUSABLE);
}

#[test]
#[ignore = "run by `a_client_reads_the_environment`"]
fn child_with_an_environment() {
    for (transport, path) in [
        (
            contactship::Client::from_env().unwrap().transport().clone(),
            "/contactship",
        ),
        (v1::Client::from_env().unwrap().transport().clone(), "/v1"),
        (v2::Client::from_env().unwrap().transport().clone(), "/v2"),
    ] {
        assert_eq!(transport.base_url(), format!("http://127.0.0.1:9{path}"));
    }
}

#[test]
#[ignore = "run by `a_client_reads_the_environment`"]
fn child_without_an_environment() {
    macro_rules! check {
        ($client:ident, $vendor:expr) => {
            let from_env = $client::Client::from_env().unwrap_err();
            let empty = $client::Client::with_config(Config::new()).unwrap_err();
            for error in [&from_env, &empty] {
                assert_eq!(error.kind(), ErrorKind::InvalidConfig);
                assert_eq!(error.provider(), $vendor.name());
            }
            let variable = $client::operations::API.variables.unwrap().0;
            assert!(from_env.message().contains(variable), "{from_env}");
        };
    }
    each_client!(check);
}

#[test]
#[ignore = "run by `a_client_reads_the_environment`"]
fn child_with_unusable_credentials() {
    for (vendor, problem) in [
        (Vendor::ContactShip, "CONTACTSHIP_API_KEY is empty"),
        (
            Vendor::InboxappV1,
            "INBOX_API_TOKEN: the credential contains a line break",
        ),
        (
            Vendor::InboxappV2,
            "INBOX_API_TOKEN: the credential contains a line break",
        ),
    ] {
        let kind = vendor.kind();
        let connected = kind
            .config_from_env()
            .and_then(|config| kind.connect(config));
        let error = connected.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidConfig);
        assert_eq!(error.provider(), vendor.name());
        assert!(error.message().contains(problem), "{error}");
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    }
}

/// The base URL with which a client sends, or why there is none.
fn base_url(vendor: Vendor, given: &str) -> Result<String, Error> {
    let config = threadline_tests::config(given, CREDENTIAL);
    let transport = match vendor {
        Vendor::ContactShip => contactship::Client::with_config(config)?
            .transport()
            .clone(),
        Vendor::InboxappV1 => v1::Client::with_config(config)?.transport().clone(),
        Vendor::InboxappV2 => v2::Client::with_config(config)?.transport().clone(),
    };
    Ok(transport.base_url().to_owned())
}

#[tokio::test]
async fn the_path_of_the_version_may_be_left_out() {
    for vendor in Vendor::ALL {
        let stub = Stub::answering(Answer::json(200, vendor.thread())).await;
        let version = match vendor {
            Vendor::ContactShip => "/v1",
            Vendor::InboxappV1 => "/api/v1",
            Vendor::InboxappV2 => "/api/v2",
        };
        for path in ["", "/", version, &format!("{version}/")] {
            let config = threadline_tests::config(&format!("{}{path}", stub.url()), CREDENTIAL);
            vendor
                .build(config)
                .get_thread(&"t-1".parse().unwrap())
                .await
                .unwrap();
            let requests = stub.requests();
            assert_eq!(
                requests.last().unwrap().target,
                vendor.read_target("t-1"),
                "{path}"
            );
        }
        let behind = base_url(vendor, &vendor.base_url("http://127.0.0.1:9/prefix"));
        assert_eq!(
            behind.unwrap(),
            vendor.base_url("http://127.0.0.1:9/prefix")
        );
    }
}

#[test]
fn the_path_of_the_other_version_is_refused() {
    for (vendor, path, expected) in [
        (Vendor::InboxappV1, "/api/v2", "/api/v1"),
        (Vendor::InboxappV2, "/api/v1", "/api/v2"),
        (Vendor::InboxappV2, "/proxy/api/v1/", "/api/v2"),
    ] {
        let error = base_url(vendor, &format!("http://127.0.0.1:9{path}")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidConfig);
        assert!(
            error.message().ends_with(&format!(" is at {expected}")),
            "{error}"
        );
    }
}

#[test]
#[ignore = "run by `a_client_reads_the_environment`"]
fn child_with_a_wrong_environment() {
    macro_rules! check {
        ($client:ident, $vendor:expr) => {
            let error = $client::Client::from_env().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidConfig);
            assert_eq!(error.provider(), $vendor.name());
            let (_, variable) = $client::operations::API.variables.unwrap();
            assert!(error.message().starts_with(variable), "{error}");
            assert!(!format!("{error:?}").contains("canary"), "{error:?}");
            let config = Config::from_env(&$client::operations::API).unwrap();
            let instead = config.base_url("ftp://127.0.0.1");
            let error = $client::Client::with_config(instead).unwrap_err();
            assert!(!error.message().contains(variable), "{error}");
        };
    }
    each_client!(check);
    let config = Config::from_env(&v2::operations::API).unwrap();
    assert!(v2::Client::with_config(config.insecure_http(true)).is_ok());
}

#[tokio::test]
async fn a_request_and_its_future_outlive_the_client_and_move_between_tasks() {
    fn is_send<T: Send + 'static>(value: T) -> T {
        value
    }
    let (stub, client) = thread().await;
    let read = client.threads().get("t-1");
    let sending = is_send(client.threads().update("t-1").archived(true).into_future());
    let typed = is_send(client.threads().get("t-1").decode_as::<serde_json::Value>());
    let items = is_send(client.threads().list().items());
    drop((client, items));
    tokio::spawn(async move {
        read.await.unwrap();
        sending.await.unwrap();
        typed.await.unwrap();
    })
    .await
    .unwrap();
    assert_eq!(stub.requests().len(), 3);
}

#[tokio::test]
async fn clones_of_a_send_share_its_generated_key() {
    let (stub, client) = answering(Answer::json(500, json!({}))).await;
    let send = || {
        client
            .messages()
            .send(SendToThread::new("t-1"), "Hi")
            .attempts(1)
    };
    let request = send();
    let lost = request.clone().await.unwrap_err();
    let again = request.await.unwrap_err();
    let another = send().await.unwrap_err();
    assert_eq!(stub.requests().len(), 3);
    assert!(lost.idempotency_key().is_some());
    assert_eq!(lost.idempotency_key(), again.idempotency_key());
    assert_ne!(lost.idempotency_key(), another.idempotency_key());
}
