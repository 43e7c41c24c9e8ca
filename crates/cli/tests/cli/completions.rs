//! `threadline completions`

use crate::support::Threadline;

#[test]
fn every_shell_gets_a_script() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = Threadline::new(&["completions", shell]).run().succeeded();
        assert!(script.contains("THREADLINE_COMPLETE"), "{script}");
    }
}

/// What bash is offered for the last of these words.
fn offered(words: &[&str], home: &str) -> Vec<String> {
    let run = Threadline::new(&[&["--", "threadline"], words].concat())
        .env("THREADLINE_COMPLETE", "bash")
        .env("THREADLINE_CONFIG", home)
        .env("_CLAP_COMPLETE_INDEX", &words.len().to_string())
        .env("_CLAP_COMPLETE_COMP_TYPE", "9")
        .env("_CLAP_COMPLETE_SPACE", "true")
        .env("_CLAP_IFS", "\n")
        .run();
    run.succeeded().lines().map(str::to_owned).collect()
}

#[test]
fn providers_assignees_and_profiles_are_offered_but_no_files() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    std::fs::write(&config, "[profiles.support]\nprovider = \"inboxapp\"\n").unwrap();
    let config = config.to_str().unwrap();
    for (words, expected) in [
        (&["close", "inbox"][..], &["inboxapp:", "inboxapp-v1:"][..]),
        (&["list", "cont"], &["contactship"]),
        (&["assign", "x", "--to", ""], &["user:", "agent:"]),
        (&["--profile", ""], &["support"]),
        (&["reop"], &["reopen"]),
        (&["api", "inboxapp", "threads.l"], &["threads.list"]),
        (
            &["api", "inboxapp-v1", "threads.l"],
            &["threads.list", "threads.lookup", "threads.lookupByUsername"],
        ),
        (&["list", "inboxapp", "--tag", ""], &[]),
    ] {
        let offers = offered(words, config);
        assert_eq!(offers, expected, "{words:?}");
    }
}

#[test]
fn an_unknown_shell_is_refused_with_the_known_ones() {
    let stderr = Threadline::new(&["completions", "tcsh"]).run().failed(2);
    assert!(
        stderr.contains("tcsh") && stderr.contains("bash"),
        "{stderr}"
    );
}
