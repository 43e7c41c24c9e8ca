//! What went wrong, in one word.

use std::fmt;

/// What went wrong, in one word, and what to do about it.
///
/// [`error_kinds`](crate::error_kinds) has a page about each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request was refused before it was sent: an argument cannot be right.
    ///
    /// What to do: read the message, it names the argument and what it should be.
    ///
    /// More: [`error_kinds::invalid_request`](crate::error_kinds::invalid_request).
    InvalidRequest,
    /// The provider cannot do this at all, and nothing was sent.
    ///
    /// What to do: ask the provider's capabilities first, or use its native client.
    ///
    /// More: [`error_kinds::unsupported`](crate::error_kinds::unsupported).
    Unsupported,
    /// The client was set up wrongly: a missing or malformed credential, a bad base URL.
    ///
    /// What to do: mend the setting that the message names.
    ///
    /// More: [`error_kinds::invalid_config`](crate::error_kinds::invalid_config).
    InvalidConfig,
    /// The server does not accept the credential (HTTP 401).
    ///
    /// What to do: check that the credential is the right one for this base URL and still valid.
    ///
    /// More: [`error_kinds::authentication`](crate::error_kinds::authentication).
    Authentication,
    /// The credential is valid and may not do this (HTTP 403).
    ///
    /// What to do: have the missing right, plan or membership granted at the vendor.
    ///
    /// More: [`error_kinds::permission_denied`](crate::error_kinds::permission_denied).
    PermissionDenied,
    /// There is no such thing (HTTP 404).
    ///
    /// What to do: check the id, and that the credential belongs to the account that owns it.
    ///
    /// More: [`error_kinds::not_found`](crate::error_kinds::not_found).
    NotFound,
    /// The thing is in a state that forbids this (HTTP 409).
    ///
    /// What to do: read the thing again, then decide; the vendor's code says which state it is.
    ///
    /// More: [`error_kinds::conflict`](crate::error_kinds::conflict).
    Conflict,
    /// The server refused the request for another reason (any other 4xx, and redirects).
    ///
    /// What to do: read the vendor's code and message; the same request would be refused again.
    ///
    /// More: [`error_kinds::rejected`](crate::error_kinds::rejected).
    Rejected,
    /// Too many requests: the server refused another (HTTP 429), and the attempts or the patience
    /// to wait ran out; or a rate limit kept on this side leaves no room in time (no status, and
    /// nothing was sent).
    ///
    /// What to do: wait for `retry_after()`, then go on more slowly.
    ///
    /// More: [`error_kinds::rate_limited`](crate::error_kinds::rate_limited).
    RateLimited,
    /// The server failed (HTTP 5xx).
    ///
    /// What to do: try again later if `is_retryable()` says so; else find out first whether the
    /// request was carried out.
    ///
    /// More: [`error_kinds::unavailable`](crate::error_kinds::unavailable).
    Unavailable,
    /// No connection could be made, so nothing was sent.
    ///
    /// What to do: check the base URL, the name's resolution, the network and the certificates.
    ///
    /// More: [`error_kinds::connect`](crate::error_kinds::connect).
    Connect,
    /// The attempt timeout or the deadline passed without an answer.
    ///
    /// What to do: look at `delivery()`; if it is unknown, find out whether the request was
    /// carried out before repeating what must not happen twice. Else allow more time.
    ///
    /// More: [`error_kinds::timeout`](crate::error_kinds::timeout).
    Timeout,
    /// The connection broke after the request may have been sent.
    ///
    /// What to do: as for a timeout, look at `delivery()` before repeating.
    ///
    /// More: [`error_kinds::connection_lost`](crate::error_kinds::connection_lost).
    ConnectionLost,
    /// The server reported success with a body that cannot be read: not the documented shape, or
    /// larger than allowed.
    ///
    /// What to do: do not repeat, the request was carried out; report `body()` as a bug, or raise
    /// the bound on response bodies.
    ///
    /// More: [`error_kinds::invalid_response`](crate::error_kinds::invalid_response).
    InvalidResponse,
    /// Nothing is wrong: this was a dry run, and the request was prepared and not sent.
    ///
    /// What to do: look at `prepared_request()`.
    ///
    /// More: [`error_kinds::dry_run`](crate::error_kinds::dry_run).
    DryRun,
}

impl ErrorKind {
    /// The kind as a word in `snake_case`, stable across versions.
    ///
    /// ```
    /// use threadline_transport::ErrorKind;
    ///
    /// assert_eq!(ErrorKind::RateLimited.as_str(), "rate_limited");
    /// ```
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::Unsupported => "unsupported",
            Self::InvalidConfig => "invalid_config",
            Self::Authentication => "authentication",
            Self::PermissionDenied => "permission_denied",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Rejected => "rejected",
            Self::RateLimited => "rate_limited",
            Self::Unavailable => "unavailable",
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::ConnectionLost => "connection_lost",
            Self::InvalidResponse => "invalid_response",
            Self::DryRun => "dry_run",
        }
    }

    /// The kind of an answer that is not a success.
    pub(crate) const fn of_status(status: u16) -> Self {
        match status {
            401 => Self::Authentication,
            403 => Self::PermissionDenied,
            404 => Self::NotFound,
            409 => Self::Conflict,
            429 => Self::RateLimited,
            500.. => Self::Unavailable,
            _ => Self::Rejected,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_codes_have_their_kinds() {
        for (status, kind) in [
            (301, ErrorKind::Rejected),
            (400, ErrorKind::Rejected),
            (401, ErrorKind::Authentication),
            (403, ErrorKind::PermissionDenied),
            (404, ErrorKind::NotFound),
            (409, ErrorKind::Conflict),
            (422, ErrorKind::Rejected),
            (429, ErrorKind::RateLimited),
            (500, ErrorKind::Unavailable),
            (503, ErrorKind::Unavailable),
            (599, ErrorKind::Unavailable),
        ] {
            assert_eq!(ErrorKind::of_status(status), kind, "{status}");
        }
    }
}
