//! Writing results to standard output and everything else to standard error.

pub(crate) mod json;
pub(crate) mod table;
mod visible;

use std::io::{self, ErrorKind};

use clap::ValueEnum;

use crate::failure::Failure;

/// How results and errors are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people: a line a fact
    Table,
    /// For programs: an object on standard output, with the vendor's answer as received under
    /// `native`; for a failure an object with the member `error` on standard error
    Json,
}

/// Writes a result. A reader that has gone away has seen enough, which is no failure.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    match write(&mut io::stdout().lock(), text) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::output(&error)),
        _ => Ok(()),
    }
}

/// Says something beside the result. Where that cannot be written there is nobody to tell.
pub(crate) fn note(text: &str) {
    let _ = write(&mut io::stderr().lock(), text);
}

fn write(stream: &mut impl io::Write, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        stream.write_all(b"\n")?;
    }
    stream.flush()
}
