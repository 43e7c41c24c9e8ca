//! One operation of a vendor's API, described as data.

use super::Bound;

data! {
    /// One operation of a vendor's API. Written by the generator.
    ///
    /// The transport uses it to decide about retries and to unwrap responses; tests, the emulator and
    /// the documentation use the rest.
    #[derive(Debug, Clone, Copy, PartialEq)]
    pub struct Operation {
        /// The group and the name of the operation, for example `threads.update`.
        id: &'static str,
        /// The HTTP method in upper case.
        method: &'static str,
        /// The path with its parameters in braces, for example `/threads/{threadId}`.
        path: &'static str,
    } defaults {
        /// The server, if it is not the API's.
        server: Option<&'static str> = None,
        /// The path parameters, in order.
        path_params: &'static [PathParam] = &[],
        /// The limits on its parameters and body.
        bounds: &'static [Bound] = &[],
        /// The success status codes.
        success: &'static [u16] = &[200],
        /// The errors the vendor documents.
        errors: &'static [DocumentedError] = &[],
        /// Whether the same request may be sent twice.
        idempotency: Idempotency = Idempotency::NotHarmless,
        /// The name of the field that holds the result if the body is an envelope, an object with that
        /// field and a `statusCode`.
        envelope: Option<&'static str> = None,
        /// The pagination, if the operation is a list.
        pagination: Option<Pagination> = None,
        /// The [budget](crate::RateLimitBudget) that its requests count towards, in addition to the
        /// general rate limit or instead of it.
        rate_budget: Option<&'static str> = None,
        /// A short description.
        summary: &'static str = "",
        /// The vendor's documentation page.
        docs: &'static str = "",
    }
}

data! {
    /// A path parameter of an operation. Written by the generator.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct PathParam {
        /// The name in the path template, without braces.
        name: &'static str,
        /// Literal segments at the same position in other operations' paths: a value equal to one of
        /// them would call that other operation.
        reserved: &'static [&'static str],
    }
}

data! {
    /// An error that the vendor documents for an operation. Written by the generator.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct DocumentedError {
        /// The HTTP status.
        status: u16,
        /// The vendor's codes for this status.
        codes: &'static [&'static str],
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

data! {
    /// How a list is paginated. Written by the generator.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Pagination {
        /// The JSON pointer to the list in the response.
        items: &'static str,
        /// The request parameter for the page size.
        limit: Option<&'static str>,
        /// How to request the next page.
        next: NextPage,
    }
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
