//! Development commands: `cargo xtask --help`.

#![forbid(unsafe_code)]

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{bench, codegen, drift};

/// Development commands of the threadline workspace.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print what one call costs, next to the same call written by hand.
    Bench,
    /// Generate the client crates from the specs.
    Codegen {
        /// Only this spec; `--list` shows them.
        spec: Option<String>,
        /// Change nothing; exit with 1 when a checked-in file differs from what would be generated.
        #[arg(long, conflicts_with = "list")]
        check: bool,
        /// List the specs and how many operations each has.
        #[arg(long)]
        list: bool,
    },
    /// Compare a spec with the vendor's own OpenAPI document. Exits with 1 when they differ, with 2 when they cannot be
    /// compared.
    Drift {
        /// The spec; `cargo xtask codegen --list` shows them.
        spec: String,
        /// The vendor's document: OpenAPI 3.0 or 3.1, JSON or YAML.
        #[arg(long, value_name = "VENDOR_FILE")]
        against: PathBuf,
        /// How the report is written.
        #[arg(long, value_enum, default_value_t)]
        output: drift::Output,
        /// The deliberate differences [default: specs/drift/<SPEC>.toml].
        #[arg(long, value_name = "FILE")]
        deliberate: Option<PathBuf>,
    },
}

fn main() -> io::Result<ExitCode> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let (mut out, mut err) = (io::stdout().lock(), io::stderr());
    match Arguments::parse().command {
        Command::Bench => Ok(if bench::run(&root)? {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }),
        Command::Codegen { spec, check, list } => {
            let specs = match codegen::chosen(spec.as_deref()) {
                Ok(specs) => specs,
                Err(problem) => {
                    io::Write::write_fmt(&mut err, format_args!("{problem}\n"))?;
                    return Ok(ExitCode::from(2));
                }
            };
            let well = if list {
                codegen::list(&root, &specs, &mut out, &mut err)?
            } else if check {
                codegen::verify(&root, &specs, &mut out, &mut err)?
            } else {
                codegen::write(&root, &specs, &mut out, &mut err)?
            };
            Ok(if well {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        }
        Command::Drift {
            spec,
            against,
            output,
            deliberate,
        } => {
            let spec = match drift::chosen(&spec) {
                Ok(spec) => spec,
                Err(problem) => {
                    io::Write::write_fmt(&mut err, format_args!("{problem}\n"))?;
                    return Ok(ExitCode::from(2));
                }
            };
            let drift = drift::Drift {
                root,
                spec,
                against,
                deliberate,
            };
            Ok(ExitCode::from(drift.run(output, &mut out, &mut err)?))
        }
    }
}
