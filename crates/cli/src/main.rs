//! The `threadline` command: conversation threads on ContactShip and Inboxapp, from a shell.

#![forbid(unsafe_code)]

mod args;
mod assignee;
mod bulk;
mod commands;
mod complete;
mod failure;
mod help;
mod interrupt;
mod listing;
mod output;
mod profile;
mod session;
mod target;
mod usage;
mod watch;

use std::process::ExitCode;
use std::{env, io};

use clap::{CommandFactory as _, Parser as _};
use clap_complete::CompleteEnv;
use tracing_subscriber::EnvFilter;

use crate::args::{Cli, Command};
use crate::commands::completions;
use crate::output::{Output, Printer};

fn main() -> ExitCode {
    // Ends the process if a shell asks for completions.
    CompleteEnv::with_factory(Cli::command)
        .var(completions::VARIABLE)
        .complete();
    let mut cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::report(&error),
    };
    start_logging();
    if matches!(&cli.command, Command::Api(args) if args.asks_for_json()) {
        cli.output = Output::Json;
    }
    let printer = Printer::new(cli.output, std::mem::take(&mut cli.json));
    match commands::run(&cli, &printer) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(&printer),
    }
}

/// Logs to standard error what `RUST_LOG` selects; nothing if it is not set.
fn start_logging() {
    let Ok(directives) = env::var(EnvFilter::DEFAULT_ENV) else {
        return;
    };
    match EnvFilter::try_new(directives) {
        Ok(filter) => {
            let subscriber = tracing_subscriber::fmt().with_env_filter(filter);
            // It can only fail if another subscriber is set, and there is none.
            let _ = subscriber.with_writer(io::stderr).try_init();
        }
        Err(error) => {
            output::print_note(&format!("warning: nothing is logged: RUST_LOG: {error}"));
        }
    }
}
