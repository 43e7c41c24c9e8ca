//! The tables of the providers' documentation are what the code does.
//!
//! `UPDATE_DOCS=1 cargo test -p threadline-tests --test providers` writes them anew.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Map, Value, json};
use threadline::{
    Capability, Config, ContactShip, Credential, Folder, InboxappV1, InboxappV2, Media, MediaKind,
    MessageQuery, NewMessage, PageRequest, ThreadProvider, ThreadProviderExt as _, ThreadQuery,
};
use threadline_emulator::Emulator;
use threadline_tests::spec::Document;
use threadline_tests::{Answer, Stub, Vendor};

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

/// Gives an example what its API describes, but leaves null or empty there.
fn complete(vendor: Vendor, example: &Value) -> Value {
    let mut example = example.clone();
    let messages = example.get_mut("messages").and_then(Value::as_array_mut);
    for message in messages.into_iter().flatten() {
        message["attachment"] = json!({"type": "image"});
        message["replyData"] = json!({"id": "m-0"});
        message["failed"] = true.into();
        message["deletedAt"] = "2026-11-02T09:41:17Z".into();
    }
    match vendor {
        Vendor::ContactShip if example["data"]["phone_number"].is_string() => {
            let field = json!({"type": "text", "field": "Plan", "value": "Pro"});
            example["data"]["additional_data"] = json!([field]);
        }
        Vendor::InboxappV1 if example["context"].is_object() => {
            example["context"]["assigneeId"] = "u-1".into();
        }
        _ => {}
    }
    example
}

/// What can be read of the examples in the API's document, which have fields that the emulator's
/// records lack.
async fn read_examples(
    vendor: Vendor,
    column: usize,
    [threads, messages, contacts]: [&mut Filled; 3],
) {
    let document = Document::parse(match vendor {
        Vendor::ContactShip => threadline_contactship::OPENAPI,
        Vendor::InboxappV1 => threadline_inboxapp_v1::OPENAPI,
        Vendor::InboxappV2 => threadline_inboxapp_v2::OPENAPI,
    });
    let operations = document.operations();
    let examples = |id: &str| {
        let operation = operations.iter().find(|operation| operation.id == id);
        let mut answers = operation.unwrap().answers().into_iter();
        let success = answers.find(|answer| answer.is_success()).unwrap();
        let examples = success.content.unwrap().examples.into_iter();
        examples
            .map(|(_, example)| Answer::json(200, complete(vendor, example)))
            .collect::<Vec<_>>()
    };
    for example in examples("threads.get") {
        let stub = Stub::answering(example).await;
        let provider = vendor.connect(&stub.url());
        threads.add(column, provider.thread("t-1").await.unwrap());
    }
    if vendor == Vendor::ContactShip {
        for example in examples("messages.get") {
            let stub = Stub::answering(example).await;
            let provider = vendor.connect(&stub.url());
            messages.add(column, provider.message("m-1").await.unwrap());
        }
    } else {
        for example in examples("messages.list") {
            // Version 1 reads the thread, which tells the direction.
            let thread = examples("threads.get").remove(0);
            let is_first = vendor == Vendor::InboxappV1;
            let answers = is_first.then_some(thread).into_iter().chain([example]);
            let stub = Stub::start(answers).await;
            let provider = vendor.connect(&stub.url());
            let page = PageRequest::new();
            let page = provider.list_messages(&"t-1".into(), &page).await.unwrap();
            for message in page.items {
                messages.add(column, message);
            }
        }
    }
    let id = match vendor {
        Vendor::InboxappV1 => "prospects.get",
        Vendor::ContactShip | Vendor::InboxappV2 => "contacts.get",
    };
    for example in examples(id) {
        let tags = (vendor == Vendor::ContactShip).then(|| examples("contacts.listTags").remove(0));
        let stub = Stub::start([example].into_iter().chain(tags)).await;
        let provider = vendor.connect(&stub.url());
        contacts.add(column, provider.contact("c-1").await.unwrap());
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
    for (column, vendor) in Vendor::ALL.into_iter().enumerate() {
        let tables = [&mut threads, &mut messages, &mut contacts];
        read_examples(vendor, column, tables).await;
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
