//! Invalid command lines, and requests for help.

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;

use crate::failure::{EXIT_USAGE, Failure};
use crate::output::{Output, Printer};

/// Prints the requested help, or what is wrong with the command line.
pub(crate) fn report(error: &clap::Error) -> ExitCode {
    let is_failure = error.use_stderr();
    if is_failure && asks_for_json(env::args_os().skip(1)) {
        let printer = Printer::new(Output::Json, Vec::new());
        return Failure::usage(message(error)).report(&printer);
    }
    // A closed pipe is no failure, and other errors cannot be reported anywhere.
    let _ = error.print();
    ExitCode::from(if is_failure { EXIT_USAGE } else { 0 })
}

/// What is wrong, as one line.
pub(crate) fn message(error: &clap::Error) -> String {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "no command is given; see --help".to_owned();
    }
    let text = error.render().to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let words: Vec<&str> = first
        .trim_start_matches("error:")
        .split_whitespace()
        .collect();
    words.join(" ")
}

/// Whether arguments that cannot be parsed select JSON output.
pub(crate) fn asks_for_json(arguments: impl Iterator<Item = OsString>) -> bool {
    let mut asks = false;
    let mut is_value = false;
    for argument in arguments {
        let argument = argument.to_string_lossy();
        if argument == "--" {
            break;
        }
        let value = if is_value {
            Some(argument.as_ref())
        } else {
            argument.strip_prefix("--output=").or_else(|| {
                let value = argument
                    .strip_prefix("-o")
                    .filter(|value| !value.is_empty())?;
                Some(value.strip_prefix('=').unwrap_or(value))
            })
        };
        if let Some(value) = value {
            asks = value == "json";
        }
        asks |= argument == "--json" || argument.starts_with("--json=");
        is_value = !is_value && matches!(argument.as_ref(), "--output" | "-o");
    }
    asks
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::Cli;

    #[test]
    fn json_is_recognised_in_every_spelling() {
        let asks = |line: &str| asks_for_json(line.split_whitespace().map(OsString::from));
        for line in [
            "--output json",
            "get x --output=json",
            "-o json",
            "-ojson get",
            "-o=json",
            "show x --json id",
            "--json=id",
        ] {
            assert!(asks(line), "{line}");
        }
        for line in [
            "",
            "json",
            "--output table",
            "-- --output json",
            "-o",
            "-o json -o table",
        ] {
            assert!(!asks(line), "{line}");
        }
    }

    #[test]
    fn a_message_is_one_line() {
        for (line, expected) in [
            ("threadline", "no command is given; see --help"),
            ("threadline fly", "unrecognized subcommand 'fly'"),
            (
                "threadline update contactship:a --close --reopen",
                "the argument '--close' cannot be used with '--reopen'",
            ),
            (
                "threadline update",
                "the following required arguments were not provided: <PROVIDER:ID>...",
            ),
        ] {
            let error = Cli::try_parse_from(line.split(' ')).unwrap_err();
            assert_eq!(message(&error), expected);
        }
    }
}
