//! Pages of a list.

use std::fmt;
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use crate::{Error, ErrorKind, Result};

/// The position in a list at which a page starts.
///
/// A cursor is text: it can be stored and used in another process. It belongs to the list that it
/// came from, with the same provider and the same filters; only that provider can read it.
///
/// ```
/// use threadline::{Cursor, PageRequest};
///
/// let stored = "eyJpZCI6Inc1aHMifQ";
/// let page = PageRequest::new().after(stored.parse::<Cursor>()?);
/// assert_eq!(page.cursor.unwrap().as_str(), stored);
/// # Ok::<(), threadline::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct Cursor(#[cfg_attr(feature = "schemars", schemars(length(min = 1)))] String);

impl Cursor {
    /// Creates a cursor from the text of an earlier one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the text is empty or
    /// contains a control character. Whether it is a cursor is seen when it is used.
    pub fn new(text: impl Into<String>) -> Result<Self> {
        let text = text.into();
        if text.is_empty() || text.chars().any(char::is_control) {
            let message = format!("{text:?} is not a cursor; use the text of a page's next cursor");
            return Err(Error::new(ErrorKind::InvalidRequest, "", message));
        }
        Ok(Self(text))
    }

    /// The cursor as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::new(text)
    }
}

impl TryFrom<String> for Cursor {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        Self::new(text)
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.0
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Which page of a list to read, and how many items it has.
///
/// ```
/// use threadline::PageRequest;
///
/// let first = PageRequest::new().size(20);
/// assert_eq!(first.cursor, None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PageRequest {
    /// Where the page starts; `None` for the first one.
    pub cursor: Option<Cursor>,
    /// The maximum number of items; `None` for the vendor's default.
    pub size: Option<NonZeroU32>,
}

impl PageRequest {
    /// The first page, in the vendor's default size.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts the page at a cursor; `None` is the start of the list.
    #[must_use]
    pub fn after(mut self, cursor: impl Into<Option<Cursor>>) -> Self {
        self.cursor = cursor.into();
        self
    }

    /// Sets the maximum number of items. Sizes over the vendor's maximum are lowered to it; 0 counts
    /// as 1. A list that the vendor gives whole, such as the assignees of ContactShip and of
    /// Inboxapp v1, is a single page of any size.
    #[must_use]
    pub fn size(mut self, size: u32) -> Self {
        self.size = Some(NonZeroU32::new(size).unwrap_or(NonZeroU32::MIN));
        self
    }

    /// The size as vendors take it, at most `max`.
    #[cfg(any(feature = "inboxapp-v1", feature = "inboxapp-v2"))]
    pub(crate) fn size_up_to(&self, max: u32) -> Option<i64> {
        self.size.map(|size| i64::from(size.get().min(max)))
    }

    /// Accepts the first page of a list that has only one.
    #[cfg(any(feature = "contactship", feature = "inboxapp-v1"))]
    pub(crate) fn only_page(
        &self,
        provider: &crate::ProviderKind,
        operation: &'static str,
    ) -> Result<()> {
        match &self.cursor {
            None => Ok(()),
            Some(_) => Err(Error::invalid_request(
                provider,
                operation,
                "this list has a single page and no cursors; leave the cursor out",
            )),
        }
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Page<T> {
    /// The items. A page may be empty although more follow.
    pub items: Vec<T>,
    /// Where the next page starts; `None` on the last one.
    #[serde(default)]
    pub next: Option<Cursor>,
    /// How many items of the vendor's page were left out by
    /// [`filter_locally`](crate::ThreadQuery::filter_locally).
    #[serde(default)]
    pub filtered_out: usize,
}

impl<T> Page<T> {
    /// Creates a page that no other follows.
    pub fn new(items: Vec<T>) -> Self {
        Self {
            items,
            next: None,
            filtered_out: 0,
        }
    }

    /// Sets where the next page starts.
    #[must_use]
    pub fn next(mut self, cursor: impl Into<Option<Cursor>>) -> Self {
        self.next = cursor.into();
        self
    }
}
