//! The kinds of errors.

crate::closed_enum! {
    /// The kind of an error, which determines how to handle it.
    ///
    /// [`error_kinds`](crate::error_kinds) documents each. The names are stable across versions.
    ///
    /// ```
    /// use threadline_transport::ErrorKind;
    ///
    /// assert_eq!(ErrorKind::RateLimited.as_str(), "rate_limited");
    /// ```
    #[non_exhaustive]
    pub enum ErrorKind {
        /// The client rejected the request before sending it: an argument is invalid.
        ///
        /// What to do: read the message; it names the argument and what is allowed.
        ///
        /// More: [`error_kinds::invalid_request`](crate::error_kinds::invalid_request).
        InvalidRequest = "invalid_request",
        /// The provider does not support this; nothing was sent.
        ///
        /// What to do: check the provider's capabilities first, or use its native client.
        ///
        /// More: [`error_kinds::unsupported`](crate::error_kinds::unsupported).
        Unsupported = "unsupported",
        /// The client's configuration is invalid: a missing or malformed credential, a bad base
        /// URL.
        ///
        /// What to do: fix the setting that the message names.
        ///
        /// More: [`error_kinds::invalid_config`](crate::error_kinds::invalid_config).
        InvalidConfig = "invalid_config",
        /// The server does not accept the credential (HTTP 401).
        ///
        /// What to do: check that the credential is the right one for this base URL and still
        /// valid.
        ///
        /// More: [`error_kinds::authentication`](crate::error_kinds::authentication).
        Authentication = "authentication",
        /// The credential is valid but lacks permission (HTTP 403).
        ///
        /// What to do: ask the vendor for the missing permission, plan or membership.
        ///
        /// More: [`error_kinds::permission_denied`](crate::error_kinds::permission_denied).
        PermissionDenied = "permission_denied",
        /// The object does not exist (HTTP 404).
        ///
        /// What to do: check the id, and that the credential belongs to the account that owns the
        /// object.
        ///
        /// More: [`error_kinds::not_found`](crate::error_kinds::not_found).
        NotFound = "not_found",
        /// The object's state does not allow this (HTTP 409).
        ///
        /// What to do: read the object again, then decide; the vendor's code names the state.
        ///
        /// More: [`error_kinds::conflict`](crate::error_kinds::conflict).
        Conflict = "conflict",
        /// The server rejected the request for another reason (any other 4xx, and redirects).
        ///
        /// What to do: read the vendor's code and message; the same request would be rejected
        /// again.
        ///
        /// More: [`error_kinds::rejected`](crate::error_kinds::rejected).
        Rejected = "rejected",
        /// Too many requests: the server returned HTTP 429 and the call ran out of attempts or
        /// time; or a client-side rate limit leaves no capacity in time (no status, nothing was
        /// sent).
        ///
        /// What to do: wait for `retry_after()`, then reduce the request rate.
        ///
        /// More: [`error_kinds::rate_limited`](crate::error_kinds::rate_limited).
        RateLimited = "rate_limited",
        /// The server failed (HTTP 5xx).
        ///
        /// What to do: try again later if `is_retryable()` is true; otherwise find out first
        /// whether the request was executed.
        ///
        /// More: [`error_kinds::unavailable`](crate::error_kinds::unavailable).
        Unavailable = "unavailable",
        /// No connection could be established, so nothing was sent.
        ///
        /// What to do: check the base URL, DNS, the network and the certificates.
        ///
        /// More: [`error_kinds::connect`](crate::error_kinds::connect).
        Connect = "connect",
        /// The attempt timeout or the deadline expired before a response arrived.
        ///
        /// What to do: check `delivery()`; if it is unknown, find out whether the request was
        /// executed before repeating one that is not idempotent. Otherwise allow more time.
        ///
        /// More: [`error_kinds::timeout`](crate::error_kinds::timeout).
        Timeout = "timeout",
        /// The connection broke after the request may have been sent.
        ///
        /// What to do: as for a timeout, check `delivery()` before repeating.
        ///
        /// More: [`error_kinds::connection_lost`](crate::error_kinds::connection_lost).
        ConnectionLost = "connection_lost",
        /// The server reported success with a body that cannot be decoded: not the documented
        /// shape, or too large.
        ///
        /// What to do: do not repeat, the request was executed; report `body()` as a bug, or raise
        /// the limit on response bodies.
        ///
        /// More: [`error_kinds::invalid_response`](crate::error_kinds::invalid_response).
        InvalidResponse = "invalid_response",
        /// Not a failure: this was a dry run; the request was prepared but not sent.
        ///
        /// What to do: inspect `prepared_request()`.
        ///
        /// More: [`error_kinds::dry_run`](crate::error_kinds::dry_run).
        DryRun = "dry_run",
    }
}

impl ErrorKind {
    /// The kind of a response with an error status.
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
