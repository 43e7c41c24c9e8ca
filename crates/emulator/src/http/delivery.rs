//! Sending a response, or failing to.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http::Response;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use http_body::Frame;

use crate::faults::{Drawn, Fault};
use crate::http::connection::ResetHandle;
use crate::http::response::Answer;

/// An error page as gateways send it.
const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Bad gateway</title></head>\
    <body><h1>Bad gateway</h1></body></html>\n";

/// A corrupted body.
const GARBAGE: &[u8] = b"{\"id\": \x00\xff\xfe]]";

/// A response and the fault injected into it.
pub(crate) struct Delivery {
    /// The answer.
    pub(crate) answer: Answer,
    /// The injected fault, if any.
    pub(crate) drawn: Option<Drawn>,
}

impl Delivery {
    /// Applies the fault and builds the HTTP response.
    pub(crate) async fn deliver(self, reset: &ResetHandle) -> Response<Body> {
        match self.drawn {
            Some(drawn) if drawn.fault.is_silent() => {
                if let Some(stall) = drawn.stall {
                    stall.end().await;
                }
                reset.reset();
                Response::default()
            }
            drawn => self.answer.into_response(drawn.map(|drawn| drawn.fault)),
        }
    }
}

impl Answer {
    fn into_response(self, fault: Option<Fault>) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        let json = self.body.map(|body| Bytes::from(body.to_string()));
        let (kind, body) = match (fault, json) {
            (Some(Fault::Html | Fault::HtmlAfter), _) => {
                ("text/html; charset=utf-8", Body::from(PAGE))
            }
            (_, None) => return response,
            (Some(Fault::Garbage), Some(_)) => ("application/json", Body::from(GARBAGE)),
            (Some(Fault::Truncate), Some(json)) => {
                let length = HeaderValue::from(json.len());
                response.headers_mut().insert(CONTENT_LENGTH, length);
                ("application/json", Body::new(CutOff::in_the_middle(&json)))
            }
            (_, Some(json)) => ("application/json", Body::from(json)),
        };
        let kind = HeaderValue::from_static(kind);
        response.headers_mut().insert(CONTENT_TYPE, kind);
        *response.body_mut() = body;
        response
    }
}

/// A body that ends with an error half-way.
struct CutOff {
    rest: Option<Bytes>,
    has_paused: bool,
}

impl CutOff {
    fn in_the_middle(whole: &Bytes) -> Self {
        Self {
            rest: Some(whole.slice(..whole.len() / 2)),
            has_paused: false,
        }
    }
}

impl http_body::Body for CutOff {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(rest) = self.rest.take() {
            return Poll::Ready(Some(Ok(Frame::data(rest))));
        }
        if !self.has_paused {
            // The server flushes what it has while the body is pending, but not after an error.
            self.has_paused = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into())))
    }
}
