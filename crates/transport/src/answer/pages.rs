//! Paginated lists.

use std::collections::HashSet;
use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::{Error, ErrorKind, Response};

type Fetching<T> = Pin<Box<dyn Future<Output = Result<Response<T>, Error>> + Send>>;

/// What follows a page. Written by generated code.
#[derive(Debug, Clone, PartialEq)]
pub enum Next<R> {
    /// This was the last page.
    End,
    /// This request fetches the next page.
    Page(R),
    /// There are more items, but the page does not say where.
    Lost,
}

/// A request for one page of a list. Implemented by generated code.
pub trait PagedRequest:
    IntoFuture<Output = Result<Response<Self::Page>, Error>, IntoFuture = Fetching<Self::Page>>
    + Clone
    + fmt::Debug
    + Send
    + Sync
    + Unpin
    + 'static
{
    /// The page.
    type Page;
    /// An item of the list.
    type Item: Unpin;
    /// The provider and the operation, for errors.
    const OPERATION: (&'static str, &'static str);

    /// What follows a page.
    fn next(&self, page: &Self::Page) -> Next<Self>;

    /// The items of a page.
    fn unpack(page: Self::Page) -> Vec<Self::Item>;
}

/// The pages of a list, fetched on demand.
///
/// This is a [`Stream`]; [`next`](Self::next) works without the extension traits. Filters stay the
/// same for all pages. The list ends after the last page or after an error;
/// [`next_request`](Self::next_request) then returns where to resume.
///
/// A page that links back to an earlier one causes an error of kind
/// [`InvalidResponse`](ErrorKind::InvalidResponse), not an endless list.
#[must_use = "nothing is fetched until polled"]
pub struct Pages<R: PagedRequest> {
    upcoming: Option<R>,
    /// The request in flight. The mutex is never locked: it makes the list `Sync`, since polling
    /// requires exclusive access.
    fetching: Mutex<Option<Fetching<R::Page>>>,
    seen: HashSet<u64>,
    /// Why the list cannot continue; returned after the current page.
    failure: Option<Error>,
    has_failed: bool,
}

impl<R: PagedRequest> Pages<R> {
    /// Lists pages from this request on. For generated code.
    #[doc(hidden)]
    pub fn new(request: R) -> Self {
        Self {
            upcoming: Some(request),
            fetching: Mutex::new(None),
            seen: HashSet::new(),
            failure: None,
            has_failed: false,
        }
    }

    /// Returns the next page; `None` after the last one or after an error. Cancel-safe: the
    /// next call resumes the request.
    pub async fn next(&mut self) -> Option<Result<Response<R::Page>, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The request for the next page, to resume from later: `None` after the last page, the failed
    /// request after an error.
    pub fn next_request(&self) -> Option<&R> {
        self.upcoming.as_ref()
    }
}

impl<R: PagedRequest> Stream for Pages<R> {
    type Item = Result<Response<R::Page>, Error>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Response<R::Page>, Error>>> {
        let this = &mut *self;
        if this.has_failed {
            return Poll::Ready(None);
        }
        if let Some(error) = this.failure.take() {
            return Poll::Ready(Some(Err(error)));
        }
        let Some(request) = &this.upcoming else {
            return Poll::Ready(None);
        };
        let slot = this.fetching.get_mut();
        let slot = slot.unwrap_or_else(PoisonError::into_inner);
        let fetching = slot.get_or_insert_with(|| request.clone().into_future());
        let fetched = ready!(fetching.as_mut().poll(context));
        *slot = None;
        let page = match fetched {
            Ok(page) => page,
            Err(error) => {
                this.has_failed = true;
                return Poll::Ready(Some(Err(error)));
            }
        };
        this.seen.insert(fingerprint(request));
        let next = request.next(&page);
        this.upcoming = None;
        match next {
            Next::End => {}
            Next::Page(next) if this.seen.contains(&fingerprint(&next)) => {
                this.failure = Some(stuck::<R>("links to a page that was already read"));
            }
            Next::Page(next) => this.upcoming = Some(next),
            Next::Lost => this.failure = Some(stuck::<R>("says there is more, but not where")),
        }
        Poll::Ready(Some(Ok(page)))
    }
}

