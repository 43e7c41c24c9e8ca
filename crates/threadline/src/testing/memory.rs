//! The provider in memory.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use async_trait::async_trait;

use super::Failure;
use crate::{
    AssigneeKind, Attachment, AttachmentKind, Author, AuthorKind, CallOptions, Capabilities,
    Capability, Contact, ContactId, ContactStatus, ContactSummary, ContactUpdate, Cursor,
    DeliveryStatus, Direction, Error, ErrorKind, IdempotencyKey, Identity, KeyChoice, LastMessage,
    MediaSource, Message, MessageId, MessageQuery, NewMessage, Order, Page, PageRequest, Person,
    ProviderKind, ReplyTo, Result, SentMessage, Tag, Target, Thread, ThreadId, ThreadProvider,
    ThreadQuery, ThreadStatus, ThreadUpdate, Timestamp,
};

/// A provider that keeps everything in memory.
///
/// It behaves like the others: what does not exist is not found, what its [`Capabilities`] lack is
/// unsupported, empty updates are rejected, and a repeated idempotency key sends nothing.
///
/// ```
/// use threadline::testing::{MemoryProvider, RecordedCall};
/// use threadline::{Assignee, ThreadProvider, ThreadProviderExt, ThreadUpdate};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> threadline::Result<()> {
/// let inbox = MemoryProvider::with_examples();
/// let thread = inbox.assign_thread("t-1", Assignee::user("u-1")).await?;
/// assert_eq!(thread.assignee, Some(Assignee::user("u-1")));
///
/// let update = ThreadUpdate::new().assign(Assignee::user("u-1"));
/// assert_eq!(inbox.calls(), [RecordedCall::UpdateThread("t-1".parse()?, update)]);
/// # Ok(())
/// # }
/// ```
///
/// Clones share their contents. Of the call options, only dry runs have an effect.
#[derive(Clone, Debug)]
pub struct MemoryProvider {
    capabilities: Capabilities,
    is_dry_run: bool,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    threads: BTreeMap<ThreadId, Thread>,
    messages: Vec<Message>,
    contacts: BTreeMap<ContactId, Contact>,
    people: Vec<Person>,
    sent: BTreeMap<IdempotencyKey, (NewMessage, SentMessage)>,
    calls: Vec<RecordedCall>,
    failures: VecDeque<(Option<&'static str>, Failure)>,
}

/// A call of a [`MemoryProvider`], with its arguments.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the methods of the trait and their arguments")]
pub enum RecordedCall {
    GetThread(ThreadId),
    UpdateThread(ThreadId, ThreadUpdate),
    ListThreads(ThreadQuery, PageRequest),
    FindThreads(Identity),
    ListMessages(MessageQuery, PageRequest),
    GetMessage(MessageId),
    SendMessage(NewMessage),
    ListAssignees(PageRequest),
    GetContact(ContactId),
    UpdateContact(ContactId, ContactUpdate),
}

impl RecordedCall {
    /// The name of the method.
    pub fn operation(&self) -> &'static str {
        match self {
            Self::GetThread(_) => "get_thread",
            Self::UpdateThread(..) => "update_thread",
            Self::ListThreads(..) => "list_threads",
            Self::FindThreads(_) => "find_threads",
            Self::ListMessages(..) => "list_messages",
            Self::GetMessage(_) => "get_message",
            Self::SendMessage(_) => "send_message",
            Self::ListAssignees(_) => "list_assignees",
            Self::GetContact(_) => "get_contact",
            Self::UpdateContact(..) => "update_contact",
        }
    }

    /// Whether the same call may be made again without doing harm: a send only with a key of the
    /// caller's own.
    fn is_repeatable(&self) -> bool {
        match self {
            Self::SendMessage(message) => matches!(message.idempotency_key, KeyChoice::Own(_)),
            _ => true,
        }
    }
}

impl MemoryProvider {
    /// The provider's kind.
    pub const KIND: ProviderKind = ProviderKind::other("memory");

