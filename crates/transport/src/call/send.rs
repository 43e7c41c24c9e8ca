//! One attempt: sending a request once.

use std::fmt::Debug;
use std::pin::Pin;

use bytes::{Bytes, BytesMut};
use tokio::time::error::Elapsed;

use crate::answer::Headers;
use crate::error::KEPT_BODY;

/// The cause of a failure.
pub(crate) type Cause = Box<dyn std::error::Error + Send + Sync>;

/// The response, as far as it arrived.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Bytes,
}

/// The outcome of one attempt.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// A complete response of any status.
    Answered(Answer),
    /// The body exceeds the limit; this much of it was read.
    TooLarge(Answer),
    /// The connection broke, before or during the response.
    Lost(Cause, Option<Answer>),
    /// The attempt timed out, before or during the response.
    TimedOut(Option<Answer>),
    /// No connection could be made.
    NotConnected(Cause),
    /// The request is not valid HTTP.
    Unsendable(Cause),
}

impl Outcome {
    /// The response, as far as it arrived.
    pub(crate) fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Answered(answer) | Self::TooLarge(answer) => Some(answer),
            Self::Lost(_, answer) | Self::TimedOut(answer) => answer.as_ref(),
            Self::NotConnected(_) | Self::Unsendable(_) => None,
        }
    }

    /// The outcome of receiving a response until a point in time.
    pub(super) fn of(
        received: Result<Result<bool, Self>, Elapsed>,
        answer: Option<Answer>,
    ) -> Self {
        match (received, answer) {
            (Err(_), answer) => Self::TimedOut(answer),
            (Ok(Ok(true)), Some(answer)) => Self::Answered(answer),
            (Ok(Ok(false)), Some(answer)) => Self::TooLarge(answer),
            (Ok(Err(Self::Lost(cause, _))), answer) => Self::Lost(cause, answer),
            (Ok(Err(outcome)), _) => outcome,
            (Ok(Ok(_)), None) => Self::Lost("nothing came back".into(), None),
        }
    }

    fn not_sent(error: reqwest::Error) -> Self {
        let (is_builder, is_connect) = (error.is_builder(), error.is_connect());
        // The URL may contain ids and filters, which must not be logged.
        let cause = Box::new(error.without_url());
        if is_connect {
            Self::NotConnected(cause)
        } else if is_builder {
            Self::Unsendable(cause)
        } else {
            Self::Lost(cause, None)
        }
    }
}

/// Resolves to whether all of the response fits, or to the outcome if it did not arrive.
pub(crate) type Receiving<'a> = Pin<Box<dyn Future<Output = Result<bool, Outcome>> + Send + 'a>>;

/// Sends requests over the network. All traffic goes through here.
pub(crate) trait Sender: Debug + Send + Sync {
    /// Sends a request once and reads the response, up to a size. Dropping the future cancels it.
    fn send<'a>(&self, request: reqwest::Request, arriving: &'a mut Arriving) -> Receiving<'a>;
}

impl Sender for reqwest::Client {
    fn send<'a>(&self, request: reqwest::Request, arriving: &'a mut Arriving) -> Receiving<'a> {
        let sending = self.execute(request);
        Box::pin(async move {
            let mut response = sending.await.map_err(Outcome::not_sent)?;
            arriving.read(&mut response).await
        })
    }
}

/// The connection broke while the body was being read.
fn broken(error: reqwest::Error) -> Outcome {
    Outcome::Lost(Box::new(error.without_url()), None)
}

/// A response being received; it survives a timeout.
#[derive(Debug)]
pub(crate) struct Arriving {
    max_body: usize,
    head: Option<(u16, Headers)>,
    body: Bytes,
}

impl Arriving {
    pub(super) fn new(max_body: usize) -> Self {
        Self {
            max_body,
            head: None,
            body: Bytes::new(),
        }
    }

    /// Takes what has arrived so far.
    pub(super) fn take(&mut self) -> Option<Answer> {
        let body = std::mem::take(&mut self.body);
        self.head.take().map(|(status, headers)| Answer {
            status,
            headers,
            body,
        })
    }

