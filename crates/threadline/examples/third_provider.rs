//! A provider outside this crate: a help desk that keeps its tickets in a table. It passes the
//! contract that the providers of this crate pass.
#![allow(clippy::print_stdout, reason = "an example")]

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use threadline::testing::contract::Contract;
use threadline::{
    Assignee, AssigneeKind, Capabilities, Capability, Cursor, Error, ErrorKind, Order, Page,
    PageRequest, Patch, Person, ProviderKind, Result, Thread, ThreadId, ThreadProvider,
    ThreadQuery, ThreadStatus, ThreadUpdate, async_trait,
};

static KIND: ProviderKind = ProviderKind::other("helpdesk");

/// What this help desk supports. The contract checks each of these, and that the rest is refused.
const CAPABILITIES: Capabilities = Capabilities::none().with_all(&[
    Capability::GetThread,
    Capability::UpdateThread,
    Capability::UpdateThreadAssignUser,
    Capability::UpdateThreadUnassign,
    Capability::ListThreads,
    Capability::ListThreadsAll,
    Capability::ListThreadsStatus,
    Capability::ListThreadsAssignee,
    Capability::ListThreadsUnassigned,
    Capability::ListThreadsOrder,
    Capability::ListAssignees,
    Capability::ListAssigneesUsers,
]);

/// A ticket as the help desk stores it.
#[derive(Debug)]
struct Ticket {
    is_solved: bool,
    agent: Option<String>,
}

#[derive(Debug)]
struct HelpDesk {
    tickets: Mutex<BTreeMap<String, Ticket>>,
}

impl HelpDesk {
    fn new() -> Self {
        let ticket = |number| {
            let ticket = Ticket {
                is_solved: number % 3 == 0,
                agent: (number % 2 == 0).then(|| "ines".to_owned()),
            };
            (format!("ticket-{number}"), ticket)
        };
        Self {
            tickets: Mutex::new((1..=5).map(ticket).collect()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Ticket>> {
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The ticket as a thread.
fn thread(id: &str, ticket: &Ticket) -> Result<Thread> {
    let status = if ticket.is_solved {
        ThreadStatus::Closed
    } else {
        ThreadStatus::Open
    };
    let mut thread = Thread::new(KIND.clone(), id.parse()?, status);
    thread.assignee = ticket.agent.clone().map(Assignee::user);
    thread.own_assignee = thread.assignee.clone();
    Ok(thread)
}

fn missing(id: &ThreadId, operation: &'static str) -> Error {
    let message = format!("there is no ticket {id}");
    Error::new(ErrorKind::NotFound, &KIND, message).with_operation(operation)
}

#[async_trait]
impl ThreadProvider for HelpDesk {
    fn kind(&self) -> &ProviderKind {
        &KIND
    }

    fn capabilities(&self) -> Capabilities {
        CAPABILITIES
    }

    async fn get_thread(&self, id: &ThreadId) -> Result<Thread> {
        match self.lock().get(id.as_str()) {
            Some(ticket) => thread(id.as_str(), ticket),
            None => Err(missing(id, "get_thread")),
        }
    }

    async fn update_thread(&self, id: &ThreadId, update: &ThreadUpdate) -> Result<Thread> {
        // Refuses what the capabilities lack, and empty updates.
        update.check(&KIND, &CAPABILITIES)?;
        let mut tickets = self.lock();
        let ticket = tickets
            .get_mut(id.as_str())
            .ok_or_else(|| missing(id, "update_thread"))?;
        if let Some(status) = &update.status {
            ticket.is_solved = *status == ThreadStatus::Closed;
        }
        match &update.assignee {
            Patch::Keep => {}
            Patch::Clear => ticket.agent = None,
            Patch::Set(assignee) => ticket.agent = Some(assignee.id.clone()),
        }
        thread(id.as_str(), ticket)
    }

    async fn list_threads(&self, query: &ThreadQuery, page: &PageRequest) -> Result<Page<Thread>> {
        // Refuses filters that the capabilities lack, or leaves them for this side to apply.
        let query = query.split(&KIND, &CAPABILITIES)?;
        let tickets = self.lock();
        let threads = tickets.iter().map(|(id, ticket)| thread(id, ticket));
        let mut threads = threads.collect::<Result<Vec<_>>>()?;
        threads.retain(|thread| query.remote.matches(thread));
        if query.remote.order != Some(Order::OldestFirst) {
            threads.reverse();
        }
        // The cursor is the last ticket of the page before. It may have left the list since.
        if let Some(cursor) = &page.cursor {
            if !tickets.contains_key(cursor.as_str()) {
                let message = "the cursor is not one of this list";
                return Err(Error::invalid_request(&KIND, "list_threads", message));
            }
            let is_oldest_first = query.remote.order == Some(Order::OldestFirst);
            threads.retain(|thread| {
                let is_after = thread.id.as_str() > cursor.as_str();
                is_after == is_oldest_first && thread.id.as_str() != cursor.as_str()
            });
        }
        let size = page.size.map_or(threads.len(), |size| size.get() as usize);
        let has_more = threads.len() > size;
        threads.truncate(size);
        let last = threads.last().filter(|_| has_more);
        let next = last
            .map(|thread| Cursor::new(thread.id.as_str()))
            .transpose()?;
        Ok(query.filter(Page::new(threads).next(next)))
    }

    /// The list has a single page, so there are no cursors.
    async fn list_assignees(&self, _: &PageRequest) -> Result<Page<Person>> {
        let person =
            |(id, name): (&str, &str)| Person::new(AssigneeKind::User, id).name(name.to_owned());
        let people = [("ines", "Ines Prado"), ("tom", "Tom Weiss")];
        Ok(Page::new(people.into_iter().map(person).collect()))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let desk = HelpDesk::new();
    Contract::new(&desk, "ticket-1".parse()?).check().await?;
    println!("the help desk keeps the contract");
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
