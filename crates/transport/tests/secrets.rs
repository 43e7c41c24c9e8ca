//! A credential is found nowhere but in the request.

#[cfg(test)]
mod support;

use support::log::Log;
use support::{ACME, CANARY, Server, answer, update};
use threadline_transport::{Credential, Headers, RateLimit, RetryPolicy, Transport};

/// A body that gives the credential back.
fn echo() -> String {
    format!(r#"{{"code":"{CANARY}","message":"not {CANARY}","requestId":"{CANARY}"}}"#)
}

#[tokio::test]
async fn nothing_that_is_shown_or_logged_holds_the_credential() {
    let log = Log::default();
    let guard = log.listen();
    let headers = format!("x-echo: {CANARY}\r\nset-cookie: {CANARY}\r\n");
    let server = Server::start([
        answer("503 Service Unavailable", &headers, &echo()),
        answer("401 Unauthorized", &headers, &echo()),
        answer("200 OK", &headers, &format!("[\"{CANARY}\"")),
        answer("200 OK", &headers, "{}"),
    ])
    .await;
    let config = server
        .config()
        .retry(RetryPolicy::default().base_delay(std::time::Duration::ZERO));
    let mut shown = vec![format!("{config:?} {:?}", Credential::new(CANARY).unwrap())];
    let transport = Transport::new(&ACME, config).unwrap();
    shown.push(format!("{transport:?} {transport:#?}"));
    for _ in 0..2 {
        let error = update(&transport).await.unwrap_err();
        shown.push(format!(
            "{error} {error:?} {:?} {:?}",
            error.headers(),
            error.history()
        ));
        shown.push(String::from_utf8_lossy(error.body().unwrap()).into_owned());
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            shown.push(format!("{inner} {inner:?}"));
            cause = inner.source();
        }
    }
    let response = update(&transport).await.unwrap();
    shown.push(format!("{response:?} {:?}", response.headers()));
    let config = server.config().dry_run(true);
    let dry = Transport::new(&ACME, config).unwrap();
    let error = update(&dry).await.unwrap_err();
    shown.push(format!("{error} {error:?}"));
    let prepared = error.prepared_request().unwrap();
    shown.push(format!("{prepared} {prepared:?} {dry:?}"));
    drop(guard);
    shown.push(log.text());
    for text in &shown {
        assert!(!text.contains(CANARY), "{text}");
    }
    assert!(shown.iter().any(|text| text.contains("[redacted]")));
}

#[tokio::test]
async fn the_trace_tells_the_story_without_ids_or_bodies() {
    let log = Log::default();
    let guard = log.listen();
    let server = Server::start([
        answer(
            "503 Service Unavailable",
            "retry-after: 0\r\n",
            "private words",
        ),
        answer(
            "200 OK",
            "sunset: Thu, 03 Dec 2026 00:00:00 GMT\r\n",
            r#"{"text":"private words"}"#,
        ),
    ])
    .await;
    let config = server.config().retry(RetryPolicy::default());
    let transport = Transport::new(&ACME, config).unwrap();
    update(&transport).await.unwrap();
    drop(guard);
    let text = log.text();
    for part in [
        r#"threadline.call{threadline.provider="acme" threadline.operation="update_thread""#,
        r#"http.request.method="PATCH" server.address="127.0.0.1""#,
        r#"url.template="/threads/{threadId}""#,
        "http.response.status_code=503",
        "http.response.status_code=200",
        "http.request.resend_count=1",
        r#"error.type="unavailable""#,
        "delay_ms=0",
        r#"the call has ended operation="update_thread" status=200 attempts=2 duration_ms="#,
        r#"sunset="Thu, 03 Dec 2026 00:00:00 GMT""#,
    ] {
        assert!(text.contains(part), "{part} is missing:\n{text}");
    }
    assert_eq!(text.matches("WARN").count(), 1, "{text}");
    assert!(!text.contains("private words"), "{text}");
    for line in text.lines().filter(|line| line.contains("a%2Fb")) {
        assert!(line.contains("TRACE"), "{line}");
    }
}

#[tokio::test]
async fn at_the_level_of_debug_a_call_is_one_line_and_a_repeated_one_two() {
    let log = Log::default();
    let guard = log.listen_to("threadline=debug");
    let server = Server::start([
        answer("200 OK", "", r#"{"text":"private words"}"#),
        answer("503 Service Unavailable", "retry-after: 0\r\n", &echo()),
        answer("404 Not Found", "", &echo()),
    ])
    .await;
    let config = server.config().retry(RetryPolicy::default());
    let transport = Transport::new(&ACME, config).unwrap();
    update(&transport).await.unwrap();
    update(&transport).await.unwrap_err();
    drop(guard);
    let text = log.text();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    for (line, parts) in lines.into_iter().zip([
        r#"the call has ended operation="update_thread" status=200 attempts=1 duration_ms="#,
        "will try again",
        r#"the call has ended operation="update_thread" status=404 attempts=2 duration_ms="#,
    ]) {
        assert!(line.contains(parts), "{line}");
    }
    assert!(text.contains(r#"error="not_found""#), "{text}");
    for secret in [CANARY, "private words", "a%2Fb", "a/b"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[test]
fn plain_types_hide_what_is_secret_by_name() {
    let headers: Headers = [
        ("authorization", CANARY),
        ("cookie", CANARY),
        ("x-auth-token", CANARY),
        ("a", "b"),
    ]
    .into_iter()
    .collect();
    assert!(!format!("{headers:?}").contains(CANARY));
    assert!(RateLimit::from_headers(&headers).is_none());
    assert!(!format!("{ACME:?}").contains(CANARY));
}
