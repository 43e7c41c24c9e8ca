//! The capabilities of accounts and the restrictions of threads.

use serde_json::Value;

use super::errors::Failure;
use super::state::State;
use crate::vendors::collection::{Record, text};

impl State {
    /// Whether an account has a capability.
    pub(super) fn account_can(&self, link: &str, capability: &str) -> bool {
        let link = self.account_links.get(link);
        lists(link.and_then(|link| link.get("capabilities")), capability)
    }

    /// Checks that the thread and its account allow a capability.
    pub(super) fn check_capability(
        &self,
        thread: &Record,
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

    /// Checks that an account is connected.
    pub(super) fn check_connected(&self, link: &str) -> Result<(), Failure> {
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
}

fn lists(capabilities: Option<&Value>, capability: &str) -> bool {
    let capabilities = capabilities.and_then(Value::as_array);
    capabilities.is_some_and(|list| list.iter().any(|known| known == capability))
}
