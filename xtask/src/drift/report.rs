//! The report, as a table or as JSON.

use std::io::{self, Write};

use clap::ValueEnum;
use serde_json::json;

use super::difference::{Difference, Place};
use super::explain::Entry;

/// The format of the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// A human-readable table.
    #[default]
    Table,
    /// Machine-readable JSON.
    Json,
}

/// The result of a comparison.
pub struct Report {
    /// Our spec's name.
    pub spec: &'static str,
    /// The vendor's document.
    pub against: String,
    /// The unexplained differences.
    pub differences: Vec<Difference>,
    /// How many differences are deliberate.
    pub explained: usize,
    pub(super) stale: Vec<Entry>,
}

/// The maximum number of places per difference in the table.
const SHOWN: usize = 3;
/// The maximum length of the columns with each side's value.
const WIDEST: usize = 48;

impl Report {
    /// Whether there is nothing left to explain.
    pub fn clean(&self) -> bool {
        self.differences.is_empty() && self.stale.is_empty()
    }

    /// Writes the report.
    pub fn write(&self, output: Output, out: &mut impl Write) -> io::Result<()> {
        match output {
            Output::Table => self.table(out),
            Output::Json => self.json(out),
        }
    }

    fn json(&self, out: &mut impl Write) -> io::Result<()> {
        let differences = self.differences.iter().map(|difference| {
            let first = difference.places.first();
            json!({
                "kind": difference.kind.word(),
                "operation": first.map(|at| &at.operation),
                "place": first.map(|at| &at.place),
                "component": difference.component,
                "ours": difference.ours,
                "theirs": difference.theirs,
                "places": difference.places.iter().map(Place::json).collect::<Vec<_>>(),
            })
        });
        let report = json!({
            "spec": self.spec,
            "against": self.against,
            "clean": self.clean(),
            "differences": differences.collect::<Vec<_>>(),
            "explained": self.explained,
            "stale": self.stale.iter().map(Entry::json).collect::<Vec<_>>(),
        });
        writeln!(out, "{report:#}")
    }

    fn table(&self, out: &mut impl Write) -> io::Result<()> {
        if !self.differences.is_empty() {
            let mut rows = vec![["KIND", "WHERE", "OURS", "THEIRS"].map(str::to_owned)];
            rows.extend(self.differences.iter().flat_map(rows_of));
            aligned(&rows, out)?;
            writeln!(out)?;
        }
        for entry in &self.stale {
            writeln!(out, "no longer applies: {}", entry.line())?;
        }
        writeln!(
            out,
            "{} and {}: {}, {} deliberate, {} no longer applying",
            self.spec,
            self.against,
            match self.differences.len() {
                0 => "no differences".to_owned(),
                1 => "1 difference".to_owned(),
                count => format!("{count} differences"),
            },
            self.explained,
            self.stale.len(),
        )
    }
}

/// The difference with its component or place, then the places where it occurs.
fn rows_of(difference: &Difference) -> Vec<[String; 4]> {
    let mut places = difference.places.iter().map(|at| {
        let step = if at.place.is_empty() { "" } else { ": " };
        format!("{}{step}{}", at.operation, at.place)
    });
    let (title, indent) = match &difference.component {
        Some(component) => (component.clone(), "  "),
        None => (places.next().unwrap_or_default(), ""),
    };
    let kind = difference.kind.to_string();
    let mut rows = vec![[
        kind,
        title,
        short(&difference.ours),
        short(&difference.theirs),
    ]];
    let row = |text: String| [String::new(), text, String::new(), String::new()];
    rows.extend(
        places
            .by_ref()
            .take(SHOWN)
            .map(|place| row(format!("{indent}{place}"))),
    );
    match places.count() {
        0 => {}
        more => rows.push(row(format!("{indent}and {more} more"))),
    }
    rows
}

fn short(text: &str) -> String {
    if text.chars().count() <= WIDEST {
        return text.to_owned();
    }
    text.chars().take(WIDEST - 1).chain(['…']).collect()
}

fn aligned(rows: &[[String; 4]], out: &mut impl Write) -> io::Result<()> {
    let mut widths = [0; 4];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    for row in rows {
        let line = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect::<Vec<_>>()
            .join("  ");
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}
