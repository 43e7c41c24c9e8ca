//! Where output cannot be written.

use std::io;
use std::process::{Command, Output, Stdio};

use assert_cmd::cargo::cargo_bin;
#[cfg(target_os = "linux")]
use threadline::ProviderKind;

#[cfg(target_os = "linux")]
use crate::support::Emulated;

fn run(arguments: &[&str], stdout: impl Into<Stdio>, stderr: impl Into<Stdio>) -> Output {
    let mut command = Command::new(cargo_bin!("threadline"));
    command.args(arguments).env_clear().stdin(Stdio::null());
    command.stdout(stdout).stderr(stderr).output().unwrap()
}

fn closed_pipe() -> io::PipeWriter {
    let (_, writer) = io::pipe().unwrap();
    writer
}

#[test]
fn a_reader_that_went_away_has_seen_enough() {
    for arguments in [
        &["demo"][..],
        &["demo", "-o", "json"],
        &["list", "inboxapp", "--sandbox", "--limit", "100"],
        &["list", "inboxapp", "--sandbox", "-o", "json"],
        &["api", "inboxapp", "threads.list", "--paginate", "--sandbox"],
        &["completions", "bash"],
        &["--help"],
        &[
            "get",
            "--sandbox",
            "contactship:thr-b2c3d4e5-f6a7-8901-bcde-f12345678901",
        ],
    ] {
        let output = run(arguments, closed_pipe(), Stdio::piped());
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            (output.status.code(), &*stderr),
            (Some(0), ""),
            "{arguments:?}"
        );
    }
    let output = run(&["get", "contactship:"], Stdio::piped(), closed_pipe());
    assert_eq!(output.status.code(), Some(2));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure() {
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = run(&["demo", "-o", "json"], full, Stdio::piped());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("the result cannot be written"), "{stderr}");
}

/// What was not reported would be lost: nothing more is changed.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_stops_further_changes() {
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let names = Emulated::start().threads(&ProviderKind::InboxappV2, 3);
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let arguments = [&["close", "--sandbox", "--jobs", "1"], &names[..]].concat();
    let output = run(&arguments, full, Stdio::piped());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    for name in &names[1..] {
        let line = format!("error: {name}: not sent: results cannot be written");
        assert!(stderr.contains(&line), "{stderr}");
    }
    assert!(
        !stderr.contains(&format!("{}: not sent", names[0])),
        "{stderr}"
    );
    assert!(
        stderr.ends_with("No space left on device (os error 28)\n"),
        "{stderr}"
    );
}
