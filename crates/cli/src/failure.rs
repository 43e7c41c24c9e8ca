//! Why a command failed: the message and the exit code.

use std::error::Error as _;
use std::io;
use std::process::ExitCode;

use threadline::{Delivery, Error, ErrorKind, MissingCredential};
use threadline_emulator::StartError;

use crate::output::{self, Output, json, table};

/// The exit code of wrong usage.
pub(crate) const EXIT_USAGE: u8 = 2;
/// The exit code of a failure that has no code of its own.
const EXIT_OTHER: u8 = 1;

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A call failed, or could not be made.
    Call {
        /// The error.
        error: Error,
        /// A hint that goes with it in a table.
        note: Option<String>,
    },
    /// This program or the system failed.
    Local(Local),
}

/// A failure that is not the error of a call.
#[derive(Debug)]
pub(crate) struct Local {
    /// Its kind, in JSON.
    pub(crate) kind: &'static str,
    /// What happened.
    pub(crate) message: String,
    /// Whether a request may have reached the vendor.
    pub(crate) delivery: Delivery,
    exit_code: u8,
}

impl Failure {
    /// The command line is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Local(Local {
            kind: "usage",
            message: message.into(),
            delivery: Delivery::NotSent,
            exit_code: EXIT_USAGE,
        })
    }

    /// The operating system refused something before any call.
    pub(crate) fn system(error: &io::Error) -> Self {
        Self::local("system", error.to_string())
    }

    /// The emulator cannot start, or does not work as it should.
    pub(crate) fn emulator(message: impl Into<String>) -> Self {
        Self::local("emulator", message)
    }

    /// A result cannot be written. Its call may have been carried out.
    pub(crate) fn output(error: &io::Error) -> Self {
        Self::Local(Local {
            kind: "output",
            message: format!("the result cannot be written: {error}"),
            delivery: Delivery::Unknown,
            exit_code: EXIT_OTHER,
        })
    }

    fn local(kind: &'static str, message: impl Into<String>) -> Self {
        Self::Local(Local {
            kind,
            message: message.into(),
            delivery: Delivery::NotSent,
            exit_code: EXIT_OTHER,
        })
    }

    /// Prints the failure to standard error, and returns the exit code.
    pub(crate) fn report(&self, output: Output) -> ExitCode {
        let text = match output {
            Output::Json => json::failure(self),
            Output::Table => table::failure(self),
        };
        output::print_note(&text);
        ExitCode::from(self.exit_code())
    }

    /// The exit code.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Call { error, .. } => exit_code(error),
            Self::Local(local) => local.exit_code,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call {
            error: with_advice_for_the_shell(error),
            note: None,
        }
    }
}

/// Replaces advice for library users by the variable or option that helps at a shell.
fn with_advice_for_the_shell(error: Error) -> Error {
    const INSECURE: &str = "or allow insecure HTTP explicitly";
    if let Some(variable) = missing_credential(&error).and_then(MissingCredential::variable) {
        let message = format!("no credential: set {variable}, or use --sandbox");
        return error.with_message(message);
    }
    if error.kind() == ErrorKind::InvalidConfig && error.message().contains(INSECURE) {
        let message = error
            .message()
            .replace(INSECURE, "or give --allow-insecure-http");
        return error.with_message(message);
    }
    error
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
