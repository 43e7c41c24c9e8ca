//! Shorthands and streams.

use std::any::Any;
use std::future::Future;

use futures_core::Stream;

use super::{Listing, ThreadProvider, UpdateThreads};
use crate::{
    Assignee, AssigneeKind, Capability, Contact, ContactId, ContactUpdate, Error, Message,
    MessageId, MessageQuery, NewMessage, PageRequest, Person, Result, SentMessage, Thread,
    ThreadId, ThreadQuery, ThreadUpdate,
};

/// Shorthands and streams for every [`ThreadProvider`].
///
/// Ids are taken as text or as values of their types: text that cannot be an id is refused with
/// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) before anything is sent.
pub trait ThreadProviderExt: ThreadProvider {
    /// Reads a thread.
    ///
    /// ```no_run
    /// use threadline::prelude::*;
    ///
    /// # async fn example(inbox: &dyn ThreadProvider) -> threadline::Result<()> {
    /// let thread = inbox.thread("thr-1").await?;
    /// println!("{} is {}", thread.id, thread.status);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Same as [`ThreadProvider::get_thread`].
    fn thread<I>(&self, id: I) -> impl Future<Output = Result<Thread>> + Send
    where
        I: TryInto<ThreadId, Error: Into<Error>> + Send,
    {
        let id = id.try_into().map_err(Into::into);
        async move { self.get_thread(&id?).await }
    }

    /// Reads a message.
    ///
    /// # Errors
    ///
    /// Same as [`ThreadProvider::get_message`].
    fn message<I>(&self, id: I) -> impl Future<Output = Result<Message>> + Send
    where
        I: TryInto<MessageId, Error: Into<Error>> + Send,
    {
        let id = id.try_into().map_err(Into::into);
        async move { self.get_message(&id?).await }
    }

    /// Updates a thread.
    ///
    /// ```no_run
    /// use threadline::prelude::*;
    ///
    /// # async fn example(inbox: &dyn ThreadProvider) -> threadline::Result<()> {
    /// let update = ThreadUpdate::new().close().unassign();
    /// inbox.update("thr-1", &update).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Same as [`ThreadProvider::update_thread`].
    fn update<I>(&self, id: I, update: &ThreadUpdate) -> impl Future<Output = Result<Thread>> + Send
    where
        I: TryInto<ThreadId, Error: Into<Error>> + Send,
    {
        let id = id.try_into().map_err(Into::into);
        async move { self.update_thread(&id?, update).await }
    }

    /// Closes a thread.
    ///
    /// # Errors
    ///
    /// Same as [`ThreadProvider::update_thread`].
    fn close_thread<I>(&self, id: I) -> impl Future<Output = Result<Thread>> + Send
    where
        I: TryInto<ThreadId, Error: Into<Error>> + Send,
    {
        let id = id.try_into().map_err(Into::into);
        async move { self.update_thread(&id?, &ThreadUpdate::new().close()).await }
    }

    /// Reopens a thread.
    ///
    /// # Errors
    ///
    /// Same as [`ThreadProvider::update_thread`].
    fn reopen_thread<I>(&self, id: I) -> impl Future<Output = Result<Thread>> + Send
    where
        I: TryInto<ThreadId, Error: Into<Error>> + Send,
    {
        let id = id.try_into().map_err(Into::into);
        async move {
            self.update_thread(&id?, &ThreadUpdate::new().reopen())
                .await
        }
    }

    /// Assigns a thread.
    ///
    /// # Errors
    ///
    /// Same as [`ThreadProvider::update_thread`].
    fn assign_thread<I>(
        &self,
        id: I,
        assignee: impl Into<Assignee> + Send,
    ) -> impl Future<Output = Result<Thread>> + Send
    where
        I: TryInto<ThreadId, Error: Into<Error>> + Send,
    {
        let id = id.try_into().map_err(Into::into);
        let update = ThreadUpdate::new().assign(assignee);
        async move { self.update_thread(&id?, &update).await }
    }

