//! ContactShip's state.
//!
//! Fields whose names begin with an underscore are internal and never sent.

use std::collections::{HashMap, HashSet};

use crate::vendors::collection::{Collection, Record, text};
use crate::vendors::identifiers::Identifiers;
use crate::vendors::snapshot;

/// The organization of all records: the one in the vendor's example.
pub(super) const ORGANIZATION: &str = "org-f1e2d3c4-b5a6-7890-1234-567890abcdef";

/// The organization's remaining credits.
pub(super) const CREDITS: f64 = 1_280.5;

/// ContactShip's state.
pub(super) struct State {
    /// The threads.
    pub(super) threads: Collection,
    /// The messages of all threads.
    pub(super) messages: Collection,
    /// The channels.
    pub(super) channels: Collection,
    /// The WhatsApp templates.
    pub(super) templates: Collection,
    /// The contacts; `_tags` holds the ids of their tags, `_external_id` their id in another
    /// system.
    pub(super) contacts: Collection,
    /// The comments; `_contact` is the id of the contact.
    pub(super) comments: Collection,
    /// The tags.
    pub(super) tags: Collection,
    /// The agents.
    pub(super) agents: Collection,
    /// The voices.
    pub(super) voices: Collection,
    /// The calls; `_transcript` holds their transcripts.
    pub(super) calls: Collection,
    /// The tasks.
    pub(super) tasks: Collection,
    /// The phone numbers.
    pub(super) phone_numbers: Collection,
    /// The organization's members. The API does not list them.
    pub(super) members: Collection,
    /// The website sessions, by id.
    pub(super) sessions: HashMap<String, Session>,
    /// The ids of the received events.
    pub(super) events: HashSet<String>,
    /// The source of new ids.
    pub(super) identifiers: Identifiers,
}

/// A website session.
#[derive(Debug, Default)]
pub(super) struct Session {
    /// The contact it belongs to, once identified.
    pub(super) contact: Option<String>,
    /// How many events wait for the contact to be identified.
    pub(super) pending: u64,
}

impl State {
    /// An empty state.
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
            members: Collection::default(),
            sessions: HashMap::new(),
            events: HashSet::new(),
            identifiers: Identifiers::seeded(1),
        }
    }

    /// All records, in lists by kind.
    pub(super) fn records(&self) -> Record {
        snapshot::save(&[
            ("threads", &self.threads),
            ("messages", &self.messages),
            ("channels", &self.channels),
            ("templates", &self.templates),
            ("contacts", &self.contacts),
            ("comments", &self.comments),
            ("tags", &self.tags),
            ("agents", &self.agents),
            ("voices", &self.voices),
            ("calls", &self.calls),
            ("tasks", &self.tasks),
            ("phone_numbers", &self.phone_numbers),
            ("members", &self.members),
        ])
    }

    /// Replaces the lists of records that are given.
    pub(super) fn load(&mut self, given: &Record) -> Result<(), String> {
        let collections = vec![
            ("threads", &mut self.threads),
            ("messages", &mut self.messages),
            ("channels", &mut self.channels),
            ("templates", &mut self.templates),
            ("contacts", &mut self.contacts),
            ("comments", &mut self.comments),
            ("tags", &mut self.tags),
            ("agents", &mut self.agents),
            ("voices", &mut self.voices),
            ("calls", &mut self.calls),
            ("tasks", &mut self.tasks),
            ("phone_numbers", &mut self.phone_numbers),
            ("members", &mut self.members),
        ];
        snapshot::load(collections, given)?;
        self.identifiers = Identifiers::seeded(snapshot::identifier_seed(given));
        Ok(())
    }

    /// The contact with this phone number, in any notation.
    pub(super) fn contact_by_phone(&self, number: &str) -> Option<&Record> {
        let wanted = digits(number);
        let mut contacts = self.contacts.iter();
        contacts
            .find(|contact| !wanted.is_empty() && digits(text(contact, "phone_number")) == wanted)
    }

    /// The id of the member with this email address.
    pub(super) fn member(&self, address: &str) -> Option<&str> {
        let mut members = self.members.iter();
        let found = members.find(|member| text(member, "email").eq_ignore_ascii_case(address));
        found.map(|member| text(member, "id"))
    }

    /// The contact with this email address.
    pub(super) fn contact_by_email(&self, address: &str) -> Option<&Record> {
        let mut contacts = self.contacts.iter();
        contacts.find(|contact| {
            !address.is_empty() && text(contact, "email").eq_ignore_ascii_case(address)
        })
    }
}

/// The digits of a phone number.
pub(super) fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}
