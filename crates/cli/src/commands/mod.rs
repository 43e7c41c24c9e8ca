//! The commands, one a file.

mod completions;
mod demo;
mod emulator;
mod get;
mod update;

use tokio::runtime::Builder;

use crate::args::{Cli, Command};
use crate::failure::Failure;

/// Runs a command.
pub(crate) fn run(cli: Cli) -> Result<(), Failure> {
    let Cli {
        output,
        call,
        command,
    } = cli;
    let name = command.name();
    let is_call = matches!(command, Command::Update(_) | Command::Get(_));
    if let Some(option) = call.first_for_calls_only().filter(|_| !is_call) {
        return Err(Failure::usage(format!(
            "{option} does not apply to {name}, only to get and update"
        )));
    }
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::system(&error))?;
    runtime.block_on(async {
        match command {
            Command::Update(args) => update::run(&args, &call, output).await,
            Command::Get(args) => get::run(&args, &call, output).await,
            Command::Demo => demo::run(output).await,
            Command::Emulator(args) => emulator::run(args, output).await,
            Command::Completions { shell } => completions::run(shell),
        }
    })
}
