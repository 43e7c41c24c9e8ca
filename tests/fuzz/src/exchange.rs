//! A whole answer, byte for byte as a server writes it, through everything a call passes.
//!
//! The first byte of the input says which call is made, the rest is the answer. Every call is made
//! twice on one client, so that the second one meets what was learned from the first answer.

use std::error::Error as _;
use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use threadline::{Config, Credential, IdempotencyKey, ProviderKind, ThreadId};
use threadline_contactship as contactship;
use threadline_inboxapp_v1 as v1;
use threadline_inboxapp_v2 as v2;
use threadline_transport::{
    Delivery, Error, ErrorKind, RateLimitPolicy, Response, RetryPolicy, SkippedField, Sunset,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

/// What no error may show, though the server may say it.
pub const CANARY: &str = "canary-0123456789";

/// How long a call may take. Every answer is there at once, so that none should.
const PATIENCE: Duration = Duration::from_secs(20);

thread_local! {
    static LOCAL: (Runtime, TcpListener) = {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        (runtime, listener)
    };
}

/// The number of a call, and an answer.
pub fn run(bytes: &[u8]) {
    let Some((&call, answer)) = bytes.split_first() else {
        return;
    };
    if names_the_credential(answer) {
        return;
    }
    LOCAL.with(|(runtime, listener)| {
        let address = listener.local_addr().expect("an address");
        let url = format!("http://{address}");
        runtime.block_on(async {
            tokio::select! {
                () = serve(listener, answer) => {}
                () = make(call, &url) => {}
            }
        });
    });
}

/// Whether a header's name holds the credential. It is looked for in values alone: no server makes a
/// name of what it was sent.
fn names_the_credential(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer).to_ascii_lowercase();
    let mut names = text.lines().filter_map(|line| line.split_once(':'));
    names.any(|(name, _)| name.contains(CANARY))
}

/// Gives every request this answer, and ends each connection after it.
async fn serve(listener: &TcpListener, answer: &[u8]) {
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            // Whoever asked may be gone before the answer is.
            let _ = converse(stream, answer).await;
        }
    }
}

async fn converse(mut stream: TcpStream, answer: &[u8]) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !is_whole(&request) {
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            return Ok(());
        }
        request.extend_from_slice(&buffer[..count]);
    }
    stream.write_all(answer).await?;
    stream.shutdown().await
}

/// Whether the head of a request has arrived, and as much of a body as it says.
fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .filter_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("content-length: ")?
                .parse()
                .ok()
        })
        .next();
    body.len() >= length.unwrap_or(0)
}

/// Settings that end a call at once, whatever the answer says about waiting.
fn config(url: &str) -> Config {
    Config::new()
        .credential(Credential::new(CANARY).expect("a credential"))
        .base_url(url)
        .attempt_timeout(PATIENCE)
        .deadline(PATIENCE)
        .retry(RetryPolicy::none())
        .rate_limits(RateLimitPolicy::default().windows([]).wait(false))
}

/// Makes one call twice. `0` to `2` read a thread through the trait, the others use the clients.
async fn make(call: u8, url: &str) {
    macro_rules! twice {
        ($client:expr, $request:expr) => {{
            let client = $client;
            let request = $request(&client);
            answered(request.clone().await);
            answered(request.await);
            announced(client.transport().sunset());
        }};
    }
    macro_rules! all {
        ($pages:expr) => {{
            let mut pages = $pages;
            while let Some(page) = pages.next().await {
                turned(page);
            }
        }};
    }
    let contactship = || contactship::Client::with_config(config(url)).expect("sound settings");
    let v1 = || v1::Client::with_config(config(url)).expect("sound settings");
    let v2 = || v2::Client::with_config(config(url)).expect("sound settings");
    match call % 16 {
        0 => unified(ProviderKind::ContactShip, url).await,
        1 => unified(ProviderKind::InboxappV1, url).await,
        2 => unified(ProviderKind::InboxappV2, url).await,
        3 => twice!(contactship(), |client: &contactship::Client| client
            .messages()
            .get("m")),
        4 => twice!(contactship(), |client: &contactship::Client| client
            .contacts()
            .list()),
        5 => twice!(contactship(), |client: &contactship::Client| client
            .contacts()
            .delete("c")),
        6 => twice!(v1(), |client: &v1::Client| client.prospects().lookup("p")),
        7 => twice!(v1(), |client: &v1::Client| client.events().list()),
        8 => twice!(v1(), |client: &v1::Client| client
            .messages()
            .send("t", "hi")),
        9 => twice!(v1(), |client: &v1::Client| client.tags().delete("t")),
        10 => all!(v1().threads().list().pages()),
        11 => twice!(v2(), |client: &v2::Client| {
            let target = v2::types::SendToThread::new("t");
            let key = IdempotencyKey::from_bits(1);
            client.messages().send(target, "hi").idempotency_key(key)
        }),
        12 => all!(v2().events().list().pages()),
        13 => all!(v2().messages().list("t").pages()),
        14 => twice!(v2(), |client: &v2::Client| client.colors().list()),
        _ => twice!(v2(), |client: &v2::Client| client.tags().delete("t")),
    }
}

