//! Showing requests instead of sending them.

use serde_json::json;

use crate::support::{Answer, Server, Threadline};

#[test]
fn people_see_the_request() {
    let server = Server::start(Answer::Close);
    let arguments = [
        "update",
        "contactship:a/b",
        "--close",
        "--assign",
        "agent:A",
        "--dry-run",
    ];
    let run = Threadline::new(&arguments).at(&server).run();
    assert_eq!(run.stderr, "dry run, nothing was sent:\n");
    let stdout = run.succeeded();
    let (head, body) = stdout.split_once("\n\n").unwrap();
    let mut lines: Vec<_> = head.lines().collect();
    assert_eq!(lines.remove(0), "PUT /v1/thread/a%2Fb HTTP/1.1");
    lines.sort_unstable();
    let host = format!("host: {}", server.authority());
    let agent = concat!("user-agent: threadline/", env!("CARGO_PKG_VERSION"));
    let expected = [
        "accept: application/json",
        "content-length: 58",
        "content-type: application/json",
        &host,
        agent,
        "x-api-key: [redacted]",
    ];
    assert_eq!(lines, expected);
    assert_eq!(
        body,
        "{\"status\":\"closed\",\"assignee\":\"A\",\"assignee_type\":\"agent\"}\n"
    );
    assert_eq!(server.received().len(), 0);
}

#[test]
fn programs_see_the_request() {
    let server = Server::start(Answer::Close);
    let arguments = [
        "--dry-run",
        "update",
        "inboxapp:abc",
        "--unassign",
        "--output",
        "json",
    ];
    let run = Threadline::new(&arguments).at(&server).run();
    assert_eq!(run.stderr, "");
    let expected = json!({"request": {
        "method": "PATCH",
        "url": server.url("/api/v2/threads/abc"),
        "headers": {
            "accept": "application/json",
            "authorization": "[redacted]",
            "content-length": "19",
            "content-type": "application/json",
            "host": server.authority(),
            "user-agent": concat!("threadline/", env!("CARGO_PKG_VERSION")),
        },
        "body": {"assigneeId": null},
    }});
    assert_eq!(run.json(), expected);
    assert_eq!(server.received().len(), 0);
}

#[test]
fn a_request_without_a_body_has_none() {
    let run = Threadline::new(&["get", "inboxapp-v1:abc", "--dry-run", "-o", "json"])
        .env("INBOX_API_TOKEN", "t")
        .run();
    let request = &run.json()["request"];
    assert_eq!(request["url"], "https://inboxapp.com/api/v1/threads/abc");
    assert_eq!(request["body"], json!(null));
}

#[test]
fn what_would_be_refused_is_refused() {
    Threadline::new(&[
        "update",
        "inboxapp:abc",
        "--assign",
        "agent:A",
        "--dry-run",
        "--sandbox",
    ])
    .run()
    .failed(2);
}

#[test]
fn it_goes_with_the_sandbox() {
    let run = Threadline::new(&["get", "contactship:thr-1", "--dry-run", "--sandbox"]).run();
    let stdout = run.succeeded();
    assert!(stdout.contains("x-api-key: [redacted]\n"), "{stdout}");
}
