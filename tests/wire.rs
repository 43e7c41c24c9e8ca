//! What every call puts on the wire: method, path, headers and body, and nothing more.

use std::time::Duration;

use threadline::{
    Assignee, Delivery, Error, ErrorKind, RetryPolicy, ThreadId, ThreadProviderExt, ThreadUpdate,
};
use threadline_tests::{Answer, CREDENTIAL, RawServer, Stub, Vendor, mapping};

fn id() -> ThreadId {
    "t-1".parse().unwrap()
}

async fn stub(vendor: Vendor) -> Stub {
    Stub::answering(Answer::json(200, vendor.thread())).await
}

#[tokio::test]
async fn every_update_is_one_request_of_exactly_this_form() {
    for vendor in Vendor::ALL {
        let stub = stub(vendor).await;
        let provider = vendor.connect(&stub.url());
        let mut expected = Vec::new();
        for row in mapping() {
            let Some(body) = row.body(vendor) else {
                continue;
            };
            expected.push(vendor.request(vendor.update_method(), &stub.host(), "t-1", body));
            provider.update_thread(&id(), &row.update).await.unwrap();
            assert_eq!(stub.requests(), expected, "{vendor:?} {row:?}");
        }
    }
}

#[tokio::test]
async fn what_an_api_cannot_do_is_never_sent() {
    for vendor in Vendor::ALL {
        let stub = stub(vendor).await;
        let provider = vendor.connect(&stub.url());
        let third_kind = ThreadUpdate::new().assign(Assignee::new("team".into(), "T"));
        let rows = mapping()
            .into_iter()
            .filter(|row| row.body(vendor).is_none());
        let mut refused: Vec<_> = rows.map(|row| row.update).collect();
        refused.push(third_kind);
        for update in refused {
            let error = provider.update_thread(&id(), &update).await.unwrap_err();
            assert_refused(&error, ErrorKind::Unsupported, vendor, &update);
        }
        assert_eq!(stub.requests(), []);
    }
}

#[tokio::test]
async fn an_update_without_content_is_never_sent() {
    for vendor in Vendor::ALL {
        let stub = stub(vendor).await;
        let provider = vendor.connect(&stub.url());
        for update in [
            ThreadUpdate::new(),
            ThreadUpdate::new().assign(Assignee::user("")),
            ThreadUpdate::new().close().assign(Assignee::user(" ")),
        ] {
            let error = provider.update_thread(&id(), &update).await.unwrap_err();
            assert_refused(&error, ErrorKind::InvalidRequest, vendor, &update);
        }
        assert_eq!(stub.requests(), []);
    }
}

fn assert_refused(error: &Error, kind: ErrorKind, vendor: Vendor, update: &ThreadUpdate) {
    assert_eq!(error.kind(), kind, "{update:?}: {error}");
    assert_eq!(
        (error.delivery(), error.attempts()),
        (Delivery::NotSent, 0),
        "{update:?}"
    );
    assert_eq!(error.provider(), vendor.name(), "{update:?}");
    assert_eq!(error.operation(), Some("update_thread"), "{update:?}");
    assert!(!error.is_retryable(), "{update:?}");
}

#[tokio::test]
async fn a_thread_is_read_by_one_request_of_exactly_this_form() {
    for vendor in Vendor::ALL {
        let stub = stub(vendor).await;
        vendor.connect(&stub.url()).get_thread(&id()).await.unwrap();
        let expected = vendor.request("GET", &stub.host(), "t-1", "");
        assert_eq!(stub.requests(), [expected], "{vendor:?}");
    }
}

#[tokio::test]
async fn the_shorthands_are_the_same_requests() {
    for vendor in Vendor::ALL {
        let stub = stub(vendor).await;
        let provider = vendor.connect(&stub.url());
        provider.close_thread(&id()).await.unwrap();
        provider.reopen_thread(&id()).await.unwrap();
        provider
            .assign_thread(&id(), Assignee::user("U"))
            .await
            .unwrap();
        provider.unassign_thread(&id()).await.unwrap();
        provider.is_thread_closed(&id()).await.unwrap();
        let [close, reopen, assign, unassign] = [
            ThreadUpdate::new().close(),
            ThreadUpdate::new().reopen(),
            ThreadUpdate::new().assign(Assignee::user("U")),
            ThreadUpdate::new().unassign(),
        ]
        .map(|update| {
            let body = body(&update, vendor);
            vendor.request(vendor.update_method(), &stub.host(), "t-1", body)
        });
        let read = vendor.request("GET", &stub.host(), "t-1", "");
        assert_eq!(
            stub.requests(),
            [close, reopen, assign, unassign, read],
            "{vendor:?}"
        );
    }
}

/// The body of an update that is in the mapping.
fn body(update: &ThreadUpdate, vendor: Vendor) -> &'static str {
    let row = mapping()
        .into_iter()
        .find(|row| row.update == *update)
        .expect("a row");
    row.body(vendor).expect("an update that the API can do")
}

