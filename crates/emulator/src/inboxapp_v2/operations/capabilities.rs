//! What can be done where: an account has capabilities, and a thread may take some of them away.

use serde_json::{Value, json};

use crate::collection::{Document, text, value};
use crate::inboxapp_v2::errors::Failure;
use crate::inboxapp_v2::state::State;

impl State {
    /// Does an account have a capability?
    pub(in crate::inboxapp_v2) fn account_can(&self, link: &str, capability: &str) -> bool {
        let link = self.account_links.get(link);
        lists(link.and_then(|link| link.get("capabilities")), capability)
    }

    /// Refuses what a thread does not allow, or its account cannot do.
    pub(in crate::inboxapp_v2) fn check_capability(
        &self,
        thread: &Document,
        capability: &'static str,
    ) -> Result<(), Failure> {
        if !self.account_can(text(thread, "accountLinkId"), capability) {
            return Err(Failure::CapabilityNotSupported(capability));
        }
        if lists(thread.get("restrictions"), capability) {
            return Err(Failure::ThreadRestricted(capability));
        }
        Ok(())
    }

    /// Refuses accounts that are not connected.
    pub(in crate::inboxapp_v2) fn check_connected(&self, link: &str) -> Result<(), Failure> {
        match self
            .account_links
            .get(link)
            .map(|link| text(link, "status"))
        {
            Some(status) if status != "active" => Err(Failure::AccountLinkDisconnected(
                link.to_owned(),
                status.to_owned(),
            )),
            _ => Ok(()),
        }
    }

    /// The version that a message began as.
    pub(in crate::inboxapp_v2) fn first_version(message: &Document) -> Value {
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

    /// What is marked up in a plain text.
    pub(in crate::inboxapp_v2) fn no_entities() -> Value {
        json!({
            "urls": [], "postShares": [], "mentions": [], "hashtags": [], "cashtags": [],
            "format": [],
        })
    }
}

fn lists(capabilities: Option<&Value>, capability: &str) -> bool {
    let capabilities = capabilities.and_then(Value::as_array);
    capabilities.is_some_and(|list| list.iter().any(|known| known == capability))
}
