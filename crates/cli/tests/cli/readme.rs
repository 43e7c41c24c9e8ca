//! The commands of the README and of `--help`, as they stand there.

use std::collections::BTreeMap;
use std::env;
use std::path::Path;
use std::process::Command;

use assert_cmd::cargo::cargo_bin;

use crate::support::{Emulated, Threadline};

/// Commands of the README that set something up, or are run as steps of their own by `.ci/run`.
const ELSEWHERE: [&str; 8] = [
    "cargo run -- demo",
    "cargo test --workspace",
    "cargo add threadline",
    "cargo add tokio",
    "cargo install --path crates/cli",
    "cargo xtask codegen",
    "cargo xtask codegen --check",
    "cargo xtask codegen --list",
];

/// Runs a line in a shell that finds this binary, with settings that lead to the emulator.
fn run(line: &str, emulated: &Emulated) -> (Option<i32>, String) {
    let binary = cargo_bin!("threadline");
    let folder = Path::new(binary).parent().unwrap();
    let path = env::join_paths([folder, Path::new("/usr/bin"), Path::new("/bin")]).unwrap();
    let home = tempfile::tempdir().unwrap();
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(home.path())
        .env_clear()
        .env("PATH", path)
        .env("HOME", home.path())
        .envs(emulated.variables())
        .output()
        .unwrap();
    let shown = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(shown).unwrap())
}

#[cfg(unix)]
#[test]
fn every_command_of_the_readme_works() {
    let emulated = Emulated::start();
    let readme = include_str!("../../../../README.md");
    let lines = readme.lines().filter_map(|line| line.strip_prefix("$ "));
    let mut count = 0;
    for line in lines.filter(|line| !line.starts_with('#')) {
        if ELSEWHERE.iter().any(|known| line.starts_with(known)) {
            continue;
        }
        let (code, shown) = run(line, &emulated);
        assert_eq!(code, Some(0), "{line}: {shown}");
        count += 1;
    }
    assert!(count >= 13, "{count}");
}

/// The lines under `Examples:` of a help text.
fn examples(help: &str) -> Vec<String> {
    let Some((_, examples)) = help.split_once("Examples:\n") else {
        return Vec::new();
    };
    let lines = examples.lines().map_while(|line| line.strip_prefix("  "));
    lines.map(str::to_owned).collect()
}

#[cfg(unix)]
#[test]
fn every_example_of_the_help_works() {
    let help = Threadline::new(&["--help"]).run().succeeded();
    let commands = help.split_once("Commands:\n").unwrap().1;
    let commands = commands.lines().take_while(|line| !line.is_empty());
    let names = commands.map(|line| line.split_whitespace().next().unwrap());
    let mut lines = examples(&help);
    for name in names.filter(|name| *name != "help") {
        let help = Threadline::new(&[name, "--help"]).run().succeeded();
        let of_command = examples(&help);
        assert!(!of_command.is_empty(), "{name} has no examples");
        lines.extend(of_command);
    }
    // Those that do not end, or that need a file or a profile of the user's.
    let is_special = |line: &String| {
        let words = [
            "threadline emulator",
            "~/",
            "answer.txt",
            "@message.json",
            "--profile",
        ];
        words.iter().any(|word| line.contains(word))
    };
    let special = lines.iter().filter(|line| is_special(line)).count();
    assert!(special <= 16, "{special}");
    for line in lines.iter().filter(|line| !is_special(line)) {
        // Each on an emulator of its own: an example may close what another lists.
        let (code, shown) = run(line, &Emulated::start());
        assert_eq!(code, Some(0), "{line}: {shown}");
    }
}

#[test]
fn the_demo_of_the_readme_is_the_demo() {
    let demo = Threadline::new(&["demo"]).run().succeeded();
    let readme = include_str!("../../../../README.md");
    let shown = readme.split_once("```text\n").unwrap().1;
    let shown = shown.split_once("```").unwrap().0;
    // Ids of what a run creates differ from run to run.
    let lines = shown.lines().filter(|line| !line.contains("sent: message"));
    for line in lines {
        assert!(demo.contains(line), "{line}: {demo}");
    }
}

#[test]
fn the_tables_of_the_readme_are_those_of_the_help() {
    let help = Threadline::new(&["--help"]).run().succeeded();
    let readme = include_str!("../../../../README.md");
    let cells: BTreeMap<_, _> = readme
        .lines()
        .filter_map(|line| {
            line.strip_prefix("| ")?
                .strip_suffix(" |")?
                .split_once(" | ")
        })
        .collect();
    let codes = help.split_once("Exit codes:\n").unwrap().1;
    for line in codes.lines().take_while(|line| line.starts_with("  ")) {
        let code = line.split_whitespace().next().unwrap();
        assert!(
            cells.contains_key(code),
            "the README lacks exit code {code}"
        );
    }
    let variables = help.split_once("Environment:\n").unwrap().1;
    for line in variables.lines().map_while(|line| line.strip_prefix("  ")) {
        let name = line.split_whitespace().next().unwrap();
        if name
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        {
            assert!(
                readme.contains(&format!("`{name}`")),
                "the README lacks {name}"
            );
        }
    }
}
