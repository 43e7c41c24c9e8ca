//! `threadline completions`

use clap::Args;
use clap_complete::env::{Bash, Elvish, EnvCompleter, Fish, Powershell, Zsh};

use crate::failure::Failure;
use crate::output::Printer;

pub(crate) const HELP: &str = "\
Examples:
  echo 'source <(threadline completions bash)' >> ~/.bashrc
  echo 'source <(threadline completions zsh)' >> ~/.zshrc
  threadline completions fish > ~/.config/fish/completions/threadline.fish

The script asks threadline itself what to offer: commands, options, providers, profiles.";

/// The variable by which the script asks.
pub(crate) const VARIABLE: &str = "THREADLINE_COMPLETE";

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Shell {
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
}

/// Prints a shell completion script.
pub(crate) fn run(args: &CompletionsArgs, printer: &Printer) -> Result<(), Failure> {
    printer.check_no_members("completions")?;
    let completer: &dyn EnvCompleter = match args.shell {
        Shell::Bash => &Bash,
        Shell::Elvish => &Elvish,
        Shell::Fish => &Fish,
        Shell::Powershell => &Powershell,
        Shell::Zsh => &Zsh,
    };
    let mut script = Vec::new();
    let name = "threadline";
    completer
        .write_registration(VARIABLE, name, name, name, &mut script)
        .map_err(|error| Failure::output(&error))?;
    printer.result(&String::from_utf8_lossy(&script))?;
    Ok(())
}
