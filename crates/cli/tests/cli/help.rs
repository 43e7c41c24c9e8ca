//! The texts of `--help`, each in a file. With `UPDATE_HELP=1` the files are written anew.

use std::path::PathBuf;
use std::{env, fs};

use crate::support::Threadline;

const COMMANDS: [&str; 19] = [
    "list",
    "show",
    "messages",
    "send",
    "close",
    "reopen",
    "assign",
    "unassign",
    "update",
    "contact",
    "assignees",
    "providers",
    "doctor",
    "api",
    "config",
    "emulator",
    "demo",
    "completions",
    "man",
];

fn check(name: &str, arguments: &[&str]) {
    let text = Threadline::new(arguments).run().succeeded();
    let text: String = text
        .lines()
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect();
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/help/{name}.txt"));
    if env::var_os("UPDATE_HELP").is_some() {
        fs::write(path, text).unwrap();
        return;
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        text, expected,
        "{name}: if this is right, run again with UPDATE_HELP=1"
    );
}

#[test]
fn help_is_as_written() {
    check("threadline", &["--help"]);
    check("threadline-short", &["-h"]);
    for command in COMMANDS {
        check(command, &[command, "--help"]);
    }
}

#[test]
fn help_fits_a_terminal() {
    for arguments in COMMANDS
        .map(|command| vec![command, "--help"])
        .into_iter()
        .chain([vec!["--help"]])
    {
        let text = Threadline::new(&arguments).run().succeeded();
        for line in text.lines() {
            assert!(line.chars().count() <= 100, "{line}");
        }
        let examples = text.split_once("Examples:\n").unwrap().1;
        let examples = examples.lines().take_while(|line| !line.is_empty());
        for line in examples.filter(|line| line.starts_with("  ")) {
            // A line that is wrapped cannot be pasted.
            let is_whole = [
                "threadline ",
                "echo ",
                "[",
                "provider ",
                "credential_",
                "base_url ",
            ]
            .iter()
            .any(|word| line.trim_start().starts_with(word));
            assert!(is_whole, "{line}");
        }
    }
}

#[test]
fn every_command_has_a_golden_help() {
    let text = Threadline::new(&["--help"]).run().succeeded();
    let commands = text.split_once("Commands:\n").unwrap().1;
    let commands = commands.lines().take_while(|line| !line.is_empty());
    let names = commands.map(|line| line.split_whitespace().next().unwrap());
    let names: Vec<_> = names.filter(|name| *name != "help").collect();
    assert_eq!(names, COMMANDS);
}

#[test]
fn manual_pages_are_written_for_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    Threadline::new(&["man", path]).run().succeeded();
    for command in COMMANDS {
        let page = folder.path().join(format!("threadline-{command}.1"));
        let page = fs::read_to_string(&page).unwrap_or_else(|_| panic!("{command}"));
        assert!(page.contains(".SH SYNOPSIS"), "{page}");
    }
    let stderr = Threadline::new(&["man", "/nowhere/at/all"]).run().failed(2);
    assert!(
        stderr.contains("/nowhere/at/all is not a folder"),
        "{stderr}"
    );
}

#[test]
fn the_version_is_printed() {
    for option in ["-V", "--version"] {
        let version = Threadline::new(&[option]).run().succeeded();
        assert_eq!(
            version,
            concat!("threadline ", env!("CARGO_PKG_VERSION"), "\n")
        );
    }
}
