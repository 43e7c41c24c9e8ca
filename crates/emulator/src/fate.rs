//! What became of a request whose sender is not told.

/// What became of a message of which its sender only hears that nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It was sent.
    Sent,
    /// It was not.
    Lost,
}
