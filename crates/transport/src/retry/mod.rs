//! Whether and when a request is retried.

mod budget;
mod decision;
mod hint;
mod policy;

pub use budget::RetryBudget;
pub(crate) use decision::{Repeat, is_retryable, rule};
pub(crate) use hint::{http_date, reset_at, retry_after, seconds};
pub use policy::{Jitter, RetryPolicy};
