//! `threadline emulator`

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use assert_cmd::cargo::cargo_bin;
use serde_json::Value;
use threadline_emulator::Emulator;

use crate::support::Threadline;

/// An emulator in another process, which ends with the value.
struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(cargo_bin!("threadline"))
            .arg("emulator")
            .args(arguments)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { child, stdout }
    }

    /// The lines up to the one that begins in this way.
    fn lines_until(&mut self, beginning: &str) -> Vec<String> {
        self.try_lines_until(beginning).expect("it runs")
    }

    /// The same; nothing if it ends before.
    fn try_lines_until(&mut self, beginning: &str) -> Option<Vec<String>> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            let length = self.stdout.read_line(&mut line).unwrap();
            if length == 0 {
                return None;
            }
            lines.push(line.trim_end().to_owned());
            if line.starts_with(beginning) {
                return Some(lines);
            }
        }
    }

    #[cfg(unix)]
    fn end_by(mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
        let code = self.child.wait().unwrap().code();
        let mut stderr = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut stderr)
            .unwrap();
        (code, stderr)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn exports(lines: &[String]) -> BTreeMap<String, String> {
    lines
        .iter()
        .filter_map(|line| line.strip_prefix("export ")?.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[test]
fn the_lines_it_prints_lead_to_it() {
    let mut running = Running::start(&[]);
    let lines = running.lines_until("#   threadline update inboxapp-v1:");
    let exports = exports(&lines);
    let names: Vec<_> = exports.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "CONTACTSHIP_API_KEY",
            "CONTACTSHIP_BASE_URL",
            "INBOX_API_BASE_URL",
            "INBOX_API_TOKEN",
            "INBOX_API_V1_BASE_URL",
        ]
    );
    let suggested: Vec<_> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("#   threadline "))
        .collect();
    assert_eq!(suggested.len(), 3);
    for line in suggested {
        let arguments: Vec<_> = line.split(' ').chain(["--output", "json"]).collect();
        let mut run = Threadline::new(&arguments);
        for (name, value) in &exports {
            run = run.env(name, value);
        }
        assert_eq!(run.run().json()["status"], "closed");
    }
}

#[cfg(unix)]
#[test]
fn signals_stop_it() {
    for signal in ["-INT", "-TERM"] {
        let mut running = Running::start(&["--output", "json"]);
        let lines = running.lines_until("{");
        let json: Value = serde_json::from_str(&lines[0]).unwrap();
        assert_eq!(json["credential"], "sandbox-key");
        assert_eq!(
            json["apis"]["inboxapp"],
            json["environment"]["INBOX_API_BASE_URL"]
        );
        assert_eq!(running.end_by(signal), (Some(0), String::new()));
    }
}

/// Starts one on ports that were free a moment ago; nothing if one of them no longer is.
fn start_on_free_ports(credential: &str) -> Option<(Running, [String; 3], Vec<String>)> {
    let free = || std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let ports = [free(), free(), free()].map(|listener| listener.local_addr().unwrap().port());
    let ports = ports.map(|port| port.to_string());
    let [contactship, v1, v2] = ports.each_ref().map(String::as_str);
    let mut running = Running::start(&[
        "--port-contactship",
        contactship,
        "--port-inboxapp-v1",
        v1,
        "--port-inboxapp",
        v2,
        "--credential",
        credential,
    ]);
    let lines = running.try_lines_until("export INBOX_API_V1_BASE_URL")?;
    Some((running, ports, lines))
}

#[test]
fn ports_and_credential_can_be_chosen() {
    let started = (0..5).find_map(|_| start_on_free_ports("my-'own'-key"));
    let (_running, [contactship, v1, v2], lines) = started.unwrap();
    let exports = exports(&lines);
    assert_eq!(
        exports["CONTACTSHIP_BASE_URL"],
        format!("http://127.0.0.1:{contactship}")
    );
    assert_eq!(
        exports["INBOX_API_BASE_URL"],
        format!("http://127.0.0.1:{v2}/api/v2")
    );
    assert_eq!(
        exports["INBOX_API_V1_BASE_URL"],
        format!("http://127.0.0.1:{v1}/api/v1")
    );
    assert_eq!(exports["INBOX_API_TOKEN"], r"'my-'\''own'\''-key'");
    let get = |key: &str| {
        Threadline::new(&[
            "get",
            "contactship:thr-b2c3d4e5-f6a7-8901-bcde-f12345678901",
        ])
        .env("CONTACTSHIP_API_KEY", key)
        .env("CONTACTSHIP_BASE_URL", &exports["CONTACTSHIP_BASE_URL"])
        .run()
    };
    get("my-'own'-key").succeeded();
    get("sandbox-key").failed(3);
}

