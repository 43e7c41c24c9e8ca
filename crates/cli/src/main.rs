//! The `threadline` command: conversation threads on ContactShip and Inboxapp, from a shell.

#![forbid(unsafe_code)]

mod args;
mod assignee;
mod bulk;
mod commands;
mod complete;
mod context;
mod failure;
mod help;
mod interrupt;
mod listing;
mod output;
mod profile;
mod target;
mod usage;
mod watch;

use std::process::ExitCode;
use std::{env, io};

use clap::{CommandFactory as _, Parser as _};
use clap_complete::CompleteEnv;
use tokio::runtime::Builder;
use tracing_subscriber::EnvFilter;

use crate::args::{Cli, Command};
use crate::commands::{
    api, assignees, completions, config, contact, demo, doctor, emulator, list, man, messages,
    providers, send, show, update,
};
use crate::context::Context;
use crate::failure::Failure;
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
    match run(&cli, &printer) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(&printer),
    }
}

/// Runs a command.
fn run(cli: &Cli, printer: &Printer) -> Result<(), Failure> {
    if let Some(name) = cli.command.name_without_calls()
        && let Some(option) = cli.call.first_for_calls_only()
    {
        return Err(Failure::usage(format!(
            "{option} does not apply to {name}, which makes no calls of this kind"
        )));
    }
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::system(&error))?;
    runtime.block_on(dispatch(cli, printer))
}

async fn dispatch(cli: &Cli, printer: &Printer) -> Result<(), Failure> {
    // Only commands with calls need a profile, and react to Ctrl-C in their own way.
    let open = || {
        let call = cli.command.call().or(&cli.call);
        Context::open(printer, cli.profile.as_ref(), call, cli.verbose)
    };
    match &cli.command {
        Command::List(args) => list::run(args, open()?).await,
        Command::Show(args) => show::run(args, open()?).await,
        Command::Messages(args) => messages::run(args, open()?).await,
        Command::Send(args) => send::run(args, open()?).await,
        Command::Close(args) => update::close(args, open()?).await,
        Command::Reopen(args) => update::reopen(args, open()?).await,
        Command::Assign(args) => update::assign(args, open()?).await,
        Command::Unassign(args) => update::unassign(args, open()?).await,
        Command::Update(args) => update::run(args, open()?).await,
        Command::Contact(args) => contact::run(args, open()?).await,
        Command::Assignees(args) => assignees::run(args, open()?).await,
        Command::Doctor(args) => doctor::run(args, open()?).await,
        Command::Api(args) => api::run(args, cli, printer).await,
        Command::Providers => providers::run(printer),
        Command::Config(args) => config::run(args, printer),
        Command::Demo => demo::run(printer).await,
        Command::Emulator(args) => emulator::run(args, printer).await,
        Command::Completions(args) => completions::run(args, printer),
        Command::Man(args) => man::run(args, printer),
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
