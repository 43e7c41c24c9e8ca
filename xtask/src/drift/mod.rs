//! `cargo xtask drift`: compares our spec with a vendor's own OpenAPI document.
//!
//! Both documents are read (`read`), their `operations` matched (`matching`) and compared (`compare`, `schemas`,
//! `variants`). Schemas are normalized first (`normalise` makes a `shape`), so that notation does not matter.
//! Deliberate differences are removed (`explain`, `rules`), and the rest is reported once per cause (`difference`,
//! `report`).

mod codes;
mod compare;
mod difference;
mod explain;
mod keywords;
mod matching;
mod normalise;
mod operations;
mod read;
mod report;
mod rules;
#[cfg(test)]
mod same;
mod schemas;
mod shape;
mod variants;

use std::io::{self, Write};
use std::path::PathBuf;

use crate::finding::Findings;
use crate::registry::{SPECS, Spec};

pub use codes::spell_out;
pub use difference::{Difference, Kind, Place};
pub use report::{Output, Report};

/// What to compare.
#[derive(Clone, Debug)]
pub struct Drift {
    /// The workspace root.
    pub root: PathBuf,
    /// Our spec.
    pub spec: Spec,
    /// The vendor's document.
    pub against: PathBuf,
    /// The deliberate differences, if not in `specs/drift/<spec>.toml`.
    pub deliberate: Option<PathBuf>,
}

impl Drift {
    /// Compares the two documents.
    pub fn report(&self) -> Result<Report, Findings> {
        let file = self.spec.file;
        let mut ours = read::document(&self.root.join(file), file)?;
        let mut theirs = read::document(&self.against, &self.against.display().to_string())?;
        // The other document may be an earlier version of ours.
        spell_out(&mut ours);
        spell_out(&mut theirs);
        let entries = self.entries()?;
        let compare::Compared { found, words } = compare::documents(&ours, &theirs);
        let vendor = rules::Vendor::new(&theirs, words);
        let explained = explain::apply(found, &vendor, &entries);
        Ok(Report {
            spec: self.spec.name,
            against: self.against.display().to_string(),
            differences: difference::grouped(explained.remaining),
            explained: difference::grouped(explained.deliberate).len(),
            stale: explained.stale,
        })
    }

    /// The deliberate differences; none if there is no file.
    fn entries(&self) -> Result<Vec<explain::Entry>, Findings> {
        let name = format!("specs/drift/{}.toml", self.spec.name);
        match &self.deliberate {
            Some(path) => explain::read(path, &path.display().to_string()),
            None if self.root.join(&name).exists() => explain::read(&self.root.join(&name), &name),
            None => Ok(Vec::new()),
        }
    }

    /// Writes the report; returns the exit code.
    pub fn run(
        &self,
        output: Output,
        out: &mut impl Write,
        err: &mut impl Write,
    ) -> io::Result<u8> {
        match self.report() {
            Ok(report) => {
                report.write(output, out)?;
                Ok(u8::from(!report.clean()))
            }
            Err(findings) => {
                writeln!(err, "{findings}")?;
                Ok(2)
            }
        }
    }
}

/// The spec with this name or file.
pub fn chosen(name: &str) -> Result<Spec, String> {
    let spec = SPECS
        .into_iter()
        .find(|spec| spec.name == name || spec.file == name);
    spec.ok_or_else(|| {
        let known = SPECS.map(|spec| spec.name).join(", ");
        format!("there is no spec `{name}`; there are {known}")
    })
}

/// A folder with these files.
#[cfg(test)]
pub(crate) fn temporary(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}
