//! The tables of the providers' documentation are what the code does.
//!
//! `UPDATE_DOCS=1 cargo test -p threadline-tests --test providers` writes them anew.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Map, Value};
use threadline::{
    Capability, Config, ContactShip, Credential, Folder, InboxappV1, InboxappV2, Media, MediaKind,
    MessageQuery, NewMessage, PageRequest, ThreadProvider, ThreadProviderExt as _, ThreadQuery,
};
use threadline_emulator::Emulator;

/// The providers in the order of the columns.
fn providers(emulator: &Emulator) -> [(&'static str, Box<dyn ThreadProvider>); 3] {
    let config = |url: &str| {
        let credential = Credential::new(Emulator::CREDENTIAL).unwrap();
        Config::new().credential(credential).base_url(url)
    };
    [
        (
            "ContactShip",
            Box::new(ContactShip::with_config(config(emulator.contactship_url())).unwrap()),
        ),
        (
            "Inboxapp v1",
            Box::new(InboxappV1::with_config(config(emulator.inboxapp_v1_url())).unwrap()),
        ),
        (
            "Inboxapp v2",
            Box::new(InboxappV2::with_config(config(emulator.inboxapp_url())).unwrap()),
        ),
    ]
}

/// A row with a mark for each provider.
fn row(name: &str, marks: [bool; 3]) -> String {
    let marks = marks.map(|mark| if mark { "yes" } else { "–" });
    format!("| `{name}` | {} |\n", marks.join(" | "))
}

fn head(title: &str) -> String {
    format!("| {title} | ContactShip | Inboxapp v1 | Inboxapp v2 |\n|---|---|---|---|\n")
}

fn capabilities(providers: &[(&str, Box<dyn ThreadProvider>); 3]) -> String {
    let mut table = String::from(
        "| Capability | | ContactShip | Inboxapp v1 | Inboxapp v2 |\n|---|---|---|---|---|\n",
    );
    for &capability in Capability::ALL {
        let marks = providers.each_ref().map(|(_, provider)| {
            if provider.capabilities().has(capability) {
                "yes"
            } else {
                "–"
            }
        });
        let what = capability.description().trim_end_matches('.');
        table += &format!("| `{capability}` | {what} | {} |\n", marks.join(" | "));
    }
    table
}

/// The fields that are filled in some value, besides those that every value has.
#[derive(Default)]
struct Filled(BTreeMap<String, [bool; 3]>);

impl Filled {
    fn add(&mut self, column: usize, value: impl serde::Serialize) {
        let Value::Object(fields) = serde_json::to_value(value).unwrap() else {
            panic!("a value is no object");
        };
        for (name, value) in fields {
            let is_filled = match &value {
                Value::Null => false,
                Value::Array(items) => !items.is_empty(),
                Value::Object(fields) => !fields.is_empty(),
                _ => true,
            };
            if name == "contact" && is_filled {
                self.add_parts(column, &name, value.as_object().unwrap());
            }
            self.0.entry(name).or_default()[column] |= is_filled;
        }
    }

    fn add_parts(&mut self, column: usize, name: &str, parts: &Map<String, Value>) {
        for (part, value) in parts {
            self.0.entry(format!("{name}.{part}")).or_default()[column] |= !value.is_null();
        }
    }

    fn table(&self) -> String {
        let rows = self.0.iter().map(|(name, marks)| row(name, *marks));
        head("Field") + &rows.collect::<String>()
    }
}

/// Everything that can be read of a provider.
async fn read(
    emulator: &Emulator,
    provider: &dyn ThreadProvider,
    column: usize,
    [threads, messages, contacts]: [&mut Filled; 3],
) {
    let mut all = Vec::new();
    if provider.capabilities().has(Capability::ListThreads) {
        for folder in [Folder::Inbox, Folder::Requests, Folder::Closed] {
            let query = ThreadQuery::new().folder(folder);
            all.extend(provider.threads(&query).into_vec().await.unwrap());
        }
    } else {
        for id in emulator.thread_ids(provider.kind()) {
            all.push(provider.thread(id).await.unwrap());
        }
    }
    for thread in &all {
        threads.add(column, thread);
        let contact = thread
            .contact
            .as_ref()
            .and_then(|contact| contact.id.as_ref());
        if let Some(id) = contact {
            contacts.add(column, provider.get_contact(id).await.unwrap());
        }
        if provider.capabilities().has(Capability::ListMessages) {
            let query = MessageQuery::new(thread.id.clone());
            let page = PageRequest::new().size(100);
            for message in provider.list_messages(&query, &page).await.unwrap().items {
                messages.add(column, message);
            }
        }
    }
    if !provider.capabilities().has(Capability::ListMessages) {
        // Their ids come from sending.
        let image = Media::url(MediaKind::Image, "https://example.com/plans.png");
        let message = NewMessage::to_thread(&all[0].id).text("Plans").media(image);
        let sent = provider.send_message(&message).await.unwrap();
        messages.add(
            column,
            provider.get_message(&sent.id.unwrap()).await.unwrap(),
        );
    }
}

#[tokio::test]
async fn the_tables_are_what_the_code_does() {
    let emulator = Emulator::start().await.unwrap();
    let providers = providers(&emulator);
    let [mut threads, mut messages, mut contacts] = [(); 3].map(|()| Filled::default());
    for (column, (_, provider)) in providers.iter().enumerate() {
        let tables = [&mut threads, &mut messages, &mut contacts];
        read(&emulator, provider, column, tables).await;
    }
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../crates/threadline/docs/providers.md");
    let written = std::fs::read_to_string(&path).unwrap();
    let mut expected = written.clone();
    for (name, table) in [
        ("capabilities", capabilities(&providers)),
        ("thread", threads.table()),
        ("message", messages.table()),
        ("contact", contacts.table()),
    ] {
        let (before, rest) = expected.split_once(&format!("<!-- {name} -->\n")).unwrap();
        let (_, after) = rest.split_once(&format!("<!-- /{name} -->")).unwrap();
        expected = format!("{before}<!-- {name} -->\n{table}<!-- /{name} -->{after}");
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &expected).unwrap();
    } else {
        assert_eq!(written, expected, "run with UPDATE_DOCS=1");
    }
}
