//! `threadline emulator`

use std::collections::BTreeMap;

use serde::Serialize;
use threadline::{Credential, ProviderKind};
use threadline_emulator::Emulator;

use crate::args::EmulatorArgs;
use crate::failure::Failure;
use crate::output::{self, Output, json};

/// How to reach the emulator.
#[derive(Debug, Serialize)]
struct EmulatorOutput<'a> {
    credential: &'a str,
    apis: BTreeMap<ProviderKind, &'a str>,
    environment: BTreeMap<&'static str, &'a str>,
}

/// Runs the emulator until it is interrupted.
pub(crate) async fn run(args: EmulatorArgs, output: Output) -> Result<(), Failure> {
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
    let interrupt = Interrupt::listen()?;
    let description = describe(&emulator, &args.credential);
    output::print(&match output {
        Output::Json => json::line(&description)?,
        Output::Table => shell_text(&emulator, &description),
    })?;
    let result = interrupt.wait().await;
    for violation in emulator.violations() {
        output::print_note(&format!(
            "warning: a response of the emulator violates its OpenAPI document: {violation}"
        ));
    }
    emulator.shutdown().await;
    result
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

/// Ctrl-C, and on Unix the signal that asks a process to end.
#[derive(Debug)]
struct Interrupt {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 2],
}

#[cfg(unix)]
impl Interrupt {
    /// From now on an interrupt does not end the process by itself.
    fn listen() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};

        let listen = |kind| signal(kind).map_err(|error| Failure::system(&error));
        let signals = [
            listen(SignalKind::interrupt())?,
            listen(SignalKind::terminate())?,
        ];
        Ok(Self { signals })
    }

    /// Waits for an interrupt.
    async fn wait(mut self) -> Result<(), Failure> {
        std::future::poll_fn(|context| {
            let is_received =
                |signal: &mut tokio::signal::unix::Signal| signal.poll_recv(context).is_ready();
            if self.signals.iter_mut().any(is_received) {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
        Ok(())
    }
}

#[cfg(not(unix))]
impl Interrupt {
    /// From the first wait on an interrupt does not end the process by itself.
    fn listen() -> Result<Self, Failure> {
        Ok(Self {})
    }

    /// Waits for an interrupt.
    async fn wait(self) -> Result<(), Failure> {
        tokio::signal::ctrl_c()
            .await
            .map_err(|error| Failure::system(&error))
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
