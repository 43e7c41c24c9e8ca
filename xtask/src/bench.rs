//! `cargo xtask bench`: the cost of one call, as a table.

use std::io;
use std::path::Path;
use std::process::Command;

/// Builds the benchmark in release mode and runs it. Returns whether it succeeded.
pub fn run(root: &Path) -> io::Result<bool> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args([
            "run",
            "--release",
            "--quiet",
            "--package",
            "threadline-bench",
        ])
        .current_dir(root)
        .status()?;
    Ok(status.success())
}