fn stuck<R: PagedRequest>(problem: &str) -> Error {
    let (provider, operation) = R::OPERATION;
    let message = format!("the page {problem}");
    Error::new(ErrorKind::InvalidResponse, provider, message).with_operation(operation)
}

/// Requests are plain data, so their `Debug` form is complete.
fn fingerprint(request: &impl fmt::Debug) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{request:?}").hash(&mut hasher);
    hasher.finish()
}

impl<R: PagedRequest> fmt::Debug for Pages<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("next_request", &self.upcoming)
            .finish_non_exhaustive()
    }
}

/// The items of a list; pages are fetched as needed.
#[must_use = "nothing is fetched until polled"]
pub struct Items<R: PagedRequest> {
    pages: Pages<R>,
    ready: VecDeque<R::Item>,
    left: Option<usize>,
}

impl<R: PagedRequest> Items<R> {
    /// Lists the items of these pages. For generated code.
    #[doc(hidden)]
    pub fn new(request: R) -> Self {
        Self {
            pages: Pages::new(request),
            ready: VecDeque::new(),
            left: None,
        }
    }

    /// Limits the number of items; no further page is fetched once it is reached.
    pub fn limit(mut self, items: usize) -> Self {
        self.left = Some(items);
        self
    }

    /// Returns the next item; `None` after the last one or after an error.
    pub async fn next(&mut self) -> Option<Result<R::Item, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Collects the remaining items.
    ///
    /// # Errors
    ///
    /// The first error; the items read before it are lost.
    pub async fn collect(mut self) -> Result<Vec<R::Item>, Error> {
        let mut items = Vec::new();
        while let Some(item) = self.next().await {
            items.push(item?);
        }
        Ok(items)
    }

    /// The request for the page after the current one; see [`Pages::next_request`].
    pub fn next_request(&self) -> Option<&R> {
        self.pages.next_request()
    }
}

impl<R: PagedRequest> Stream for Items<R> {
    type Item = Result<R::Item, Error>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<R::Item, Error>>> {
        loop {
            if self.left == Some(0) {
                return Poll::Ready(None);
            }
            if let Some(item) = self.ready.pop_front() {
                self.left = self.left.map(|left| left - 1);
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(page)) => self.ready.extend(R::unpack(page.into_inner())),
            }
        }
    }
}

