//! What one call does differently from its client.

use std::time::Duration;

use crate::IdempotencyKey;

/// What one call does differently from its client. What is not set stays as the client has it.
///
/// ```
/// use std::time::Duration;
/// use threadline_transport::CallOptions;
///
/// let options = CallOptions::new().with_attempts(1).with_deadline(Duration::from_secs(5));
/// assert_eq!(options.attempts(), Some(1));
/// assert_eq!(options.dry_run(), None);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallOptions {
    attempts: Option<u32>,
    attempt_timeout: Option<Duration>,
    deadline: Option<Duration>,
    repeat: Option<bool>,
    dry_run: Option<bool>,
    rate_limit_wait: Option<bool>,
    idempotency_key: Option<IdempotencyKey>,
}

impl CallOptions {
    /// Nothing differs.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the number of attempts, the first one included; 0 counts as 1.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = Some(attempts.max(1));
        self
    }

    /// Sets how long one attempt may take, from connecting to the last byte of the answer.
    #[must_use]
    pub fn with_attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// Sets how long the whole call may take, all attempts and waits together.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Says whether the same request may reach the server twice.
    ///
    /// `true` lets a request be repeated after a lost answer although the operation is not
    /// harmless to repeat; a vendor's code that forbids it still wins. `false` treats every
    /// operation as one that must not happen twice.
    #[must_use]
    pub fn with_repeat(mut self, repeat: bool) -> Self {
        self.repeat = Some(repeat);
        self
    }

    /// Says whether to prepare the request and not send it; the call then ends in an error of
    /// kind [`DryRun`](crate::ErrorKind::DryRun) that holds the request.
    #[must_use]
    pub fn with_dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = Some(dry_run);
        self
    }

    /// Says whether to wait when a rate limit kept on this side leaves no room, or to end at once
    /// with [`RateLimited`](crate::ErrorKind::RateLimited) and the time to wait.
    #[must_use]
    pub fn with_rate_limit_wait(mut self, wait: bool) -> Self {
        self.rate_limit_wait = Some(wait);
        self
    }

    /// Sets the key by which the server knows a repeated request again. It is sent by operations
    /// that know such keys, unless the request carries one already; others ignore it.
    ///
    /// One key stands for one request: use these options for one call only.
    #[must_use]
    pub fn with_idempotency_key(mut self, key: IdempotencyKey) -> Self {
        self.idempotency_key = Some(key);
        self
    }

    /// The number of attempts, if it differs.
    pub fn attempts(&self) -> Option<u32> {
        self.attempts
    }

    /// How long one attempt may take, if it differs.
    pub fn attempt_timeout(&self) -> Option<Duration> {
        self.attempt_timeout
    }

    /// How long the whole call may take, if it differs.
    pub fn deadline(&self) -> Option<Duration> {
        self.deadline
    }

    /// Whether the same request may reach the server twice, if the caller said so.
    pub fn repeat(&self) -> Option<bool> {
        self.repeat
    }

    /// Whether to wait for a rate limit, if it differs.
    pub fn rate_limit_wait(&self) -> Option<bool> {
        self.rate_limit_wait
    }

    /// The key by which the server knows a repeated request again.
    pub fn idempotency_key(&self) -> Option<&IdempotencyKey> {
        self.idempotency_key.as_ref()
    }

    /// Whether to prepare the request and not send it, if it differs.
    pub fn dry_run(&self) -> Option<bool> {
        self.dry_run
    }
}
