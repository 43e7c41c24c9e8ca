//! `cargo xtask codegen`: runs every spec through all steps.

use std::io::{self, Write};
use std::path::Path;

use crate::finding::Findings;
use crate::registry::{SPECS, Spec};
use crate::spec::{document, load};
use crate::write::{Files, Source};
use crate::{check, driver, generate, lint, lower, write as writer};

/// Runs all steps up to the file contents; writes nothing.
pub fn files(root: &Path, spec: &Spec) -> Result<Files, Findings> {
    let file = spec.file;
    let document = load::load(&root.join(file), file)?;
    from_document(spec, &document).map_err(|findings| findings.in_file(file))
}

/// The same for a document in memory.
pub fn from_document(spec: &Spec, document: &serde_json::Value) -> Result<Files, Findings> {
    lint::lint(document)?;
    let (lowered, model) = lower::lower(document.clone())?;
    let parts = generate::generate(lowered, &model)?;
    let source = Source {
        spec,
        model: &model,
        parts: &parts,
    };
    let mut files = writer::write(source, document)?;
    if let Some(path) = spec.driver {
        files.insert(path.to_owned(), driver::write(source)?);
    }
    Ok(files)
}

/// The specs with this name, or all of them.
pub fn chosen(name: Option<&str>) -> Result<Vec<Spec>, String> {
    let chosen = SPECS
        .into_iter()
        .filter(|spec| name.is_none_or(|name| name == spec.name))
        .collect::<Vec<_>>();
    if chosen.is_empty() {
        let known = SPECS.map(|spec| spec.name).join(", ");
        return Err(format!(
            "there is no spec `{}`; there are {known}",
            name.unwrap_or_default()
        ));
    }
    Ok(chosen)
}

/// Writes files that differ. Returns whether everything succeeded.
pub fn write(
    root: &Path,
    specs: &[Spec],
    out: &mut impl Write,
    err: &mut impl Write,
) -> io::Result<bool> {
    let read = |spec: &Spec| files(root, spec);
    each(specs, err, read, |spec, files, _| {
        let changed = check::write(root, spec.folder, &files)?;
        for path in &changed {
            writeln!(out, "wrote {}", path.display())?;
        }
        if changed.is_empty() {
            writeln!(out, "{} is up to date", spec.folder)?;
        }
        Ok(true)
    })
}

/// Reports every stale file, and the command to regenerate it. Returns whether there are none.
pub fn verify(
    root: &Path,
    specs: &[Spec],
    out: &mut impl Write,
    err: &mut impl Write,
) -> io::Result<bool> {
    let read = |spec: &Spec| files(root, spec);
    each(specs, err, read, |spec, files, err| {
        let stale = check::compare(root, spec.folder, &files)?;
        if stale.is_empty() {
            writeln!(out, "{} is up to date", spec.folder)?;
            return Ok(true);
        }
        for stale in &stale {
            writeln!(out, "{} is stale:\n{}", stale.path.display(), stale.diff)?;
        }
        writeln!(
            err,
            "{} stale files in {}; run `{}`",
            stale.len(),
            spec.folder,
            spec.command
        )?;
        Ok(false)
    })
}

/// Lists the specs with their number of operations. Returns whether all are readable.
pub fn list(
    root: &Path,
    specs: &[Spec],
    out: &mut impl Write,
    err: &mut impl Write,
) -> io::Result<bool> {
    let read = |spec: &Spec| load::load(&root.join(spec.file), spec.file);
    each(specs, err, read, |spec, document, _| {
        let Spec {
            name, file, folder, ..
        } = spec;
        let count = document::operations(&document).len();
        writeln!(out, "{name:<12} {count:>3} operations  {file} -> {folder}")?;
        Ok(true)
    })
}

/// Processes the output of each spec, and reports failures. Returns whether everything succeeded.
fn each<T, W: Write>(
    specs: &[Spec],
    err: &mut W,
    read: impl Fn(&Spec) -> Result<T, Findings>,
    mut step: impl FnMut(&Spec, T, &mut W) -> io::Result<bool>,
) -> io::Result<bool> {
    let mut well = true;
    for spec in specs {
        well &= match read(spec) {
            Ok(made) => step(spec, made, err)?,
            Err(findings) => {
                writeln!(err, "{findings}")?;
                false
            }
        };
    }
    Ok(well)
}
