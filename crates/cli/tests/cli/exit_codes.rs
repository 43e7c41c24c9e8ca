//! One test an exit code.

use crate::support::{Answer, CONTACTSHIP, Run, Server, Threadline};

fn close(answer: Answer) -> Run {
    let server = Server::start(answer);
    let arguments = ["update", "contactship:thr-1", "--close", "--attempts", "1"];
    Threadline::new(&arguments).at(&server).run()
}

#[test]
fn code_0_is_done() {
    close(Answer::json(200, CONTACTSHIP)).succeeded();
}

#[test]
fn code_1_is_anything_else() {
    for body in ["<html>hello</html>", "null", "{}", ""] {
        close(Answer::json(200, body)).failed(1);
    }
}

#[test]
fn code_2_is_usage() {
    Threadline::new(&["update", "contactship:thr-1"])
        .run()
        .failed(2);
    Threadline::new(&["fly"]).run().failed(2);
    Threadline::new(&[]).run().failed(2);
}

#[test]
fn code_3_is_authentication() {
    for status in [401, 403] {
        close(Answer::json(status, r#"{"message":"no"}"#)).failed(3);
    }
    Threadline::new(&["get", "contactship:thr-1"])
        .run()
        .failed(3);
}

#[test]
fn code_4_is_not_found() {
    close(Answer::json(404, r#"{"message":"Thread not found"}"#)).failed(4);
}

#[test]
fn code_5_is_rejected() {
    for status in [400, 405, 409, 422, 302] {
        close(Answer::json(status, r#"{"message":"no"}"#)).failed(5);
    }
}

#[test]
fn code_6_is_rate_limited() {
    let stderr = close(Answer::new(429, "retry-after: 30\r\n", "{}")).failed(6);
    assert!(
        stderr.contains("note: the vendor asks to wait 30s"),
        "{stderr}"
    );
}

#[test]
fn code_7_is_unavailable() {
    for status in [500, 502, 503, 504] {
        close(Answer::json(status, "{}")).failed(7);
    }
    close(Answer::Close).failed(7);
}

#[test]
fn code_7_is_unreachable_too() {
    // A port that only the system could listen on, and nothing does.
    let url = "http://127.0.0.1:1";
    let run = Threadline::new(&["get", "contactship:thr-1", "--attempts", "1"])
        .env("CONTACTSHIP_API_KEY", "k")
        .env("CONTACTSHIP_BASE_URL", url)
        .run();
    let stderr = run.failed(7);
    assert!(stderr.contains("could not connect"), "{stderr}");
}

#[test]
fn code_7_is_timed_out_too() {
    let server = Server::start(Answer::Stall);
    let arguments = ["update", "contactship:thr-1", "--close", "--timeout", "0.2"];
    let stderr = Threadline::new(&arguments).at(&server).run().failed(7);
    assert!(
        stderr.contains("the request may have been carried out: check before you repeat"),
        "{stderr}"
    );
    // Reading changes nothing, so there is nothing to check.
    let arguments = ["show", "contactship:thr-1", "--timeout", "0.2"];
    let stderr = Threadline::new(&arguments).at(&server).run().failed(7);
    assert!(!stderr.contains("carried out"), "{stderr}");
}
