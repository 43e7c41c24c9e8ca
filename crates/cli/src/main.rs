//! The `threadline` command: conversation threads on ContactShip and Inboxapp, from a shell.

#![forbid(unsafe_code)]

mod args;
mod assignee;
mod commands;
mod connection;
mod environment;
mod exit;
mod failure;
mod help;
mod interruption;
mod logging;
mod output;
mod sandbox;
mod target;
mod usage;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::Cli;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::report(&error),
    };
    logging::start();
    let output = cli.output;
    match commands::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(output),
    }
}
