//! What an update is on each API.

use threadline::{Assignee, ThreadUpdate};

use crate::Vendor;

/// An update, and its body on each API that can do it.
#[derive(Clone, Debug)]
pub struct Row {
    /// The update.
    pub update: ThreadUpdate,
    contactship: &'static str,
    inboxapp_v1: &'static str,
    inboxapp_v2: &'static str,
}

impl Row {
    /// The body on an API, byte for byte; `None` where the API cannot do it.
    pub fn body(&self, vendor: Vendor) -> Option<&'static str> {
        let body = match vendor {
            Vendor::ContactShip => self.contactship,
            Vendor::InboxappV1 => self.inboxapp_v1,
            Vendor::InboxappV2 => self.inboxapp_v2,
        };
        (body != UNSUPPORTED).then_some(body)
    }
}

/// Stands in place of a body where an API cannot do something.
const UNSUPPORTED: &str = "";

/// Every row of the mapping, and combinations of them.
pub fn mapping() -> Vec<Row> {
    let row = |update, contactship, inboxapp_v1, inboxapp_v2| Row {
        update,
        contactship,
        inboxapp_v1,
        inboxapp_v2,
    };
    let update = ThreadUpdate::new;
    let user = || Assignee::user("U");
    let agent = || Assignee::agent("A");
    vec![
        row(
            update().close(),
            r#"{"status":"closed"}"#,
            r#"{"done":true}"#,
            r#"{"archived":true}"#,
        ),
        row(
            update().reopen(),
            r#"{"status":"open"}"#,
            r#"{"done":false}"#,
            r#"{"archived":false}"#,
        ),
        // The two words that are everybody's, given as words.
        row(
            update().status("closed"),
            r#"{"status":"closed"}"#,
            r#"{"done":true}"#,
            r#"{"archived":true}"#,
        ),
        row(
            update().status("open"),
            r#"{"status":"open"}"#,
            r#"{"done":false}"#,
            r#"{"archived":false}"#,
        ),
        row(
            update().status("snoozed"),
            r#"{"status":"snoozed"}"#,
            UNSUPPORTED,
            UNSUPPORTED,
        ),
        row(
            update().assign(user()),
            r#"{"assignee":"U","assignee_type":"user"}"#,
            r#"{"assigneeId":"U"}"#,
            r#"{"assigneeId":"U"}"#,
        ),
        row(
            update().assign(agent()),
            r#"{"assignee":"A","assignee_type":"agent"}"#,
            UNSUPPORTED,
            UNSUPPORTED,
        ),
        row(
            update().unassign(),
            r#"{"assignee":null}"#,
            r#"{"assigneeId":null}"#,
            r#"{"assigneeId":null}"#,
        ),
        row(
            update().close().unassign(),
            r#"{"status":"closed","assignee":null}"#,
            r#"{"done":true,"assigneeId":null}"#,
            r#"{"archived":true,"assigneeId":null}"#,
        ),
        row(
            update().reopen().assign(user()),
            r#"{"status":"open","assignee":"U","assignee_type":"user"}"#,
            r#"{"done":false,"assigneeId":"U"}"#,
            r#"{"archived":false,"assigneeId":"U"}"#,
        ),
        row(
            update().status("snoozed").assign(agent()),
            r#"{"status":"snoozed","assignee":"A","assignee_type":"agent"}"#,
            UNSUPPORTED,
            UNSUPPORTED,
        ),
        row(
            update().status("snoozed").unassign(),
            r#"{"status":"snoozed","assignee":null}"#,
            UNSUPPORTED,
            UNSUPPORTED,
        ),
        // The last word on a subject holds.
        row(
            update().close().reopen().assign(agent()).unassign(),
            r#"{"status":"open","assignee":null}"#,
            r#"{"done":false,"assigneeId":null}"#,
            r#"{"archived":false,"assigneeId":null}"#,
        ),
        // Text is escaped as JSON and otherwise left alone.
        row(
            update().assign(Assignee::user("é \"\\/\u{1F600}")),
            "{\"assignee\":\"é \\\"\\\\/\u{1F600}\",\"assignee_type\":\"user\"}",
            "{\"assigneeId\":\"é \\\"\\\\/\u{1F600}\"}",
            "{\"assigneeId\":\"é \\\"\\\\/\u{1F600}\"}",
        ),
    ]
}
