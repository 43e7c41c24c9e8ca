//! The output for a failed call.

use serde_json::{Value, json};

use crate::support::{Answer, Run, Server, Threadline};

fn get(thread: &str, options: &[&str], answer: Answer) -> Run {
    let server = Server::start(answer);
    let arguments = [&["get", thread, "--attempts", "1"], options].concat();
    Threadline::new(&arguments).at(&server).run()
}

#[test]
fn json_has_all_members() {
    let body =
        r#"{"code":"threadNotFound","message":"Not here","requestId":"req_1","details":null}"#;
    let run = get("inboxapp:abc", &["-o", "json"], Answer::json(404, body));
    let expected = json!({
        "kind": "not_found",
        "provider": "inboxapp",
        "operation": "threads.get",
        "status": 404,
        "code": "threadNotFound",
        "message": "Not here",
        "fields": [],
        "details": null,
        "target": "inboxapp:abc",
        "request_id": "req_1",
        "idempotency_key": null,
        "attempts": 1,
        "retryable": false,
        "retry_after_seconds": null,
        "delivery": "answered",
    });
    assert_eq!(run.json_error(4), expected);
}

#[test]
fn json_says_how_long_to_wait() {
    for (header, seconds) in [("30", json!(30)), ("1.5", json!(1.5))] {
        let headers = format!("retry-after: {header}\r\n");
        let answer = Answer::new(429, &headers, "{}");
        let error = get("inboxapp:abc", &["-o", "json"], answer).json_error(6);
        assert_eq!(
            (&error["kind"], &error["retry_after_seconds"]),
            (&json!("rate_limited"), &seconds)
        );
    }
}

#[test]
fn json_says_whether_it_arrived() {
    let error = get("contactship:thr-1", &["-o", "json"], Answer::Close).json_error(7);
    assert_eq!(error["delivery"], "unknown");
    assert_eq!(
        (&error["kind"], &error["status"]),
        (&json!("connection_lost"), &Value::Null)
    );
    let error = Threadline::new(&["get", "contactship:", "-o", "json"])
        .run()
        .json_error(2);
    assert_eq!(
        (&error["delivery"], &error["attempts"]),
        (&json!("not_sent"), &json!(0))
    );
    assert_eq!(
        (&error["kind"], &error["provider"]),
        (&json!("invalid_request"), &json!("contactship"))
    );
}

#[test]
fn the_page_of_a_proxy_is_quoted() {
    let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body></html>";
    let answer = || Answer::new(502, "content-type: text/html\r\n", page);
    let stderr = get("contactship:thr-1", &[], answer()).failed(7);
    assert_eq!(
        stderr,
        "error: contactship:thr-1: contactship threads.get: 502: <html> <head><title>502 Bad Gateway</title></head> \
         <body>nginx</body></html>\nnote: this error is retryable: the same command may succeed later\n"
    );
    let error = get("contactship:thr-1", &["-o", "json"], answer()).json_error(7);
    assert_eq!(
        (&error["status"], &error["kind"]),
        (&json!(502), &json!("unavailable"))
    );
    assert!(
        error["message"].as_str().unwrap().starts_with("<html>"),
        "{error}"
    );
}

#[test]
fn retryable_errors_are_retried() {
    let server = Server::start(Answer::new(503, "retry-after: 0\r\n", "busy"));
    let arguments = ["get", "contactship:thr-1", "--attempts", "3", "-o", "json"];
    let error = Threadline::new(&arguments).at(&server).run().json_error(7);
    assert_eq!(
        (&error["attempts"], server.received().len()),
        (&json!(3), 3)
    );
}

#[test]
fn wrong_usage_is_json_too() {
    for (arguments, words) in [
        (&["--output", "json"][..], "a subcommand"),
        (&["-ojson", "fly"], "unrecognized subcommand 'fly'"),
        (&["update", "--output=json"], "<PROVIDER:ID>"),
        (
            &[
                "update",
                "contactship:a",
                "--close",
                "--reopen",
                "-o",
                "json",
            ],
            "'--reopen'",
        ),
        (
            &["-o", "json", "--dry-run", "demo"],
            "--dry-run does not apply to demo",
        ),
    ] {
        let error = Threadline::new(arguments).run().json_error(2);
        assert_eq!(
            (&error["kind"], &error["delivery"]),
            (&json!("usage"), &json!("not_sent"))
        );
        assert!(
            error["message"].as_str().unwrap().contains(words),
            "{error}"
        );
    }
}

#[test]
fn a_bad_log_filter_is_no_failure() {
    let server = Server::ok(crate::support::CONTACTSHIP);
    let run = Threadline::new(&["get", "contactship:thr-1"])
        .at(&server)
        .env("RUST_LOG", "a=b=c")
        .run();
    assert!(
        run.stderr
            .starts_with("warning: nothing is logged: RUST_LOG:"),
        "{run:?}"
    );
    run.succeeded();
}