    /// Appends a part of the body. The first is kept as it came: often there is no other.
    fn push(&mut self, chunk: Bytes) {
        if self.body.is_empty() {
            self.body = chunk;
        } else {
            let mut body = BytesMut::from(std::mem::take(&mut self.body));
            body.extend_from_slice(&chunk);
            self.body = body.freeze();
        }
    }

    /// Reads a response and returns whether all of it fits. Of an error's body, reads only as much
    /// as an error stores.
    pub(crate) async fn read(&mut self, response: &mut reqwest::Response) -> Result<bool, Outcome> {
        let status = response.status();
        let announced = response
            .content_length()
            .and_then(|length| usize::try_from(length).ok());
        let headers = Headers::new(std::mem::take(response.headers_mut()));
        self.head = Some((status.as_u16(), headers));
        let bound = if status.is_success() {
            self.max_body
        } else {
            self.max_body.min(KEPT_BODY)
        };
        if status.is_success() && announced.is_some_and(|length| length > bound) {
            return Ok(false);
        }
        while let Some(mut chunk) = response.chunk().await.map_err(broken)? {
            let room = bound.saturating_sub(self.body.len());
            let fits = chunk.len() <= room;
            chunk.truncate(room);
            self.push(chunk);
            if !fits {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::tests::{End, Script, Step, call_once};
    use crate::{Delivery, ErrorKind};

    fn bounded(script: &Script, bytes: usize) -> crate::Transport {
        script.transport_with(script.config().max_response_bytes(bytes))
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_of_just_the_size_is_read() {
        let script = Script::new([Step::answer(200, r#""12345678""#)]);
        let response = call_once(&bounded(&script, 10), "get_thread")
            .await
            .unwrap();
        assert_eq!(response.body(), r#""12345678""#);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_comes_in_any_number_of_chunks() {
        let whole = r#"{"id":"x","name":"Mira"}"#;
        let script = Script::new([
            Step::answer(200, whole),
            Step::answer(200, r#"{"id":"x","#)
                .chunk(r#""name":"Mi"#)
                .chunk(r#"ra"}"#),
            Step::answer(200, "").chunk(whole).chunk(""),
        ]);
        let transport = bounded(&script, whole.len());
        for _ in 0..3 {
            let response = call_once(&transport, "get_thread").await.unwrap();
            assert_eq!(response.body(), whole);
        }
        let script = Script::new([Step::answer(200, "12345").chunk("678").chunk("9")]);
        let error = call_once(&bounded(&script, 8), "get_thread")
            .await
            .unwrap_err();
        assert_eq!(error.body(), Some(&b"12345678"[..]));
    }

    #[tokio::test(start_paused = true)]
    async fn a_larger_body_is_an_error_and_not_read_on() {
        for end in [End::Whole, End::Endless, End::Stalled] {
            let script = Script::new([Step::answer(200, r#""12345678""#).end(end)]);
            let error = call_once(&bounded(&script, 9), "get_thread")
                .await
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidResponse);
            assert_eq!(
                (error.delivery(), error.is_retryable()),
                (Delivery::Answered, false)
            );
            assert_eq!(error.message(), "the response body is larger than 9 bytes");
            assert_eq!(error.body(), Some(&br#""12345678"#[..]));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_endless_refusal_is_read_as_far_as_it_is_kept() {
        let script = Script::new([Step::answer(404, "0123456789").end(End::Endless)]);
        let error = call_once(&bounded(&script, 1 << 24), "get_thread")
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(error.body().unwrap().len(), KEPT_BODY);
    }

    #[tokio::test(start_paused = true)]
    async fn dropping_the_call_drops_the_exchange() {
        let script = Script::new([Step::Stall]);
        let transport = script.transport();
        let call = call_once(&transport, "get_thread");
        assert!(
            tokio::time::timeout(Duration::from_secs(1), call)
                .await
                .is_err()
        );
        tokio::time::sleep(Duration::from_secs(300)).await;
        assert_eq!(script.seen().len(), 1);
    }
}
