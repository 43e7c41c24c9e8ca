//! The corpus, for the tests that run it.

use std::fs;
use std::path::Path;
use std::thread::Builder;

/// Runs a target on every file of its corpus, and names those on which it panics.
pub fn each(folder: &str, run: fn(&[u8])) {
    let folder = Path::new(folder);
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    files.retain(|file| {
        let bytes = fs::read(file).expect("a file that can be read");
        // The thread's name is all that is said about a stack that overflows.
        let thread = Builder::new().name(file.display().to_string());
        let running = thread.spawn(move || run(&bytes)).expect("a thread");
        running.join().is_err()
    });
    assert!(files.is_empty(), "these inputs fail: {files:#?}");
}
