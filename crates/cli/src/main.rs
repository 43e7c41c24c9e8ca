//! The `threadline` command: conversation threads on ContactShip and Inboxapp, from a shell.

#![forbid(unsafe_code)]

mod args;
mod commands;
mod connection;
mod failure;
mod help;
mod output;
mod usage;

use std::process::ExitCode;
use std::{env, io};

use clap::Parser as _;
use tracing_subscriber::EnvFilter;

use crate::args::Cli;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::report(&error),
    };
    start_logging();
    let output = cli.output;
    match commands::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(output),
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
