//! A vendor's API described as data, for generated crates.
//!
//! These types grow with the transport. They are `#[non_exhaustive]` and constructed by `const`
//! functions, so that adding a field does not break released generated crates.

mod bounds;
mod operation;

pub use bounds::{Bound, Place, Rule};
pub use operation::{DocumentedError, Idempotency, NextPage, Operation, Pagination, PathParam};

pub(crate) use bounds::{check, check_path};

/// One vendor's API. Written by the generator.
///
/// ```
/// use threadline_transport::Api;
///
/// static ACME: Api = Api::new("acme", "Acme Inbox", "https://api.acme.example");
/// assert!(ACME.operation("get_thread").is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Api {
    /// The machine-readable name: lower case, stable, used in errors and traces.
    pub provider: &'static str,
    /// The display name.
    pub title: &'static str,
    /// The base URL unless another is configured.
    pub default_base_url: &'static str,
    /// The environment variables of the credential and of the base URL, if there are any.
    pub variables: Option<(&'static str, &'static str)>,
    /// How a request carries the credential.
    pub auth: Auth,
    /// Where error bodies carry their data.
    pub errors: ErrorShape,
    /// The general rate limit per credential that clients keep to by default: windows that all
    /// apply at once.
    pub rate_limits: &'static [RateLimitWindow],
    /// Budgets shared by some operations.
    pub rate_budgets: &'static [RateLimitBudget],
    /// All operations, sorted by [`Operation::id`].
    pub operations: &'static [Operation],
}

impl Api {
    /// Creates an API with bearer authentication and no operations.
    pub const fn new(
        provider: &'static str,
        title: &'static str,
        default_base_url: &'static str,
    ) -> Self {
        Self {
            provider,
            title,
            default_base_url,
            variables: None,
            auth: Auth::Bearer,
            errors: ErrorShape::EMPTY,
            rate_limits: &[],
            rate_budgets: &[],
            operations: &[],
        }
    }

    const_setters! {
        /// Sets how a request carries the credential.
        auth(auth: Auth);
        /// Sets where error bodies carry their data.
        errors(errors: ErrorShape);
        /// Sets the general rate limit and the budgets of some operations.
        rate_limits(rate_limits: &'static [RateLimitWindow], rate_budgets: &'static [RateLimitBudget]);
        /// Sets the operations, which must be sorted by id.
        operations(operations: &'static [Operation]);
    }

    /// Sets the environment variables that [`Config::from_env`](crate::Config::from_env) reads.
    #[must_use]
    pub const fn variables(mut self, credential: &'static str, base_url: &'static str) -> Self {
        self.variables = Some((credential, base_url));
        self
    }

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

/// A request budget of some operations, those that [name it](Operation::rate_budget). Their
/// requests count towards the general rate limit too, unless the budget is
/// [separate](Self::separate). Written by the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimitBudget {
    /// The name, as used by [`RateLimitPolicy::budget`](crate::RateLimitPolicy::budget).
    pub name: &'static str,
    /// The limits per credential that clients keep to by default: windows that all apply at once.
    pub windows: &'static [RateLimitWindow],
    /// The suffix of the headers that report this budget: with `heavy` they are
    /// `x-ratelimit-limit-heavy` and so on. If `None`, there are none, or the headers without a
    /// suffix report it if the budget is separate.
    pub headers: Option<&'static str>,
    /// Whether the vendor counts these requests in this budget instead of the general rate limit:
    /// neither uses up the other.
    pub separate: bool,
}

impl RateLimitBudget {
    /// Creates a budget with the suffix of its headers. It counts in addition to the general rate
    /// limit.
    pub const fn new(
        name: &'static str,
        windows: &'static [RateLimitWindow],
        headers: Option<&'static str>,
    ) -> Self {
        Self {
            name,
            windows,
            headers,
            separate: false,
        }
    }

    const_setters! {
        /// Sets whether its requests count here instead of towards the general rate limit.
        separate(separate: bool);
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

/// Where a vendor's error body carries its data, as JSON pointers tried in order. Written by the
/// generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorShape {
    /// The vendor's error code.
    pub code: &'static [&'static str],
    /// The human-readable message: a string, a list of strings or an object.
    pub message: &'static [&'static str],
    /// The refused fields: a list of objects with the `path` of a field and a `message`.
    pub fields: &'static [&'static str],
    /// What the vendor adds to its code.
    pub details: &'static [&'static str],
    /// The vendor's request id.
    pub request_id: &'static [&'static str],
    /// How many seconds to wait before retrying.
    pub retry_after_seconds: &'static [&'static str],
    /// When to retry (RFC 3339).
    pub reset_at: &'static [&'static str],
    /// Rules for individual codes.
    pub codes: &'static [CodeRule],
}

impl ErrorShape {
    /// No known error body: only the HTTP status counts.
    pub const EMPTY: Self = Self {
        code: &[],
        message: &[],
        fields: &[],
        details: &[],
        request_id: &[],
        retry_after_seconds: &[],
        reset_at: &[],
        codes: &[],
    };

    const_setters! {
        /// Sets the pointers to the vendor's error code.
        code(code: &'static [&'static str]);
        /// Sets the pointers to the human-readable message.
        message(message: &'static [&'static str]);
        /// Sets the pointers to the refused fields and to what the vendor adds to its code.
        details(fields: &'static [&'static str], details: &'static [&'static str]);
        /// Sets the pointers to the vendor's request id.
        request_id(request_id: &'static [&'static str]);
        /// Sets the pointers to the number of seconds to wait and to the time to retry at.
        retry_hints(retry_after_seconds: &'static [&'static str], reset_at: &'static [&'static str]);
        /// Sets the rules for individual codes.
        codes(codes: &'static [CodeRule]);
    }

    /// Finds the rule for a code.
    pub fn rule(&self, code: &str) -> Option<&'static CodeRule> {
        self.codes.iter().find(|rule| rule.code == code)
    }
}

/// The rule for one of the vendor's error codes. Written by the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CodeRule {
    /// The vendor's code.
    pub code: &'static str,
    /// The HTTP status it comes with.
    pub status: u16,
    /// Whether the request may be retried after it.
    pub retry: CodeRetry,
}

impl CodeRule {
    /// Creates a rule for a code.
    pub const fn new(code: &'static str, status: u16, retry: CodeRetry) -> Self {
        Self {
            code,
            status,
            retry,
        }
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