/// Reads a thread through the trait.
async fn unified(kind: ProviderKind, url: &str) {
    let provider = kind.connect(config(url)).expect("sound settings");
    let id = ThreadId::new("t").expect("an id");
    for _ in 0..2 {
        match provider.get_thread(&id).await {
            Ok(thread) => {
                assert_ne!(thread.id.as_str(), "");
                assert!(!format!("{thread:?}").is_empty());
            }
            Err(error) => failed(&error),
        }
    }
}

/// What is true of every outcome.
fn answered<T: Debug>(outcome: Result<Response<T>, Error>) {
    match outcome {
        Ok(response) => {
            assert!((200..300).contains(&response.status()), "{response:?}");
            assert_eq!(response.attempts(), 1, "{response:?}");
            if let Some(limit) = response.rate_limit() {
                let _ = (limit.limit(), limit.remaining(), limit.reset());
                let _ = limit.reset_after(SystemTime::UNIX_EPOCH);
                let _ = limit.reset_after(SystemTime::now());
            }
            let _ = response.request_id();
            skipped(response.skipped());
        }
        Err(error) => failed(&error),
    }
}

/// The same for a page, whose error may also be that the page before it leads nowhere.
fn turned<T: Debug>(page: Result<Response<T>, Error>) {
    match page {
        Err(error) if error.kind() == ErrorKind::InvalidResponse && error.status().is_none() => {
            assert_eq!(error.delivery(), Delivery::Answered, "{error:?}");
        }
        page => answered(page),
    }
}

/// What is true of the members that were left out.
fn skipped(fields: &[SkippedField]) {
    for field in fields {
        let texts = [field.pointer(), field.expected(), field.found()];
        assert!(field.pointer().starts_with('/'), "{field:?}");
        assert!(!texts.concat().contains(CANARY), "{field:?}");
    }
}

/// What is true of every error.
fn failed(error: &Error) {
    let (line, story) = (error.to_string(), format!("{error:?}"));
    assert!(!line.chars().any(char::is_control), "{line:?}");
    let mut texts = vec![line, story, error.message().to_owned()];
    texts
        .extend([error.code(), error.request_id()].map(|text| text.unwrap_or_default().to_owned()));
    texts.push(String::from_utf8_lossy(error.body().unwrap_or_default()).into_owned());
    for (name, value) in error.headers().iter().flat_map(|headers| headers.iter()) {
        texts.push(format!("{name}: {value}"));
    }
    let mut source = error.source();
    while let Some(cause) = source {
        texts.push(format!("{cause} {cause:?}"));
        source = cause.source();
    }
    for text in texts {
        assert!(!text.contains(CANARY), "the credential is shown: {text}");
    }
    assert_ne!(error.kind(), ErrorKind::Timeout, "{error:?}");
    assert_ne!(error.kind(), ErrorKind::Connect, "{error:?}");
    assert!(error.attempts() <= 1, "{error:?}");
    // A pause that was learned from the first answer keeps the second request from being sent.
    assert_eq!(
        error.attempts() == 0,
        error.delivery() == Delivery::NotSent,
        "{error:?}"
    );
    if error.delivery() == Delivery::Answered {
        assert!(error.status().is_some(), "{error:?}");
    }
    assert!(error.history().len() <= 1, "{error:?}");
}

/// The announced end of an API can be looked at.
fn announced(sunset: Option<Sunset>) {
    if let Some(sunset) = sunset {
        let _ = (sunset.sunset(), sunset.deprecation(), sunset.link());
        assert!(!format!("{sunset:?}").is_empty());
    }
}
