//! A few conversations.

use super::MemoryProvider;
use crate::{
    AssigneeKind, Author, AuthorKind, Channel, Contact, ContactStatus, ContactSummary, Direction,
    Identity, LastMessage, Message, Person, Tag, Thread, ThreadStatus,
};

/// Adds the conversations of [`MemoryProvider::with_examples`].
pub(super) fn add(inbox: &MemoryProvider) {
    for (kind, id, name) in [
        (AssigneeKind::User, "u-1", "Ana Ruiz"),
        (AssigneeKind::User, "u-2", "Jonas Weil"),
        (AssigneeKind::Agent, "agent-1", "Night shift"),
    ] {
        let email = (kind == AssigneeKind::User).then(|| format!("{id}@example.com"));
        inbox.add_assignee(Person::new(kind, id).name(name.to_owned()).email(email));
    }
    let mut mira = Identity::username(Channel::X, "mira_okafor");
    mira.platform_id = Some("1748823905561172480".to_owned());
    mira.phone = Some("+12125550101".to_owned());
    let paulo = Identity::phone(Channel::WhatsApp, "+12125550100");
    for (number, name, identity, status) in [
        (1, "Mira Okafor", mira, ThreadStatus::Open),
        (2, "Paulo Reis", paulo, ThreadStatus::Closed),
    ] {
        // The ids are valid.
        let (Ok(contact_id), Ok(thread_id)) = (
            format!("c-{number}").try_into(),
            format!("t-{number}").try_into(),
        ) else {
            continue;
        };
        let mut contact = Contact::new(MemoryProvider::KIND, contact_id);
        contact.name = Some(name.to_owned());
        contact.identities = vec![identity.clone()];
        contact.phone.clone_from(&identity.phone);
        contact.tags = Some(vec![Tag::new("vip")]);
        contact.status = Some(ContactStatus::new("lead"));
        let mut summary = ContactSummary::new(contact.id.clone());
        summary.name.clone_from(&contact.name);
        summary.identity = Some(identity.clone());
        inbox.add_contact(contact);

        let day = format!("2026-11-0{number}");
        let mut thread = Thread::new(MemoryProvider::KIND, thread_id, status);
        thread.contact = Some(summary);
        thread.channel = Some(identity.channel);
        thread.account_id = Some(format!("account-{number}"));
        thread.tags = Some(vec![Tag::new("vip")]);
        thread.unread = Some(number == 1);
        thread.is_request = Some(false);
        thread.created_at = Some(format!("{day}T08:00:00Z").into());
        thread.last_activity_at = Some(format!("{day}T09:30:00Z").into());
        if number == 1 {
            add_messages(inbox, &mut thread);
        }
        inbox.add_thread(thread);
    }
}

/// Adds a question and its answer.
fn add_messages(inbox: &MemoryProvider, thread: &mut Thread) {
    for (id, direction, author, text, time) in [
        (
            "m-1",
            Direction::Outbound,
            AuthorKind::User,
            "Hi Mira, how can we help?",
            "09:00",
        ),
        (
            "m-2",
            Direction::Inbound,
            AuthorKind::Contact,
            "What does a seat cost?",
            "09:30",
        ),
    ] {
        let Ok(id) = id.try_into() else {
            continue;
        };
        let mut message = Message::new(MemoryProvider::KIND, id);
        message.thread_id = Some(thread.id.clone());
        message.channel.clone_from(&thread.channel);
        message.author = Some(Author::new(author, None));
        message.direction = Some(direction.clone());
        message.text = Some(text.to_owned());
        message.sent_at = Some(format!("2026-11-01T{time}:00Z").into());
        thread.last_message = Some(LastMessage {
            id: Some(message.id.clone()),
            direction: Some(direction),
            preview: message.text.clone(),
            sent_at: message.sent_at.clone(),
        });
        inbox.add_message(message);
    }
}
