//! An in-memory provider, for tests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::{
    CallOptions, Capabilities, Error, ErrorKind, ProviderKind, Result, Thread, ThreadId,
    ThreadProvider, ThreadUpdate,
};

/// A provider that keeps its threads in memory.
///
/// It behaves like the others: unknown threads are not found, actions excluded by its
/// [`Capabilities`] are unsupported, and empty updates are rejected.
///
/// ```
/// use threadline::memory::MemoryProvider;
/// use threadline::{Assignee, Thread, ThreadProvider, ThreadProviderExt, ThreadStatus};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> threadline::Result<()> {
/// let inbox = MemoryProvider::new();
/// let id = "t-1".parse()?;
/// inbox.insert(Thread::new(MemoryProvider::KIND, "t-1".parse()?, ThreadStatus::Open));
///
/// let thread = inbox.assign_thread(&id, Assignee::user("u-1")).await?;
/// assert_eq!(thread.assignee, Some(Assignee::user("u-1")));
/// assert_eq!(inbox.get_thread(&id).await?, thread);
/// # Ok(())
/// # }
/// ```
///
/// Clones share the threads. Of the call options, only dry runs have an effect.
#[derive(Clone, Debug)]
pub struct MemoryProvider {
    capabilities: Capabilities,
    is_dry_run: bool,
    threads: Arc<Mutex<BTreeMap<ThreadId, Thread>>>,
}

impl MemoryProvider {
    /// The provider's kind.
    pub const KIND: ProviderKind = ProviderKind::other("memory");

    /// Creates a provider without threads that supports everything.
    pub fn new() -> Self {
        Self {
            capabilities: Capabilities::all(),
            is_dry_run: false,
            threads: Arc::default(),
        }
    }

    /// Sets the capabilities, to test code against a more limited provider.
    #[must_use]
    pub fn with_capabilities(mut self, capabilities: Capabilities) -> Self {
        self.capabilities = capabilities;
        self
    }

    /// Inserts a thread. Returns the previous thread with the same id, if any.
    pub fn insert(&self, thread: Thread) -> Option<Thread> {
        self.threads().insert(thread.id.clone(), thread)
    }

    /// All threads, sorted by id.
    pub fn snapshot(&self) -> Vec<Thread> {
        self.threads().values().cloned().collect()
    }

    /// Fails if the call is a dry run.
    fn check_dry_run(&self, operation: &'static str) -> Result<()> {
        if !self.is_dry_run {
            return Ok(());
        }
        let message = "dry run: nothing was done";
        Err(Error::new(ErrorKind::DryRun, &Self::KIND, message).with_operation(operation))
    }

    /// A panic elsewhere leaves no thread half-changed, so poisoning can be ignored.
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
    fn kind(&self) -> &ProviderKind {
        static KIND: ProviderKind = MemoryProvider::KIND;
        &KIND
    }

    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    async fn get_thread(&self, id: &ThreadId) -> Result<Thread> {
        if !self.capabilities.get_thread {
            let message = "this provider cannot read a thread";
            return Err(Error::unsupported(&Self::KIND, "get_thread", message));
        }
        self.check_dry_run("get_thread")?;
        self.threads()
            .get(id)
            .cloned()
            .ok_or_else(|| missing("get_thread", id))
    }

    async fn update_thread(&self, id: &ThreadId, update: &ThreadUpdate) -> Result<Thread> {
        self.capabilities.check_update(&Self::KIND, update)?;
        self.check_dry_run("update_thread")?;
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

    fn with_options(&self, options: &CallOptions) -> Result<Box<dyn ThreadProvider>> {
        let mut other = self.clone();
        other.is_dry_run = options.get_dry_run().unwrap_or(self.is_dry_run);
        Ok(Box::new(other))
    }
}

fn missing(operation: &'static str, id: &ThreadId) -> Error {
    let message = format!("there is no thread {id}");
    Error::new(ErrorKind::NotFound, &MemoryProvider::KIND, message).with_operation(operation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ThreadProviderExt as _, ThreadStatus};

    #[tokio::test]
    async fn what_its_capabilities_exclude_is_unsupported() {
        let inbox = MemoryProvider::new().with_capabilities(Capabilities::none());
        let id: ThreadId = "t-1".parse().unwrap();
        inbox.insert(Thread::new(
            MemoryProvider::KIND,
            id.clone(),
            ThreadStatus::Open,
        ));
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

    #[tokio::test]
    async fn a_dry_run_changes_nothing() {
        let inbox = MemoryProvider::new();
        let id: ThreadId = "t-1".parse().unwrap();
        inbox.insert(Thread::new(
            MemoryProvider::KIND,
            id.clone(),
            ThreadStatus::Open,
        ));
        let dry = CallOptions::new().dry_run(true);
        let dry = ThreadProvider::with_options(&inbox, &dry).unwrap();
        let once = dry.with_options(&CallOptions::new().attempts(1)).unwrap();
        let error = once.close_thread(&id).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::DryRun);
        assert!(!inbox.is_thread_closed(&id).await.unwrap());
    }
}
