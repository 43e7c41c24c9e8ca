//! `threadline completions`

use crate::support::Threadline;

#[test]
fn every_shell_gets_a_script() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = Threadline::new(&["completions", shell]).run().succeeded();
        assert!(
            script.contains("threadline") && script.contains("unassign"),
            "{script}"
        );
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
