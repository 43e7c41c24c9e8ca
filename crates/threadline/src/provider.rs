//! The provider trait.

use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    Assignee, CallOptions, Capabilities, Error, ProviderKind, Result, Sunset, Thread, ThreadId,
    ThreadStatus, ThreadUpdate,
};

/// A service that stores conversation threads.
///
/// The trait is object-safe: code that takes `&dyn ThreadProvider` works with every provider.
/// Unsupported actions fail with [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) before
/// anything is sent; so do methods added in later versions, until a provider implements them.
///
/// [`ThreadProviderExt`] adds shorthands. For tests, use
/// [`MemoryProvider`](crate::memory::MemoryProvider).
///
/// ```
/// use threadline::memory::MemoryProvider;
/// use threadline::{Result, Thread, ThreadId, ThreadProvider, ThreadStatus, ThreadUpdate};
///
/// async fn finish(inbox: &dyn ThreadProvider, id: &ThreadId) -> Result<Thread> {
///     inbox.update_thread(id, &ThreadUpdate::new().close().unassign()).await
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<()> {
/// let inbox = MemoryProvider::new();
/// let id: ThreadId = "t-1".parse()?;
/// inbox.insert(Thread::new(MemoryProvider::KIND, id.clone(), ThreadStatus::Open));
/// assert_eq!(finish(&inbox, &id).await?.status, ThreadStatus::Closed);
/// # Ok(())
/// # }
/// ```
///
/// A custom provider implements the methods it supports, marked with
/// [`async_trait`](macro@async_trait), and declares them in its capabilities:
///
/// ```
/// use threadline::{
///     Capabilities, ErrorKind, ProviderKind, Result, Thread, ThreadId, ThreadProvider,
///     ThreadProviderExt, ThreadStatus, async_trait,
/// };
///
/// static KIND: ProviderKind = ProviderKind::other("backlog");
///
/// /// Conversations awaiting a reply.
/// #[derive(Debug)]
/// struct Backlog;
///
/// #[async_trait]
/// impl ThreadProvider for Backlog {
///     fn kind(&self) -> &ProviderKind {
///         &KIND
///     }
///
///     fn capabilities(&self) -> Capabilities {
///         Capabilities::none().get_thread(true)
///     }
///
///     async fn get_thread(&self, id: &ThreadId) -> Result<Thread> {
///         Ok(Thread::new(KIND.clone(), id.clone(), ThreadStatus::Open))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<()> {
/// let id = "t-1".parse()?;
/// assert!(!Backlog.is_thread_closed(&id).await?);
/// let refused = Backlog.close_thread(&id).await.unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::Unsupported);
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait ThreadProvider: Debug + Send + Sync {
    /// The kind of this provider.
    fn kind(&self) -> &ProviderKind;

    /// The capabilities of this provider.
    fn capabilities(&self) -> Capabilities;

    /// The API's shutdown, if a response has announced one.
    fn sunset(&self) -> Option<Sunset> {
        None
    }

    /// Reads a thread.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the thread does not exist; see
    /// [`ErrorKind`](crate::ErrorKind) for the others.
    async fn get_thread(&self, id: &ThreadId) -> Result<Thread> {
        let _ = id;
        Err(unsupported(self.kind(), "get_thread"))
    }

    /// Updates a thread in one request and returns the updated thread.
    ///
    /// Updates set absolute values, so they are retried after transient failures.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the update is empty and
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if the provider does not support
    /// it, both before anything is sent; [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the
    /// thread does not exist; see [`ErrorKind`](crate::ErrorKind) for the others.
    async fn update_thread(&self, id: &ThreadId, update: &ThreadUpdate) -> Result<Thread> {
        let _ = (id, update);
        Err(unsupported(self.kind(), "update_thread"))
    }

    /// Returns this provider with these call options merged over its current ones, field by field.
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadline::{CallOptions, Result, Thread, ThreadId, ThreadProvider, ThreadProviderExt};
    ///
    /// async fn close_soon(inbox: &dyn ThreadProvider, id: &ThreadId) -> Result<Thread> {
    ///     let options = CallOptions::new().deadline(Duration::from_secs(5));
    ///     inbox.with_options(&options)?.close_thread(id).await
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if the provider does not support
    /// options: ignoring them could send a request that was meant as a dry run.
    fn with_options(&self, options: &CallOptions) -> Result<Box<dyn ThreadProvider>> {
        let _ = options;
        Err(unsupported(self.kind(), "with_options"))
    }

    /// The underlying generated client, if any; see [`ThreadProviderExt::as_native`].
    fn native_client(&self) -> Option<&(dyn Any + Send + Sync)> {
        None
    }
}

fn unsupported(provider: &ProviderKind, operation: &'static str) -> Error {
    let message = format!("{provider} does not support {operation}");
    Error::unsupported(provider, operation, message)
}

/// Shorthands for every [`ThreadProvider`].
#[async_trait]
pub trait ThreadProviderExt: ThreadProvider {
    /// Closes a thread.
    ///
    /// # Errors
    ///
    /// Same as [`ThreadProvider::update_thread`]; so for the other shorthands.
    async fn close_thread(&self, id: &ThreadId) -> Result<Thread> {
        self.update_thread(id, &ThreadUpdate::new().close()).await
    }

    /// Reopens a thread.
    async fn reopen_thread(&self, id: &ThreadId) -> Result<Thread> {
        self.update_thread(id, &ThreadUpdate::new().reopen()).await
    }

    /// Assigns a thread.
    async fn assign_thread(&self, id: &ThreadId, assignee: Assignee) -> Result<Thread> {
        self.update_thread(id, &ThreadUpdate::new().assign(assignee))
            .await
    }

    /// Removes the assignee of a thread.
    async fn unassign_thread(&self, id: &ThreadId) -> Result<Thread> {
        self.update_thread(id, &ThreadUpdate::new().unassign())
            .await
    }

    /// Whether a thread is closed.
    async fn is_thread_closed(&self, id: &ThreadId) -> Result<bool> {
        Ok(self.get_thread(id).await?.status == ThreadStatus::Closed)
    }

    /// The underlying generated client, for operations that the trait does not cover.
    ///
    /// ```
    /// # #[cfg(feature = "contactship")] {
    /// use threadline::contactship::Client;
    /// use threadline::{ContactShip, ThreadProvider, ThreadProviderExt};
    ///
    /// let inbox: Box<dyn ThreadProvider> = Box::new(ContactShip::new("a-key")?);
    /// let client = inbox.as_native::<Client>().expect("it was built as ContactShip");
    /// assert_eq!(client.transport().api().provider, "contactship");
    /// # }
    /// # Ok::<(), threadline::Error>(())
    /// ```
    fn as_native<C: Any>(&self) -> Option<&C> {
        self.native_client()?.downcast_ref()
    }
}

impl<P: ThreadProvider + ?Sized> ThreadProviderExt for P {}

/// Implements the trait for a pointer to a provider.
macro_rules! pointers {
    ($($pointer:ty),+) => {$(
        #[async_trait]
        impl<P: ThreadProvider + ?Sized> ThreadProvider for $pointer {
            fn kind(&self) -> &ProviderKind {
                (**self).kind()
            }

            fn sunset(&self) -> Option<Sunset> {
                (**self).sunset()
            }

            fn with_options(&self, options: &CallOptions) -> Result<Box<dyn ThreadProvider>> {
                (**self).with_options(options)
            }

            fn capabilities(&self) -> Capabilities {
                (**self).capabilities()
            }

            async fn get_thread(&self, id: &ThreadId) -> Result<Thread> {
                (**self).get_thread(id).await
            }

            async fn update_thread(&self, id: &ThreadId, update: &ThreadUpdate) -> Result<Thread> {
                (**self).update_thread(id, update).await
            }

            fn native_client(&self) -> Option<&(dyn Any + Send + Sync)> {
                (**self).native_client()
            }
        }
    )+};
}

pointers!(&P, Box<P>, Arc<P>);
