//! Paginated lists.

use std::collections::HashSet;
use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::{Error, ErrorKind, Response};

type Fetch<P, T> = Box<dyn Fn(P) -> Fetching<T> + Send + Sync>;
type Fetching<T> = Pin<Box<dyn Future<Output = Result<Response<T>, Error>> + Send>>;

/// What follows a page. Written by generated code.
#[derive(Debug, Clone, PartialEq)]
pub enum Next<P> {
    /// This was the last page.
    End,
    /// Fetch the next page with these parameters.
    Page(P),
    /// There are more items, but the page does not say where.
    Lost,
}

/// The pages of a list, fetched on demand.
///
/// This is a [`Stream`]; [`next`](Self::next) works without the extension traits. Filters stay the
/// same for all pages. The list ends after the last page or after an error;
/// [`next_params`](Self::next_params) then returns where to resume, even in another process.
///
/// A page that links back to an earlier one causes an error of kind
/// [`InvalidResponse`](ErrorKind::InvalidResponse), not an endless list.
#[must_use = "nothing is fetched until polled"]
pub struct Pages<P, T> {
    provider: &'static str,
    operation: &'static str,
    fetch: Fetch<P, T>,
    advance: fn(&P, &T) -> Next<P>,
    upcoming: Option<P>,
    /// The request in flight. The mutex is never locked: it makes the list `Sync`, since polling
    /// requires exclusive access.
    fetching: Mutex<Option<Fetching<T>>>,
    seen: HashSet<u64>,
    /// Why the list cannot continue; returned after the current page.
    failure: Option<Error>,
    done: bool,
}

impl<P: Clone + fmt::Debug + PartialEq + Unpin, T> Pages<P, T> {
    /// Lists pages from the given parameters on. For generated code.
    #[doc(hidden)]
    pub fn new(
        provider: &'static str,
        operation: &'static str,
        params: P,
        fetch: impl Fn(P) -> Fetching<T> + Send + Sync + 'static,
        advance: fn(&P, &T) -> Next<P>,
    ) -> Self {
        Self {
            provider,
            operation,
            fetch: Box::new(fetch),
            advance,
            upcoming: Some(params),
            fetching: Mutex::new(None),
            seen: HashSet::new(),
            failure: None,
            done: false,
        }
    }

    /// Returns the next page; `None` after the last one or after an error. Cancel-safe: the
    /// next call resumes the request.
    pub async fn next(&mut self) -> Option<Result<Response<T>, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The parameters of the next page, to resume from later: `None` after the last page, those of
    /// the failed page after an error.
    pub fn next_params(&self) -> Option<&P> {
        self.upcoming.as_ref()
    }

    /// The items of the pages, one by one. For generated code.
    #[doc(hidden)]
    pub fn into_items<I>(self, unpack: fn(T) -> Vec<I>) -> Items<P, T, I> {
        Items {
            pages: self,
            unpack,
            ready: VecDeque::new(),
            left: None,
        }
    }

    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Response<T>, Error>>> {
        if self.done {
            return Poll::Ready(None);
        }
        if let Some(error) = self.failure.take() {
            self.done = true;
            return Poll::Ready(Some(Err(error)));
        }
        let Some(params) = &self.upcoming else {
            return Poll::Ready(None);
        };
        let slot = self.fetching.get_mut();
        let slot = slot.unwrap_or_else(PoisonError::into_inner);
        let fetching = slot.get_or_insert_with(|| (self.fetch)(params.clone()));
        let fetched = match fetching.as_mut().poll(context) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(fetched) => fetched,
        };
        *slot = None;
        let page = match fetched {
            Ok(page) => page,
            Err(error) => {
                self.done = true;
                return Poll::Ready(Some(Err(error)));
            }
        };
        self.seen.insert(fingerprint(params));
        let next = (self.advance)(params, &page);
        self.upcoming = None;
        match next {
            Next::End => {}
            Next::Page(next) if self.seen.contains(&fingerprint(&next)) => {
                self.failure = Some(self.stuck("links to a page that was already read"));
            }
            Next::Page(next) => self.upcoming = Some(next),
            Next::Lost => self.failure = Some(self.stuck("says there is more, but not where")),
        }
        Poll::Ready(Some(Ok(page)))
    }

    fn stuck(&self, problem: &str) -> Error {
        Error::new(
            ErrorKind::InvalidResponse,
            self.provider,
            format!("the page {problem}"),
        )
        .with_operation(self.operation)
    }
}

