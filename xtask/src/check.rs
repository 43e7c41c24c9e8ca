//! Step 7: compares the generated files with the checked-in ones, and writes those that differ.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use similar::TextDiff;

use crate::write::Files;

/// A checked-in file that differs from the generated one.
#[derive(Debug)]
pub struct Stale {
    /// The path relative to the workspace root.
    pub path: PathBuf,
    /// The diff that regenerating would apply.
    pub diff: String,
}

/// Compares all files of one crate; unexpected files are stale too.
pub fn compare(root: &Path, folder: &str, files: &Files) -> io::Result<Vec<Stale>> {
    let mut stale = Vec::new();
    for (name, wanted) in files {
        let path = PathBuf::from(name);
        let found = read(&root.join(&path))?;
        if found.as_deref().map(normalised).as_deref() != Some(normalised(wanted).as_str()) {
            stale.push(Stale {
                diff: diff(&path, found.as_deref(), Some(wanted)),
                path,
            });
        }
    }
    for path in surplus(root, folder, files)? {
        let found = read(&root.join(&path))?;
        stale.push(Stale {
            diff: diff(&path, found.as_deref(), None),
            path,
        });
    }
    Ok(stale)
}

/// Writes files that differ; returns which.
pub fn write(root: &Path, folder: &str, files: &Files) -> io::Result<Vec<PathBuf>> {
    let stale = compare(root, folder, files)?;
    for Stale { path, .. } in &stale {
        let target = root.join(path);
        match path.to_str().and_then(|name| files.get(name)) {
            Some(wanted) => {
                if let Some(parent) = target.parent() {
                    fs::create_dir_all(parent)?;
                }
                fs::write(&target, wanted)?;
            }
            None => fs::remove_file(&target)?,
        }
    }
    Ok(stale.into_iter().map(|stale| stale.path).collect())
}

fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A checkout may have other line endings.
fn normalised(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Sources in the crate's `src` that are not generated.
fn surplus(root: &Path, folder: &str, files: &Files) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(folder).join("src")];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(root.join(&folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else if !path.to_str().is_some_and(|path| files.contains_key(path)) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn diff(path: &Path, found: Option<&str>, wanted: Option<&str>) -> String {
    let found = found.map(normalised).unwrap_or_default();
    let wanted = wanted.map(normalised).unwrap_or_default();
    let name = path.display().to_string();
    TextDiff::from_lines(&found, &wanted)
        .unified_diff()
        .context_radius(2)
        .header(
            &format!("{name} (checked in)"),
            &format!("{name} (generated)"),
        )
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(text: &str) -> Files {
        [("crate/src/lib.rs".to_owned(), text.to_owned())].into()
    }

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn a_missing_file_is_stale() {
        let root = folder();
        let stale = compare(root.path(), "crate", &files("one\n")).unwrap();
        assert_eq!(stale.len(), 1);
        assert!(stale[0].diff.contains("+one"), "{}", stale[0].diff);
    }

    #[test]
    fn a_source_in_a_nested_folder_that_is_not_generated_is_removed() {
        let root = folder();
        let nested = root.path().join("crate/src/requests");
        fs::create_dir_all(&nested).unwrap();
        fs::write(nested.join("old.rs"), "old\n").unwrap();
        let removed = write(root.path(), "crate", &files("one\n")).unwrap();
        let old = PathBuf::from("crate/src/requests/old.rs");
        assert!(removed.contains(&old), "{removed:?}");
        assert!(!root.path().join(old).exists());
    }

    #[test]
    fn what_was_written_is_fresh_and_not_touched_again() {
        let root = folder();
        assert_eq!(
            write(root.path(), "crate", &files("one\n")).unwrap(),
            [PathBuf::from("crate/src/lib.rs")]
        );
        assert!(
            write(root.path(), "crate", &files("one\n"))
                .unwrap()
                .is_empty()
        );
        assert!(
            compare(root.path(), "crate", &files("one\n"))
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn other_line_ends_are_equal() {
        let root = folder();
        write(root.path(), "crate", &files("one\r\ntwo\r\n")).unwrap();
        assert!(
            compare(root.path(), "crate", &files("one\ntwo\n"))
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn a_surplus_file_is_stale_and_goes() {
        let root = folder();
        write(root.path(), "crate", &files("one\n")).unwrap();
        fs::write(root.path().join("crate/src/old.rs"), "old\n").unwrap();
        let stale = compare(root.path(), "crate", &files("one\n")).unwrap();
        assert!(stale[0].diff.contains("-old"), "{}", stale[0].diff);
        write(root.path(), "crate", &files("one\n")).unwrap();
        assert!(!root.path().join("crate/src/old.rs").exists());
    }
}
