//! What is printed about an answer.

use serde_json::{Value, json};

use crate::support::{Answer, CONTACTSHIP, INBOXAPP, INBOXAPP_V1, Run, Server, Threadline};

fn get(thread: &str, options: &[&str], answer: Answer) -> Run {
    let server = Server::start(answer);
    let arguments = [&["get", thread], options].concat();
    Threadline::new(&arguments).at(&server).run()
}

fn get_json(thread: &str, body: &str) -> Value {
    let run = get(thread, &["--output", "json"], Answer::json(200, body));
    assert_eq!(run.stderr, "");
    run.json()
}

#[test]
fn json_has_these_members_in_this_order() {
    let server = Server::ok(CONTACTSHIP);
    let run = Threadline::new(&["update", "contactship:thr-1", "--close", "-o", "json"]);
    let expected = format!(
        "{{\"provider\":\"contactship\",\"id\":\"thr-1\",\"status\":\"closed\",\"assignee\":null,\
         \"updated_at\":\"2026-04-06T16:00:00Z\",\"native\":{CONTACTSHIP}}}\n"
    );
    assert_eq!(run.at(&server).run().succeeded(), expected);
}

#[test]
fn json_names_the_assignee() {
    let answer = CONTACTSHIP
        .replace(r#""assignee":null"#, r#""assignee":"A""#)
        .replace(r#""assignee_type":null"#, r#""assignee_type":"agent""#);
    let thread = get_json("contactship:thr-1", &answer);
    assert_eq!(thread["assignee"], json!({"type": "agent", "id": "A"}));

    let thread = get_json("inboxapp-v1:w5hs7kz546ds", INBOXAPP_V1);
    assert_eq!(
        thread["assignee"],
        json!({"type": "user", "id": "df6jbw4h36"})
    );
    assert_eq!(
        (&thread["status"], &thread["updated_at"]),
        (&json!("closed"), &Value::Null)
    );

    let thread = get_json("inboxapp:w5hs7kz546ds", INBOXAPP);
    assert_eq!(
        (&thread["status"], &thread["assignee"]),
        (&json!("open"), &Value::Null)
    );
    assert_eq!(thread["provider"], "inboxapp");
}

#[test]
fn the_body_is_given_as_received() {
    let body = "{ \"statusCode\": 200,\n  \"data\": {\"id\":\"thr-1\",\"channel_id\":\"x\",\"channel_type\":\
                \"CARRIER_PIGEON\",\"contact_id\":\"c\",\"organization_id\":\"o\",\"status\":\"hibernating\",\
                \"updated_at\":\"2026-04-06T16:00:00Z\",\"brand_new\":[1.0,1e2,\"\\u00e9\"]} }";
    let server = Server::ok(body);
    let run = Threadline::new(&["get", "contactship:thr-1", "--output=json"])
        .at(&server)
        .run();
    let stdout = run.succeeded();
    assert!(stdout.contains(&format!("\"native\":{body}}}")), "{stdout}");
    let thread: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(
        (&thread["status"], &thread["assignee"]),
        (&json!("hibernating"), &Value::Null)
    );
}

#[test]
fn people_get_a_line_a_fact() {
    let headers = "content-type: application/json\r\nx-request-id: req_1\r\n";
    let answer = Answer::new(200, headers, CONTACTSHIP);
    let expected = "\
provider    contactship
thread      thr-1
status      closed
assignee    nobody
updated     2026-04-06T16:00:00Z
request id  req_1
";
    assert_eq!(get("contactship:thr-1", &[], answer).succeeded(), expected);
}

#[test]
fn a_vendor_cannot_speak_to_the_terminal() {
    let body = CONTACTSHIP
        .replace("closed", "\\u001b[31mclosed\\u0007\u{9b}2J")
        .replace("thr-1", "thr-\u{202e}1");
    let headers = "x-request-id: a\u{9b}b\r\n";
    let run = get("contactship:thr-1", &[], Answer::new(200, headers, &body));
    assert!(
        run.stdout.contains(r"\u{1b}[31mclosed\u{7}\u{9b}2J"),
        "{run:?}"
    );
    let is_harmless = |text: &str| {
        !text
            .replace('\n', "")
            .contains(|c: char| c.is_control() || c == '\u{202e}')
    };
    assert!(
        is_harmless(&run.stdout) && is_harmless(&run.stderr),
        "{run:?}"
    );

    let page = "<h1>\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}</h1>";
    let run = get(
        "contactship:thr-1",
        &["--attempts", "1"],
        Answer::new(502, "", page),
    );
    assert!(run.stderr.contains("owned"), "{run:?}");
    assert!(is_harmless(&run.stderr), "{run:?}");
    let body = r#"{"message":"\u001b[2Jowned","code":"\u001b[31m"}"#;
    let run = get(
        "inboxapp:abc",
        &["--attempts", "1"],
        Answer::json(400, body),
    );
    assert!(run.stderr.contains("owned"), "{run:?}");
    assert!(is_harmless(&run.stderr), "{run:?}");
}

#[test]
fn the_end_of_an_api_is_announced_to_people() {
    let headers = "sunset: Thu, 03 Dec 2026 00:00:00 GMT\r\n";
    let run = get(
        "inboxapp-v1:abc",
        &[],
        Answer::new(200, headers, INBOXAPP_V1),
    );
    assert_eq!(
        run.stderr,
        "warning: the API of inboxapp-v1 is switched off by the vendor on Thu, 03 Dec 2026 \
         00:00:00 GMT; use inboxapp instead\n"
    );
    let answer = Answer::new(404, headers, "{}");
    let stderr = get("inboxapp-v1:abc", &[], answer).failed(4);
    assert!(
        stderr.starts_with("warning: the API of inboxapp-v1"),
        "{stderr}"
    );
    let answer = Answer::new(200, headers, INBOXAPP_V1);
    assert_eq!(get("inboxapp-v1:abc", &["-o", "json"], answer).stderr, "");
}
