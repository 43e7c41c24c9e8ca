//! The commands, one a file.

pub(crate) mod api;
pub(crate) mod assignees;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod contact;
mod demo;
pub(crate) mod doctor;
pub(crate) mod emulator;
pub(crate) mod list;
pub(crate) mod man;
pub(crate) mod messages;
mod providers;
pub(crate) mod send;
pub(crate) mod show;
pub(crate) mod update;

use tokio::runtime::Builder;

use crate::args::{Cli, Command};
use crate::failure::Failure;
use crate::output::Printer;
use crate::session::Session;

/// Runs a command.
pub(crate) fn run(cli: &Cli, printer: &Printer) -> Result<(), Failure> {
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
        Session::open(printer, cli.profile.as_ref(), call, cli.verbose)
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
