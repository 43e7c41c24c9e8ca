//! `threadline emulator`

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueHint};
use serde::Serialize;
use threadline::{Credential, ProviderKind, printable};
use threadline_emulator::{Emulator, ReceivedRequest};

use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::output::{Printer, json};

pub(crate) const ABOUT: &str = "\
Emulate both vendors' APIs on this machine until Ctrl-C.

ContactShip, Inboxapp v1 and Inboxapp v2 are each served on their own port, with example threads. \
Prints the URLs, the credential, and the lines to paste into another shell so that threadline calls \
the emulator there.";

pub(crate) const HELP: &str = "\
Examples:
  threadline emulator
  threadline emulator --port-contactship 8081 --port-inboxapp-v1 8082 --port-inboxapp 8083
  threadline emulator --rate-limit 5/60 --strict
  threadline emulator --seed state.json
  threadline emulator --output json

Each request has a line on standard error. In a browser or with curl, the address of each API shows
its threads and the last requests. /_/state, /_/reset, /_/faults and /_/limits look into it and
change it.";

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

    /// Enforce this rate limit instead of the vendors': REQUESTS/SECONDS, or none
    #[arg(long, value_name = "LIMIT", value_parser = rate_limit, value_hint = ValueHint::Other)]
    rate_limit: Option<Limit>,

    /// Refuse unknown fields, unknown parameters and unknown assignees
    #[arg(long)]
    strict: bool,

    /// Start with the state in this file, as /_/state returns it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    seed: Option<PathBuf>,

    /// Do not log requests
    #[arg(short, long)]
    quiet: bool,

    /// The API key and token to accept. It is printed, so do not use a real one
    #[arg(long, value_name = "WORD", default_value = Emulator::CREDENTIAL, value_hint = ValueHint::Other)]
    credential: String,
}

/// A rate limit to enforce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limit {
    None,
    Requests { count: u32, per: Duration },
}

/// Reads `REQUESTS/SECONDS` or `none`.
fn rate_limit(text: &str) -> Result<Limit, String> {
    if text == "none" {
        return Ok(Limit::None);
    }
    let parts = text.split_once('/');
    let numbers = parts.and_then(|(count, seconds)| {
        let count = count.parse().ok().filter(|count| *count > 0)?;
        let seconds = seconds.parse().ok().filter(|seconds| *seconds > 0)?;
        Some((count, seconds))
    });
    match numbers {
        Some((count, seconds)) => Ok(Limit::Requests {
            count,
            per: Duration::from_secs(seconds),
        }),
        None => Err("expected REQUESTS/SECONDS such as 5/60, or none".to_owned()),
    }
}

/// A received request, in the log for programs.
#[derive(Debug, Serialize)]
struct RequestOutput<'a> {
    /// The line for people, without credentials.
    line: String,
    provider: &'a ProviderKind,
    operation: Option<&'a str>,
    status: u16,
    fault: Option<String>,
    issues: &'a [String],
}

impl<'a> From<&'a ReceivedRequest> for RequestOutput<'a> {
    fn from(request: &'a ReceivedRequest) -> Self {
        Self {
            line: request.to_string(),
            provider: &request.provider,
            operation: request.operation.as_deref(),
            status: request.status,
            fault: request.fault.map(|fault| fault.as_str().to_owned()),
            issues: &request.issues,
        }
    }
}

/// Logs a request on standard error.
fn log(request: &ReceivedRequest, printer: &Printer) {
    if printer.is_json() {
        let line = json::line(&RequestOutput::from(request));
        printer.note(&line.unwrap_or_default());
    } else {
        printer.note(&printable(&request.to_string()).to_string());
    }
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
    let mut builder = Emulator::builder()
        .contactship_port(args.port_contactship)
        .inboxapp_v1_port(args.port_inboxapp_v1)
        .inboxapp_port(args.port_inboxapp)
        .credential(args.credential.as_str())
        .strict(args.strict);
    builder = match args.rate_limit {
        None => builder,
        Some(Limit::None) => builder.unlimited(),
        Some(Limit::Requests { count, per }) => builder.rate_limit(count, per),
    };
    if let Some(path) = &args.seed {
        builder = builder.seed_file(path);
    }
    if !args.quiet {
        let printer = printer.clone();
        builder = builder.log(move |request| log(request, &printer));
    }
    let emulator = builder.start().await?;
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
    fn a_rate_limit_is_a_number_in_a_number_of_seconds() {
        let per = Duration::from_secs(60);
        assert_eq!(rate_limit("5/60"), Ok(Limit::Requests { count: 5, per }));
        assert_eq!(rate_limit("none"), Ok(Limit::None));
        for text in ["", "5", "0/60", "5/0", "5/min", "-1/60"] {
            assert!(rate_limit(text).unwrap_err().contains("5/60"), "{text}");
        }
    }

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
