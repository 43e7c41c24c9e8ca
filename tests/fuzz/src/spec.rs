//! Any text as a spec, and as a vendor's own document: what is wrong with it is told, never a panic.

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use xtask::drift::{Drift, Output};
use xtask::registry::SPECS;
use xtask::spec::load;
use xtask::{codegen, lint, lower};

/// Through the code generation, step by step and as a whole.
pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let document = match load::parse(text) {
        Ok(document) => document,
        Err(findings) => return told(&findings),
    };
    let linted = lint::lint(&document);
    let mut circular = false;
    if let Err(findings) = &linted {
        told(findings);
        let rule = lint::circles::RULE;
        circular = findings.0.iter().any(|finding| finding.rule == rule);
    }
    // Of all that the lint sees to, only this is needed for an end.
    if !circular && let Err(findings) = lower::lower(document.clone()) {
        told(&findings);
    }
    match codegen::from_document(&SPECS[0], &document) {
        Ok(files) => assert!(linted.is_ok() && !files.is_empty()),
        Err(findings) => told(&findings),
    }
}

/// A small workspace with one spec.
static WORKSPACE: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| {
    let ours = include_str!("../../../xtask/tests/golden/shapes/spec.yaml");
    let root = tempfile::tempdir().expect("a folder");
    fs::create_dir(root.path().join("specs")).expect("a folder");
    fs::write(root.path().join(SPECS[0].file), ours).expect("a file");
    let theirs = root.path().join("theirs");
    (root, theirs)
});

/// As what a vendor publishes, next to a spec of ours.
pub fn drift(bytes: &[u8]) {
    let (root, theirs) = &*WORKSPACE;
    fs::write(theirs, bytes).expect("a file");
    let drift = Drift {
        root: root.path().to_owned(),
        spec: SPECS[0],
        against: theirs.clone(),
        deliberate: None,
    };
    match drift.report() {
        Ok(report) => {
            for output in [Output::Table, Output::Json] {
                report.write(output, &mut Vec::new()).expect("memory");
            }
        }
        Err(findings) => told(&findings),
    }
}

/// There is something to read.
fn told(findings: &xtask::finding::Findings) {
    assert!(!findings.0.is_empty());
    assert!(!findings.to_string().trim().is_empty());
}
