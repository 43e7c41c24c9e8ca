//! Why a command failed: the message and the exit code.

use std::error::Error as _;
use std::process::ExitCode;
use std::{env, io};

use threadline::{Capability, Delivery, Error, ErrorKind, IdempotencyKey, MissingCredential};
use threadline_emulator::StartError;

use crate::output::{Printer, json, table};
use crate::usage;

/// The exit code of wrong usage.
pub(crate) const EXIT_USAGE: u8 = 2;
/// The exit code if some of several threads failed.
const EXIT_SOME: u8 = 8;
/// The exit code of an interrupt, as shells report one.
const EXIT_INTERRUPTED: u8 = 130;
/// The exit code of a failure that has no code of its own.
const EXIT_OTHER: u8 = 1;

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A call failed, or could not be made.
    Call(Box<CallFailure>),
    /// This program or the system failed.
    Local(Local),
    /// The options of an operation are wrong, or its help is asked for.
    CommandLine(Box<clap::Error>),
}

/// The error of a call, and what it is about.
#[derive(Debug)]
pub(crate) struct CallFailure {
    /// The error.
    pub(crate) error: Error,
    /// The thread or the contact that was asked for.
    pub(crate) target: Option<String>,
    /// Whether the call was to change something.
    pub(crate) changes: bool,
    /// A hint that goes with it in a table.
    pub(crate) note: Option<String>,
}

/// A failure that is not the error of a call.
#[derive(Debug)]
pub(crate) struct Local {
    /// Its kind, in JSON.
    pub(crate) kind: &'static str,
    /// What happened.
    pub(crate) message: String,
    /// The thread or the contact that was asked for.
    pub(crate) target: Option<String>,
    /// Whether a request may have reached the vendor.
    pub(crate) delivery: Delivery,
    /// The key with which the send can be repeated.
    pub(crate) idempotency_key: Option<String>,
    /// A hint that goes with it in a table.
    pub(crate) note: Option<String>,
    exit_code: u8,
}

