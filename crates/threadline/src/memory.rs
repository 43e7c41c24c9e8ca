//! Threads in memory: a provider for tests of code that works with threads.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::{Capabilities, Error, Result, Thread, ThreadId, ThreadProvider, ThreadUpdate};

/// A provider that keeps its threads in memory.
///
/// It behaves like the others: unknown threads are not found, what its [`Capabilities`] exclude is
/// unsupported, an update that changes nothing is refused.
///
/// ```
/// use threadline::memory::MemoryProvider;
/// use threadline::{Assignee, Thread, ThreadProvider, ThreadProviderExt, ThreadStatus};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> threadline::Result<()> {
/// let inbox = MemoryProvider::new();
/// let id = "t-1".parse()?;
/// inbox.insert(Thread::new("memory", "t-1".parse()?, ThreadStatus::Open));
///
/// let thread = inbox.assign_thread(&id, Assignee::user("u-1")).await?;
/// assert_eq!(thread.assignee, Some(Assignee::user("u-1")));
/// assert_eq!(inbox.get_thread(&id).await?, thread);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct MemoryProvider {
    capabilities: Capabilities,
    threads: Mutex<BTreeMap<ThreadId, Thread>>,
}

impl MemoryProvider {
    /// The provider's name.
    pub const NAME: &'static str = "memory";

    /// Without threads, and with every ability.
    pub fn new() -> Self {
        Self {
            capabilities: Capabilities::all(),
            threads: Mutex::default(),
        }
    }

    /// With the abilities of another provider, to see how code copes with them.
    #[must_use]
    pub fn with_capabilities(mut self, capabilities: Capabilities) -> Self {
        self.capabilities = capabilities;
        self
    }

    /// Adds a thread; one with the same id gives way and is given back.
    pub fn insert(&self, thread: Thread) -> Option<Thread> {
        self.threads().insert(thread.id.clone(), thread)
    }

    /// Every thread, by id.
    pub fn snapshot(&self) -> Vec<Thread> {
        self.threads().values().cloned().collect()
    }

    /// A panic elsewhere leaves no thread half-changed, so poisoning means nothing here.
    fn threads(&self) -> MutexGuard<'_, BTreeMap<ThreadId, Thread>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryProvider {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl ThreadProvider for MemoryProvider {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    async fn get_thread(&self, id: &ThreadId) -> Result<Thread> {
        if !self.capabilities.get_thread {
            let message = "this provider cannot read a thread";
            return Err(Error::unsupported(Self::NAME, "get_thread", message));
        }
        self.threads()
            .get(id)
            .cloned()
            .ok_or_else(|| missing("get_thread", id))
    }

    async fn update_thread(&self, id: &ThreadId, update: &ThreadUpdate) -> Result<Thread> {
        self.capabilities.check_update(Self::NAME, update)?;
        let mut threads = self.threads();
        let thread = threads
            .get_mut(id)
            .ok_or_else(|| missing("update_thread", id))?;
        if let Some(status) = &update.status {
            thread.status = status.clone();
        }
        thread.assignee = update.assignee.clone().apply(thread.assignee.take());
        Ok(thread.clone())
    }
}

fn missing(operation: &'static str, id: &ThreadId) -> Error {
    Error::not_found(
        MemoryProvider::NAME,
        operation,
        format!("there is no thread {id}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, ThreadStatus};

    #[tokio::test]
    async fn what_its_capabilities_exclude_is_unsupported() {
        let inbox = MemoryProvider::new().with_capabilities(Capabilities::none());
        let id: ThreadId = "t-1".parse().unwrap();
        inbox.insert(Thread::new("memory", id.clone(), ThreadStatus::Open));
        let read = inbox.get_thread(&id).await.unwrap_err();
        let update = ThreadUpdate::new().close();
        let updated = inbox.update_thread(&id, &update).await.unwrap_err();
        assert_eq!(
            (read.kind(), read.operation()),
            (ErrorKind::Unsupported, Some("get_thread"))
        );
        assert_eq!(
            (updated.kind(), updated.operation()),
            (ErrorKind::Unsupported, Some("update_thread"))
        );
    }
}
