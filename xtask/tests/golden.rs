//! Small specs, one for each thing the generator cannot do by itself. What is generated from them is checked in, the
//! same each time, and exercised over the wire by the test `exercise`.
//!
//! `UPDATE_GOLDEN=1 cargo test -p xtask --test golden` writes the files anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::path::Path;

use xtask::check;
use xtask::codegen;
use xtask::registry::Spec;
use xtask::spec::load;

macro_rules! golden {
    ($($name:ident),+) => {
        $(
            #[test]
            fn $name() {
                is_current(&Spec {
                    name: stringify!($name),
                    file: concat!("xtask/tests/golden/", stringify!($name), "/spec.yaml"),
                    folder: concat!("xtask/tests/golden/", stringify!($name)),
                    driver: None,
                    command: "UPDATE_GOLDEN=1 cargo test -p xtask --test golden",
                    package: concat!("golden-", stringify!($name)),
                    description: "A small spec for one thing the generator cannot do by itself",
                });
            }
        )+
    };
}

golden!(
    additive_after,
    additive_before,
    answers,
    enums,
    errors,
    lists,
    patch,
    query,
    shapes,
    vendor
);

fn is_current(spec: &Spec) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = codegen::files(&root, spec).unwrap_or_else(|findings| panic!("{findings}"));
    let again = codegen::files(&root, spec).unwrap_or_else(|findings| panic!("{findings}"));
    assert_eq!(files, again, "generating twice gives the same");
    // Mounted as a module here, so a manifest would be misleading.
    files.remove(&format!("{}/Cargo.toml", spec.folder));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        check::write(&root, spec.folder, &files).unwrap();
    }
    let stale = check::compare(&root, spec.folder, &files).unwrap();
    let diffs = stale
        .iter()
        .map(|stale| stale.diff.as_str())
        .collect::<String>();
    assert!(stale.is_empty(), "run `{}`:\n{diffs}", spec.command);
}

#[test]
fn a_changed_description_makes_a_file_stale() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let spec = xtask::registry::SPECS[0];
    let mut document = load::load(&root.join(spec.file), spec.file).unwrap();
    *document.pointer_mut("/info/description").unwrap() = "Something else.".into();
    let files = codegen::from_document(&spec, &document).unwrap();
    let stale = check::compare(&root, spec.folder, &files).unwrap();
    let readme = stale
        .iter()
        .find(|stale| stale.path.ends_with("README.md"))
        .unwrap();
    assert!(readme.diff.contains("+Something else."), "{}", readme.diff);
}
