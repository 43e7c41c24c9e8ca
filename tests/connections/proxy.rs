//! Proxies: the one that is set, those of the environment, and one that refuses.

use std::process::Command;

use threadline::{Config, ErrorKind};
use threadline_tests::{CANARY, CREDENTIAL, RawServer, Request, Vendor};

use crate::read;

/// A server that only a proxy can reach: the name is reserved and never resolves.
const SERVER: &str = "http://inbox.invalid:8080";

fn config(vendor: Vendor, server: &str, credential: &str) -> Config {
    vendor.config(server, credential).insecure_http(true)
}

/// The only request that a proxy got.
fn only(proxy: &RawServer) -> Request {
    let received = proxy.received();
    assert_eq!(received.len(), 1, "{received:?}");
    Request::parse(&received[0]).expect("a request").0
}

#[tokio::test]
async fn the_proxy_that_is_set_gets_the_request() {
    for vendor in Vendor::ALL {
        // One on this machine too, where the environment's proxies are not asked.
        for server in [SERVER, "http://127.0.0.1:9"] {
            let proxy = RawServer::start(&vendor.thread().to_string()).await;
            let url = format!("http://me:{CANARY}@{}", proxy.host());
            let config = config(vendor, server, CREDENTIAL).proxy(url);
            read(vendor, config).await.unwrap();
            let request = only(&proxy);
            assert_eq!(request.method, "GET");
            // The full URL, as a proxy needs it.
            assert_eq!(
                request.target,
                format!("{server}{}", vendor.read_target("t-1"))
            );
            let (name, value) = vendor.credential_header(CREDENTIAL);
            let has = |header: &str| request.headers.iter().any(|known| known == header);
            assert!(has(&format!("{name}: {value}")), "{request:?}");
            // `me:` and the password, in base 64.
            let basic = "proxy-authorization: Basic bWU6Y2FuYXJ5LTAxMjM0NTY3ODlhYmNkZWY=";
            assert!(has(basic), "{request:?}");
        }
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_is_an_error_that_shows_no_secret() {
    let page = format!("{{\"message\":\"not for you, {CANARY}\"}}");
    for vendor in Vendor::ALL {
        for (status, kind) in [
            ("407 Proxy Authentication Required", ErrorKind::Rejected),
            ("403 Forbidden", ErrorKind::PermissionDenied),
            ("502 Bad Gateway", ErrorKind::Unavailable),
        ] {
            // Over plain HTTP the proxy's answer is the answer; over TLS there is no connection.
            for (server, kind) in [
                (SERVER, kind),
                ("https://inbox.invalid", ErrorKind::Connect),
            ] {
                let proxy = RawServer::answering(status, &page).await;
                let url = format!("http://me:{CANARY}@{}", proxy.host());
                let config = config(vendor, server, CANARY).proxy(url);
                let error = read(vendor, config).await.unwrap_err();
                assert_eq!(error.kind(), kind, "{vendor:?} {status} {error:?}");
                for shown in [error.to_string(), format!("{error:?}")] {
                    assert!(!shown.contains(CANARY), "{shown}");
                    assert!(!shown.contains("bWU6"), "{shown}");
                }
                let request = only(&proxy);
                let is_tunnel = request.method == "CONNECT";
                assert_eq!(is_tunnel, server.starts_with("https"), "{request:?}");
                // What is meant for the server is not shown to the proxy of a tunnel.
                let (_, secret) = vendor.credential_header(CANARY);
                let has = request
                    .headers
                    .iter()
                    .any(|header| header.contains(&secret));
                assert_eq!(has, !is_tunnel, "{request:?}");
            }
        }
    }
}

/// The variable that makes a run of [`of_the_environment`] the child: the server to ask.
const CHILD: &str = "THREADLINE_TESTS_SERVER";

/// The child process: it reads a thread with the environment's proxies.
#[tokio::test]
async fn of_the_environment() {
    let Ok(server) = std::env::var(CHILD) else {
        return;
    };
    for vendor in Vendor::ALL {
        let config = config(vendor, &server, CREDENTIAL);
        let read = read(vendor, config).await;
        println!("{} {}", vendor.name(), read.is_ok());
    }
}

/// What a child with these variables received.
async fn child(server: &str, variables: &[(&str, &str)]) -> Vec<bool> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "proxy::of_the_environment", "--nocapture"]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    // Where it is set, reqwest takes HTTP_PROXY for a header of a request to a CGI script.
    command.env_remove("REQUEST_METHOD");
    command.env(CHILD, server).envs(variables.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let outcome = |vendor: &Vendor| {
        let is = |outcome: bool| text.contains(&format!("{} {outcome}\n", vendor.name()));
        assert_ne!(is(true), is(false), "{text}");
        is(true)
    };
    Vendor::ALL.iter().map(outcome).collect()
}

#[tokio::test]
async fn the_environments_proxies_are_used_except_for_loopback() {
    // The vendors' threads have different shapes; only the first one is read.
    let vendor = Vendor::ALL[0];
    for (server, variables, is_asked) in [
        (SERVER, vec!["HTTP_PROXY"], true),
        (SERVER, vec!["http_proxy"], true),
        (SERVER, vec!["ALL_PROXY"], true),
        (SERVER, vec!["HTTPS_PROXY"], false),
        (SERVER, vec![], false),
        ("http://127.0.0.1:9", vec!["HTTP_PROXY", "ALL_PROXY"], false),
    ] {
        let proxy = RawServer::start(&vendor.thread().to_string()).await;
        let set: Vec<_> = variables.iter().map(|name| (*name, proxy.url())).collect();
        let read = child(server, &set).await;
        assert_eq!(read[0], is_asked, "{server} {variables:?}");
        let targets: Vec<_> = proxy
            .received()
            .iter()
            .map(|text| Request::parse(text).expect("a request").0.target)
            .collect();
        let expected = Vendor::ALL.map(|vendor| format!("{server}{}", vendor.read_target("t-1")));
        let expected = if is_asked { &expected[..] } else { &[] };
        assert_eq!(targets, expected, "{server} {variables:?}");
    }
}

#[tokio::test]
async fn no_proxy_names_servers_that_are_asked_themselves() {
    let proxy = RawServer::start(&Vendor::ALL[0].thread().to_string()).await;
    let variables = [("HTTP_PROXY", proxy.url()), ("NO_PROXY", "inbox.invalid")];
    assert_eq!(child(SERVER, &variables).await, [false; 3]);
    assert_eq!(proxy.received(), [""; 0]);
}
