//! Everything ContactShip knows.
//!
//! Fields whose names begin with an underscore are the emulator's own; callers never see them.

use std::collections::{HashMap, HashSet};

use crate::vendors::collection::{Collection, Document, text};
use crate::vendors::identifiers::Identifiers;

/// The organization of everything here: the one in the vendor's own example.
pub(super) const ORGANIZATION: &str = "org-f1e2d3c4-b5a6-7890-1234-567890abcdef";

/// What is left of the organization's credits.
pub(super) const CREDITS: f64 = 1_280.5;

/// The members of the organization: their addresses and their ids.
pub(super) const MEMBERS: [(&str, &str); 3] = [
    ("desk@example.com", "user-58b0"),
    ("orders@example.com", "user-7c41"),
    ("returns@example.com", "user-91ae"),
];

/// Everything ContactShip knows.
pub(super) struct State {
    /// The threads.
    pub(super) threads: Collection,
    /// The messages of all threads.
    pub(super) messages: Collection,
    /// The channels.
    pub(super) channels: Collection,
    /// The templates for WhatsApp.
    pub(super) templates: Collection,
    /// The contacts; `_tags` holds the ids of their tags, `_external_id` what others call them.
    pub(super) contacts: Collection,
    /// The comments; `_contact` says on whom.
    pub(super) comments: Collection,
    /// The tags.
    pub(super) tags: Collection,
    /// The agents.
    pub(super) agents: Collection,
    /// The voices.
    pub(super) voices: Collection,
    /// The calls; `_turns` holds what was said.
    pub(super) calls: Collection,
    /// The tasks.
    pub(super) tasks: Collection,
    /// The phone numbers.
    pub(super) phone_numbers: Collection,
    /// The visits of a website, by the ids they have there.
    pub(super) sessions: HashMap<String, Session>,
    /// The ids of the events that came in.
    pub(super) events: HashSet<String>,
    /// Where new ids come from.
    pub(super) identifiers: Identifiers,
}

/// A visit of a website.
#[derive(Debug, Default)]
pub(super) struct Session {
    /// Whose it is, once that is known.
    pub(super) contact: Option<String>,
    /// How many events wait for that to be known.
    pub(super) pending: u64,
}

impl State {
    /// A state without anything in it.
    pub(super) fn empty() -> Self {
        Self {
            threads: Collection::default(),
            messages: Collection::default(),
            channels: Collection::default(),
            templates: Collection::default(),
            contacts: Collection::default(),
            comments: Collection::default(),
            tags: Collection::default(),
            agents: Collection::default(),
            voices: Collection::default(),
            calls: Collection::default(),
            tasks: Collection::default(),
            phone_numbers: Collection::default(),
            sessions: HashMap::new(),
            events: HashSet::new(),
            identifiers: Identifiers::seeded(1),
        }
    }

    /// The contact with this phone number, however it is written.
    pub(super) fn contact_by_phone(&self, number: &str) -> Option<&Document> {
        let wanted = digits(number);
        let mut contacts = self.contacts.iter();
        contacts
            .find(|contact| !wanted.is_empty() && digits(text(contact, "phone_number")) == wanted)
    }

    /// The contact with this address.
    pub(super) fn contact_by_email(&self, address: &str) -> Option<&Document> {
        let mut contacts = self.contacts.iter();
        contacts.find(|contact| {
            !address.is_empty() && text(contact, "email").eq_ignore_ascii_case(address)
        })
    }
}

/// The id of the member with this address.
pub(super) fn member(address: &str) -> Option<&'static str> {
    let mut members = MEMBERS.iter();
    let found = members.find(|(known, _)| known.eq_ignore_ascii_case(address));
    found.map(|(_, id)| *id)
}

/// The digits of a phone number.
pub(super) fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}