    /// Creates an empty provider that supports everything.
    pub fn new() -> Self {
        Self {
            capabilities: Capabilities::all(),
            is_dry_run: false,
            state: Arc::default(),
        }
    }

    /// Creates a provider with a few conversations: the threads `t-1` (open, from `c-1` on X) and
    /// `t-2` (closed, from `c-2` on WhatsApp), two messages in the first, and the assignees `u-1`,
    /// `u-2` and `agent-1`.
    pub fn with_examples() -> Self {
        let inbox = Self::new();
        super::examples::add(&inbox);
        inbox
    }

    /// Sets the capabilities, to test code against a more limited provider.
    #[must_use]
    pub fn with_capabilities(mut self, capabilities: Capabilities) -> Self {
        self.capabilities = capabilities;
        self
    }

    /// Adds a thread. Returns the previous thread with the same id, if any.
    pub fn add_thread(&self, thread: Thread) -> Option<Thread> {
        self.lock().threads.insert(thread.id.clone(), thread)
    }

    /// Adds a message, newer than those before it.
    pub fn add_message(&self, message: Message) {
        self.lock().messages.push(message);
    }

    /// Adds a contact. Returns the previous contact with the same id, if any.
    pub fn add_contact(&self, contact: Contact) -> Option<Contact> {
        self.lock().contacts.insert(contact.id.clone(), contact)
    }

    /// Adds a possible assignee of threads.
    pub fn add_assignee(&self, person: Person) {
        self.lock().people.push(person);
    }

    /// All threads, sorted by id.
    pub fn all_threads(&self) -> Vec<Thread> {
        self.lock().threads.values().cloned().collect()
    }

    /// All messages, oldest first.
    pub fn all_messages(&self) -> Vec<Message> {
        self.lock().messages.clone()
    }

    /// The calls so far, including those that failed. Calls that were refused before anything was
    /// sent, and dry runs, are not among them.
    pub fn calls(&self) -> Vec<RecordedCall> {
        self.lock().calls.clone()
    }

    /// Makes the next call fail. Several failures are used up one by one.
    pub fn fail_next(&self, failure: Failure) {
        self.lock().failures.push_back((None, failure));
    }

    /// Makes the next call of the method fail that a capability belongs to, such as
    /// [`Capability::SendMessage`].
    pub fn fail_next_of(&self, capability: Capability, failure: Failure) {
        let failure = (Some(capability.operation()), failure);
        self.lock().failures.push_back(failure);
    }

    /// A panic elsewhere leaves nothing half-changed, so poisoning can be ignored.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carries out a call: records it, and fails if a failure is due.
    fn call<T>(&self, call: RecordedCall, run: impl FnOnce(&mut State) -> Result<T>) -> Result<T> {
        let operation = call.operation();
        if self.is_dry_run {
            let message = "dry run: nothing was done";
            let error = Error::new(ErrorKind::DryRun, &Self::KIND, message);
            return Err(error.with_operation(operation));
        }
        let mut state = self.lock();
        let is_repeatable = call.is_repeatable();
        state.calls.push(call);
        let is_due =
            |(method, _): &(Option<&str>, Failure)| method.is_none_or(|method| method == operation);
        let due = state.failures.iter().position(is_due);
        let failure = due.and_then(|index| state.failures.remove(index));
        match failure {
            None => run(&mut state).map_err(|error| error.with_operation(operation)),
            Some((_, failure)) => {
                if failure.is_carried_out {
                    run(&mut state).map_err(|error| error.with_operation(operation))?;
                }
                Err(failure.into_error(operation, is_repeatable))
            }
        }
    }

    fn require(&self, capability: Capability) -> Result<()> {
        self.capabilities.require(&Self::KIND, capability)
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
        self.require(Capability::GetThread)?;
        self.call(RecordedCall::GetThread(id.clone()), |state| {
            state.thread(id).cloned()
        })
    }