impl<R: PagedRequest> fmt::Debug for Items<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut items = f.debug_struct("Items");
        items.field("pages", &self.pages).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use proptest::prelude::*;

    use super::*;

    type Page = (Vec<u32>, Next<usize>);

    /// A paginated list of numbers: requests the page at an index.
    #[derive(Clone)]
    struct Numbers {
        index: usize,
        served: Arc<Vec<Page>>,
        asked: Arc<Mutex<Vec<usize>>>,
    }

    impl fmt::Debug for Numbers {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.index.fmt(f)
        }
    }

    impl IntoFuture for Numbers {
        type Output = Result<Response<Page>, Error>;
        type IntoFuture = Fetching<Page>;

        fn into_future(self) -> Fetching<Page> {
            self.asked.lock().unwrap().push(self.index);
            let page = self.served.get(self.index).cloned();
            let missing = || Error::new(ErrorKind::Unavailable, "acme", "no such page");
            Box::pin(async move { page.map(Response::new).ok_or_else(missing) })
        }
    }

    impl PagedRequest for Numbers {
        type Page = Page;
        type Item = u32;
        const OPERATION: (&'static str, &'static str) = ("acme", "numbers.list");

        fn next(&self, page: &Page) -> Next<Self> {
            match page.1 {
                Next::End => Next::End,
                Next::Lost => Next::Lost,
                Next::Page(index) => Next::Page(Self {
                    index,
                    ..self.clone()
                }),
            }
        }

        fn unpack(page: Page) -> Vec<u32> {
            page.0
        }
    }

    fn numbers(served: &[Page], asked: &Arc<Mutex<Vec<usize>>>) -> Numbers {
        let (served, asked) = (Arc::new(served.to_vec()), Arc::clone(asked));
        Numbers {
            index: 0,
            served,
            asked,
        }
    }

    fn pages(served: &[Page], asked: &Arc<Mutex<Vec<usize>>>) -> Pages<Numbers> {
        Pages::new(numbers(served, asked))
    }

    fn items(served: &[Page], asked: &Arc<Mutex<Vec<usize>>>) -> Items<Numbers> {
        Items::new(numbers(served, asked))
    }

    #[tokio::test]
    async fn pages_follow_each_other_to_the_end() {
        let served = [
            (vec![1, 2], Next::Page(1)),
            (vec![], Next::Page(2)),
            (vec![3], Next::End),
        ];
        let asked = Arc::<Mutex<Vec<usize>>>::default();
        let items = items(&served, &asked);
        assert_eq!(items.collect().await.unwrap(), [1, 2, 3]);
        assert_eq!(*asked.lock().unwrap(), [0, 1, 2]);
    }

    #[tokio::test]
    async fn a_limit_stops_fetching() {
        let served = [(vec![1, 2], Next::Page(1)), (vec![3], Next::End)];
        let asked = Arc::<Mutex<Vec<usize>>>::default();
        let items = items(&served, &asked).limit(2);
        assert_eq!(items.collect().await.unwrap(), [1, 2]);
        assert_eq!(*asked.lock().unwrap(), [0]);
    }

    #[tokio::test]
    async fn a_page_that_was_read_already_is_an_error() {
        let served = [(vec![1], Next::Page(1)), (vec![2], Next::Page(0))];
        let asked = Arc::<Mutex<Vec<usize>>>::default();
        let mut pages = pages(&served, &asked);
        assert!(pages.next().await.unwrap().is_ok());
        assert!(pages.next().await.unwrap().is_ok());
        let error = pages.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidResponse);
        assert!(error.to_string().contains("numbers.list"), "{error}");
        assert!(pages.next().await.is_none());
    }

    proptest! {
        /// However its pages are linked, a list returns each page once, in order, and ends.
        #[test]
        fn any_way_through_the_pages_ends(way in prop::collection::vec(0_usize..8, 8)) {
            let pages_of = |(number, next): (u32, &usize)| {
                let next = if *next == 0 { Next::End } else { Next::Page(*next) };
                (vec![number], next)
            };
            let served: Vec<_> = (0..).zip(&way).map(pages_of).collect();
            let (mut expected, mut at, mut ends) = (Vec::new(), 0, false);
            while !ends && !expected.contains(&at) {
                expected.push(at);
                at = way[at];
                ends = at == 0;
            }
            let asked = Arc::<Mutex<Vec<usize>>>::default();
            let items = items(&served, &asked);
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let collected = runtime.block_on(items.collect());
            prop_assert_eq!(&*asked.lock().unwrap(), &expected);
            prop_assert_eq!(collected.is_ok(), ends);
        }
    }

    #[tokio::test]
    async fn more_without_a_place_is_an_error() {
        let served = [(vec![1], Next::Lost)];
        let asked = Arc::<Mutex<Vec<usize>>>::default();
        let mut pages = pages(&served, &asked);
        assert!(
            pages.next().await.unwrap().is_ok(),
            "the page at hand is not lost"
        );
        assert!(pages.next().await.unwrap().is_err());
    }

    #[tokio::test]
    async fn after_a_failure_the_place_to_go_on_is_known() {
        let served = [(vec![1], Next::Page(7))];
        let asked = Arc::<Mutex<Vec<usize>>>::default();
        let mut pages = pages(&served, &asked);
        assert!(pages.next().await.unwrap().is_ok());
        assert!(pages.next().await.unwrap().is_err());
        assert!(pages.next().await.is_none());
        assert_eq!(pages.next_request().map(|request| request.index), Some(7));
    }
}
