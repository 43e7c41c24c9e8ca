//! What the README shows, run against an emulator.

use std::io::Write as _;
use std::process::{Command, Stdio};

use threadline_emulator::{Emulator, ProviderKind};

use crate::exchange::{Outcome, origin};

const README: &str = include_str!("../../README.md");

/// The ports the README starts the emulator on.
const PORTS: [(&str, &ProviderKind); 3] = [
    ("http://127.0.0.1:8081", &ProviderKind::ContactShip),
    ("http://127.0.0.1:8082", &ProviderKind::InboxappV1),
    ("http://127.0.0.1:8083", &ProviderKind::InboxappV2),
];

fn is_installed(program: &str) -> bool {
    let probe = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let is_installed = probe.is_ok_and(|status| status.success());
    if !is_installed {
        // Said even if the test passes, so not with a macro whose output is captured.
        let _ = writeln!(std::io::stderr(), "skipped: {program} is not installed");
    }
    is_installed
}

/// Runs a command and returns what it printed.
fn output(command: &mut Command) -> Result<String, Box<dyn std::error::Error>> {
    let output = command.env("NO_PROXY", "*").stdin(Stdio::null()).output()?;
    let (stdout, stderr) = (output.stdout, output.stderr);
    if output.status.success() {
        Ok(String::from_utf8(stdout)?)
    } else {
        Err(format!("{command:?}: {}", String::from_utf8_lossy(&stderr)).into())
    }
}

/// The commands of the README and the status that the comment above each one announces.
fn commands() -> Vec<(String, String)> {
    let shell = README.split("```sh\n").skip(1);
    let shell = shell.filter_map(|rest| rest.split("```").next());
    let mut commands = Vec::new();
    for block in shell {
        let mut status = "";
        let joined = block.replace("\\\n", "");
        for line in joined.lines() {
            match line.strip_prefix("# ") {
                Some(comment) => {
                    status = comment.rsplit(": ").next().unwrap_or_default();
                }
                None if line.starts_with("curl ") => {
                    commands.push((line.to_owned(), status.to_owned()));
                }
                None => {}
            }
        }
    }
    commands
}

#[tokio::test]
async fn the_curl_lines_do_what_they_say() -> Outcome {
    let commands = commands();
    assert!(commands.len() > 8, "{commands:?}");
    if cfg!(not(unix)) || !is_installed("curl") {
        return Ok(());
    }
    let emulator = Emulator::start().await?;
    for (command, status) in commands {
        let mut line = command.replacen("curl ", "curl -s -o /dev/null -w '%{http_code}' ", 1);
        for (address, provider) in PORTS {
            line = line.replace(address, &origin(&emulator, provider));
        }
        let printed = output(Command::new("sh").args(["-c", &line]))?;
        assert_eq!(printed, status, "{command}");
    }
    Ok(())
}

const PRINTED: &str = "read 3 threads: 200
failed: 429 platformRateLimited
closed: 200
refused: 400 done is not a known field
archived after the reset: False
";

async fn run(program: &str, example: &str) -> Outcome {
    if !is_installed(program) {
        return Ok(());
    }
    let emulator = Emulator::start().await?;
    let path = format!("{}/examples/{example}", env!("CARGO_MANIFEST_DIR"));
    let server = origin(&emulator, &ProviderKind::InboxappV2);
    let printed = output(Command::new(program).args([path, server]))?;
    assert_eq!(printed.to_lowercase(), PRINTED.to_lowercase());
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn the_python_example_runs() -> Outcome {
    run("python3", "thread.py").await
}

#[tokio::test]
async fn the_javascript_example_runs() -> Outcome {
    run("node", "thread.mjs").await
}