    async fn update_thread(&self, id: &ThreadId, update: &ThreadUpdate) -> Result<Thread> {
        update.check(&Self::KIND, &self.capabilities)?;
        let call = RecordedCall::UpdateThread(id.clone(), update.clone());
        self.call(call, |state| {
            let thread = state.thread(id)?;
            if let Some(status) = &update.status {
                thread.status = status.clone();
            }
            thread.assignee = update.assignee.clone().apply(thread.assignee.take());
            thread.own_assignee.clone_from(&thread.assignee);
            Ok(thread.clone())
        })
    }

    async fn list_threads(&self, query: &ThreadQuery, page: &PageRequest) -> Result<Page<Thread>> {
        let split = query.split(&Self::KIND, &self.capabilities)?;
        let call = RecordedCall::ListThreads(query.clone(), page.clone());
        self.call(call, |state| {
            let mut threads: Vec<_> = state.threads.values().cloned().collect();
            threads.retain(|thread| split.remote.matches(thread) && says(thread, query));
            threads.sort_by_cached_key(|thread| (last_activity(thread), thread.id.clone()));
            if query.order != Some(Order::OldestFirst) {
                threads.reverse();
            }
            Ok(split.filter(paginate(&threads, page)?))
        })
    }

    async fn find_threads(&self, contact: &Identity) -> Result<Vec<Thread>> {
        self.require(Capability::FindThreads)?;
        let key = contact.search_key(&Self::KIND, &self.capabilities)?;
        self.call(RecordedCall::FindThreads(contact.clone()), |state| {
            let threads = state.threads.values();
            let is_wanted = |thread: &&Thread| {
                let found = thread.contact.as_ref().and_then(|it| it.identity.as_ref());
                found.is_some_and(|found| key.matches(found))
            };
            Ok(threads.filter(is_wanted).cloned().collect())
        })
    }

    async fn list_messages(
        &self,
        query: &MessageQuery,
        page: &PageRequest,
    ) -> Result<Page<Message>> {
        query.check(&Self::KIND, &self.capabilities)?;
        let call = RecordedCall::ListMessages(query.clone(), page.clone());
        self.call(call, |state| {
            state.thread(&query.thread)?;
            let messages = state.messages.iter().cloned();
            let mut messages: Vec<_> = messages
                .filter(|message| message.thread_id.as_ref() == Some(&query.thread))
                .collect();
            if query.order != Some(Order::OldestFirst) {
                messages.reverse();
            }
            paginate(&messages, page)
        })
    }

    async fn get_message(&self, id: &MessageId) -> Result<Message> {
        self.require(Capability::GetMessage)?;
        self.call(RecordedCall::GetMessage(id.clone()), |state| {
            let message = state.messages.iter().find(|message| message.id == *id);
            message.cloned().ok_or_else(|| missing("message", id))
        })
    }

    async fn send_message(&self, message: &NewMessage) -> Result<SentMessage> {
        message.check(&Self::KIND, &self.capabilities)?;
        let call = RecordedCall::SendMessage(message.clone());
        let takes_keys = self.capabilities.has(Capability::SendMessageIdempotencyKey);
        let key = match &message.idempotency_key {
            KeyChoice::Own(key) => Some(key.clone()),
            KeyChoice::Generated => takes_keys.then(IdempotencyKey::generate),
            KeyChoice::Without => None,
        };
        self.call(call, |state| state.send(message, key))
    }

    async fn list_assignees(&self, page: &PageRequest) -> Result<Page<Person>> {
        self.require(Capability::ListAssignees)?;
        let is_listed = |person: &&Person| {
            self.capabilities
                .has(if person.kind == AssigneeKind::Agent {
                    Capability::ListAssigneesAgents
                } else {
                    Capability::ListAssigneesUsers
                })
        };
        self.call(RecordedCall::ListAssignees(page.clone()), |state| {
            let people: Vec<_> = state.people.iter().filter(is_listed).cloned().collect();
            paginate(&people, page)
        })
    }

    async fn get_contact(&self, id: &ContactId) -> Result<Contact> {
        self.require(Capability::GetContact)?;
        self.call(RecordedCall::GetContact(id.clone()), |state| {
            state.contact(id).cloned()
        })
    }

