//! One operation of a vendor's API, described as data.

use super::Bound;

/// One operation of a vendor's API. Written by the generator.
///
/// The transport uses it to decide about retries and to unwrap responses; tests, the emulator and
/// the documentation use the rest.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Operation {
    /// The group and the name of the operation, for example `threads.update`.
    pub id: &'static str,
    /// The HTTP method in upper case.
    pub method: &'static str,
    /// The path with its parameters in braces, for example `/threads/{threadId}`.
    pub path: &'static str,
    /// The server, if it is not the API's.
    pub server: Option<&'static str>,
    /// The path parameters, in order.
    pub path_params: &'static [PathParam],
    /// The limits on its parameters and body.
    pub bounds: &'static [Bound],
    /// The success status codes.
    pub success: &'static [u16],
    /// The errors the vendor documents.
    pub errors: &'static [DocumentedError],
    /// Whether the same request may be sent twice.
    pub idempotency: Idempotency,
    /// The name of the field that holds the result if the body is an envelope, an object with that
    /// field and a `statusCode`.
    pub envelope: Option<&'static str>,
    /// The pagination, if the operation is a list.
    pub pagination: Option<Pagination>,
    /// The [budget](crate::RateLimitBudget) that its requests count towards, in addition to the
    /// general rate limit or instead of it.
    pub rate_budget: Option<&'static str>,
    /// A short description.
    pub summary: &'static str,
    /// The vendor's documentation page.
    pub docs: &'static str,
}

impl Operation {
    /// Creates a non-idempotent operation whose success status is 200.
    pub const fn new(id: &'static str, method: &'static str, path: &'static str) -> Self {
        Self {
            id,
            method,
            path,
            server: None,
            path_params: &[],
            bounds: &[],
            success: &[200],
            errors: &[],
            idempotency: Idempotency::NotHarmless,
            envelope: None,
            pagination: None,
            rate_budget: None,
            summary: "",
            docs: "",
        }
    }

    const_setters! {
        /// Sets the server, if it is not the API's.
        server(server: Option<&'static str>);
        /// Sets the path parameters, in order.
        path_params(path_params: &'static [PathParam]);
        /// Sets the limits on its parameters and body.
        bounds(bounds: &'static [Bound]);
        /// Sets the documented status codes: success codes and errors.
        answers(success: &'static [u16], errors: &'static [DocumentedError]);
        /// Sets whether the same request may be sent twice.
        idempotency(idempotency: Idempotency);
        /// Sets the name of the field that holds the result if the body is an envelope.
        envelope(envelope: Option<&'static str>);
        /// Sets the pagination.
        pagination(pagination: Option<Pagination>);
        /// Sets the budget that its requests count towards.
        rate_budget(rate_budget: Option<&'static str>);
        /// Sets the short description and the vendor's documentation page.
        docs(summary: &'static str, docs: &'static str);
    }
}

/// A path parameter of an operation. Written by the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PathParam {
    /// The name in the path template, without braces.
    pub name: &'static str,
    /// Literal segments at the same position in other operations' paths: a value equal to one of
    /// them would call that other operation.
    pub reserved: &'static [&'static str],
}

impl PathParam {
    /// Creates a parameter with the reserved words that it must not equal.
    pub const fn new(name: &'static str, reserved: &'static [&'static str]) -> Self {
        Self { name, reserved }
    }
}

/// An error that the vendor documents for an operation. Written by the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DocumentedError {
    /// The HTTP status.
    pub status: u16,
    /// The vendor's codes for this status.
    pub codes: &'static [&'static str],
}

impl DocumentedError {
    /// Creates an error from a status and its codes.
    pub const fn new(status: u16, codes: &'static [&'static str]) -> Self {
        Self { status, codes }
    }
}

/// Whether the same request may be sent twice. Written by the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Idempotency {
    /// Idempotent: sending it twice has the same effect as sending it once.
    Harmless,
    /// Sending it twice may execute it twice.
    NotHarmless,
    /// Idempotent if this lower-case header carries the same key both times.
    WithKey(&'static str),
}

/// How a list is paginated. Written by the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pagination {
    /// The JSON pointer to the list in the response.
    pub items: &'static str,
    /// The request parameter for the page size.
    pub limit: Option<&'static str>,
    /// How to request the next page.
    pub next: NextPage,
}

/// How to request the next page of a list. Written by the generator.
///
/// Each pair in `params` is a request parameter and the JSON pointer to its next value in the
/// response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NextPage {
    /// The response contains the cursor of the next page.
    #[non_exhaustive]
    Cursor {
        /// Request parameters and JSON pointers to their next values.
        params: &'static [(&'static str, &'static str)],
    },
    /// The request contains an item offset.
    #[non_exhaustive]
    Offset {
        /// The request parameter for the number of items to skip.
        param: &'static str,
        /// The server's default page size, if known.
        page_size: Option<u32>,
        /// The JSON pointers to the total, tried in order.
        total: &'static [&'static str],
    },
    /// The response contains the sequence number of its last item and a flag for further items.
    #[non_exhaustive]
    Sequence {
        /// Request parameters and JSON pointers to their next values.
        params: &'static [(&'static str, &'static str)],
        /// The JSON pointer to the flag for further items.
        more: &'static str,
    },
}

impl Pagination {
    /// Creates a pagination from the JSON pointer to the items and the way to request the next
    /// page.
    pub const fn new(items: &'static str, limit: Option<&'static str>, next: NextPage) -> Self {
        Self { items, limit, next }
    }
}

impl NextPage {
    /// The response contains the cursor of the next page.
    pub const fn cursor(params: &'static [(&'static str, &'static str)]) -> Self {
        Self::Cursor { params }
    }

    /// The request contains an item offset.
    pub const fn offset(
        param: &'static str,
        page_size: Option<u32>,
        total: &'static [&'static str],
    ) -> Self {
        Self::Offset {
            param,
            page_size,
            total,
        }
    }

    /// The response contains the sequence number of its last item and a flag for further items.
    pub const fn sequence(
        params: &'static [(&'static str, &'static str)],
        more: &'static str,
    ) -> Self {
        Self::Sequence { params, more }
    }
}
