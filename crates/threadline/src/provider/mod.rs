//! The provider trait, and what it gives every provider.

mod bulk;
mod ext;
mod listing;

use std::any::Any;
use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;

pub use self::bulk::UpdateThreads;
pub use self::ext::ThreadProviderExt;
pub use self::listing::Listing;
use crate::{
    CallOptions, Capabilities, Contact, ContactId, ContactUpdate, Error, Identity, Message,
    MessageId, MessageQuery, NewMessage, Page, PageRequest, Person, ProviderKind, Result,
    SentMessage, Sunset, Thread, ThreadId, ThreadQuery, ThreadUpdate,
};

/// A service that stores conversation threads.
///
/// The trait is object-safe: code that takes `&dyn ThreadProvider` works with every provider.
/// Unsupported actions fail with [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) before
/// anything is sent; so do methods added in later versions, until a provider implements them.
///
/// [`ThreadProviderExt`] adds shorthands and streams. For tests, there is a provider in memory:
/// `threadline::testing::MemoryProvider`, with the feature `testing`.
///
/// ```
/// use threadline::{Result, Thread, ThreadId, ThreadProvider, ThreadUpdate};
///
/// async fn finish(inbox: &dyn ThreadProvider, id: &ThreadId) -> Result<Thread> {
///     inbox.update_thread(id, &ThreadUpdate::new().close().unassign()).await
/// }
/// ```
///
/// A custom provider implements the methods it supports, marked with
/// [`async_trait`](macro@async_trait), and declares them in its capabilities:
///
/// ```
/// use threadline::{
///     Capabilities, Capability, ErrorKind, ProviderKind, Result, Thread, ThreadId,
///     ThreadProvider, ThreadProviderExt, ThreadStatus, async_trait,
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
///         Capabilities::none().with(Capability::GetThread)
///     }
///
///     async fn get_thread(&self, id: &ThreadId) -> Result<Thread> {
///         Ok(Thread::new(KIND.clone(), id.clone(), ThreadStatus::Open))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<()> {
/// assert!(!Backlog.is_thread_closed("t-1").await?);
/// let refused = Backlog.close_thread("t-1").await.unwrap_err();
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

    /// Lists threads, one page at a time. [`ThreadProviderExt::threads`] returns them as a stream.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported), with the name of the filter, if the
    /// provider lacks one, and [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if
    /// filters contradict each other, both before anything is sent.
    async fn list_threads(&self, query: &ThreadQuery, page: &PageRequest) -> Result<Page<Thread>> {
        let _ = (query, page);
        Err(unsupported(self.kind(), "list_threads"))
    }

    /// Finds the threads with a person, by their network id, user name or phone number. Without a
    /// match, the list is empty.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if the provider cannot find threads
    /// by this kind of identity.
    async fn find_threads(&self, contact: &Identity) -> Result<Vec<Thread>> {
        let _ = contact;
        Err(unsupported(self.kind(), "find_threads"))
    }

    /// Lists the messages of a thread, one page at a time.
    /// [`ThreadProviderExt::messages`] returns them as a stream.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the thread does not exist.
    async fn list_messages(
        &self,
        query: &MessageQuery,
        page: &PageRequest,
    ) -> Result<Page<Message>> {
        let _ = (query, page);
        Err(unsupported(self.kind(), "list_messages"))
    }

    /// Reads a message.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the message does not exist.
    async fn get_message(&self, id: &MessageId) -> Result<Message> {
        let _ = id;
        Err(unsupported(self.kind(), "get_message"))
    }

    /// Sends a message.
    ///
    /// A send is retried only if it certainly was not carried out, or if the vendor recognizes the
    /// repeat by its [idempotency key](NewMessage::idempotency_key). Otherwise the error says
    /// whether the message may have been sent: see [`Error::delivery`]. Calling again with the same
    /// message would generate another key; to repeat a send that failed, set
    /// [`Error::idempotency_key`] on the message first.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the message is empty and
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if the provider does not support a
    /// part of it, both before anything is sent.
    async fn send_message(&self, message: &NewMessage) -> Result<SentMessage> {
        let _ = message;
        Err(unsupported(self.kind(), "send_message"))
    }

    /// Lists the people and agents that threads can be assigned to, one page at a time.
    /// [`ThreadProviderExt::assignees`] returns them as a stream.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`](crate::ErrorKind).
    async fn list_assignees(&self, page: &PageRequest) -> Result<Page<Person>> {
        let _ = page;
        Err(unsupported(self.kind(), "list_assignees"))
    }

    /// Reads a contact.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the contact does not exist.
    async fn get_contact(&self, id: &ContactId) -> Result<Contact> {
        let _ = id;
        Err(unsupported(self.kind(), "get_contact"))
    }

    /// Updates a contact and returns the updated contact.
    ///
    /// Where a vendor takes each tag in a request of its own, the fields are set first, then tags
    /// are added, then removed. If one of these requests fails, the others before it were carried
    /// out; all of them can be repeated.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the update is empty and
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if the provider does not support a
    /// part of it, both before anything is sent;
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the contact does not exist.
    async fn update_contact(&self, id: &ContactId, update: &ContactUpdate) -> Result<Contact> {
        let _ = (id, update);
        Err(unsupported(self.kind(), "update_contact"))
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

/// Methods of a pointer to a provider, written as `async_trait` would, so that they return the
/// provider's future instead of one around it.
macro_rules! forward {
    ($($method:ident($($argument:ident: &$lifetime:lifetime $type:ty),+) -> $value:ty;)+) => {$(
        fn $method<'p, $($lifetime,)+ 'f>(
            &'p self,
            $($argument: &$lifetime $type),+
        ) -> Pin<Box<dyn Future<Output = Result<$value>> + Send + 'f>>
        where
            'p: 'f,
            $($lifetime: 'f,)+
            Self: 'f,
        {
            (**self).$method($($argument),+)
        }
    )+};
}

/// Implements the trait for pointers to a provider.
macro_rules! pointers {
    ($($pointer:ty),+) => {$(
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

            forward! {
                get_thread(id: &'a ThreadId) -> Thread;
                update_thread(id: &'a ThreadId, update: &'b ThreadUpdate) -> Thread;
                list_threads(query: &'a ThreadQuery, page: &'b PageRequest) -> Page<Thread>;
                find_threads(contact: &'a Identity) -> Vec<Thread>;
                list_messages(query: &'a MessageQuery, page: &'b PageRequest) -> Page<Message>;
                get_message(id: &'a MessageId) -> Message;
                send_message(message: &'a NewMessage) -> SentMessage;
                list_assignees(page: &'a PageRequest) -> Page<Person>;
                get_contact(id: &'a ContactId) -> Contact;
                update_contact(id: &'a ContactId, update: &'b ContactUpdate) -> Contact;
            }

            fn native_client(&self) -> Option<&(dyn Any + Send + Sync)> {
                (**self).native_client()
            }
        }
    )+};
}

pointers!(&P, Box<P>, Arc<P>);
