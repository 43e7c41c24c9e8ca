//! Version 1's objects as callers see them.

use serde_json::{Map, Value, json};

use super::state::State;
use crate::vendors::collection::{Record, set, text, value};
use crate::vendors::summary::{ThreadSummary, some};

impl State {
    /// A thread with its prospect.
    pub(super) fn show_thread(&self, id: &str) -> Option<Value> {
        let mut shown = self.threads.get(id)?.clone();
        let prospect = self.prospects.get(text(&shown, "_prospect")).map(show);
        shown.retain(|name, _| !name.starts_with('_'));
        set(&mut shown, "prospect", prospect.unwrap_or_default());
        Some(Value::Object(shown))
    }

    /// A thread in brief.
    pub(super) fn summary(&self, thread: &Record) -> ThreadSummary {
        let prospect = self.prospects.get(text(thread, "_prospect"));
        let assignee = text(thread, "assigneeId");
        let member = self.members.get(assignee);
        let last = thread.get("lastMessage");
        let last = last.and_then(|message| message.get("content"));
        ThreadSummary {
            id: text(thread, "id").to_owned(),
            contact: prospect.and_then(|prospect| some(text(prospect, "displayName"))),
            status: match thread.get("done") {
                Some(Value::Bool(true)) => "done".to_owned(),
                _ => "open".to_owned(),
            },
            assignee: some(assignee),
            assignee_name: member.and_then(|member| some(text(member, "name"))),
            last_message: last.and_then(Value::as_str).and_then(some),
        }
    }

    /// A prospect with its context and threads.
    pub(super) fn show_prospect(&self, id: &str) -> Option<Value> {
        let mut shown = show(self.prospects.get(id)?);
        let threads: Vec<Value> = self
            .threads
            .iter()
            .filter(|thread| text(thread, "_prospect") == id)
            .map(|thread| {
                json!({
                    "id": value(thread, "id"),
                    "accountLinkId": value(thread, "accountLinkId"),
                    "lastMessageTimestamp": value(thread, "lastMessageTimestamp"),
                    "createdAt": value(thread, "createdAt"),
                })
            })
            .collect();
        if let Some(Value::Object(context)) = shown.get_mut("context") {
            set(context, "threads", threads);
        }
        Some(Value::Object(shown))
    }

    /// A version of a message in its history.
    pub(super) fn version(message: &Record, edited_from: &Value) -> Value {
        let mut version = message.clone();
        let kept = [
            "id",
            "platformId",
            "platform",
            "content",
            "authorId",
            "userId",
            "teamId",
            "threadId",
            "campaignId",
            "origin",
            "replyData",
            "forwardData",
            "createdAt",
            "isEncrypted",
            "entities",
            "attachment",
            "reactions",
        ];
        version.retain(|name, _| kept.contains(&name.as_str()));
        version.insert("campaignStepId".to_owned(), Value::Null);
        version.insert("expandedData".to_owned(), Value::Null);
        version.insert("editOrigin".to_owned(), edited_from.clone());
        Value::Object(version)
    }
}

/// A prospect as it appears in its threads, without its internal id.
fn show(prospect: &Record) -> Map<String, Value> {
    let mut shown = prospect.clone();
    shown.remove("id");
    shown
}
