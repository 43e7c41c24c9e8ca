//! When a request is repeated, and after how long.

mod backoff;
mod budget;
mod decision;
mod hint;
mod jitter;
mod policy;
mod rule;

pub(crate) use backoff::backoff;
pub use budget::RetryBudget;
pub(crate) use decision::{Failure, Repeat, is_retryable};
pub(crate) use hint::{reset_at, retry_after, seconds};
pub use jitter::{Jitter, RandomJitter};
pub use policy::RetryPolicy;
pub(crate) use rule::rule;