    async fn update_contact(&self, id: &ContactId, update: &ContactUpdate) -> Result<Contact> {
        update.check(&Self::KIND, &self.capabilities)?;
        let call = RecordedCall::UpdateContact(id.clone(), update.clone());
        self.call(call, |state| {
            let contact = state.contact(id)?;
            let tags = contact.tags.get_or_insert_default();
            tags.retain(|tag| !update.remove_tags.contains(&tag.id));
            for tag in &update.add_tags {
                if !tags.iter().any(|it| it.id == *tag) {
                    tags.push(Tag::new(tag));
                }
            }
            let status = update.status.as_ref().map(ContactStatus::new);
            contact.status = status.apply(contact.status.take());
            contact.notes = update.notes.clone().apply(contact.notes.take());
            contact.assignee = update.assignee.clone().apply(contact.assignee.take());
            Ok(contact.clone())
        })
    }

    fn with_options(&self, options: &CallOptions) -> Result<Box<dyn ThreadProvider>> {
        let mut other = self.clone();
        other.is_dry_run = options.get_dry_run().unwrap_or(self.is_dry_run);
        Ok(Box::new(other))
    }
}

impl State {
    fn thread(&mut self, id: &ThreadId) -> Result<&mut Thread> {
        self.threads
            .get_mut(id)
            .ok_or_else(|| missing("thread", id))
    }

    fn contact(&mut self, id: &ContactId) -> Result<&mut Contact> {
        self.contacts
            .get_mut(id)
            .ok_or_else(|| missing("contact", id))
    }

    /// Sends a message, or recognizes that it was sent.
    fn send(&mut self, new: &NewMessage, key: Option<IdempotencyKey>) -> Result<SentMessage> {
        if let Some((earlier, sent)) = key.as_ref().and_then(|key| self.sent.get(key)) {
            if earlier != new {
                let message = "the idempotency key belongs to another message";
                let error = Error::new(ErrorKind::Rejected, &MemoryProvider::KIND, message);
                return Err(error.with_status(422));
            }
            let mut sent = sent.clone();
            sent.is_replay = true;
            return Ok(sent);
        }
        let thread = self.target(&new.target)?;
        let id = MessageId::new(format!("m-{}", self.messages.len() + 1))?;
        let mut message = Message::new(MemoryProvider::KIND, id.clone());
        message.thread_id = Some(thread.clone());
        message.direction = Some(Direction::Outbound);
        message.author = Some(Author::new(AuthorKind::Automation, None));
        message.text.clone_from(&new.text);
        if let Some(template) = &new.template {
            message.text = Some(format!(
                "[{}] {}",
                template.name,
                template.parameters.join(", ")
            ));
        }
        message.attachments = new.media.iter().map(attachment).collect();
        message.reply_to = new.reply_to.as_ref().map(|id| ReplyTo {
            message_id: Some(id.clone()),
            text: None,
        });
        message.delivery = Some(DeliveryStatus::Sent);
        let now = Timestamp::from(SystemTime::now());
        message.sent_at = Some(now.clone());
        let stored = self.thread(&thread)?;
        stored.last_activity_at = Some(now.clone());
        stored.last_message = Some(LastMessage {
            id: Some(id.clone()),
            direction: Some(Direction::Outbound),
            preview: message.text.clone(),
            sent_at: Some(now),
        });
        let mut sent = SentMessage::new(MemoryProvider::KIND, id);
        sent.thread_id = Some(thread);
        sent.delivery.clone_from(&message.delivery);
        sent.message = Some(message.clone());
        sent.idempotency_key.clone_from(&key);
        self.messages.push(message);
        if let Some(key) = key {
            self.sent.insert(key, (new.clone(), sent.clone()));
        }
        Ok(sent)
    }

