//! What an attempt's outcome means.

mod words;

use std::time::Duration;

use crate::attempt::{Answer, Attempted, Problem};
use crate::error_body::ErrorBody;
use crate::retry::{self, Failure};
use crate::sender::Cause;
use crate::transport::Core;
use crate::{Delivery, Error, ErrorKind};
use words::{reason, redirect, root};

/// A failed attempt: the error it would be if it was the last, and what counts for a repetition.
pub(crate) struct Failed {
    pub(crate) error: Error,
    pub(crate) failure: Failure,
}

/// Says what an attempt's outcome means: an answer that is a success and whole, or a failure.
pub(crate) fn judge(
    core: &Core,
    operation: &'static str,
    host: &str,
    limit: Duration,
    attempted: Attempted,
) -> Result<Answer, Failed> {
    let judge = Judge {
        core,
        operation,
        host,
        limit,
    };
    let Attempted { answer, problem } = attempted;
    let failed = match (answer, problem) {
        (Some(mut answer), None) if is_success(answer.status) => {
            core.redactor.headers(&mut answer.headers);
            return Ok(answer);
        }
        (Some(answer), problem) => {
            let length = answer.body.len();
            let answer = judge.redacted(answer, problem.is_none());
            match problem {
                Some(problem) if is_success(answer.status) => {
                    judge.spoiled_success(answer, length, problem)
                }
                problem => judge.refusal(answer, problem.is_none()),
            }
        }
        (None, Some(problem)) => judge.no_answer(problem),
        (None, None) => judge.no_answer(Problem::Lost("nothing came back".into())),
    };
    Err(failed)
}

/// Whether a status is one of the 2xx. One that is not documented is a success all the same.
const fn is_success(status: u16) -> bool {
    matches!(status, 200..=299)
}

/// What the verdicts on one attempt need.
struct Judge<'a> {
    core: &'a Core,
    operation: &'static str,
    host: &'a str,
    limit: Duration,
}

impl Judge<'_> {
    /// No answer's head arrived.
    fn no_answer(&self, problem: Problem) -> Failed {
        match problem {
            Problem::Unsendable(cause) => {
                let message = format!("the request cannot be sent: {}", root(&cause));
                self.failed(
                    ErrorKind::InvalidRequest,
                    message,
                    Some(cause),
                    Failure::Final,
                )
            }
            Problem::Connect(cause) => {
                let message = format!("could not connect to {}: {}", self.host, root(&cause));
                self.failed(ErrorKind::Connect, message, Some(cause), Failure::NotSent)
            }
            Problem::Lost(cause) => {
                let message = format!("the connection broke before an answer: {}", root(&cause));
                self.failed(
                    ErrorKind::ConnectionLost,
                    message,
                    Some(cause),
                    Failure::Lost,
                )
            }
            Problem::TimedOut | Problem::TooLarge(_) => {
                let message = format!("no answer within {:?}", self.limit);
                self.failed(ErrorKind::Timeout, message, None, Failure::Lost)
            }
        }
    }

    /// The answer without the credential, before anything is read from it.
    fn redacted(&self, mut answer: Answer, is_whole: bool) -> Answer {
        let redactor = &self.core.redactor;
        redactor.headers(&mut answer.headers);
        answer.body = redactor.bytes(answer.body);
        if !is_whole {
            answer.body = redactor.end(answer.body);
        }
        answer
    }

    /// The head of a success arrived, and of the body only so many bytes.
    fn spoiled_success(&self, answer: Answer, length: usize, problem: Problem) -> Failed {
        let mut failed = match problem {
            Problem::TooLarge(bound) => {
                let message = format!("the answer's body is larger than {bound} bytes");
                self.failed(ErrorKind::InvalidResponse, message, None, Failure::Final)
            }
            Problem::TimedOut => {
                let message = format!(
                    "only {length} bytes of the answer came within {:?}",
                    self.limit
                );
                self.failed(ErrorKind::Timeout, message, None, Failure::Lost)
            }
            Problem::Lost(cause) | Problem::Connect(cause) | Problem::Unsendable(cause) => {
                let message = format!(
                    "the answer broke off after {length} bytes: {}",
                    root(&cause)
                );
                self.failed(
                    ErrorKind::ConnectionLost,
                    message,
                    Some(cause),
                    Failure::Lost,
                )
            }
        };
        let request_id = answer.headers.request_id().map(str::to_owned);
        failed.error = with_answer(failed.error, answer, request_id);
        failed
    }

    /// The server answered something else than success.
    fn refusal(&self, answer: Answer, is_whole: bool) -> Failed {
        let (core, shape) = (self.core, &self.core.api.errors);
        let now = core.clock.now();
        let body = ErrorBody::read(&answer.body, shape, now);
        let status = answer.status;
        let message = if (300..400).contains(&status) {
            redirect(answer.headers.get("location"))
        } else {
            body.message.unwrap_or_else(|| reason(status))
        };
        let rule = retry::rule(shape, status, body.code.as_deref(), is_whole);
        let mut error = self.error(ErrorKind::of_status(status), message);
        if let Some(code) = body.code {
            error = error.with_code(core.redactor.text(code));
        }
        if let Some(hint) = retry::retry_after(&answer.headers, now).or(body.hint) {
            error = error.with_retry_after(hint);
        }
        let request_id = body
            .request_id
            .or_else(|| answer.headers.request_id().map(str::to_owned));
        let request_id = request_id.map(|id| core.redactor.text(id));
        let error = with_answer(error, answer, request_id).with_delivery(Delivery::Answered);
        Failed {
            error,
            failure: Failure::Status { status, rule },
        }
    }

    /// A failure without an answer to keep.
    fn failed(
        &self,
        kind: ErrorKind,
        message: String,
        cause: Option<Cause>,
        failure: Failure,
    ) -> Failed {
        let mut error = self.error(kind, message);
        if let Some(cause) = cause {
            error = error.with_source(cause);
        }
        Failed { error, failure }
    }

    fn error(&self, kind: ErrorKind, message: String) -> Error {
        Error::new(
            kind,
            self.core.api.provider,
            self.core.redactor.text(message),
        )
        .with_operation(self.operation)
    }
}

