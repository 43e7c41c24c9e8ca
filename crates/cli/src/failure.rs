//! Why a command failed, and how that is told.

use std::io;
use std::process::ExitCode;

use threadline::{Delivery, Error, ErrorKind};
use threadline_emulator::StartError;

use crate::exit::{self, exit_code, missing_credential};
use crate::output::{self, Output, json, table};

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A call failed, or could not be made.
    Call {
        /// Why.
        error: Error,
        /// What people may want to know besides.
        note: Option<String>,
    },
    /// This program or its surroundings failed.
    Local(Local),
}

/// A failure that has nothing to do with a vendor.
#[derive(Debug)]
pub(crate) struct Local {
    /// One word for programs.
    pub(crate) kind: &'static str,
    /// A sentence for people.
    pub(crate) message: String,
    /// Whether a vendor may have been called.
    pub(crate) delivery: Delivery,
    /// What the program ends with.
    exit_code: u8,
}

impl Failure {
    /// The command line makes no sense.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Local(Local {
            kind: "usage",
            message: message.into(),
            delivery: Delivery::NotSent,
            exit_code: exit::USAGE,
        })
    }

    /// What the operating system refused before anything was done.
    pub(crate) fn system(error: &io::Error) -> Self {
        Self::local("system", error.to_string())
    }

    /// The emulator did what it should not.
    pub(crate) fn emulator(message: impl Into<String>) -> Self {
        Self::local("emulator", message)
    }

    /// A result that could not be written, of something that may have been done.
    pub(crate) fn output(error: &io::Error) -> Self {
        Self::Local(Local {
            kind: "output",
            message: format!("the result cannot be written: {error}"),
            delivery: Delivery::Unknown,
            exit_code: exit::OTHER,
        })
    }

    fn local(kind: &'static str, message: impl Into<String>) -> Self {
        Self::Local(Local {
            kind,
            message: message.into(),
            delivery: Delivery::NotSent,
            exit_code: exit::OTHER,
        })
    }

    /// Tells on standard error, and gives the exit code.
    pub(crate) fn report(&self, output: Output) -> ExitCode {
        let text = match output {
            Output::Json => json::failure(self),
            Output::Table => table::failure(self),
        };
        output::note(&text);
        ExitCode::from(self.exit_code())
    }

    fn exit_code(&self) -> u8 {
        match self {
            Self::Call { error, .. } => exit_code(error),
            Self::Local(local) => local.exit_code,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call {
            error: for_the_shell(error),
            note: None,
        }
    }
}

/// Some errors name what a program would call; somebody at a shell needs a variable or an option.
fn for_the_shell(error: Error) -> Error {
    const INSECURE: &str = "or allow insecure HTTP explicitly";
    if let Some(missing) = missing_credential(&error) {
        let variable = missing.variable();
        let message = format!("no credential: set {variable}, or try things with --sandbox");
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
