//! The one trait.

use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use crate::{Assignee, Capabilities, Error, Result, Thread, ThreadId, ThreadStatus, ThreadUpdate};

/// A service that keeps conversation threads.
///
/// The trait is object-safe: code that works with threads takes `&dyn ThreadProvider` and does not
/// care whose they are. What a provider cannot do fails with
/// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) before anything is sent; so does every
/// method a later version adds, until a provider implements it.
///
/// Shorthands are in [`ThreadProviderExt`]. For tests there is
/// [`MemoryProvider`](crate::memory::MemoryProvider).
///
/// ```
/// use threadline::memory::MemoryProvider;
/// use threadline::{Result, Thread, ThreadId, ThreadProvider, ThreadStatus, ThreadUpdate};
///
/// async fn put_away(inbox: &dyn ThreadProvider, id: &ThreadId) -> Result<Thread> {
///     inbox.update_thread(id, &ThreadUpdate::new().close().unassign()).await
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<()> {
/// let inbox = MemoryProvider::new();
/// let id: ThreadId = "t-1".parse()?;
/// inbox.insert(Thread::new("memory", id.clone(), ThreadStatus::Open));
/// assert_eq!(put_away(&inbox, &id).await?.status, ThreadStatus::Closed);
/// # Ok(())
/// # }
/// ```
///
/// A provider of one's own implements what it can do, marked with [`async_trait`](macro@async_trait),
/// and says so in its capabilities:
///
/// ```
/// use threadline::{
///     Capabilities, ErrorKind, Result, Thread, ThreadId, ThreadProvider, ThreadProviderExt,
///     ThreadStatus, async_trait,
/// };
///
/// /// Whoever is not answered yet.
/// #[derive(Debug)]
/// struct Backlog;
///
/// #[async_trait]
/// impl ThreadProvider for Backlog {
///     fn name(&self) -> &'static str {
///         "backlog"
///     }
///
///     fn capabilities(&self) -> Capabilities {
///         Capabilities::none().with_get_thread(true)
///     }
///
///     async fn get_thread(&self, id: &ThreadId) -> Result<Thread> {
///         Ok(Thread::new(self.name(), id.clone(), ThreadStatus::Open))
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
    /// The provider's name, as on the command line and in errors.
    fn name(&self) -> &'static str;

    /// What this provider can do.
    fn capabilities(&self) -> Capabilities;

    /// Reads a thread.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) where there is no such thread; see
    /// [`ErrorKind`](crate::ErrorKind) for the others.
    async fn get_thread(&self, id: &ThreadId) -> Result<Thread> {
        let _ = id;
        Err(unsupported(self.name(), "get_thread"))
    }

    /// Changes a thread, in one request, and gives back the thread as it is then.
    ///
    /// An update sets absolute values, so it is repeated after a failure that may pass.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for an update that changes
    /// nothing, [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for what the provider
    /// cannot do, both before anything is sent; [`ErrorKind::NotFound`](crate::ErrorKind::NotFound)
    /// where there is no such thread; see [`ErrorKind`](crate::ErrorKind) for the others.
    async fn update_thread(&self, id: &ThreadId, update: &ThreadUpdate) -> Result<Thread> {
        let _ = (id, update);
        Err(unsupported(self.name(), "update_thread"))
    }

    /// The generated client underneath, where there is one; see
    /// [`ThreadProviderExt::as_native`].
    fn native_client(&self) -> Option<&(dyn Any + Send + Sync)> {
        None
    }
}

fn unsupported(provider: &'static str, operation: &'static str) -> Error {
    let message = format!("{provider} does not support {operation}");
    Error::unsupported(provider, operation, message)
}

/// Shorthands on every [`ThreadProvider`].
#[async_trait]
pub trait ThreadProviderExt: ThreadProvider {
    /// Closes a thread.
    ///
    /// # Errors
    ///
    /// Those of [`ThreadProvider::update_thread`], also for the other shorthands.
    async fn close_thread(&self, id: &ThreadId) -> Result<Thread> {
        self.update_thread(id, &ThreadUpdate::new().close()).await
    }

    /// Opens a thread again.
    async fn reopen_thread(&self, id: &ThreadId) -> Result<Thread> {
        self.update_thread(id, &ThreadUpdate::new().reopen()).await
    }

    /// Puts somebody in charge of a thread.
    async fn assign_thread(&self, id: &ThreadId, assignee: Assignee) -> Result<Thread> {
        self.update_thread(id, &ThreadUpdate::new().assign(assignee))
            .await
    }

    /// Puts nobody in charge of a thread.
    async fn unassign_thread(&self, id: &ThreadId) -> Result<Thread> {
        self.update_thread(id, &ThreadUpdate::new().unassign())
            .await
    }

    /// Whether a thread is closed.
    async fn is_thread_closed(&self, id: &ThreadId) -> Result<bool> {
        Ok(self.get_thread(id).await?.status == ThreadStatus::Closed)
    }

    /// The generated client underneath, for what the trait does not cover.
    ///
    /// ```
    /// # #[cfg(feature = "contactship")] {
    /// use threadline::contactship::Client;
    /// use threadline::{ContactShip, Credential, ThreadProvider, ThreadProviderExt};
    ///
    /// let inbox: Box<dyn ThreadProvider> =
    ///     Box::new(ContactShip::builder().credential(Credential::new("a-key")?).build()?);
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

/// What points to a provider is one.
macro_rules! pointers {
    ($($pointer:ty),+) => {$(
        #[async_trait]
        impl<P: ThreadProvider + ?Sized> ThreadProvider for $pointer {
            fn name(&self) -> &'static str {
                (**self).name()
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
