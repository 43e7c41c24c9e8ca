//! The answer a value came from.

use threadline_transport::Response;

#[cfg(any(
    feature = "contactship",
    feature = "inboxapp-v1",
    feature = "inboxapp-v2"
))]
use crate::Error;
use crate::{Headers, RateLimit};

/// The HTTP answer a thread came from: status, headers, request id, and the body as received.
#[derive(Clone, Debug)]
pub struct Received(Response<()>);

impl Received {
    /// Parts an answer into its value and everything else.
    #[cfg(any(
        feature = "contactship",
        feature = "inboxapp-v1",
        feature = "inboxapp-v2"
    ))]
    pub(crate) fn split<T>(response: Response<T>) -> (Box<T>, Self) {
        let (value, rest) = response.split();
        (value, Self(rest))
    }

    /// The error for an answer that decodes and still makes no sense.
    #[cfg(any(
        feature = "contactship",
        feature = "inboxapp-v1",
        feature = "inboxapp-v2"
    ))]
    pub(crate) fn undecodable(self, problem: &Error) -> Error {
        let message = format!("the answer holds no usable thread: {}", problem.message());
        self.0.into_error(message)
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.0.status()
    }

    /// The headers.
    pub fn headers(&self) -> &Headers {
        self.0.headers()
    }

    /// The id under which the vendor can find the request.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id()
    }

    /// The body exactly as received, an envelope included.
    pub fn body(&self) -> &[u8] {
        self.0.body()
    }

    /// How many times the request was sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts()
    }

    /// What the server says about its rate limit.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.0.rate_limit()
    }
}
