//! What the transport must know about one vendor's API, as data.

use crate::Operation;

/// One vendor's API as the transport sees it. Written by the generator.
///
/// ```
/// use threadline_transport::{Api, Auth, ErrorShape};
///
/// static ACME: Api = Api {
///     provider: "acme",
///     title: "Acme Inbox",
///     default_base_url: "https://api.acme.example",
///     auth: Auth::Bearer,
///     errors: ErrorShape::EMPTY,
///     rate_limits: &[],
///     rate_budgets: &[],
///     operations: &[],
/// };
/// assert!(ACME.operation("get_thread").is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Api {
    /// The machine-readable name: lower case, stable, found in errors and traces.
    pub provider: &'static str,
    /// The name a person would say.
    pub title: &'static str,
    /// Where requests go when nobody says otherwise.
    pub default_base_url: &'static str,
    /// How a request carries the credential.
    pub auth: Auth,
    /// Where an error body carries what.
    pub errors: ErrorShape,
    /// How many requests one credential may send, in windows that all hold at once.
    pub rate_limits: &'static [RateLimitWindow],
    /// Budgets that the requests of some operations count in besides.
    pub rate_budgets: &'static [RateLimitBudget],
    /// Every operation, sorted by [`Operation::id`].
    pub operations: &'static [Operation],
}

impl Api {
    /// The operation with this id, found by binary search.
    pub fn operation(&self, id: &str) -> Option<&'static Operation> {
        let at = self
            .operations
            .binary_search_by(|operation| operation.id.cmp(id))
            .ok()?;
        self.operations.get(at)
    }
}

/// So many requests in such a time. Written by the generator, and by users for
/// [`RateLimitPolicy`](crate::RateLimitPolicy).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimitWindow {
    /// How many requests; 0 counts as 1.
    pub requests: u32,
    /// In how many seconds; 0 counts as 1.
    pub per_seconds: u32,
}

/// A budget of requests beside that of the whole API: a request of an operation that
/// [names it](Operation::rate_budget) counts in both. Written by the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimitBudget {
    /// Its name, by which [`RateLimitPolicy::with_budget`](crate::RateLimitPolicy::with_budget)
    /// knows it.
    pub name: &'static str,
    /// How many requests one credential may send, in windows that all hold at once.
    pub windows: &'static [RateLimitWindow],
    /// What the names of the headers that tell about it end in: with `heavy` they are
    /// `x-ratelimit-limit-heavy` and so on. `None` if no header does.
    pub headers: Option<&'static str>,
}

/// How a request carries the credential. Written by the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// The bare credential in the header of this (lower-case) name.
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

/// Where a vendor's error body carries what, as JSON pointers tried in order. Written by the
/// generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorShape {
    /// The vendor's error code.
    pub code: &'static [&'static str],
    /// The message for people: a string, a list of strings or an object.
    pub message: &'static [&'static str],
    /// The id under which the vendor can find the request.
    pub request_id: &'static [&'static str],
    /// How many seconds to wait before another try.
    pub retry_after_seconds: &'static [&'static str],
    /// When another try makes sense (RFC 3339).
    pub reset_at: &'static [&'static str],
    /// What is known about single codes.
    pub codes: &'static [CodeRule],
}

impl ErrorShape {
    /// Nothing is known about the error bodies: only the HTTP status speaks.
    pub const EMPTY: Self = Self {
        code: &[],
        message: &[],
        request_id: &[],
        retry_after_seconds: &[],
        reset_at: &[],
        codes: &[],
    };

    /// The rule for a code, if there is one.
    pub fn rule(&self, code: &str) -> Option<&'static CodeRule> {
        self.codes.iter().find(|rule| rule.code == code)
    }
}

/// What is known about one of the vendor's error codes. Written by the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeRule {
    /// The code as the vendor writes it.
    pub code: &'static str,
    /// The HTTP status it comes with.
    pub status: u16,
    /// Whether repeating the request is a good idea after it.
    pub retry: CodeRetry,
}

/// Whether a request may be repeated after a certain error code. Written by the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeRetry {
    /// The outcome is not known: repeating could do the thing twice. Never repeated, not even
    /// when the caller allows it.
    Never,
    /// The answer is final: the same request gets the same answer.
    No,
    /// Worth repeating: always after a 4xx, which says that nothing was done; after a 5xx only where
    /// repeating is harmless.
    Yes,
    /// Worth repeating, but only with the same idempotency key.
    SameKey,
}