#[test]
fn a_port_that_is_taken_is_named() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let run = Threadline::new(&["emulator", "--port-inboxapp", &port]).run();
    let stderr = run.failed(1);
    assert!(
        stderr.contains(&port) && stderr.contains("inboxapp"),
        "{stderr}"
    );
}

#[test]
fn a_credential_that_cannot_be_sent_is_refused() {
    let stderr = Threadline::new(&["emulator", "--credential", "a b"])
        .run()
        .failed(2);
    assert!(stderr.contains("space"), "{stderr}");
}

/// The threads of the sandbox are those of an emulator in another process.
#[test]
fn what_the_sandbox_lists_is_closed_on_an_emulator_in_another_process() {
    let mut running = Running::start(&["--output", "json"]);
    let description = running.lines_until("{").pop().unwrap();
    let description: Value = serde_json::from_str(&description).unwrap();
    let list = [
        "list",
        "inboxapp",
        "--sandbox",
        "--status",
        "open",
        "--limit",
        "5",
        "-o",
        "json",
    ];
    let listed = Threadline::new(&list).run().succeeded();
    assert_eq!(listed.lines().count(), 5);
    let mut close = Threadline::new(&["close", "-"]).stdin(&listed);
    for (name, value) in description["environment"].as_object().unwrap() {
        close = close.env(name, value.as_str().unwrap());
    }
    let run = close.run();
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (0, "5 closed\n"),
        "{run:?}"
    );
    let mut list = Threadline::new(&["list", "inboxapp", "--status", "open", "--limit", "100"]);
    for (name, value) in description["environment"].as_object().unwrap() {
        list = list.env(name, value.as_str().unwrap());
    }
    let open = list.run().succeeded();
    for line in listed.lines() {
        let thread: Value = serde_json::from_str(line).unwrap();
        assert!(!open.contains(thread["id"].as_str().unwrap()), "{open}");
    }
}

/// Settings of the emulator, the address of its Inboxapp v2, and what ends with the value.
fn started(options: &[&str]) -> (Running, String) {
    let mut running = Running::start(&[&["--output", "json"], options].concat());
    let description = running.lines_until("{").pop().unwrap();
    let description: Value = serde_json::from_str(&description).unwrap();
    let url = description["apis"]["inboxapp"].as_str().unwrap().to_owned();
    (running, url)
}

fn threadline(url: &str, arguments: &[&str]) -> Threadline {
    Threadline::new(arguments)
        .env("INBOX_API_TOKEN", Emulator::CREDENTIAL)
        .env("INBOX_API_BASE_URL", url)
}

#[cfg(unix)]
#[test]
fn each_request_is_logged_without_its_credential() {
    let (running, url) = started(&[]);
    threadline(&url, &["show", "inboxapp:nosuchthread"])
        .run()
        .failed(4);
    let (code, stderr) = running.end_by("-INT");
    assert_eq!(code, Some(0));
    let line: Value = serde_json::from_str(stderr.trim_end()).unwrap();
    assert_eq!(
        (&line["operation"], &line["status"]),
        (&"threads.get".into(), &404.into())
    );
    let text = line["line"].as_str().unwrap();
    assert!(
        text.starts_with("inboxapp GET /api/v2/threads/nosuchthread?"),
        "{text}"
    );
    assert!(!stderr.contains(Emulator::CREDENTIAL), "{stderr}");
    let (running, url) = started(&["--quiet"]);
    threadline(&url, &["show", "inboxapp:nosuchthread"])
        .run()
        .failed(4);
    assert_eq!(running.end_by("-INT"), (Some(0), String::new()));
}

#[test]
fn its_rate_limit_strictness_and_data_can_be_set() {
    let folder = tempfile::tempdir().unwrap();
    let seed = folder.path().join("state.json");
    std::fs::write(&seed, r#"{"provider":"inboxapp","threads":[]}"#).unwrap();
    let seed = seed.to_str().unwrap();
    let (_running, url) = started(&["--rate-limit", "2/60", "--strict", "--seed", seed]);
    let listed = threadline(&url, &["list", "inboxapp"]).run().succeeded();
    assert_eq!(listed, "");
    let unknown = [
        "api",
        "inboxapp",
        "threads.update",
        "--thread-id",
        "x",
        "--body",
        "{\"done\":true}",
    ];
    let stderr = threadline(&url, &unknown).run().failed(5);
    assert!(stderr.contains("done"), "{stderr}");
    let list = ["list", "inboxapp", "--attempts", "1"];
    threadline(&url, &list).run().failed(6);
    let stderr = Threadline::new(&["emulator", "--seed", "/nowhere/state.json"]).run();
    assert_eq!(stderr.code, 1, "{stderr:?}");
    assert!(stderr.stderr.contains("/nowhere/state.json"), "{stderr:?}");
}