    /// Removes the assignee of a thread.
    ///
    /// # Errors
    ///
    /// Same as [`ThreadProvider::update_thread`].
    fn unassign_thread<I>(&self, id: I) -> impl Future<Output = Result<Thread>> + Send
    where
        I: TryInto<ThreadId, Error: Into<Error>> + Send,
    {
        let id = id.try_into().map_err(Into::into);
        async move {
            self.update_thread(&id?, &ThreadUpdate::new().unassign())
                .await
        }
    }

    /// Whether a thread is closed.
    ///
    /// # Errors
    ///
    /// Same as [`ThreadProvider::get_thread`].
    fn is_thread_closed<I>(&self, id: I) -> impl Future<Output = Result<bool>> + Send
    where
        I: TryInto<ThreadId, Error: Into<Error>> + Send,
    {
        let id = id.try_into().map_err(Into::into);
        async move { Ok(self.get_thread(&id?).await?.is_closed()) }
    }

    /// Sends a text to a thread.
    ///
    /// # Errors
    ///
    /// Same as [`ThreadProvider::send_message`].
    fn send_text<I>(
        &self,
        thread: I,
        text: impl Into<String> + Send,
    ) -> impl Future<Output = Result<SentMessage>> + Send
    where
        I: TryInto<ThreadId, Error: Into<Error>> + Send,
    {
        let thread = thread.try_into().map_err(Into::into);
        let text = text.into();
        async move {
            self.send_message(&NewMessage::to_thread(thread?).text(text))
                .await
        }
    }

    /// Reads a contact.
    ///
    /// # Errors
    ///
    /// Same as [`ThreadProvider::get_contact`].
    fn contact<I>(&self, id: I) -> impl Future<Output = Result<Contact>> + Send
    where
        I: TryInto<ContactId, Error: Into<Error>> + Send,
    {
        let id = id.try_into().map_err(Into::into);
        async move { self.get_contact(&id?).await }
    }

    /// Changes a contact.
    ///
    /// # Errors
    ///
    /// Same as [`ThreadProvider::update_contact`].
    fn change_contact<I>(
        &self,
        id: I,
        update: &ContactUpdate,
    ) -> impl Future<Output = Result<Contact>> + Send
    where
        I: TryInto<ContactId, Error: Into<Error>> + Send,
    {
        let id = id.try_into().map_err(Into::into);
        async move { self.update_contact(&id?, update).await }
    }

