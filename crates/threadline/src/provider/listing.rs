//! Lists as streams.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::future::{Future, poll_fn};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::{Cursor, Error, ErrorKind, Page, PageRequest, ProviderKind, Result};

type Fetching<'a, T> = Pin<Box<dyn Future<Output = Result<Page<T>>> + Send + 'a>>;
type Fetch<'a, T> = Box<dyn Fn(PageRequest) -> Fetching<'a, T> + Send + 'a>;

/// The items of a list, fetched a page at a time on demand.
///
/// This is a [`Stream`]; [`next`](Self::next) works without the extension traits. Only one page is
/// in memory. Dropping the list ends it: nothing keeps running. After an error it ends, too.
///
/// To go on later, or in another process, read whole pages with [`next_page`](Self::next_page), store
/// [`cursor`](Self::cursor), and start there again with [`start_at`](Self::start_at).
#[must_use = "nothing is fetched until polled"]
pub struct Listing<'a, T> {
    /// The provider and the method, for errors.
    origin: (&'a ProviderKind, &'static str),
    fetch: Fetch<'a, T>,
    fetching: Option<Fetching<'a, T>>,
    /// The items of the current page that were not returned yet.
    items: VecDeque<T>,
    /// Where the next page starts; `None` after the last one.
    next: Option<Start>,
    /// How many items may still be returned.
    remaining: Option<usize>,
    page_size: u32,
    filtered_out: usize,
    seen: HashSet<u64>,
    /// Why the list cannot go on; returned after the current page.
    failure: Option<Error>,
    has_failed: bool,
    /// Whether a page may hold fewer items than were asked for.
    filters_locally: bool,
}

/// Where a page starts.
enum Start {
    Beginning,
    At(Cursor),
}

/// The page size where none is given. Providers lower it to the vendor's maximum.
const PAGE_SIZE: u32 = 100;

impl<'a, T> Listing<'a, T> {
    pub(super) fn new(
        origin: (&'a ProviderKind, &'static str),
        limit: Option<usize>,
        fetch: impl Fn(PageRequest) -> Fetching<'a, T> + Send + 'a,
    ) -> Self {
        Self {
            origin,
            fetch: Box::new(fetch),
            fetching: None,
            items: VecDeque::new(),
            next: Some(Start::Beginning),
            remaining: limit,
            page_size: PAGE_SIZE,
            filtered_out: 0,
            seen: HashSet::new(),
            failure: None,
            has_failed: false,
            filters_locally: false,
        }
    }

    /// Reads whole pages, because some of their items may be left out.
    pub(super) fn filtering_locally(mut self, locally: bool) -> Self {
        self.filters_locally = locally;
        self
    }

    /// Starts at a cursor that [`cursor`](Self::cursor) returned for the same list.
    pub fn start_at(mut self, cursor: impl Into<Option<Cursor>>) -> Self {
        self.next = Some(cursor.into().map_or(Start::Beginning, Start::At));
        self.items.clear();
        self.fetching = None;
        self.failure = None;
        self.has_failed = false;
        self.seen.clear();
        self
    }

    /// Sets the number of items fetched at a time; 0 counts as 1.
    pub fn page_size(mut self, size: u32) -> Self {
        self.page_size = size.max(1);
        self
    }

    /// Returns the next item; `None` after the last one or after an error. Cancel-safe.
    pub async fn next(&mut self) -> Option<Result<T>> {
        poll_fn(|context| self.poll_item(context)).await
    }

    /// Returns the rest of the current page if some of it was not returned yet, otherwise the next
    /// page; `None` after the last one or after an error. Cancel-safe.
    pub async fn next_page(&mut self) -> Option<Result<Vec<T>>> {
        if self.items.is_empty() {
            match poll_fn(|context| self.poll_page(context)).await {
                None => return None,
                Some(Err(error)) => return Some(Err(error)),
                Some(Ok(())) => {}
            }
        }
        let mut items = std::mem::take(&mut self.items);
        if let Some(remaining) = &mut self.remaining {
            if items.len() > *remaining {
                // The next page would start behind items that were not returned.
                items.truncate(*remaining);
                self.next = None;
            }
            *remaining -= items.len();
        }
        Some(Ok(items.into()))
    }

    /// Where the page after the current one starts: `None` before the first page, after the last one,
    /// and when a limit cut the current page short. After an error, where the failed page starts.
    pub fn cursor(&self) -> Option<&Cursor> {
        match &self.next {
            Some(Start::At(cursor)) => Some(cursor),
            _ => None,
        }
    }

    /// How many items of the pages read so far were left out by
    /// [`filter_locally`](crate::ThreadQuery::filter_locally).
    pub fn filtered_out(&self) -> usize {
        self.filtered_out
    }

    /// Returns all remaining items.
    ///
    /// # Errors
    ///
    /// The error that ends the list.
    pub async fn into_vec(mut self) -> Result<Vec<T>> {
        let mut all = Vec::new();
        while let Some(item) = self.next().await {
            all.push(item?);
        }
        Ok(all)
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        loop {
            if self.remaining == Some(0) {
                return Poll::Ready(None);
            }
            if let Some(item) = self.items.pop_front() {
                if let Some(remaining) = &mut self.remaining {
                    *remaining -= 1;
                }
                return Poll::Ready(Some(Ok(item)));
            }
            match std::task::ready!(self.poll_page(context)) {
                Some(Ok(())) => {}
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }

    /// Fetches the next page into `items`.
    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<()>>> {
        if self.remaining == Some(0) || self.has_failed {
            return Poll::Ready(None);
        }
        if let Some(error) = self.failure.take() {
            return Poll::Ready(Some(Err(error)));
        }
        let cursor = match &self.next {
            None => return Poll::Ready(None),
            Some(Start::Beginning) => None,
            Some(Start::At(cursor)) => Some(cursor.clone()),
        };
        let size = match self.remaining.and_then(|left| u32::try_from(left).ok()) {
            Some(left) if !self.filters_locally => self.page_size.min(left),
            _ => self.page_size,
        };
        let fetching = self.fetching.get_or_insert_with(|| {
            (self.fetch)(PageRequest::new().size(size).after(cursor.clone()))
        });
        let page = std::task::ready!(fetching.as_mut().poll(context));
        self.fetching = None;
        let page = match page {
            Ok(page) => page,
            Err(error) => {
                // Ends the list, and leaves the cursor for another try.
                self.has_failed = true;
                return Poll::Ready(Some(Err(error)));
            }
        };
        self.seen.extend(cursor.as_ref().map(fingerprint));
        self.next = page.next.map(Start::At);
        if self
            .cursor()
            .is_some_and(|next| self.seen.contains(&fingerprint(next)))
        {
            self.next = None;
            let message = "the page links to one that was already read";
            let (provider, operation) = self.origin;
            let error = Error::new(ErrorKind::InvalidResponse, provider, message);
            self.failure = Some(error.with_operation(operation));
        }
        self.filtered_out += page.filtered_out;
        self.items = page.items.into();
        Poll::Ready(Some(Ok(())))
    }
}

/// A cursor in eight bytes, so that a long list does not keep all of its cursors.
fn fingerprint(cursor: &Cursor) -> u64 {
    let mut hasher = DefaultHasher::new();
    cursor.hash(&mut hasher);
    hasher.finish()
}

impl<T: Unpin> Stream for Listing<'_, T> {
    type Item = Result<T>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_item(context)
    }
}

impl<T> fmt::Debug for Listing<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing")
            .field("buffered", &self.items.len())
            .field("cursor", &self.cursor())
            .field("remaining", &self.remaining)
            .finish_non_exhaustive()
    }
}
