//! Results on standard output; notes, warnings and errors on standard error.

pub(crate) mod json;
pub(crate) mod table;

use std::io::{self, ErrorKind};

use clap::ValueEnum;

use crate::failure::Failure;

/// The format of results and errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people: one field a line
    Table,
    /// For programs: one line of JSON. A thread has the vendor's own JSON under `native`; an
    /// error, on standard error, is an object with the member `error`
    Json,
}

/// Prints a result. If the reader has closed the pipe, that is no failure.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    match write(&mut io::stdout().lock(), text) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::output(&error)),
        _ => Ok(()),
    }
}

/// Prints a note, a warning or an error to standard error. A failure to write it is ignored: it
/// could not be reported.
pub(crate) fn print_note(text: &str) {
    let _ = write(&mut io::stderr().lock(), text);
}

fn write(stream: &mut impl io::Write, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        stream.write_all(b"\n")?;
    }
    stream.flush()
}