impl Failure {
    /// The command line is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::local("usage", message, EXIT_USAGE)
    }

    /// There is no credential.
    pub(crate) fn credential(message: impl Into<String>) -> Self {
        Self::local("credential", message, 3)
    }

    /// The operating system refused something before any call.
    pub(crate) fn system(error: &io::Error) -> Self {
        Self::local("system", error.to_string(), EXIT_OTHER)
    }

    /// The emulator cannot start, or does not work as it should.
    pub(crate) fn emulator(message: impl Into<String>) -> Self {
        Self::local("emulator", message, EXIT_OTHER)
    }

    /// A result cannot be written. Its call may have been carried out.
    pub(crate) fn output(error: &io::Error) -> Self {
        let message = format!("the result cannot be written: {error}");
        Self::local("output", message, EXIT_OTHER).delivered(Delivery::Unknown)
    }

    /// A call was interrupted, after or before its request was sent.
    pub(crate) fn interrupted(delivery: Delivery, changes: bool) -> Self {
        let message = match (delivery, changes) {
            (Delivery::NotSent, _) => "interrupted: nothing was sent",
            (_, true) => {
                "interrupted: the request was sent and may have been carried out; check before you \
                 repeat the command"
            }
            (_, false) => "interrupted: the request was sent; it changes nothing",
        };
        Self::local("interrupted", message, EXIT_INTERRUPTED).delivered(delivery)
    }

    /// A call was not begun, because of what happened to another.
    pub(crate) fn not_begun(reason: &str) -> Self {
        Self::local("not_sent", format!("not sent: {reason}"), EXIT_OTHER)
    }

    /// Several calls were interrupted; each of them was reported.
    pub(crate) fn interrupted_several(message: impl Into<String>, delivery: Delivery) -> Self {
        Self::local("interrupted", message, EXIT_INTERRUPTED).delivered(delivery)
    }

    /// Some of several calls failed; each of them was reported.
    pub(crate) fn some(message: impl Into<String>, delivery: Delivery) -> Self {
        Self::local("some_failed", message, EXIT_SOME).delivered(delivery)
    }

    /// All of several calls failed, the first of them with this code; each was reported.
    pub(crate) fn all(message: impl Into<String>, delivery: Delivery, exit_code: u8) -> Self {
        Self::local("all_failed", message, exit_code).delivered(delivery)
    }

    /// A check of `doctor` failed; it was reported.
    pub(crate) fn unhealthy(message: impl Into<String>, exit_code: u8) -> Self {
        Self::local("doctor", message, exit_code)
    }

    /// The options of an operation cannot be parsed.
    pub(crate) fn command_line(error: clap::Error) -> Self {
        Self::CommandLine(Box::new(error))
    }

    /// A list of pages cannot be followed.
    pub(crate) fn pages(message: impl Into<String>) -> Self {
        Self::local("invalid_response", message, EXIT_OTHER).delivered(Delivery::Answered)
    }

    fn local(kind: &'static str, message: impl Into<String>, exit_code: u8) -> Self {
        Self::Local(Local {
            kind,
            message: message.into(),
            target: None,
            delivery: Delivery::NotSent,
            idempotency_key: None,
            note: None,
            exit_code,
        })
    }

    fn delivered(mut self, delivered: Delivery) -> Self {
        if let Self::Local(local) = &mut self {
            local.delivery = delivered;
        }
        self
    }

    /// With the thread or the contact that was asked for.
    pub(crate) fn of(mut self, name: impl Into<String>) -> Self {
        match &mut self {
            Self::Call(call) => call.target = Some(name.into()),
            Self::Local(local) => local.target = Some(name.into()),
            Self::CommandLine(_) => {}
        }
        self
    }

    /// With a hint.
    pub(crate) fn note(mut self, hint: impl Into<Option<String>>) -> Self {
        match &mut self {
            Self::Call(call) => call.note = hint.into(),
            Self::Local(local) => local.note = hint.into(),
            Self::CommandLine(_) => {}
        }
        self
    }

    /// With the key of a send, if it may have been carried out: only then the key is of use.
    pub(crate) fn with_key(mut self, key: Option<&IdempotencyKey>) -> Self {
        let (Some(key), Delivery::Unknown) = (key, self.delivery()) else {
            return self;
        };
        if let Self::Local(local) = &mut self {
            local.idempotency_key = Some(key.to_string());
        }
        self.note(format!(
            "to send the same message again without sending it twice: --idempotency-key {key}"
        ))
    }

    /// Whether the call was to change something; otherwise there is nothing to check afterwards.
    pub(crate) fn of_change(mut self, changes: bool) -> Self {
        if let Self::Call(call) = &mut self {
            call.changes = changes;
        }
        self
    }

    /// The thread or the contact that was asked for.
    pub(crate) fn target(&self) -> Option<&str> {
        match self {
            Self::Call(call) => call.target.as_deref(),
            Self::Local(local) => local.target.as_deref(),
            Self::CommandLine(_) => None,
        }
    }

    /// What happened, on one line.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Call(call) => call.error.to_string(),
            Self::Local(local) => local.message.clone(),
            Self::CommandLine(error) => usage::message(error),
        }
    }

    /// What happened, without what it is about.
    #[cfg(test)]
    pub(crate) fn message(&self) -> &str {
        match self {
            Self::Call(call) => call.error.message(),
            Self::Local(local) => &local.message,
            Self::CommandLine(_) => "",
        }
    }

    /// Whether a request has reached the vendor.
    pub(crate) fn delivery(&self) -> Delivery {
        match self {
            Self::Call(call) => call.error.delivery(),
            Self::Local(local) => local.delivery,
            Self::CommandLine(_) => Delivery::NotSent,
        }
    }

    /// Whether the vendor refused the credential, so that no further call can succeed.
    pub(crate) fn is_refused_credential(&self) -> bool {
        matches!(self, Self::Call(call) if call.error.kind() == ErrorKind::Authentication)
    }

    /// Whether a result could not be written.
    pub(crate) fn is_output(&self) -> bool {
        matches!(self, Self::Local(local) if local.kind == "output")
    }

    /// Prints the failure to standard error.
    pub(crate) fn print(&self, printer: &Printer) {
        printer.note(&if printer.is_json() {
            json::failure(self)
        } else {
            table::failure(self)
        });
    }

    /// Prints the failure to standard error, and returns the exit code.
    pub(crate) fn report(&self, printer: &Printer) -> ExitCode {
        if let Self::CommandLine(error) = self {
            return usage::report(error);
        }
        self.print(printer);
        ExitCode::from(self.exit_code())
    }

    /// The exit code.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Call(call) => exit_code(&call.error),
            Self::Local(local) => local.exit_code,
            Self::CommandLine(_) => EXIT_USAGE,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call(Box::new(CallFailure {
            error: with_advice_for_the_shell(error),
            target: None,
            changes: true,
            note: None,
        }))
    }
}