/// Keeps an answer in an error.
fn with_answer(error: Error, answer: Answer, request_id: Option<String>) -> Error {
    let error = error
        .with_status(answer.status)
        .with_answer(answer.headers, answer.body);
    match request_id {
        Some(id) => error.with_request_id(id),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CallOptions;
    use crate::script::{CANARY, End, Script, Step, call};

    /// The error of a single attempt.
    async fn error(step: Step) -> Error {
        let script = Script::new([step]);
        let once = script
            .transport()
            .with_options(CallOptions::new().with_attempts(1));
        call(&once, "get_thread").await.unwrap_err()
    }

    #[tokio::test(start_paused = true)]
    async fn a_vendors_error_is_read() {
        let body =
            r#"{"code":"threadLocked","message":"The thread is locked","requestId":"req_1"}"#;
        let error = error(Step::answer(409, body).header("x-request-id", "other")).await;
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert_eq!(
            (error.code(), error.request_id()),
            (Some("threadLocked"), Some("req_1"))
        );
        assert_eq!(error.body(), Some(body.as_bytes()));
        assert_eq!(
            error.to_string(),
            "acme get_thread: 409 threadLocked: The thread is locked (request id req_1)"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_foreign_page_is_quoted() {
        let page = "<html>\r\n<body>\r\n<h1>502 Bad Gateway</h1></body></html>";
        let error = error(Step::answer(502, page).header("X-Request-Id", "req_2")).await;
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        assert!(error.is_retryable());
        assert_eq!(
            error.to_string(),
            "acme get_thread: 502: <html> <body> <h1>502 Bad Gateway</h1></body></html> \
             (request id req_2)"
        );
        assert_eq!(error.headers().unwrap().get("x-request-id"), Some("req_2"));
    }

    #[tokio::test(start_paused = true)]
    async fn an_empty_body_leaves_the_status() {
        assert_eq!(error(Step::answer(401, "")).await.message(), "Unauthorized");
        assert_eq!(
            error(Step::answer(599, "")).await.message(),
            "HTTP status 599"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_redirect_is_an_error_that_names_the_host_only() {
        let step = Step::answer(302, "moved").header("location", "https://login.example/?token=x");
        let error = error(step).await;
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Rejected, Some(302))
        );
        assert!(
            error.to_string().contains("redirects to login.example,"),
            "{error}"
        );
        assert!(!error.to_string().contains("token=x"), "{error}");
        let error = super::tests::error(Step::answer(304, "")).await;
        assert!(
            error.to_string().contains("the server redirects, which"),
            "{error}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_success_cut_short_keeps_what_came() {
        let step = Step::answer(200, r#"{"id":"#).header("x-request-id", "req_3");
        let error = error(step.clone().end(End::Broken)).await;
        assert_eq!(error.kind(), ErrorKind::ConnectionLost);
        assert_eq!(
            (error.status(), error.delivery()),
            (Some(200), Delivery::Unknown)
        );
        assert_eq!(error.body(), Some(&br#"{"id":"#[..]));
        assert_eq!(error.request_id(), Some("req_3"));
        let error = super::tests::error(step.end(End::Stalled)).await;
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Timeout, Some(200))
        );
        assert_eq!(
            error.message(),
            "only 6 bytes of the answer came within 30s"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_cut_short_is_still_a_refusal() {
        for end in [End::Broken, End::Stalled] {
            let error = error(Step::answer(404, r#"{"code":"#).end(end)).await;
            assert_eq!(
                (error.kind(), error.delivery()),
                (ErrorKind::NotFound, Delivery::Answered)
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_code_that_may_have_been_cut_off_counts_as_the_worst() {
        let cut = |status| Step::answer(status, r#"{"code":"sendUnc"#).end(End::Broken);
        let script = Script::new([cut(502)]);
        let error = call(&script.transport(), "send_message").await.unwrap_err();
        assert_eq!((error.attempts(), error.is_retryable()), (1, false));
        let script = Script::new([cut(503), Step::answer(200, "{}")]);
        assert_eq!(
            call(&script.transport(), "send_message")
                .await
                .unwrap()
                .attempts(),
            2
        );
    }

    #[tokio::test(start_paused = true)]
    async fn failures_before_an_answer() {
        let refused = error(Step::Refuse).await;
        assert_eq!(refused.kind(), ErrorKind::Connect);
        assert_eq!(
            refused.message(),
            "could not connect to 127.0.0.1: connection refused"
        );
        assert_eq!(
            std::error::Error::source(&refused).unwrap().to_string(),
            "connection refused"
        );
        let broken = error(Step::Break).await;
        assert_eq!(
            (broken.kind(), broken.delivery()),
            (ErrorKind::ConnectionLost, Delivery::Unknown)
        );
        let stalled = error(Step::Stall).await;
        assert_eq!(stalled.message(), "no answer within 30s");
        let bad = error(Step::Unsendable).await;
        assert_eq!(
            (bad.kind(), bad.delivery()),
            (ErrorKind::InvalidRequest, Delivery::NotSent)
        );
        assert!(!bad.is_retryable());
    }

    #[tokio::test(start_paused = true)]
    async fn an_echoed_credential_is_kept_nowhere() {
        let body = r#"{"code":"canary-0123456789","message":"bad key canary-0123456789","requestId":"canary-0123456789"}"#;
        let step = Step::answer(401, body).header("x-echo", CANARY);
        let error = error(step).await;
        shows_no_credential(&error);
        for text in [
            error.message(),
            error.code().unwrap(),
            error.request_id().unwrap(),
        ] {
            assert!(text.contains("[redacted]"), "{text}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nor_in_answers_that_are_cut_short_or_lead_elsewhere() {
        let place = format!("https://{CANARY}.example/");
        for step in [
            Step::answer(200, r#"{"key":"canary-0123456789","#).end(End::Broken),
            Step::answer(200, r#"{"key":"canary-0123456789","#).end(End::Stalled),
            Step::answer(404, r#"{"key":"canary-0123456789","#).end(End::Broken),
            Step::answer(302, "").header("location", place),
            Step::answer(500, "<html>"),
        ] {
            let step = step.header("x-request-id", format!("req_{CANARY}"));
            let error = error(step).await;
            shows_no_credential(&error);
            assert_eq!(error.request_id(), Some("[redacted]"));
        }
    }

    fn shows_no_credential(error: &Error) {
        let body = String::from_utf8_lossy(error.body().unwrap());
        let shown = format!(
            "{error} {error:?} {:?} {:?} {:?} {body}",
            error.headers(),
            error.history(),
            error.request_id(),
        );
        assert!(!shown.contains(CANARY), "{shown}");
    }
}