    /// The thread that a message goes to, which is created if there is none.
    fn target(&mut self, target: &Target) -> Result<ThreadId> {
        let (account, contact) = match target {
            Target::Thread(id) => return self.thread(id).map(|thread| thread.id.clone()),
            Target::Contact {
                account_id,
                contact_id,
            } => {
                self.contact(contact_id)?;
                (account_id, ContactSummary::new(contact_id.clone()))
            }
            Target::Profile {
                account_id,
                channel,
                platform_id,
            } => {
                let contact = ContactSummary {
                    identity: Some(Identity::platform_id(channel.clone(), platform_id)),
                    ..ContactSummary::default()
                };
                (account_id, contact)
            }
        };
        let existing = self.threads.values().find(|thread| {
            let other = thread.contact.as_ref();
            thread.account_id.as_ref() == Some(account)
                && other.is_some_and(|other| match &contact.id {
                    Some(id) => other.id.as_ref() == Some(id),
                    None => other
                        .identity
                        .as_ref()
                        .zip(contact.identity.as_ref())
                        .is_some_and(|(found, wanted)| wanted.matches(found)),
                })
        });
        if let Some(thread) = existing {
            return Ok(thread.id.clone());
        }
        let id = ThreadId::new(format!("t-{}", self.threads.len() + 1))?;
        let mut thread = Thread::new(MemoryProvider::KIND, id.clone(), ThreadStatus::Open);
        thread.account_id = Some(account.clone());
        thread.channel = contact.identity.as_ref().map(|it| it.channel.clone());
        thread.contact = Some(contact);
        self.threads.insert(id.clone(), thread);
        Ok(id)
    }
}

fn attachment(media: &crate::Media) -> Attachment {
    let kind = match media.kind {
        crate::MediaKind::Image => AttachmentKind::Image,
        crate::MediaKind::Video => AttachmentKind::Video,
        crate::MediaKind::Audio => AttachmentKind::Audio,
        crate::MediaKind::Document => AttachmentKind::File,
    };
    let mut attachment = Attachment::new(kind);
    attachment.file_name.clone_from(&media.file_name);
    if let MediaSource::Url(url) = &media.source {
        attachment.url = Some(url.clone());
    }
    attachment
}

fn missing(resource: &str, id: impl std::fmt::Display) -> Error {
    let message = format!("there is no {resource} {id}");
    Error::new(ErrorKind::NotFound, &MemoryProvider::KIND, message)
}

/// Whether a thread contains the text of a query, in its contact's name or its last message.
fn says(thread: &Thread, query: &ThreadQuery) -> bool {
    let Some(text) = &query.text else {
        return true;
    };
    let contact = thread.contact.as_ref();
    let preview = thread
        .last_message
        .as_ref()
        .and_then(|last| last.preview.as_ref());
    let texts = [
        contact.and_then(|contact| contact.name.as_ref()),
        contact.and_then(|contact| contact.handle.as_ref()),
        preview,
    ];
    let text = text.to_lowercase();
    texts
        .iter()
        .flatten()
        .any(|it| it.to_lowercase().contains(&text))
}

fn last_activity(thread: &Thread) -> Option<SystemTime> {
    let time = thread
        .last_activity_at
        .as_ref()
        .or(thread.created_at.as_ref())?;
    time.to_system_time()
}

/// A page of a list. The cursor is the number of items before it.
fn paginate<T: Clone>(all: &[T], page: &PageRequest) -> Result<Page<T>> {
    let start = match &page.cursor {
        None => 0,
        Some(cursor) => cursor.as_str().parse::<usize>().map_err(|_| {
            let message = format!("{cursor:?} is not a cursor of this list");
            Error::new(ErrorKind::InvalidRequest, &MemoryProvider::KIND, message)
        })?,
    };
    let size = page.size.map_or(usize::MAX, |size| size.get() as usize);
    let rest = all.get(start..).unwrap_or_default();
    let items: Vec<_> = rest.iter().take(size).cloned().collect();
    let end = start + items.len();
    let next = (end < all.len())
        .then(|| Cursor::new(end.to_string()))
        .transpose()?;
    Ok(Page::new(items).next(next))
}
