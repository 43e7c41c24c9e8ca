//! Running the binary.

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::Value;
use std::time::Duration;

use super::Server;

/// A run of the binary that is being put together. It sees no environment but the one it is given.
pub(crate) struct Threadline(Command);

/// A run of the binary that is over.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Threadline {
    pub(crate) fn new(arguments: &[&str]) -> Self {
        let mut command = cargo_bin_cmd!("threadline");
        command
            .env_clear()
            .args(arguments)
            .timeout(Duration::from_secs(120));
        Self(command)
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.0.env(name, value);
        self
    }

    pub(crate) fn stdin(mut self, text: &str) -> Self {
        self.0.write_stdin(text);
        self
    }

    /// With credentials for all three APIs, which are all at one server.
    pub(crate) fn at(self, server: &Server) -> Self {
        self.env("CONTACTSHIP_API_KEY", "k")
            .env("INBOX_API_TOKEN", "t")
            .env("CONTACTSHIP_BASE_URL", &server.url(""))
            .env("INBOX_API_V1_BASE_URL", &server.url("/api/v1"))
            .env("INBOX_API_BASE_URL", &server.url("/api/v2"))
    }

    pub(crate) fn run(mut self) -> Run {
        let output = self.0.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Run {
            code: output.status.code().expect("it ends by itself"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

impl Run {
    /// What a run that has to succeed printed.
    pub(crate) fn succeeded(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.stdout
    }

    /// The JSON that a run that has to succeed printed.
    pub(crate) fn json(self) -> Value {
        let stdout = self.succeeded();
        serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}"))
    }

    /// What a run said that has to fail in this way and print nothing.
    pub(crate) fn failed(self, code: i32) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (code, ""), "{self:?}");
        self.stderr
    }

    /// The error object of a run that has to fail in this way and print nothing.
    pub(crate) fn json_error(self, code: i32) -> Value {
        let stderr = self.failed(code);
        let value: Value =
            serde_json::from_str(&stderr).unwrap_or_else(|error| panic!("{error}: {stderr}"));
        let members: Vec<_> = value.as_object().unwrap().keys().collect();
        assert_eq!(members, ["error"]);
        value["error"].clone()
    }
}
