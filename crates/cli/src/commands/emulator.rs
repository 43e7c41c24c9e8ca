//! `threadline emulator`

use std::collections::BTreeMap;

use serde::Serialize;
use threadline::Credential;
use threadline_emulator::{Emulator, Provider};

use crate::args::EmulatorArgs;
use crate::environment::{self, Variables};
use crate::failure::Failure;
use crate::interruption::Interruption;
use crate::output::{self, Output, json};

/// Where the emulator is found.
#[derive(Debug, Serialize)]
struct Running<'a> {
    credential: &'a str,
    apis: BTreeMap<&'static str, &'a str>,
    environment: BTreeMap<&'static str, &'a str>,
}

/// Runs the emulator until it is interrupted.
pub(crate) async fn run(args: EmulatorArgs, output: Output) -> Result<(), Failure> {
    // What no client could send is refused here.
    Credential::new(args.credential.as_str())?;
    let emulator = Emulator::builder()
        .contactship_port(args.port_contactship)
        .inboxapp_v1_port(args.port_inboxapp_v1)
        .inboxapp_port(args.port_inboxapp)
        .credential(args.credential.as_str())
        .start()
        .await?;
    // From here on, before anybody can know that it runs.
    let interruption = Interruption::expect()?;
    let running = running(&emulator, &args.credential);
    output::print(&match output {
        Output::Json => json::line(&running),
        Output::Table => told(&emulator, &running),
    })?;
    let result = interruption.come().await;
    for violation in emulator.violations() {
        output::note(&format!(
            "warning: the emulator broke its own document: {violation}"
        ));
    }
    emulator.shutdown().await;
    result
}

fn running<'a>(emulator: &'a Emulator, credential: &'a str) -> Running<'a> {
    let mut apis = BTreeMap::new();
    let mut environment = BTreeMap::new();
    for provider in Provider::ALL {
        let variables: Variables = environment::of(provider);
        apis.insert(provider.as_str(), emulator.url(provider));
        environment.insert(variables.credential, credential);
        environment.insert(variables.base_url, emulator.url(provider));
    }
    Running {
        credential,
        apis,
        environment,
    }
}

/// For people, and as a whole fit for pasting into a shell.
fn told(emulator: &Emulator, running: &Running<'_>) -> String {
    let mut text = "# Both vendors on this machine. Ctrl-C ends them.\n#\n".to_owned();
    for provider in Provider::ALL {
        let title = environment::of(provider).title;
        text += &format!("# {title:16}  {}\n", emulator.url(provider));
    }
    text += &format!("# {:16}  {}\n#\n", "credential", running.credential);
    text += "# Paste this into another shell:\n\n";
    for (variable, value) in &running.environment {
        text += &format!("export {variable}={}\n", quoted(value));
    }
    text += "\n# Then try:\n#\n";
    for provider in Provider::ALL {
        for id in emulator.thread_ids(provider).into_iter().take(1) {
            text += &format!("#   threadline update {provider}:{id} --close\n");
        }
    }
    text
}

/// A value as a shell reads it back.
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
    fn a_shell_reads_values_back() {
        assert_eq!(quoted("sandbox-key"), "sandbox-key");
        assert_eq!(
            quoted("http://127.0.0.1:1/api/v1"),
            "http://127.0.0.1:1/api/v1"
        );
        assert_eq!(quoted("a$b'c"), r"'a$b'\''c'");
    }
}
