//! The output for a successful call.

use serde_json::{Value, json};
use threadline::Thread;

use crate::support::{Answer, CONTACTSHIP, INBOXAPP, INBOXAPP_V1, Run, Server, Threadline};

/// Characters that change how the text around them is shown.
const INVISIBLE: &str = "\u{61c}\u{202e}\u{2060}\u{2061}\u{2062}\u{2063}\u{2064}\u{2065}\u{feff}";

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
         \"own_assignee\":null,\"contact\":{{\"id\":\"c-1\",\"name\":null,\"handle\":null,\
         \"identity\":null}},\"channel\":\"whatsapp\",\"account_id\":\"chn_1\",\"unread\":null,\
         \"is_request\":null,\"tags\":null,\"last_message\":null,\"last_activity_at\":null,\
         \"created_at\":null,\"updated_at\":\"2026-04-06T16:00:00Z\",\"native\":{CONTACTSHIP},\
         \"request_id\":null}}\n"
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
fn native_is_the_vendors_thread_without_its_envelope() {
    let native = "{\"id\":\"thr-1\",\"channel_id\":\"x\",\"channel_type\":\"CARRIER_PIGEON\",\"contact_id\":\"c\",\
                  \"organization_id\":\"o\",\"status\":\"hibernating\",\"updated_at\":\"2026-04-06T16:00:00Z\",\
                  \"brand_new\":[1.0,1e2,\"\\u00e9\"]}";
    let server = Server::ok(&format!("{{ \"statusCode\": 200,  \"data\": {native} }}"));
    let run = Threadline::new(&["get", "contactship:thr-1", "--output=json"])
        .at(&server)
        .run();
    let stdout = run.succeeded();
    assert!(
        stdout.contains(&format!("\"native\":{native},")),
        "{stdout}"
    );
    let thread: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(
        (&thread["status"], &thread["assignee"]),
        (&json!("hibernating"), &Value::Null)
    );
}

#[test]
fn json_is_one_line_although_the_vendor_sends_several() {
    let body = CONTACTSHIP
        .replace(
            "thr-1\",",
            "thr-1\",\r\n  \"score\": [1.0,\n 1e2, 12345678901234567890123],\n",
        )
        .replace("org-1", "org\\n1");
    for body in [
        body.clone(),
        format!("{{\n  \"statusCode\": 200, \"data\":\n  {body}\n}}\n"),
    ] {
        let server = Server::ok(&body);
        let run = Threadline::new(&["get", "contactship:thr-1", "-o", "json"]).at(&server);
        let stdout = run.run().succeeded();
        assert_eq!(stdout.matches(['\r', '\n']).count(), 1, "{stdout}");
        assert!(
            stdout.contains(r#""score": [1.0, 1e2, 12345678901234567890123]"#),
            "{stdout}"
        );
        let thread: Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!(thread["native"]["organization_id"], "org\n1");
    }
}

#[test]
fn json_reads_back_as_the_librarys_thread() {
    for (thread, body) in [
        ("contactship:thr-1", CONTACTSHIP),
        ("inboxapp-v1:w5hs7kz546ds", INBOXAPP_V1),
        ("inboxapp:w5hs7kz546ds", INBOXAPP),
    ] {
        let server = Server::ok(body);
        let run = Threadline::new(&["get", thread, "-o", "json"]).at(&server);
        let stdout = run.run().succeeded();
        let read: Thread = serde_json::from_str(&stdout).unwrap();
        assert_eq!(format!("{}:{}", read.provider, read.id), thread);
        assert_eq!(read.vendor_json.as_ref().unwrap().text(), body);
        let written = serde_json::to_string(&read).unwrap();
        let members = written.trim_end_matches('}');
        assert!(stdout.starts_with(members), "{stdout}");
    }
}

#[test]
fn json_carries_the_request_id() {
    let headers = "content-type: application/json\r\nx-request-id: req_1\r\n";
    let answer = Answer::new(200, headers, CONTACTSHIP);
    let thread = get("contactship:thr-1", &["-o", "json"], answer).json();
    assert_eq!(thread["request_id"], "req_1");
}

#[test]
fn members_are_picked_in_the_order_asked_for() {
    let answer = || Answer::json(200, CONTACTSHIP);
    let run = get("contactship:thr-1", &["--json", "status,id"], answer());
    assert_eq!(
        run.succeeded(),
        "{\"status\":\"closed\",\"id\":\"thr-1\"}\n"
    );
    let server = Server::start(answer());
    let arguments = ["show", "contactship:thr-1", "--json", "id,stats"];
    let stderr = Threadline::new(&arguments).at(&server).run();
    let error = stderr.json_error(2);
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("no member \"stats\", only account_id, assignee"),
        "{message}"
    );
    assert_eq!(server.received().len(), 0);
}

#[test]
fn a_table_has_one_field_a_line() {
    let headers = "content-type: application/json\r\nx-request-id: req_1\r\n";
    let answer = Answer::new(200, headers, CONTACTSHIP);
    let expected = "\
thread      contactship:thr-1
status      closed
assignee    unassigned
contact     (c-1)
channel     whatsapp
account     chn_1
updated     2026-04-06T16:00:00Z
request id  req_1
";
    assert_eq!(get("contactship:thr-1", &[], answer).succeeded(), expected);
}

#[test]
fn control_and_invisible_characters_do_not_reach_the_terminal() {
    let body = CONTACTSHIP
        .replace("closed", "\\u001b[31mclosed\\u0007\u{9b}2J")
        .replace("thr-1", &format!("thr-{INVISIBLE}1"));
    let headers = "x-request-id: a\u{9b}b\r\n";
    let run = get("contactship:thr-1", &[], Answer::new(200, headers, &body));
    assert!(
        run.stdout.contains(r"\u{1b}[31mclosed\u{7}\u{9b}2J"),
        "{run:?}"
    );
    let is_harmless = |text: &str| {
        !text
            .replace('\n', "")
            .contains(|c: char| c.is_control() || INVISIBLE.contains(c))
    };
    assert!(
        is_harmless(&run.stdout) && is_harmless(&run.stderr),
        "{run:?}"
    );

    let page = format!("<h1>\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m{INVISIBLE}</h1>");
    let run = get(
        "contactship:thr-1",
        &["--attempts", "1"],
        Answer::new(502, "", &page),
    );
    assert!(run.stderr.contains("owned"), "{run:?}");
    assert!(is_harmless(&run.stderr), "{run:?}");
    let body = format!(r#"{{"message":"\u001b[2Jowned{INVISIBLE}","code":"\u001b[31m"}}"#);
    let run = get(
        "inboxapp:abc",
        &["--attempts", "1"],
        Answer::json(400, &body),
    );
    assert!(run.stderr.contains("owned"), "{run:?}");
    assert!(is_harmless(&run.stderr), "{run:?}");
}

#[test]
fn the_sunset_of_an_api_is_announced_in_table_format_only() {
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
