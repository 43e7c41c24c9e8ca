//! `cargo xtask bench`: what one call costs, as one table.

use std::io;
use std::path::Path;
use std::process::Command;

/// Builds the benchmark for release and runs it. Answers whether it went well.
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