    /// The threads of a query as a stream that fetches pages on demand.
    ///
    /// ```no_run
    /// use threadline::prelude::*;
    ///
    /// # async fn example(inbox: &dyn ThreadProvider) -> threadline::Result<()> {
    /// let mut threads = inbox.threads(&ThreadQuery::open().limit(5));
    /// while let Some(thread) = threads.next().await {
    ///     println!("{}", thread?.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    fn threads(&self, query: &ThreadQuery) -> Listing<'_, Thread> {
        let query = query.clone();
        let filters_locally = query.filter_locally;
        Listing::new(
            (self.kind(), "list_threads"),
            query.limit,
            move |page: PageRequest| {
                let query = query.clone();
                Box::pin(async move { self.list_threads(&query, &page).await })
            },
        )
        .filtering_locally(filters_locally)
    }

    /// The messages of a thread as a stream that fetches pages on demand: newest first, unless the
    /// query has another order. Takes a query or the thread's id.
    ///
    /// ```no_run
    /// use threadline::prelude::*;
    ///
    /// # async fn example(inbox: &dyn ThreadProvider) -> threadline::Result<()> {
    /// let mut messages = inbox.messages(MessageQuery::new("thr-1").order(Order::OldestFirst));
    /// while let Some(message) = messages.next().await {
    ///     println!("{}", message?.text.unwrap_or_default());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    fn messages(&self, query: impl Into<MessageQuery>) -> Listing<'_, Message> {
        let query = query.into();
        Listing::new(
            (self.kind(), "list_messages"),
            query.limit,
            move |page: PageRequest| {
                let query = query.clone();
                Box::pin(async move { self.list_messages(&query, &page).await })
            },
        )
    }

    /// The people and agents that threads can be assigned to, as a stream that fetches pages on demand.
    fn assignees(&self) -> Listing<'_, Person> {
        Listing::new(
            (self.kind(), "list_assignees"),
            None,
            move |page: PageRequest| Box::pin(async move { self.list_assignees(&page).await }),
        )
    }

    /// Finds an assignee by id, e-mail address or name. `user:` or `agent:` in front restricts the
    /// search to users or agents.
    ///
    /// Ids are compared exactly, addresses and names ignoring case. An id takes precedence over an
    /// address, and an address over a name.
    ///
    /// ```no_run
    /// use threadline::prelude::*;
    ///
    /// # async fn example(inbox: &dyn ThreadProvider) -> threadline::Result<()> {
    /// let ana = inbox.find_assignee("user:ana@example.com").await?;
    /// inbox.assign_thread("thr-1", &ana).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if no assignee or more than one
    /// matches; the message lists the candidates. [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported)
    /// if the provider cannot list users, or agents, and one is asked for.
    fn find_assignee(&self, reference: &str) -> impl Future<Output = Result<Person>> + Send {
        async move {
            let listed = self.capabilities();
            for (kind, part) in [
                ("user:", Capability::ListAssigneesUsers),
                ("agent:", Capability::ListAssigneesAgents),
            ] {
                if reference.starts_with(kind) {
                    listed.require(self.kind(), part)?;
                }
            }
            let people = self.assignees().into_vec().await?;
            pick(&people, reference)
                .cloned()
                .map_err(|message| Error::invalid_request(self.kind(), "find_assignee", message))
        }
    }

    /// Updates many threads, at most `concurrency` at the same time, and returns the outcome of each
    /// in the order in which they finish.
    ///
    /// Rate limits are kept as in single calls. After an authentication failure no further update is
    /// started, and the stream ends when those in flight have finished: ids without an outcome were
    /// not updated, and [`is_stopped`](UpdateThreads::is_stopped) tells that there may be some. Dropping the stream stops
    /// it: updates in flight are cancelled, so each of them may or may not have been carried out.
    ///
    /// ```no_run
    /// use threadline::prelude::*;
    ///
    /// # async fn example(inbox: &dyn ThreadProvider, ids: Vec<ThreadId>) -> threadline::Result<()> {
    /// let update = ThreadUpdate::new().close();
    /// let mut outcomes = inbox.update_threads(ids, &update, 8);
    /// while let Some((id, outcome)) = outcomes.next().await {
    ///     match outcome {
    ///         Ok(thread) => println!("{id}: {}", thread.status),
    ///         Err(error) => println!("{id}: {error}"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    fn update_threads<'a, I>(
        &'a self,
        ids: I,
        update: &'a ThreadUpdate,
        concurrency: usize,
    ) -> UpdateThreads<'a>
    where
        I: IntoIterator<Item = ThreadId, IntoIter: Send + 'a>,
    {
        let ids = futures_util::stream::iter(ids);
        self.update_threads_from(ids, update, concurrency)
    }

    /// Same as [`update_threads`](Self::update_threads), with the ids from a stream. An id is taken
    /// only when its update can start.
    fn update_threads_from<'a, S>(
        &'a self,
        ids: S,
        update: &'a ThreadUpdate,
        concurrency: usize,
    ) -> UpdateThreads<'a>
    where
        S: Stream<Item = ThreadId> + Send + 'a,
    {
        let start = move |id: ThreadId| {
            let updated = async move {
                let outcome = self.update_thread(&id, update).await;
                (id, outcome)
            };
            Box::pin(updated) as super::bulk::Updated<'a>
        };
        UpdateThreads::new(Box::pin(ids), Box::new(start), concurrency)
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

/// The person that a reference means.
fn pick<'p>(people: &'p [Person], reference: &str) -> Result<&'p Person, String> {
    let (kind, wanted) = match reference.split_once(':') {
        Some(("user", rest)) => (Some(AssigneeKind::User), rest),
        Some(("agent", rest)) => (Some(AssigneeKind::Agent), rest),
        _ => (None, reference),
    };
    let wanted = wanted.trim();
    if wanted.is_empty() {
        return Err("the assignee is empty; give an id, an e-mail address or a name".to_owned());
    }
    let candidates = || {
        let is_wanted = |person: &&Person| kind.as_ref().is_none_or(|kind| person.kind == *kind);
        people.iter().filter(is_wanted)
    };
    let same = |found: Option<&String>| {
        found.is_some_and(|found| found.trim().to_lowercase() == wanted.to_lowercase())
    };
    let by_id: Vec<_> = candidates().filter(|person| person.id == wanted).collect();
    let by_email: Vec<_> = candidates()
        .filter(|person| same(person.email.as_ref()))
        .collect();
    let by_name: Vec<_> = candidates()
        .filter(|person| same(person.name.as_ref()))
        .collect();
    let matches = [by_id, by_email, by_name];
    match matches
        .into_iter()
        .find(|matches| !matches.is_empty())
        .as_deref()
    {
        Some([person]) => Ok(person),
        Some(several) => Err(format!(
            "{wanted:?} is ambiguous: it matches {}; use an id",
            list(several.iter().copied())
        )),
        None if candidates().next().is_none() => {
            Err(format!("no assignee is {wanted:?}: there are none"))
        }
        None => Err(format!(
            "no assignee is {wanted:?}: there are {}",
            list(candidates())
        )),
    }
}

