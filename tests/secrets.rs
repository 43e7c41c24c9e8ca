//! A credential is found nowhere but in the request itself.

use std::fmt::{Debug, Display};
use std::sync::{Arc, Mutex};

use serde_json::json;
use threadline::testing::MemoryProvider;
use threadline::{
    CallOptions, ContactShip, Credential, Error, ErrorKind, Headers, InboxappV1, InboxappV2,
    RetryPolicy, ThreadId, ThreadProvider, ThreadProviderExt as _,
};
use threadline_tests::{Answer, CANARY, Stub, Vendor, config, echoes};
use threadline_transport::{Response, Transport};

fn credential() -> Credential {
    Credential::new(CANARY).unwrap()
}

fn id() -> ThreadId {
    "t-1".parse().unwrap()
}

/// Everything that was shown.
#[derive(Default)]
struct Shown(Vec<String>);

impl Shown {
    fn debug(&mut self, value: &(impl Debug + ?Sized)) {
        self.0.push(format!("{value:?}"));
        self.0.push(format!("{value:#?}"));
    }

    fn display(&mut self, value: &(impl Display + ?Sized)) {
        self.0.push(format!("{value}"));
        self.0.push(format!("{value:#}"));
    }

    /// An error and everything that it gives away.
    fn error(&mut self, error: &Error) {
        self.debug(error);
        self.display(error);
        self.debug(error.history());
        error
            .history()
            .iter()
            .for_each(|attempt| self.display(attempt));
        self.debug(&[error.message(), error.provider()]);
        self.debug(&[error.operation(), error.code(), error.request_id()]);
        if let Some(headers) = error.headers() {
            self.debug(headers);
            headers
                .iter()
                .for_each(|(name, value)| self.display(&format!("{name}: {value}")));
        }
        self.display(&String::from_utf8_lossy(error.body().unwrap_or_default()));
        if let Some(prepared) = error.prepared_request() {
            self.debug(prepared);
            self.display(prepared);
            self.display(prepared.url());
            self.debug(prepared.headers());
            prepared
                .headers()
                .iter()
                .for_each(|(_, value)| self.display(value));
            self.display(&String::from_utf8_lossy(prepared.body()));
        }
        let mut cause = std::error::Error::source(error);
        while let Some(inner) = cause {
            self.display(inner);
            self.debug(inner);
            cause = inner.source();
        }
    }

    fn assert_clean(self) {
        for text in &self.0 {
            assert!(!text.contains(CANARY), "{text}");
        }
    }
}

/// What is set up with a credential, in every state of being set up.
#[test]
fn settings_and_providers() {
    let mut shown = Shown::default();
    shown.debug(&credential());
    macro_rules! show {
        ($($provider:ident),*) => {$(
            let settings = config("http://127.0.0.1:9", CANARY);
            shown.debug(&settings);
            let provider = $provider::with_config(settings).unwrap();
            shown.debug(&provider);
            shown.debug(provider.as_native());
            let transport: &Transport = provider.as_native().transport();
            shown.debug(transport);
            shown.debug(transport.api());
            shown.debug(provider.as_native().options());
            let boxed: Box<dyn ThreadProvider> = Box::new(provider.clone());
            shown.debug(&boxed);
        )*};
    }
    show!(ContactShip, InboxappV1, InboxappV2);
    shown.debug(&MemoryProvider::new());
    assert!(shown.0.iter().any(|text| text.contains("redacted")));
    shown.assert_clean();
}

/// What cannot be used as a setting is named and not quoted: it may be a credential in the wrong
/// place.
#[test]
fn settings_that_are_refused() {
    let mut shown = Shown::default();
    for wrong in ["\n", "\r\n", " ", "\t", "é", "\0"] {
        shown.error(&Credential::new(format!("{CANARY}{wrong}")).unwrap_err());
    }
    for url in [
        CANARY.into(),
        format!("https://user:{CANARY}@api.example"),
        format!("https://{CANARY}@api.example"),
        format!("https://api.example/?key={CANARY}"),
        format!("https://api.example/#{CANARY}"),
        format!("https://api.example:{CANARY}/"),
    ] {
        shown.error(&ContactShip::with_config(config(&url, CANARY)).unwrap_err());
        let proxied = config("http://127.0.0.1:9", CANARY).proxy(url);
        shown.debug(&proxied);
    }
    shown.assert_clean();
}