/// The same without an HTTP library on the other side, which could hide a doubled header or undo
/// an encoding.
#[tokio::test]
async fn byte_for_byte() {
    let update = ThreadUpdate::new().close().unassign();
    for vendor in Vendor::ALL {
        let server = RawServer::start(&vendor.thread().to_string()).await;
        let provider = vendor.connect(server.url());
        let id = "a/b?c#d%e é".parse().unwrap();
        provider.update_thread(&id, &update).await.unwrap();
        provider.get_thread(&id).await.unwrap();

        let (credential, secret) = vendor.credential_header(CREDENTIAL);
        let (body, method) = (body(&update, vendor), vendor.update_method());
        let encoded = "a%2Fb%3Fc%23d%25e%20%C3%A9";
        let (target, read) = (vendor.target(encoded), vendor.read_target(encoded));
        let common = [
            "accept: application/json".to_owned(),
            format!("{credential}: {secret}"),
            format!("host: {}", server.host()),
            format!("user-agent: threadline/{}", env!("CARGO_PKG_VERSION")),
        ];
        let content = [
            "content-type: application/json".into(),
            format!("content-length: {}", body.len()),
        ];
        let updated = head(
            &format!("{method} {target} HTTP/1.1"),
            common.iter().chain(&content),
        );
        let read = head(&format!("GET {read} HTTP/1.1"), common.iter());

        let received = server.received().concat();
        let (first, rest) = received.split_once("\r\n\r\n").unwrap();
        assert_eq!(sorted(first), updated, "{vendor:?}");
        let rest = rest
            .strip_prefix(body)
            .unwrap_or_else(|| panic!("no {body} in {rest}"));
        let (second, rest) = rest.split_once("\r\n\r\n").unwrap();
        assert_eq!((sorted(second), rest), (read, ""), "{vendor:?}");
    }
}

/// The lines of a head: the first one, then the headers in order.
fn head<'a>(first: &str, headers: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut headers: Vec<_> = headers.cloned().collect();
    headers.sort_unstable();
    headers.insert(0, first.to_owned());
    headers
}

fn sorted(head: &str) -> Vec<String> {
    let mut lines: Vec<_> = head.split("\r\n").map(str::to_owned).collect();
    lines[1..].sort_unstable();
    lines
}

#[tokio::test]
async fn a_repeated_request_is_the_same_request() {
    let patient = || RetryPolicy::default().base_delay(Duration::ZERO);
    for vendor in Vendor::ALL {
        let answers = || {
            let whole = Answer::json(200, vendor.thread());
            [Answer::html(503, "busy"), Answer::empty(500), whole]
        };
        let stub = Stub::start(answers()).await;
        let provider = vendor.connect_with(&stub.url(), CREDENTIAL, patient());
        provider.close_thread(&id()).await.unwrap();
        let body = body(&ThreadUpdate::new().close(), vendor);
        let update = vendor.request(vendor.update_method(), &stub.host(), "t-1", body);
        assert_eq!(stub.requests(), vec![update; 3], "{vendor:?}");

        let stub = Stub::start(answers()).await;
        let provider = vendor.connect_with(&stub.url(), CREDENTIAL, patient());
        provider.get_thread(&id()).await.unwrap();
        let read = vendor.request("GET", &stub.host(), "t-1", "");
        assert_eq!(stub.requests(), vec![read; 3], "{vendor:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for vendor in Vendor::ALL {
        let elsewhere = stub(vendor).await;
        for status in [301, 302, 303, 307, 308] {
            let stub =
                Stub::answering(Answer::empty(status).header("location", &elsewhere.url())).await;
            let error = vendor
                .connect(&stub.url())
                .close_thread(&id())
                .await
                .unwrap_err();
            assert_eq!(
                (error.kind(), error.status()),
                (ErrorKind::Rejected, Some(status))
            );
            assert_eq!(stub.requests().len(), 1);
        }
        assert_eq!(elsewhere.requests(), []);
    }
}

#[tokio::test]
async fn a_base_url_may_have_a_path_and_a_slash_at_its_end() {
    let stub = stub(Vendor::ContactShip).await;
    for (suffix, target) in [
        ("", "/v1/thread/t-1"),
        ("/", "/v1/thread/t-1"),
        ("/gate/", "/gate/v1/thread/t-1"),
        ("/a%20b", "/a%20b/v1/thread/t-1"),
    ] {
        let config = Vendor::ContactShip.config(&(stub.url() + suffix), CREDENTIAL);
        let provider = Vendor::ContactShip.build(config);
        provider.get_thread(&id()).await.unwrap();
        assert_eq!(stub.requests().pop().unwrap().target, target);
    }
}

#[tokio::test]
async fn a_dry_run_shows_the_request_and_sends_nothing() {
    for vendor in Vendor::ALL {
        let stub = stub(vendor).await;
        let update = ThreadUpdate::new().close().unassign();
        let error = vendor
            .dry(&stub.url())
            .update_thread(&id(), &update)
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::DryRun, Delivery::NotSent)
        );
        let shown = error.prepared_request().unwrap();
        let mut expected = vendor.request(
            vendor.update_method(),
            &stub.host(),
            "t-1",
            body(&update, vendor),
        );
        let (credential, _) = vendor.credential_header("");
        for line in &mut expected.headers {
            if line.starts_with(credential) {
                *line = format!("{credential}: [redacted]");
            }
        }
        let mut headers: Vec<_> = shown
            .headers()
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        headers.sort_unstable();
        assert_eq!(headers, expected.headers, "{vendor:?}");
        assert_eq!(shown.method(), expected.method);
        assert_eq!(shown.url(), stub.url() + &expected.target);
        assert_eq!(shown.body(), expected.body.as_bytes());
        assert_eq!(stub.requests(), []);
    }
}
