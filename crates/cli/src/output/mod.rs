//! Results on standard output; notes, warnings and errors on standard error.

pub(crate) mod json;
pub(crate) mod table;

use std::io::{self, ErrorKind, IsTerminal as _};
use std::sync::Arc;

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::failure::Failure;

/// The format of results and errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people. Lists are aligned columns on a terminal, and tab-separated lines without a
    /// heading elsewhere
    Table,
    /// For programs: one line of JSON for each result. A thread has the vendor's own JSON under
    /// `native`; an error, on standard error, is an object with the member `error`
    Json,
}

/// Prints results and notes.
#[derive(Clone, Debug)]
pub(crate) struct Printer(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    output: Output,
    /// The members of JSON to print; all if there are none.
    members: Vec<String>,
    /// The progress of several calls; not shown unless there are several.
    progress: ProgressBar,
}

/// Whether the reader of standard output is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    Reads,
    /// The pipe is closed, as by `head`. This is no failure.
    Gone,
}

impl Printer {
    pub(crate) fn new(output: Output, members: Vec<String>) -> Self {
        Self(Arc::new(Inner {
            output: if members.is_empty() {
                output
            } else {
                Output::Json
            },
            members,
            progress: ProgressBar::hidden(),
        }))
    }

    /// Whether results are JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.0.output == Output::Json
    }

    /// Makes sure that results like the sample have the members that are asked for.
    pub(crate) fn check_members(&self, sample: &impl Serialize) -> Result<(), Failure> {
        if self.0.members.is_empty() {
            return Ok(());
        }
        let line = json::line(&json::WithRequestId::new(sample, None))?;
        let known = json::members(&line);
        match self.0.members.iter().find(|name| !known.contains(name)) {
            Some(unknown) => Err(Failure::usage(format!(
                "--json: there is no member {unknown:?}, only {}",
                known.join(", ")
            ))),
            None => Ok(()),
        }
    }

    /// Refuses `--json MEMBERS` where results are not objects of one kind.
    pub(crate) fn check_no_members(&self, command: &str) -> Result<(), Failure> {
        if self.0.members.is_empty() {
            return Ok(());
        }
        Err(Failure::usage(format!(
            "--json MEMBERS does not apply to {command}: use --output json"
        )))
    }

    /// Prints a result as a line of JSON.
    pub(crate) fn json(&self, value: &impl Serialize) -> Result<Reader, Failure> {
        let line = json::line(value)?;
        if self.0.members.is_empty() {
            return self.result(&line);
        }
        self.result(&json::picked(&line, &self.0.members)?)
    }

    /// Prints the result of a call as a line of JSON, with the id of the request that returned it.
    pub(crate) fn call_json(
        &self,
        value: &impl Serialize,
        request_id: Option<&str>,
    ) -> Result<Reader, Failure> {
        self.json(&json::WithRequestId::new(value, request_id))
    }

    /// Prints a vendor's JSON: as it came, on one line; on a terminal indented.
    pub(crate) fn vendor_json(&self, body: &str) -> Result<Reader, Failure> {
        let value = serde_json::from_str::<serde_json::Value>(body).ok();
        match value.filter(|_| is_terminal() && !self.is_json()) {
            Some(value) => {
                let text = serde_json::to_string_pretty(&value);
                self.result(&text.map_err(|error| Failure::output(&error.into()))?)
            }
            None => self.result(&body.replace(['\r', '\n'], "")),
        }
    }

    /// Prints a result. A line end is added if there is none.
    pub(crate) fn result(&self, text: &str) -> Result<Reader, Failure> {
        let written = self
            .0
            .progress
            .suspend(|| write(&mut anstream::stdout().lock(), text));
        match written {
            Ok(()) => Ok(Reader::Reads),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Reader::Gone),
            Err(error) => Err(Failure::output(&error)),
        }
    }

    /// Prints a note, a warning or an error to standard error. A failure to write it is ignored: it
    /// could not be reported.
    pub(crate) fn note(&self, text: &str) {
        self.0.progress.suspend(|| print_note(text));
    }

    /// Whether notes for people may be printed: programs that read JSON expect nothing but JSON,
    /// unless standard error is a terminal.
    pub(crate) fn speaks(&self) -> bool {
        !self.is_json() || io::stderr().is_terminal()
    }

    /// Shows a progress bar from now on, if standard error is a terminal.
    pub(crate) fn start_progress(&self, length: usize) -> ProgressBar {
        let bar = self.0.progress.clone();
        // The template is fixed; the default one would be shown if it were wrong.
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        bar.set_length(u64::try_from(length).unwrap_or(u64::MAX));
        bar.set_draw_target(ProgressDrawTarget::stderr());
        bar
    }
}

/// Prints to standard error, where no progress is shown.
pub(crate) fn print_note(text: &str) {
    let _ = write(&mut anstream::stderr().lock(), text);
}

fn write(stream: &mut impl io::Write, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        stream.write_all(b"\n")?;
    }
    stream.flush()
}

/// Whether results go to a terminal.
pub(crate) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}
