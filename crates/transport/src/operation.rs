//! One operation of a vendor's API, as data.

use crate::Bound;

/// One operation of a vendor's API. Written by the generator.
///
/// The transport reads from it how to retry and what to unwrap; tests, the emulator and the
/// documentation read the rest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Operation {
    /// The name of the generated method, for example `update_thread`.
    pub id: &'static str,
    /// The vendor's own name for it, where there is one.
    pub vendor_id: Option<&'static str>,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path with its parameters in braces, for example `/threads/{threadId}`.
    pub path: &'static str,
    /// The server it is on, where that is not the API's.
    pub server: Option<&'static str>,
    /// The parameters of the path, in the order of the path.
    pub path_params: &'static [PathParam],
    /// What its parameters and its body have to keep to.
    pub bounds: &'static [Bound],
    /// The status codes that mean success.
    pub success: &'static [u16],
    /// The errors the vendor documents.
    pub errors: &'static [DocumentedError],
    /// Whether the same request may reach the server twice.
    pub idempotency: Idempotency,
    /// The member that holds the result when a body comes in an envelope.
    pub envelope: Option<&'static str>,
    /// How a listing goes on, where the operation is one.
    pub pagination: Option<Pagination>,
    /// The [budget](crate::RateLimitBudget) that its requests count in besides that of the whole API.
    pub rate_budget: Option<&'static str>,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// The vendor's page about it.
    pub docs: &'static str,
}

/// A parameter of an operation's path. Written by the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathParam {
    /// The name in the path template, without braces.
    pub name: &'static str,
    /// Fixed words that stand at the same place in another operation's path: a value equal to
    /// one of them would call that other operation.
    pub reserved: &'static [&'static str],
}

/// An error that the vendor documents for an operation. Written by the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentedError {
    /// The HTTP status.
    pub status: u16,
    /// The vendor's codes that come with it.
    pub codes: &'static [&'static str],
}

/// Whether the same request may reach the server twice. Written by the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idempotency {
    /// Twice does the same as once.
    Harmless,
    /// Twice may do the thing twice.
    NotHarmless,
    /// Twice does the same as once if this (lower-case) header carries the same key both times.
    WithKey(&'static str),
}

/// How a listing goes on. Written by the generator.
///
/// `items` is the JSON pointer to the list in the answer, `limit` the request parameter for the
/// size of a page. The pairs in `next` are a request parameter and the JSON pointer to its next
/// value in the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pagination {
    /// The answer names the cursor of the next page.
    Cursor {
        /// JSON pointer to the list.
        items: &'static str,
        /// Request parameter for the size of a page.
        limit: Option<&'static str>,
        /// Request parameter and JSON pointer to its next value.
        next: &'static [(&'static str, &'static str)],
    },
    /// The request counts items or pages.
    Offset {
        /// JSON pointer to the list.
        items: &'static str,
        /// Request parameter for the size of a page.
        limit: Option<&'static str>,
        /// Request parameter for the number of items to skip.
        offset: &'static str,
        /// How many items the server sends when it is not asked, where that is known.
        page_size: Option<u32>,
        /// JSON pointers to the total, tried in order.
        total: &'static [&'static str],
    },
    /// The answer carries the number of its last item and says whether there is more.
    Sequence {
        /// JSON pointer to the list.
        items: &'static str,
        /// Request parameter for the size of a page.
        limit: Option<&'static str>,
        /// Request parameter and JSON pointer to its next value.
        next: &'static [(&'static str, &'static str)],
        /// JSON pointer to the boolean that says whether there is more.
        more: &'static str,
    },
}
