//! Turns the outcome of an attempt into a response or an error.

use std::time::Duration;

use super::send::{Answer, Cause, Outcome};
use super::state::Call;
use crate::error::{ErrorBody, innermost, reason, redirect};
use crate::retry::{is_retryable, retry_after, rule};
use crate::{Delivery, Error, ErrorKind, FieldError};

impl Call<'_> {
    /// Returns a complete success, or the error that ends the call unless the request is retried;
    /// [`Error::is_retryable`] says whether it may be.
    pub(super) fn judge(&self, outcome: Outcome, limit: Duration) -> Result<Answer, Error> {
        match outcome.answer() {
            Some(answer) if !matches!(answer.status, 200..=299) => {
                Err(self.refusal(&outcome, answer))
            }
            _ => self.success(outcome, limit),
        }
    }

    /// Returns a complete success, or the error for an incomplete or missing response.
    fn success(&self, outcome: Outcome, limit: Duration) -> Result<Answer, Error> {
        let retryable = is_retryable(&outcome, None, self.repeat);
        let length = outcome.answer().map(|answer| answer.body.len());
        let (error, answer) = match outcome {
            Outcome::Answered(mut answer) => {
                self.core.redactor.headers(&mut answer.headers);
                return Ok(answer);
            }
            Outcome::TooLarge(answer) => {
                let bound = self.core.config.max_body();
                let message = format!("the response body is larger than {bound} bytes");
                let error = self.error(ErrorKind::InvalidResponse, message);
                (error, Some(answer))
            }
            Outcome::TimedOut(answer) => {
                let message = match length {
                    Some(length) => {
                        format!("only {length} bytes of the response arrived within {limit:?}")
                    }
                    None => format!("no response within {limit:?}"),
                };
                (self.error(ErrorKind::Timeout, message), answer)
            }
            Outcome::Lost(cause, answer) => {
                let what = match length {
                    Some(length) => format!("the response broke off after {length} bytes"),
                    None => "the connection broke before a response".to_owned(),
                };
                (self.caused(ErrorKind::ConnectionLost, &what, cause), answer)
            }
            Outcome::NotConnected(cause) => {
                let what = format!("could not connect to {}", self.base().address());
                (self.caused(ErrorKind::Connect, &what, cause), None)
            }
            Outcome::Unsendable(cause) => {
                let what = "the request cannot be sent";
                (self.caused(ErrorKind::InvalidRequest, what, cause), None)
            }
        };
        let error = error.with_retryable(retryable);
        Err(match answer {
            Some(answer) => self.core.with_answer(error, &answer, false),
            None => error,
        })
    }

    /// The error for a response with an error status.
    fn refusal(&self, outcome: &Outcome, answer: &Answer) -> Error {
        let (core, shape) = (self.core, &self.core.api.errors);
        let is_whole = matches!(outcome, Outcome::Answered(_));
        let (now, status) = (core.config.now(), answer.status);
        // Retry decisions use the body before redaction, because redacting an echoed credential
        // could break the JSON. The texts shown are taken from the redacted body.
        let body = ErrorBody::read(&answer.body, shape, now);
        let rule = rule(shape, status, body.code.as_deref(), is_whole);
        let message = if (300..400).contains(&status) {
            redirect(answer.headers.get("location"))
        } else {
            body.message
                .or_else(|| ErrorBody::quote(&core.redacted(answer, is_whole)))
                .unwrap_or_else(|| reason(status))
        };
        let mut error = self.error(ErrorKind::of_status(status), message);
        if let Some(code) = body.code {
            error = error.with_code(core.redactor.text(code));
        }
        if let Some(details) = body.details.and_then(|it| core.redactor.json(it)) {
            error = error.with_details(details);
        }
        for FieldError { field, message } in body.fields {
            let [field, message] = [field, message].map(|text| core.redactor.text(text));
            error = error.with_field(field, message);
        }
        if let Some(hint) = retry_after(&answer.headers, now).or(body.hint) {
            error = error.with_retry_after(hint);
        }
        let error = core
            .with_answer(error, answer, is_whole)
            .with_delivery(Delivery::Answered)
            .with_retryable(is_retryable(outcome, rule, self.repeat));
        match body.request_id {
            Some(id) => error.with_request_id(core.redactor.text(id)),
            None => error,
        }
    }

    fn caused(&self, kind: ErrorKind, what: &str, cause: Cause) -> Error {
        let message = format!("{what}: {}", innermost(&*cause));
        self.error(kind, message).with_source(cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{CANARY, End, Script, Step, call, call_once};

    /// The error of a call with one attempt.
    async fn error(step: Step) -> Error {
        let script = Script::new([step]);
        call_once(&script.transport(), "get_thread")
            .await
            .unwrap_err()
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
            error.to_string().contains("redirected to login.example;"),
            "{error}"
        );
        assert!(!error.to_string().contains("token=x"), "{error}");
        let error = super::tests::error(Step::answer(304, "")).await;
        assert!(
            error
                .to_string()
                .contains("the server redirected; redirects"),
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
            "only 6 bytes of the response arrived within 30s"
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
            "could not connect to 127.0.0.1:9: connection refused"
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
        assert_eq!(stalled.message(), "no response within 30s");
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

    #[tokio::test(start_paused = true)]
    async fn an_echoed_number_does_not_hide_the_code() {
        let body =
            r#"{"code":"sendUnconfirmed","message":"Key 0123456789 is odd","key":0123456789}"#;
        let body = body.replace("0123456789", "1234567890");
        let step = Step::answer(502, body.leak());
        let script = Script::new([step]);
        let config = script
            .config()
            .credential(crate::Credential::new("1234567890").unwrap());
        let transport = script.transport_with(config);
        let error = call(&transport, "send_message").await.unwrap_err();
        assert_eq!(error.code(), Some("sendUnconfirmed"));
        assert_eq!((error.attempts(), error.is_retryable()), (1, false));
        assert_eq!(error.message(), "Key [redacted] is odd");
        let kept: serde_json::Value = serde_json::from_slice(error.body().unwrap()).unwrap();
        assert_eq!(kept["key"], "[redacted]");
        assert!(!format!("{error:?}").contains("1234567890"), "{error:?}");
    }
}
