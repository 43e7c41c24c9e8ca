//! A thread, whoever keeps it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{Assignee, NativeThread, Received, ThreadId, ThreadStatus, Timestamp};

/// A conversation thread, whoever keeps it.
///
/// What the providers have in common stands here; the provider's own value is in
/// [`native`](Self::native), and the answer it came from in [`received`](Self::received).
///
/// ```
/// use threadline::{Thread, ThreadStatus};
///
/// let thread = Thread::new("acme", "t-1".parse()?, ThreadStatus::Open);
/// assert_eq!(thread.assignee, None);
/// # Ok::<(), threadline::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Thread {
    /// The provider that keeps it: `contactship`, `inboxapp`, `inboxapp-v1`, …
    pub provider: Cow<'static, str>,
    /// Its id there.
    pub id: ThreadId,
    /// Whether the conversation goes on.
    pub status: ThreadStatus,
    /// Who is in charge. On Inboxapp v2 the effective assignee: the thread's own, else the
    /// contact's default.
    #[serde(default)]
    pub assignee: Option<Assignee>,
    /// When it changed last. Only ContactShip tells.
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
    /// The provider's own value.
    #[serde(default)]
    pub native: NativeThread,
    #[serde(skip)]
    received: Option<Received>,
}

impl Thread {
    /// A thread without assignee that no server sent.
    pub fn new(provider: impl Into<Cow<'static, str>>, id: ThreadId, status: ThreadStatus) -> Self {
        Self {
            provider: provider.into(),
            id,
            status,
            assignee: None,
            updated_at: None,
            native: NativeThread::None,
            received: None,
        }
    }

    /// With somebody in charge, or nobody.
    #[must_use]
    pub fn with_assignee(mut self, assignee: impl Into<Option<Assignee>>) -> Self {
        self.assignee = assignee.into();
        self
    }

    /// With the moment of its last change.
    #[must_use]
    pub fn with_updated_at(mut self, moment: impl Into<Timestamp>) -> Self {
        self.updated_at = Some(moment.into());
        self
    }

    /// With the provider's own value.
    #[must_use]
    pub fn with_native(mut self, native: NativeThread) -> Self {
        self.native = native;
        self
    }

    /// The answer it came from; nothing for a thread that no server sent.
    pub fn received(&self) -> Option<&Received> {
        self.received.as_ref()
    }

    #[cfg(any(
        feature = "contactship",
        feature = "inboxapp-v1",
        feature = "inboxapp-v2"
    ))]
    pub(crate) fn with_received(mut self, received: Received) -> Self {
        self.received = Some(received);
        self
    }
}

/// Two threads are equal when they say the same, whatever answers they came from.
impl PartialEq for Thread {
    fn eq(&self, other: &Self) -> bool {
        let Self {
            provider,
            id,
            status,
            assignee,
            updated_at,
            native,
            received: _,
        } = self;
        provider == &other.provider
            && id == &other.id
            && status == &other.status
            && assignee == &other.assignee
            && updated_at == &other.updated_at
            && native == &other.native
    }
}
