//! Updating many threads.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::stream::FuturesUnordered;

use crate::{ErrorKind, Result, Thread, ThreadId};

/// An update, with the id of its thread.
pub(super) type Updated<'a> = Pin<Box<dyn Future<Output = (ThreadId, Result<Thread>)> + Send + 'a>>;
type Ids<'a> = Pin<Box<dyn Stream<Item = ThreadId> + Send + 'a>>;
type Begin<'a> = Box<dyn Fn(ThreadId) -> Updated<'a> + Send + 'a>;

/// The outcomes of [`update_threads`](crate::ThreadProviderExt::update_threads), in the order in
/// which they finish.
///
/// This is a [`Stream`]; [`next`](Self::next) works without the extension traits.
#[must_use = "nothing is updated until polled"]
pub struct UpdateThreads<'a> {
    /// The ids whose updates were not started; `None` when no more will be.
    ids: Option<Ids<'a>>,
    begin: Begin<'a>,
    in_flight: FuturesUnordered<Updated<'a>>,
    concurrency: usize,
    is_stopped: bool,
}

impl<'a> UpdateThreads<'a> {
    pub(super) fn new(ids: Ids<'a>, begin: Begin<'a>, concurrency: usize) -> Self {
        Self {
            ids: Some(ids),
            begin,
            in_flight: FuturesUnordered::new(),
            concurrency: concurrency.max(1),
            is_stopped: false,
        }
    }

    /// Returns the next outcome; `None` when all updates have finished. Cancel-safe.
    pub async fn next(&mut self) -> Option<(ThreadId, Result<Thread>)> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Starts no further updates; those in flight still finish.
    pub fn stop(&mut self) {
        self.is_stopped |= self.ids.is_some();
        self.ids = None;
    }

    /// Whether it was stopped, by [`stop`](Self::stop) or an authentication failure, before all ids
    /// were known to be used up. Ids without an outcome were not updated.
    pub fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    /// How many updates are in flight.
    pub fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// Starts updates while there is room.
    fn start(&mut self, context: &mut Context<'_>) {
        while self.in_flight.len() < self.concurrency
            && let Some(ids) = &mut self.ids
        {
            match ids.as_mut().poll_next(context) {
                Poll::Ready(Some(id)) => self.in_flight.push((self.begin)(id)),
                Poll::Ready(None) => self.ids = None,
                Poll::Pending => return,
            }
        }
    }
}

impl Stream for UpdateThreads<'_> {
    type Item = (ThreadId, Result<Thread>);

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        this.start(context);
        match Pin::new(&mut this.in_flight).poll_next(context) {
            Poll::Ready(Some((id, outcome))) => {
                if let Err(error) = &outcome
                    && error.kind() == ErrorKind::Authentication
                {
                    this.stop();
                }
                Poll::Ready(Some((id, outcome)))
            }
            Poll::Ready(None) if this.ids.is_some() => Poll::Pending,
            finished => finished,
        }
    }
}

impl fmt::Debug for UpdateThreads<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpdateThreads")
            .field("in_flight", &self.in_flight.len())
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}
