//! Everything without an account.

use serde_json::json;

use crate::support::{Answer, Server, Threadline};

const THREAD: &str = "contactship:thr-b2c3d4e5-f6a7-8901-bcde-f12345678901";

#[test]
fn a_thread_of_the_documents_can_be_updated() {
    let arguments = [
        "--sandbox",
        "update",
        THREAD,
        "--close",
        "--assign",
        "agent:A",
        "-o",
        "json",
    ];
    let run = Threadline::new(&arguments).run();
    assert_eq!(run.stderr, "");
    let thread = run.json();
    assert_eq!(thread["status"], "closed");
    assert_eq!(thread["assignee"], json!({"type": "agent", "id": "A"}));
    assert_eq!(thread["native"]["assignee_type"], "agent");
}

#[test]
fn it_works_on_every_api() {
    for provider in ["inboxapp", "inboxapp-v1"] {
        let missing = format!("{provider}:nosuchthread");
        let stderr = Threadline::new(&["get", &missing, "--sandbox"])
            .run()
            .failed(4);
        // The note names threads that there are.
        let start = stderr.find("there are ").unwrap() + "there are ".len();
        let named = stderr[start..].split(',').next().unwrap();
        assert!(named.starts_with(&format!("{provider}:")), "{stderr}");
        let run = Threadline::new(&["update", named, "--sandbox", "--close", "-o", "json"]).run();
        assert_eq!(run.json()["status"], "closed");
    }
}

#[test]
fn the_environment_plays_no_part() {
    let server = Server::start(Answer::Close);
    let run = Threadline::new(&["get", THREAD, "--sandbox"]).at(&server);
    run.env("CONTACTSHIP_API_KEY", "not\nusable")
        .run()
        .succeeded();
    assert_eq!(server.received().len(), 0);
}
