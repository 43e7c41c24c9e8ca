//! `threadline emulator`

use std::collections::BTreeMap;

use clap::{Args, ValueHint};
use serde::Serialize;
use threadline::{Credential, ProviderKind};
use threadline_emulator::Emulator;

use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::output::Printer;

pub(crate) const ABOUT: &str = "\
Emulate both vendors' APIs on this machine until Ctrl-C.

ContactShip, Inboxapp v1 and Inboxapp v2 are each served on their own port, with example threads. \
Prints the URLs, the credential, and the lines to paste into another shell so that threadline calls \
the emulator there.";

pub(crate) const HELP: &str = "\
Examples:
  threadline emulator
  threadline emulator --port-contactship 8081 --port-inboxapp-v1 8082 --port-inboxapp 8083
  threadline emulator --output json";

#[derive(Debug, Args)]
pub(crate) struct EmulatorArgs {
    /// Port of ContactShip's API; 0 selects a free port
    #[arg(long, value_name = "PORT", default_value_t = 0, value_hint = ValueHint::Other)]
    port_contactship: u16,

    /// Port of Inboxapp's API v1; 0 selects a free port
    #[arg(long, value_name = "PORT", default_value_t = 0, value_hint = ValueHint::Other)]
    port_inboxapp_v1: u16,

    /// Port of Inboxapp's API v2; 0 selects a free port
    #[arg(long, value_name = "PORT", default_value_t = 0, value_hint = ValueHint::Other)]
    port_inboxapp: u16,

    /// The API key and token to accept. It is printed, so do not use a real one
    #[arg(long, value_name = "WORD", default_value = Emulator::CREDENTIAL, value_hint = ValueHint::Other)]
    credential: String,
}

/// How to reach the emulator.
#[derive(Debug, Serialize)]
struct EmulatorOutput<'a> {
    credential: &'a str,
    apis: BTreeMap<ProviderKind, &'a str>,
    environment: BTreeMap<&'static str, &'a str>,
}

/// Runs the emulator until it is interrupted.
pub(crate) async fn run(args: &EmulatorArgs, printer: &Printer) -> Result<(), Failure> {
    printer.check_no_members("emulator")?;
    // Refuses what no client could send.
    Credential::new(args.credential.as_str())?;
    let emulator = Emulator::builder()
        .contactship_port(args.port_contactship)
        .inboxapp_v1_port(args.port_inboxapp_v1)
        .inboxapp_port(args.port_inboxapp)
        .credential(args.credential.as_str())
        .start()
        .await?;
    // Before anything is printed: a reader may interrupt at once.
    let mut interrupt = Interrupt::listen()?;
    let description = describe(&emulator, &args.credential);
    if printer.is_json() {
        printer.json(&description)?;
    } else {
        printer.result(&shell_text(&emulator, &description))?;
    }
    interrupt.wait().await;
    for violation in emulator.violations() {
        printer.note(&format!(
            "warning: a response of the emulator violates its OpenAPI document: {violation}"
        ));
    }
    emulator.shutdown().await;
    Ok(())
}

fn describe<'a>(emulator: &'a Emulator, credential: &'a str) -> EmulatorOutput<'a> {
    let mut apis = BTreeMap::new();
    let mut environment = BTreeMap::new();
    for kind in Emulator::PROVIDERS {
        let Some(url) = emulator.url(&kind) else {
            continue;
        };
        environment.extend(kind.credential_variable().map(|name| (name, credential)));
        environment.extend(kind.base_url_variable().map(|name| (name, url)));
        apis.insert(kind, url);
    }
    EmulatorOutput {
        credential,
        apis,
        environment,
    }
}

/// For people; as a whole it can be pasted into a shell.
fn shell_text(emulator: &Emulator, description: &EmulatorOutput<'_>) -> String {
    let mut text = "# Both vendors' APIs on this machine. Ctrl-C stops them.\n#\n".to_owned();
    for (kind, url) in &description.apis {
        text += &format!("# {:16}  {url}\n", kind.title());
    }
    text += &format!("# {:16}  {}\n#\n", "credential", description.credential);
    text += "# Paste this into another shell:\n\n";
    for (variable, value) in &description.environment {
        text += &format!("export {variable}={}\n", quoted(value));
    }
    text += "\n# Then try:\n#\n";
    for kind in description.apis.keys() {
        if let Some(id) = emulator.thread_ids(kind).first() {
            text += &format!("#   threadline update {kind}:{id} --close\n");
        }
    }
    text
}

/// A value, quoted for a shell where that is needed.
fn quoted(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    if value.chars().all(is_plain) {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_for_a_shell() {
        assert_eq!(quoted("sandbox-key"), "sandbox-key");
        assert_eq!(
            quoted("http://127.0.0.1:1/api/v1"),
            "http://127.0.0.1:1/api/v1"
        );
        assert_eq!(quoted("a$b'c"), r"'a$b'\''c'");
    }
}
