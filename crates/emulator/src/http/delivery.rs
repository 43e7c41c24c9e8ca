//! Sending a response, or failing to.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http::Response as HttpResponse;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use http_body::Frame;

use crate::faults::{Fault, InjectedFault};
use crate::http::connection::ResetHandle;
use crate::http::response::Response;

/// An error page as gateways send it.
const HTML_ERROR_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Bad gateway</title></head>\
    <body><h1>Bad gateway</h1></body></html>\n";

/// A corrupted body.
const CORRUPT_BODY: &[u8] = b"{\"id\": \x00\xff\xfe]]";

/// A response and the fault injected into it.
pub(crate) struct Delivery {
    /// The response.
    pub(crate) response: Response,
    /// The injected fault, if any.
    pub(crate) injected: Option<InjectedFault>,
}

impl Delivery {
    /// Applies the fault and builds the HTTP response.
    pub(crate) async fn deliver(self, reset: &ResetHandle) -> HttpResponse<Body> {
        match self.injected {
            Some(injected) if injected.fault.is_silent() => {
                if let Some(stall) = injected.stall {
                    stall.end().await;
                }
                reset.reset();
                HttpResponse::default()
            }
            injected => self
                .response
                .into_response(injected.map(|injected| injected.fault)),
        }
    }
}

impl Response {
    fn into_response(self, fault: Option<Fault>) -> HttpResponse<Body> {
        let mut response = HttpResponse::new(Body::empty());
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        let json = self.body.map(|body| Bytes::from(body.to_string()));
        let (kind, body) = match (fault, json) {
            (Some(Fault::Html | Fault::HtmlAfter), _) => {
                ("text/html; charset=utf-8", Body::from(HTML_ERROR_PAGE))
            }
            (_, None) => return response,
            (Some(Fault::Garbage), Some(_)) => ("application/json", Body::from(CORRUPT_BODY)),
            (Some(Fault::Truncate), Some(json)) => {
                let length = HeaderValue::from(json.len());
                response.headers_mut().insert(CONTENT_LENGTH, length);
                (
                    "application/json",
                    Body::new(TruncatedBody::first_half_of(&json)),
                )
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
struct TruncatedBody {
    rest: Option<Bytes>,
    has_paused: bool,
}

impl TruncatedBody {
    fn first_half_of(whole: &Bytes) -> Self {
        Self {
            rest: Some(whole.slice(..whole.len() / 2)),
            has_paused: false,
        }
    }
}

impl http_body::Body for TruncatedBody {
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
