//! A vendor's API described as data, for generated crates.
//!
//! These types grow with the transport. They are `#[non_exhaustive]` and constructed by `const`
//! functions, so that adding a field does not break released generated crates.

mod bounds;
mod operation;

pub use bounds::{Bound, Place, Rule};
pub use operation::{DocumentedError, Idempotency, NextPage, Operation, Pagination, PathParam};

pub(crate) use bounds::{check, check_path};

data! {
    /// One vendor's API. Written by the generator.
    ///
    /// ```
    /// use threadline_transport::Api;
    ///
    /// static ACME: Api = Api::new("acme", "Acme Inbox", "https://api.acme.example");
    /// assert!(ACME.operation("get_thread").is_none());
    /// ```
    #[derive(Debug, Clone, Copy, PartialEq)]
    pub struct Api {
        /// The machine-readable name: lower case, stable, used in errors and traces.
        provider: &'static str,
        /// The display name.
        title: &'static str,
        /// The base URL unless another is configured.
        default_base_url: &'static str,
    } defaults {
        /// The environment variables of the credential and of the base URL, if there are any.
        variables: Option<(&'static str, &'static str)> = None,
        /// How a request carries the credential.
        auth: Auth = Auth::Bearer,
        /// Where error bodies carry their data.
        errors: ErrorShape = ErrorShape::new(),
        /// The general rate limit per credential that clients keep to by default: windows that all
        /// apply at once.
        rate_limits: &'static [RateLimitWindow] = &[],
        /// Budgets shared by some operations.
        rate_budgets: &'static [RateLimitBudget] = &[],
        /// All operations, sorted by [`Operation::id`].
        operations: &'static [Operation] = &[],
    }
}

impl Api {
    /// Finds an operation by id, by binary search.
    pub fn operation(&self, id: &str) -> Option<&'static Operation> {
        let at = self
            .operations
            .binary_search_by(|operation| operation.id.cmp(id))
            .ok()?;
        self.operations.get(at)
    }
}

/// A number of requests per time window. Written by the generator, and by users for
/// [`RateLimitPolicy`](crate::RateLimitPolicy).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimitWindow {
    /// The number of requests; 0 counts as 1.
    pub requests: u32,
    /// The length of the window in seconds; 0 counts as 1.
    pub per_seconds: u32,
}

data! {
    /// A request budget of some operations, those that [name it](Operation::rate_budget). Their
    /// requests count towards the general rate limit too, unless the budget is
    /// [separate](Self::separate). Written by the generator.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct RateLimitBudget {
        /// The name, as used by [`RateLimitPolicy::budget`](crate::RateLimitPolicy::budget).
        name: &'static str,
        /// The limits per credential that clients keep to by default: windows that all apply at once.
        windows: &'static [RateLimitWindow],
        /// The suffix of the headers that report this budget: with `heavy` they are
        /// `x-ratelimit-limit-heavy` and so on. If `None`, there are none, or the headers without a
        /// suffix report it if the budget is separate.
        headers: Option<&'static str>,
    } defaults {
        /// Whether the vendor counts these requests in this budget instead of the general rate limit:
        /// neither uses up the other.
        separate: bool = false,
    }
}

/// How a request carries the credential. Written by the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Auth {
    /// The bare credential in the header of this lower-case name.
    Header(&'static str),
    /// `authorization: Bearer <credential>`.
    Bearer,
}

impl Auth {
    /// The lower-case name of the header that carries the credential.
    pub const fn header_name(&self) -> &'static str {
        match self {
            Self::Header(name) => name,
            Self::Bearer => "authorization",
        }
    }
}

data! {
    /// Where a vendor's error body carries its data, as JSON pointers tried in order. Written by the
    /// generator.
    #[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
    pub struct ErrorShape {} defaults {
        /// The vendor's error code.
        code: &'static [&'static str] = &[],
        /// The human-readable message: a string, a list of strings or an object.
        message: &'static [&'static str] = &[],
        /// The refused fields: a list of objects with the `path` of a field and a `message`.
        fields: &'static [&'static str] = &[],
        /// What the vendor adds to its code.
        details: &'static [&'static str] = &[],
        /// The vendor's request id.
        request_id: &'static [&'static str] = &[],
        /// How many seconds to wait before retrying.
        retry_after_seconds: &'static [&'static str] = &[],
        /// When to retry (RFC 3339).
        reset_at: &'static [&'static str] = &[],
        /// Rules for individual codes.
        codes: &'static [CodeRule] = &[],
    }
}

impl ErrorShape {
    /// Finds the rule for a code.
    pub fn rule(&self, code: &str) -> Option<&'static CodeRule> {
        self.codes.iter().find(|rule| rule.code == code)
    }
}

data! {
    /// The rule for one of the vendor's error codes. Written by the generator.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct CodeRule {
        /// The vendor's code.
        code: &'static str,
        /// The HTTP status it comes with.
        status: u16,
        /// Whether the request may be retried after it.
        retry: CodeRetry,
    }
}

/// Whether a request may be retried after an error code. Written by the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeRetry {
    /// The outcome is unknown, and a retry could execute the request twice. Never retried, even if
    /// the caller allows it.
    Never,
    /// The response is final: the same request gets the same response.
    No,
    /// Worth retrying: always after a 4xx, which means that nothing was done; after a 5xx only if
    /// the request is idempotent.
    Yes,
    /// Worth retrying, but only with the same idempotency key.
    SameKey,
}

/// What generated crates are made of cannot be written as literals.
///
/// ```compile_fail,E0639
/// use threadline_transport::Api;
/// const ACME: Api = Api { provider: "a", ..Api::new("acme", "Acme", "https://acme.example") };
/// ```
///
/// ```compile_fail,E0639
/// use threadline_transport::Operation;
/// const GET: Operation = Operation { id: "a", ..Operation::new("get", "GET", "/") };
/// ```
///
/// ```compile_fail,E0639
/// use threadline_transport::{Bound, Place, Rule};
/// const BOUND: Bound = Bound { place: Place::Body, at: "/a", rule: Rule::MinLength(1) };
/// ```
///
/// ```compile_fail,E0639
/// use threadline_transport::{NextPage, Pagination};
/// const PAGES: Pagination = Pagination { items: "/a", limit: None, next: NextPage::cursor(&[]) };
/// ```
///
/// ```compile_fail,E0639
/// use threadline_transport::PathParam;
/// const PARAM: PathParam = PathParam { name: "id", reserved: &[] };
/// ```
///
/// ```compile_fail,E0639
/// use threadline_transport::{CodeRetry, CodeRule};
/// const RULE: CodeRule = CodeRule { code: "a", status: 400, retry: CodeRetry::No };
/// ```
#[cfg(doctest)]
struct NoLiterals;
