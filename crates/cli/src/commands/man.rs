//! `threadline man`

use std::fs;
use std::path::PathBuf;

use clap::{Args, CommandFactory as _, ValueHint};

use crate::args::Cli;
use crate::failure::Failure;
use crate::output::Printer;

pub(crate) const HELP: &str = "\
Examples:
  threadline man ~/.local/share/man/man1";

#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The folder for the pages; it has to exist
    #[arg(value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    folder: PathBuf,
}

/// Writes a manual page for each command.
pub(crate) fn run(args: &ManArgs, printer: &Printer) -> Result<(), Failure> {
    printer.check_no_members("man")?;
    if !fs::metadata(&args.folder).is_ok_and(|folder| folder.is_dir()) {
        return Err(Failure::usage(format!(
            "{} is not a folder",
            args.folder.display()
        )));
    }
    clap_mangen::generate_to(Cli::command(), &args.folder).map_err(|error| Failure::system(&error))
}