/// Parameters are plain data, so their `Debug` form is complete.
fn fingerprint(params: &impl fmt::Debug) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{params:?}").hash(&mut hasher);
    hasher.finish()
}

impl<P: Clone + fmt::Debug + PartialEq + Unpin, T> Stream for Pages<P, T> {
    type Item = Result<Response<T>, Error>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Response<T>, Error>>> {
        self.poll_page(context)
    }
}

impl<P: fmt::Debug, T> fmt::Debug for Pages<P, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &self.operation)
            .field("next_params", &self.upcoming)
            .finish_non_exhaustive()
    }
}

/// The items of a list; pages are fetched as needed.
#[must_use = "nothing is fetched until polled"]
pub struct Items<P, T, I> {
    pages: Pages<P, T>,
    unpack: fn(T) -> Vec<I>,
    ready: VecDeque<I>,
    left: Option<usize>,
}

impl<P: Clone + fmt::Debug + PartialEq + Unpin, T, I: Unpin> Items<P, T, I> {
    /// Limits the number of items; no further page is fetched once it is reached.
    pub fn limit(mut self, items: usize) -> Self {
        self.left = Some(items);
        self
    }

    /// Returns the next item; `None` after the last one or after an error.
    pub async fn next(&mut self) -> Option<Result<I, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Collects the remaining items.
    ///
    /// # Errors
    ///
    /// The first error; the items read before it are lost.
    pub async fn collect(mut self) -> Result<Vec<I>, Error> {
        let mut items = Vec::new();
        while let Some(item) = self.next().await {
            items.push(item?);
        }
        Ok(items)
    }

    /// The parameters of the page after the current one; see [`Pages::next_params`].
    pub fn next_params(&self) -> Option<&P> {
        self.pages.next_params()
    }
}

impl<P: Clone + fmt::Debug + PartialEq + Unpin, T, I: Unpin> Stream for Items<P, T, I> {
    type Item = Result<I, Error>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<I, Error>>> {
        loop {
            if self.left == Some(0) {
                return Poll::Ready(None);
            }
            if let Some(item) = self.ready.pop_front() {
                self.left = self.left.map(|left| left - 1);
                return Poll::Ready(Some(Ok(item)));
            }
            match self.pages.poll_page(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(Some(Ok(page))) => {
                    let items = (self.unpack)(page.into_inner());
                    self.ready.extend(items);
                }
            }
        }
    }
}

impl<P: fmt::Debug, T, I> fmt::Debug for Items<P, T, I> {
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

    /// A paginated list of numbers; the parameters are the index of the page.
    fn pages(
        served: &[(Vec<u32>, Next<usize>)],
        asked: &Arc<Mutex<Vec<usize>>>,
    ) -> Pages<usize, (Vec<u32>, Next<usize>)> {
        let (served, asked) = (served.to_vec(), Arc::clone(asked));
        Pages::new(
            "acme",
            "list_numbers",
            0,
            move |page| {
                asked.lock().unwrap().push(page);
                let answer = served
                    .get(page)
                    .cloned()
                    .ok_or_else(|| Error::new(ErrorKind::Unavailable, "acme", "no such page"));
                Box::pin(async move { answer.map(Response::new) })
            },
            |_, page| page.1.clone(),
        )
    }

    #[tokio::test]
    async fn pages_follow_each_other_to_the_end() {
        let served = [
            (vec![1, 2], Next::Page(1)),
            (vec![], Next::Page(2)),
            (vec![3], Next::End),
        ];
        let asked = Arc::<Mutex<Vec<usize>>>::default();
        let items = pages(&served, &asked).into_items(|page| page.0);
        assert_eq!(items.collect().await.unwrap(), [1, 2, 3]);
        assert_eq!(*asked.lock().unwrap(), [0, 1, 2]);
    }

    #[tokio::test]
    async fn a_limit_stops_fetching() {
        let served = [(vec![1, 2], Next::Page(1)), (vec![3], Next::End)];
        let asked = Arc::<Mutex<Vec<usize>>>::default();
        let items = pages(&served, &asked).into_items(|page| page.0).limit(2);
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
        assert!(error.to_string().contains("list_numbers"), "{error}");
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
            let items = pages(&served, &asked).into_items(|page| page.0);
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
        assert_eq!(pages.next_params(), Some(&7));
    }
}