/// Advice for users of the library, and the same for users of a shell.
const SHELL_WORDS: [(&str, &str); 7] = [
    (
        "or allow insecure HTTP explicitly",
        "or give --allow-insecure-http",
    ),
    (
        "to filter client-side, set filter_locally",
        "to filter on this machine, give --filter-locally",
    ),
    (
        "use Folder::Closed or no status",
        "give --folder closed, or no --status",
    ),
    (
        "Folder::Closed holds only closed threads: use it without a status",
        "the folder holds only closed threads: give it without --status",
    ),
    ("set a status or a folder", "give --status or --folder"),
    (
        "set a text, media or a template",
        "give a TEXT (- for standard input), --media or --template",
    ),
    (
        "for threads without one, use unassigned",
        "for threads without one, give --unassigned",
    ),
];

/// Replaces advice for users of the library by the variable or option that helps at a shell.
fn with_advice_for_the_shell(error: Error) -> Error {
    if let Some(variable) = missing_credential(&error).and_then(MissingCredential::variable) {
        let problem = if env::var_os(variable).is_some() {
            format!("{variable} is empty: set it")
        } else {
            format!("no credential: set {variable}")
        };
        return error.with_message(format!("{problem}, or use --sandbox"));
    }
    if error.delivery() != Delivery::NotSent {
        return error;
    }
    let mut message = error.message().to_owned();
    for (library, shell) in SHELL_WORDS {
        message = message.replace(library, shell);
    }
    if error.kind() == ErrorKind::Unsupported {
        // The name of a capability says little to somebody who does not know the library.
        let mut words = message.split([' ', ';']);
        let named =
            words.find_map(|word| Capability::from_name(word).filter(|_| word.contains('_')));
        if let Some(capability) = named {
            let name = capability.as_str();
            message = message.replacen(name, &format!("{name} ({})", capability.description()), 1);
        }
    }
    error.with_message(message)
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Self::emulator(error.to_string())
    }
}

/// The exit code of a failed call.
fn exit_code(error: &Error) -> u8 {
    match error.kind() {
        ErrorKind::DryRun => 0,
        ErrorKind::InvalidConfig if missing_credential(error).is_some() => 3,
        ErrorKind::InvalidRequest | ErrorKind::Unsupported | ErrorKind::InvalidConfig => EXIT_USAGE,
        ErrorKind::Authentication | ErrorKind::PermissionDenied => 3,
        ErrorKind::NotFound => 4,
        ErrorKind::Conflict | ErrorKind::Rejected => 5,
        ErrorKind::RateLimited => 6,
        ErrorKind::Unavailable
        | ErrorKind::Connect
        | ErrorKind::Timeout
        | ErrorKind::ConnectionLost => 7,
        _ => EXIT_OTHER,
    }
}

/// The credential that an error says is missing, if it is such an error.
fn missing_credential(error: &Error) -> Option<&MissingCredential> {
    error.source()?.downcast_ref()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use threadline::{Config, ProviderKind};

    use super::*;

    #[test]
    fn every_kind_has_its_code() {
        for (kind, code) in [
            (ErrorKind::DryRun, 0),
            (ErrorKind::InvalidResponse, 1),
            (ErrorKind::InvalidRequest, 2),
            (ErrorKind::Unsupported, 2),
            (ErrorKind::InvalidConfig, 2),
            (ErrorKind::Authentication, 3),
            (ErrorKind::PermissionDenied, 3),
            (ErrorKind::NotFound, 4),
            (ErrorKind::Conflict, 5),
            (ErrorKind::Rejected, 5),
            (ErrorKind::RateLimited, 6),
            (ErrorKind::Unavailable, 7),
            (ErrorKind::Connect, 7),
            (ErrorKind::Timeout, 7),
            (ErrorKind::ConnectionLost, 7),
        ] {
            assert_eq!(exit_code(&Error::new(kind, "acme", "")), code, "{kind}");
            let page = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join(format!("../transport/docs/errors/{kind}.md"));
            let page = fs::read_to_string(page).unwrap();
            let row = format!("\n| exit code of `threadline` | {code}");
            let rest = page.split_once(&row).map(|(_, rest)| rest);
            let is_documented = rest.is_some_and(|rest| rest.starts_with([' ', ',']));
            assert!(is_documented, "the page about {kind} has another exit code");
        }
    }

    #[test]
    fn a_missing_credential_has_the_code_of_authentication() {
        let error = ProviderKind::ContactShip
            .connect(Config::new())
            .unwrap_err();
        assert_eq!(
            (error.kind(), exit_code(&error)),
            (ErrorKind::InvalidConfig, 3)
        );
    }
}
