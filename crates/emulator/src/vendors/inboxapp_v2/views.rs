//! Version 2's objects as callers see them, with the requested objects embedded.

use serde_json::{Value, json};

use super::state::State;
use crate::vendors::collection::{Collection, Record, text, value};
use crate::vendors::summary::{ThreadSummary, some};

impl State {
    /// A thread as callers see it, with these objects embedded.
    pub(super) fn show_thread(&self, id: &str, expand: &[&str]) -> Option<Value> {
        let mut shown = self.threads.get(id)?.clone();
        let assignee = self.effective_assignee(&shown);
        shown.insert("assigneeId".to_owned(), assignee);
        for object in expand {
            let (collection, reference) = match *object {
                "profile" => (&self.profiles, "profileId"),
                "contact" => (&self.contacts, "contactId"),
                "accountLink" => (&self.account_links, "accountLinkId"),
                "assignee" => (&self.members, "assigneeId"),
                _ => continue,
            };
            embed(&mut shown, object, collection, reference);
        }
        Some(Value::Object(shown))
    }

    /// A thread in brief.
    pub(super) fn summary(&self, thread: &Record) -> ThreadSummary {
        let profile = self.profiles.get(text(thread, "profileId"));
        let assignee = self.effective_assignee(thread);
        let assignee = assignee.as_str().unwrap_or_default();
        let member = self.members.get(assignee);
        let last = thread.get("activity");
        let last = last.and_then(|activity| activity.get("preview"));
        ThreadSummary {
            id: text(thread, "id").to_owned(),
            contact: profile.and_then(|profile| some(text(profile, "displayName"))),
            status: match thread.get("archived") {
                Some(Value::Bool(true)) => "archived".to_owned(),
                _ => "open".to_owned(),
            },
            assignee: some(assignee),
            assignee_name: member.and_then(|member| some(text(member, "name"))),
            last_message: last.and_then(Value::as_str).and_then(some),
        }
    }

    /// The thread's own assignee, or else the default of its contact.
    pub(super) fn effective_assignee(&self, thread: &Record) -> Value {
        let own = thread.get("assigneeId").filter(|own| !own.is_null());
        let contact = self.contacts.get(text(thread, "contactId"));
        let default = contact.and_then(|contact| contact.get("assigneeId"));
        own.or(default).cloned().unwrap_or_default()
    }

    /// A contact as callers see it, with these objects embedded.
    pub(super) fn show_contact(&self, contact: &Record, expand: &[&str]) -> Value {
        let mut shown = contact.clone();
        for object in expand {
            match *object {
                "status" => embed(&mut shown, object, &self.statuses, "statusId"),
                "assignee" => embed(&mut shown, object, &self.members, "assigneeId"),
                "tags" => {
                    let ids = contact.get("tagIds").and_then(Value::as_array);
                    let tags = ids.into_iter().flatten().filter_map(|id| {
                        let tag = self.tags.get(id.as_str()?)?;
                        Some(Value::Object(tag.clone()))
                    });
                    shown.insert("tags".to_owned(), tags.collect());
                }
                _ => {}
            }
        }
        Value::Object(shown)
    }

    /// A message as callers see it, with these objects embedded.
    pub(super) fn show_message(&self, message: &Record, expand: &[&str]) -> Value {
        let mut shown = message.clone();
        for object in expand {
            match *object {
                "accountLink" => embed(&mut shown, object, &self.account_links, "accountLinkId"),
                "thread" => {
                    if let Some(thread) = self.show_thread(text(message, "threadId"), &[]) {
                        shown.insert("thread".to_owned(), thread);
                    }
                }
                "sentBy" => {
                    if let Some(Value::Object(sender)) = shown.get_mut("sentBy") {
                        self.embed_sender(sender);
                    }
                }
                "reactions.author" => {
                    let reactions = shown.get_mut("reactions").and_then(Value::as_array_mut);
                    for reaction in reactions.into_iter().flatten() {
                        if let Some(Value::Object(author)) = reaction.get_mut("author") {
                            embed(author, "accountLink", &self.account_links, "accountLinkId");
                            embed(author, "profile", &self.profiles, "profileId");
                            embed(author, "contact", &self.contacts, "contactId");
                        }
                    }
                }
                "replyTo.message" => {
                    if let Some(Value::Object(reply)) = shown.get_mut("replyTo") {
                        embed(reply, "message", &self.messages, "messageId");
                    }
                }
                _ => {}
            }
        }
        Value::Object(shown)
    }

    /// The original version of a message.
    pub(super) fn first_version(message: &Record) -> Value {
        let origin = message.get("sentBy").and_then(|sender| sender.get("type"));
        let origin = match origin.and_then(Value::as_str) {
            Some("api") => "api",
            Some(_) => "inbox",
            None => "platform",
        };
        json!({
            "content": value(message, "content"),
            "createdAt": value(message, "createdAt"),
            "origin": origin,
        })
    }

    fn embed_sender(&self, sender: &mut Record) {
        embed(sender, "member", &self.members, "memberId");
        embed(sender, "agent", &self.agents, "agentId");
        let token = text(sender, "tokenId").to_owned();
        if !token.is_empty() {
            sender.insert(
                "token".to_owned(),
                json!({ "id": token, "name": "Sandbox" }),
            );
        }
    }
}

/// Embeds the object that the field `reference` refers to, if it exists.
fn embed(shown: &mut Record, name: &str, collection: &Collection, reference: &str) {
    if let Some(object) = collection.get(text(shown, reference)) {
        shown.insert(name.to_owned(), Value::Object(object.clone()));
    }
}