#[tokio::test]
async fn errors_of_servers_that_echo() {
    let mut shown = Shown::default();
    for vendor in Vendor::ALL {
        for answer in echoes() {
            let stub = Stub::answering(answer).await;
            let provider = vendor.connect_with(&stub.url(), CANARY, RetryPolicy::none());
            shown.error(&provider.get_thread(&id()).await.unwrap_err());
            shown.error(&provider.close_thread(&id()).await.unwrap_err());
            shown.debug(&provider);
            assert_eq!(stub.requests().len(), 2);
            for request in stub.requests() {
                let (name, value) = vendor.credential_header(CANARY);
                assert!(
                    request.headers.contains(&format!("{name}: {value}")),
                    "it was used"
                );
            }
        }
    }
    assert!(shown.0.iter().any(|text| text.contains("[redacted]")));
    shown.assert_clean();
}

/// Where a long page is cut, no piece of the credential is left standing.
#[tokio::test]
async fn an_echo_that_is_cut_in_two() {
    for vendor in Vendor::ALL {
        for padding in 170..200 {
            let page = format!("{}{CANARY}", "x".repeat(padding));
            let stub = Stub::answering(Answer::html(500, &page)).await;
            let provider = vendor.connect_with(&stub.url(), CANARY, RetryPolicy::none());
            let error = provider.get_thread(&id()).await.unwrap_err();
            assert!(
                !error.to_string().contains("canary-0"),
                "{padding}: {error}"
            );
        }
    }
}

#[tokio::test]
async fn answers_and_dry_runs() {
    let mut shown = Shown::default();
    for vendor in Vendor::ALL {
        let answer = Answer::json(200, vendor.thread())
            .header("x-echo", CANARY)
            .header("x-request-id", CANARY)
            .header("sunset", CANARY)
            .header("x-ratelimit-reset", CANARY);
        let stub = Stub::answering(answer).await;
        let told = Arc::new(Mutex::new(None));
        let noted = Arc::clone(&told);
        let options = CallOptions::new().on_response(move |metadata| {
            *noted.lock().unwrap() = Some(metadata.clone());
        });
        let provider = vendor.connect_with(&stub.url(), CANARY, RetryPolicy::none());
        let provider = provider.with_options(&options).unwrap();
        let thread = provider.get_thread(&id()).await.unwrap();
        shown.debug(&thread);
        shown.display(&serde_json::to_string(&thread).unwrap());
        let metadata = told.lock().unwrap().take().unwrap();
        shown.debug(&options);
        shown.debug(&metadata);
        shown.debug(metadata.headers());
        shown.debug(&metadata.request_id());
        shown.debug(&metadata.rate_limit());
        shown.debug(&Response::new(thread.clone()));
        shown.debug(&provider);
        let dry = vendor.dry_with(&stub.url(), CANARY);
        shown.error(&dry.get_thread(&id()).await.unwrap_err());
        let error = dry.close_thread(&id()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::DryRun);
        shown.error(&error);
    }
    shown.assert_clean();
}

/// A typed value holds nothing that is not documented, and what had to be left out of it is told
/// without the credential.
#[tokio::test]
async fn members_that_are_left_out() {
    let mut shown = Shown::default();
    let mut body = Vendor::ContactShip.thread();
    body["unknown"] = json!(CANARY);
    body["created_at"] = json!([{ CANARY: CANARY }]);
    let stub = Stub::answering(Answer::json(200, &body)).await;
    let provider = ContactShip::with_config(config(&stub.url(), CANARY)).unwrap();
    let response = provider.as_native().threads().get("t-1").await.unwrap();
    assert_eq!(response.skipped().len(), 1, "{response:?}");
    shown.debug(&response);
    shown.debug(response.skipped());
    shown.debug(&response.into_inner());
    shown.assert_clean();
}

#[test]
fn headers_that_are_secret_by_their_name() {
    let mut shown = Shown::default();
    let names = [
        "authorization",
        "proxy-authorization",
        "x-api-key",
        "cookie",
        "set-cookie",
    ];
    shown.debug(&names.iter().map(|name| (name, CANARY)).collect::<Headers>());
    shown.assert_clean();
}

/// The emulator sees the credential, as any server does, and does not show it either.
#[tokio::test]
async fn the_emulators_log() {
    let mut shown = Shown::default();
    let builder = threadline_emulator::Emulator::builder().credential(CANARY);
    let emulator = builder.start().await.unwrap();
    let provider = ContactShip::with_config(config(emulator.contactship_url(), CANARY)).unwrap();
    provider.get_thread(&id()).await.unwrap_err();
    shown.debug(&emulator);
    shown.debug(&emulator.requests());
    shown.debug(&emulator.violations());
    assert_eq!(emulator.requests()[0].header("x-api-key"), Some(CANARY));
    shown.assert_clean();
}
