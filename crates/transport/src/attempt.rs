//! One attempt: a request sent once, and what came of it.

use std::pin::pin;

use bytes::Bytes;
use tokio::time::{Instant, timeout_at};

use crate::Headers;
use crate::error::KEPT_BODY;
use crate::sender::{Cause, SendFailure, Sending};

/// The answer, as far as it arrived.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Bytes,
}

/// Why an attempt has no whole answer.
#[derive(Debug)]
pub(crate) enum Problem {
    /// The request is not one that can be sent.
    Unsendable(Cause),
    /// No connection could be made.
    Connect(Cause),
    /// The connection broke, before or within the answer.
    Lost(Cause),
    /// The time allowed passed, before or within the answer.
    TimedOut,
    /// The body is larger than this many bytes.
    TooLarge(usize),
}

/// What came of an attempt: an answer, a problem, or an answer with a problem.
#[derive(Debug)]
pub(crate) struct Attempted {
    pub(crate) answer: Option<Answer>,
    pub(crate) problem: Option<Problem>,
}

/// The answer while it arrives; it outlives a timeout.
#[derive(Debug, Default)]
pub(crate) struct Arriving {
    head: Option<(u16, Headers)>,
    body: Vec<u8>,
}

impl Arriving {
    /// What has arrived, and is not here any more.
    fn take(&mut self) -> Option<Answer> {
        let Self { head, body } = std::mem::take(self);
        head.map(|(status, headers)| Answer {
            status,
            headers,
            body: Bytes::from(body),
        })
    }
}

/// Awaits an answer and reads it, up to a moment and a size.
pub(crate) async fn attempt(
    sending: Sending,
    until: Instant,
    max_body: usize,
    arriving: &mut Arriving,
) -> Attempted {
    let problem = {
        // Pinned here, because a future that is moved costs its size.
        let reading = pin!(read(sending, max_body, arriving));
        match timeout_at(until, reading).await {
            Ok(Ok(())) => None,
            Ok(Err(problem)) => Some(problem),
            Err(_) => Some(Problem::TimedOut),
        }
    };
    let answer = arriving.take();
    Attempted { answer, problem }
}

/// Reads the answer. Of a body that is not a success's, only as much is read
/// as an error keeps.
async fn read(sending: Sending, max_body: usize, arriving: &mut Arriving) -> Result<(), Problem> {
    let mut response = sending.await.map_err(|failure| match failure {
        SendFailure::Unsendable(cause) => Problem::Unsendable(cause),
        SendFailure::Connect(cause) => Problem::Connect(cause),
        SendFailure::Lost(cause) => Problem::Lost(cause),
    })?;
    let status = response.status();
    let announced = response
        .content_length()
        .and_then(|length| usize::try_from(length).ok());
    arriving.head = Some((
        status.as_u16(),
        Headers::new(std::mem::take(response.headers_mut())),
    ));
    let bound = if status.is_success() {
        max_body
    } else {
        max_body.min(KEPT_BODY)
    };
    if status.is_success() && announced.is_some_and(|length| length > bound) {
        return Err(Problem::TooLarge(bound));
    }
    arriving
        .body
        .reserve(announced.unwrap_or_default().min(bound).min(KEPT_BODY));
    loop {
        let chunk = response.chunk().await;
        let chunk = chunk.map_err(|error| Problem::Lost(Box::new(error.without_url())))?;
        let Some(chunk) = chunk else { return Ok(()) };
        let room = bound.saturating_sub(arriving.body.len());
        arriving
            .body
            .extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
        if chunk.len() > room {
            return Err(Problem::TooLarge(bound));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::script::{End, Script, Step, call};
    use crate::{CallOptions, Delivery, ErrorKind};

    fn bounded(script: &Script, bytes: usize) -> crate::Transport {
        let once = CallOptions::new().with_attempts(1);
        script
            .builder()
            .max_response_bytes(bytes)
            .build()
            .unwrap()
            .with_options(once)
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_of_just_the_size_is_read() {
        let script = Script::new([Step::answer(200, r#""12345678""#)]);
        let response = call(&bounded(&script, 10), "get_thread").await.unwrap();
        assert_eq!(response.body(), r#""12345678""#);
    }

    #[tokio::test(start_paused = true)]
    async fn a_larger_body_is_an_error_and_not_read_on() {
        for end in [End::Whole, End::Endless, End::Stalled] {
            let script = Script::new([Step::answer(200, r#""12345678""#).end(end)]);
            let error = call(&bounded(&script, 9), "get_thread").await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidResponse);
            assert_eq!(
                (error.delivery(), error.is_retryable()),
                (Delivery::Answered, false)
            );
            assert_eq!(error.message(), "the answer's body is larger than 9 bytes");
            assert_eq!(error.body(), Some(&br#""12345678"#[..]));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_endless_refusal_is_read_as_far_as_it_is_kept() {
        let script = Script::new([Step::answer(404, "0123456789").end(End::Endless)]);
        let error = call(&bounded(&script, 1 << 24), "get_thread")
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(error.body().unwrap().len(), KEPT_BODY);
    }

    #[tokio::test(start_paused = true)]
    async fn dropping_the_call_drops_the_exchange() {
        let script = Script::new([Step::Stall]);
        let transport = script.transport();
        let call = call(&transport, "get_thread");
        assert!(
            tokio::time::timeout(Duration::from_secs(1), call)
                .await
                .is_err()
        );
        tokio::time::sleep(Duration::from_secs(300)).await;
        assert_eq!(script.seen().len(), 1);
    }
}
