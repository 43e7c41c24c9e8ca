//! What goes over the wire, to the byte.

use crate::support::{Answer, CONTACTSHIP, INBOXAPP, INBOXAPP_V1, Received, Server, Threadline};

const AGENT: &str = concat!("user-agent: threadline/", env!("CARGO_PKG_VERSION"));

fn sent(arguments: &[&str], answer: &str) -> (Received, String) {
    let server = Server::ok(answer);
    Threadline::new(arguments).at(&server).run().succeeded();
    (server.only(), format!("host: {}", server.authority()))
}

fn update(thread: &str, options: &[&str], answer: &str) -> Received {
    let arguments = [&["update", thread], options].concat();
    sent(&arguments, answer).0
}

#[test]
fn contactship_gets_these_headers_and_no_others() {
    let (request, host) = sent(&["update", "contactship:thr-1", "--close"], CONTACTSHIP);
    assert_eq!(request.line, "PUT /v1/thread/thr-1 HTTP/1.1");
    let expected = [
        "accept: application/json",
        "content-length: 19",
        "content-type: application/json",
        &host,
        AGENT,
        "x-api-key: k",
    ];
    assert_eq!(request.headers, expected);
    assert_eq!(request.body, r#"{"status":"closed"}"#);
}

#[test]
fn inboxapp_gets_these_headers_and_no_others() {
    for (provider, path, body) in [
        ("inboxapp-v1", "/api/v1", INBOXAPP_V1),
        ("inboxapp", "/api/v2", INBOXAPP),
    ] {
        let thread = format!("{provider}:w5hs7kz546ds");
        let (request, host) = sent(&["update", &thread, "--unassign"], body);
        assert_eq!(
            request.line,
            format!("PATCH {path}/threads/w5hs7kz546ds HTTP/1.1")
        );
        let expected = [
            "accept: application/json",
            "authorization: Bearer t",
            "content-length: 19",
            "content-type: application/json",
            &host,
            AGENT,
        ];
        assert_eq!(request.headers, expected);
        assert_eq!(request.body, r#"{"assigneeId":null}"#);
    }
}

#[test]
fn every_kind_of_change_is_sent_to_contactship() {
    for (options, body) in [
        (&["--close"][..], r#"{"status":"closed"}"#),
        (&["--reopen"], r#"{"status":"open"}"#),
        (&["--status", "pending"], r#"{"status":"pending"}"#),
        (&["--status", "closed"], r#"{"status":"closed"}"#),
        (
            &["--assign", "agent:A"],
            r#"{"assignee":"A","assignee_type":"agent"}"#,
        ),
        (
            &["--assign", "user:U"],
            r#"{"assignee":"U","assignee_type":"user"}"#,
        ),
        (&["--unassign"], r#"{"assignee":null}"#),
        (
            &["--close", "--unassign"],
            r#"{"status":"closed","assignee":null}"#,
        ),
        (
            &["--assign=agent:A", "--status=pending"],
            r#"{"status":"pending","assignee":"A","assignee_type":"agent"}"#,
        ),
    ] {
        assert_eq!(update("contactship:thr-1", options, CONTACTSHIP).body, body);
    }
}

#[test]
fn every_kind_of_change_is_sent_to_inboxapp() {
    for (thread, answer, status) in [
        ("inboxapp-v1:w5hs7kz546ds", INBOXAPP_V1, "done"),
        ("inboxapp:w5hs7kz546ds", INBOXAPP, "archived"),
    ] {
        for (options, body) in [
            (&["--close"][..], format!(r#"{{"{status}":true}}"#)),
            (&["--reopen"], format!(r#"{{"{status}":false}}"#)),
            (&["--status", "open"], format!(r#"{{"{status}":false}}"#)),
            (
                &["--assign", "user:abc"],
                r#"{"assigneeId":"abc"}"#.to_owned(),
            ),
            (&["--unassign"], r#"{"assigneeId":null}"#.to_owned()),
            (
                &["--close", "--unassign"],
                format!(r#"{{"{status}":true,"assigneeId":null}}"#),
            ),
        ] {
            assert_eq!(update(thread, options, answer).body, body);
        }
    }
}

#[test]
fn reading_sends_no_body() {
    for (thread, line, answer, credential) in [
        (
            "contactship:thr-1",
            "GET /v1/thread/thr-1 HTTP/1.1",
            CONTACTSHIP,
            "x-api-key: k",
        ),
        (
            "inboxapp-v1:abc",
            "GET /api/v1/threads/abc HTTP/1.1",
            INBOXAPP_V1,
            "authorization: Bearer t",
        ),
        (
            "inboxapp:abc",
            "GET /api/v2/threads/abc?expand=profile&expand=contact HTTP/1.1",
            INBOXAPP,
            "authorization: Bearer t",
        ),
    ] {
        let (request, host) = sent(&["get", thread], answer);
        assert_eq!((request.line.as_str(), request.body.as_str()), (line, ""));
        let mut expected = ["accept: application/json", &host, AGENT, credential];
        expected.sort_unstable();
        assert_eq!(request.headers, expected);
    }
}

#[test]
fn an_awkward_id_stays_one_segment() {
    for (provider, path, answer) in [
        ("contactship", "/v1/thread/", CONTACTSHIP),
        ("inboxapp-v1", "/api/v1/threads/", INBOXAPP_V1),
        ("inboxapp", "/api/v2/threads/", INBOXAPP),
    ] {
        let (request, _) = sent(&["get", &format!("{provider}:a/b?c#d%e é")], answer);
        let expected = format!("GET {path}a%2Fb%3Fc%23d%25e%20%C3%A9");
        let target = request.line.strip_suffix(" HTTP/1.1").unwrap();
        let target = target.split_once('?').map_or(target, |(path, _)| path);
        assert_eq!(target, expected);
    }
    let (request, _) = sent(&["get", "contactship:a:b"], CONTACTSHIP);
    assert_eq!(request.line, "GET /v1/thread/a%3Ab HTTP/1.1");
}

#[test]
fn options_may_come_first() {
    let server = Server::ok(CONTACTSHIP);
    let arguments = [
        "--output",
        "json",
        "--attempts",
        "1",
        "get",
        "contactship:thr-1",
    ];
    let json = Threadline::new(&arguments).at(&server).run().json();
    assert_eq!(json["id"], "thr-1");
    server.only();
}

/// With and without the version's path, the request goes to the same place.
#[test]
fn a_base_url_may_have_the_versions_path_or_not() {
    for (thread, variable, version, path) in [
        (
            "contactship:thr-1",
            "CONTACTSHIP_BASE_URL",
            "/v1",
            "/v1/thread/thr-1",
        ),
        (
            "inboxapp-v1:abc",
            "INBOX_API_V1_BASE_URL",
            "/api/v1",
            "/api/v1/threads/abc",
        ),
        (
            "inboxapp:abc",
            "INBOX_API_BASE_URL",
            "/api/v2",
            "/api/v2/threads/abc",
        ),
    ] {
        for given in ["", "/", version] {
            let server = Server::start(Answer::json(404, "{}"));
            let run = Threadline::new(&["show", thread]).at(&server);
            run.env(variable, &server.url(given)).run().failed(4);
            let line = server.only().line;
            assert!(line.starts_with(&format!("GET {path}")), "{given}: {line}");
        }
    }
}