/// At most ten people as text. Errors end in logs, so an address stands there only where a name does
/// not tell two people apart.
fn list<'p>(people: impl Iterator<Item = &'p Person>) -> String {
    const SHOWN: usize = 10;
    let people: Vec<_> = people.collect();
    let mut names: Vec<_> = people
        .iter()
        .map(|person| {
            let same_name = people.iter().filter(|other| other.name == person.name);
            let label = match &person.name {
                Some(name) if same_name.count() > 1 => person.email.as_ref().or(Some(name)),
                name => name.as_ref(),
            };
            match label {
                Some(label) => format!("{}:{} ({label})", person.kind, person.id),
                None => format!("{}:{}", person.kind, person.id),
            }
        })
        .collect();
    let more = names.len().saturating_sub(SHOWN);
    names.truncate(SHOWN);
    let names = names.join(", ");
    if more == 0 {
        names
    } else {
        format!("{names} and {more} more")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> Vec<Person> {
        let user = |id: &str, name: &str, email: &str| {
            Person::new(AssigneeKind::User, id)
                .name(name.to_owned())
                .email(email.to_owned())
        };
        vec![
            user("u-1", "Ana Ruiz", "ana@example.com"),
            user("u-2", "Ana Ruiz", "ana.ruiz@example.com"),
            user("u-3", "u-1", "u3@example.com"),
            Person::new(AssigneeKind::Agent, "a-1").name("Ana Ruiz".to_owned()),
        ]
    }

    #[test]
    fn an_assignee_is_found_by_id_then_address_then_name() {
        let people = people();
        for (reference, id) in [
            ("u-1", "u-1"),
            ("user:u-1", "u-1"),
            ("ANA@example.com", "u-1"),
            ("user: ana.ruiz@example.com", "u-2"),
            ("agent:ana ruiz", "a-1"),
            ("a-1", "a-1"),
        ] {
            assert_eq!(pick(&people, reference).unwrap().id, id, "{reference}");
        }
    }

    #[test]
    fn an_error_lists_the_candidates() {
        let people = people();
        let ambiguous = pick(&people, "user:Ana Ruiz").unwrap_err();
        assert_eq!(
            ambiguous,
            r#""Ana Ruiz" is ambiguous: it matches user:u-1 (ana@example.com), user:u-2 (ana.ruiz@example.com); use an id"#
        );
        let unknown = pick(&people, "agent:u-1").unwrap_err();
        assert_eq!(
            unknown,
            r#"no assignee is "u-1": there are agent:a-1 (Ana Ruiz)"#
        );
        let different = [people[0].clone(), people[2].clone()];
        assert_eq!(
            pick(&different, "Bo").unwrap_err(),
            r#"no assignee is "Bo": there are user:u-1 (Ana Ruiz), user:u-3 (u-1)"#
        );
        assert!(pick(&[], "x").unwrap_err().contains("there are none"));
        assert!(pick(&people, "user:").unwrap_err().contains("empty"));
    }
}
