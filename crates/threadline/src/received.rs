//! The answer a value came from.

use threadline_transport::Response;

use crate::{Headers, RateLimit};
#[cfg(any(
    feature = "contactship",
    feature = "inboxapp-v1",
    feature = "inboxapp-v2"
))]
use crate::{Result, ThreadId};

/// The HTTP answer a thread came from: status, headers, request id, and the body as received.
///
/// ```
/// use threadline::Thread;
///
/// /// What to name to the vendor's support.
/// fn request_id(thread: &Thread) -> Option<&str> {
///     thread.received()?.request_id()
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Received(Response<()>);

impl Received {
    /// Parts an answer into the vendor's thread, its id and everything else.
    ///
    /// # Errors
    ///
    /// The answer decodes and still makes no sense: its thread has no usable id.
    #[cfg(any(
        feature = "contactship",
        feature = "inboxapp-v1",
        feature = "inboxapp-v2"
    ))]
    pub(crate) fn split<T>(
        response: Response<T>,
        id: impl FnOnce(&T) -> &str,
    ) -> Result<(Box<T>, ThreadId, Self)> {
        let (native, rest) = response.split();
        match ThreadId::new(id(&native)) {
            Ok(id) => Ok((native, id, Self(rest))),
            Err(problem) => {
                let message = format!("the answer holds no usable thread: {}", problem.message());
                Err(rest.into_error(message))
            }
        }
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
