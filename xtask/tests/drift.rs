//! `cargo xtask drift` from the outside: vendor documents made from our own specs, changed in one way or another.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "drift/changes.rs"]
mod changes;
#[path = "drift/modern.rs"]
mod modern;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;
use xtask::drift::{Drift, Output, chosen};
use xtask::registry::SPECS;

use modern::modern;

/// The workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn spec(name: &str) -> Value {
    let file = format!("specs/{name}.yaml");
    xtask::spec::load::load(&root().join(&file), &file).unwrap()
}

/// A folder that looks like a workspace with one spec, and a vendor's document in it.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new(vendor: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("specs/drift")).unwrap();
        let file = "specs/inboxapp-v2.yaml";
        fs::copy(root().join(file), folder.path().join(file)).unwrap();
        fs::write(folder.path().join("vendor"), vendor).unwrap();
        Self { folder }
    }

    fn deliberate(self, text: &str) -> Self {
        let file = self.folder.path().join("specs/drift/inboxapp-v2.toml");
        fs::write(file, text).unwrap();
        self
    }

    fn drift(&self, output: Output) -> (u8, String, String) {
        let drift = Drift {
            root: self.folder.path().to_owned(),
            spec: chosen("inboxapp-v2").unwrap(),
            against: self.folder.path().join("vendor"),
            deliberate: None,
        };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = drift.run(output, &mut out, &mut err).unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (code, text(out), text(err))
    }

    /// The same through the program, without whatever deliberate differences the workspace has.
    fn program(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let nothing = self.folder.path().join("nothing.toml");
        fs::write(&nothing, "").unwrap();
        let done = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .current_dir(self.folder.path())
            .args([
                "drift",
                "inboxapp-v2",
                "--against",
                "vendor",
                "--deliberate",
            ])
            .arg(nothing)
            .args(arguments)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (done.status.code(), text(done.stdout), text(done.stderr))
    }
}

/// One added operation, one removed field, one new word, one changed nullability.
fn change(vendor: &mut Value) {
    vendor["paths"]["/threads/{id}/snooze"] = json!({ "post": {
        "operationId": "threads.snooze",
        "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
        "responses": { "204": { "description": "It sleeps." } },
    } });
    let schemas = &mut vendor["components"]["schemas"];
    let removed = schemas["Contact"]["properties"].as_object_mut().unwrap();
    removed.remove("notes").unwrap();
    let words = schemas["Capability"]["enum"].as_array_mut().unwrap();
    words.push(json!("thread:snooze"));
    schemas["Thread"]["properties"]["accountLinkId"]["nullable"] = json!(true);
}

/// The four changes as `[kind, component or operation, ours, theirs]`.
fn changes() -> Value {
    json!([
        ["missing-enum-value", "Capability", "-", "thread:snooze"],
        ["extra-property", "Contact.notes", "string or null", "-"],
        ["nullable", "Thread.accountLinkId", "not null", "nullable"],
        [
            "missing-operation",
            "POST /threads/{id}/snooze",
            "-",
            "present"
        ],
    ])
}

/// The differences of a JSON report in the same form.
fn summary(report: &str) -> Value {
    let report: Value = serde_json::from_str(report).unwrap();
    let differences = report["differences"].as_array().unwrap().iter();
    let rows = differences.map(|difference| {
        let at = match &difference["component"] {
            Value::Null => &difference["operation"],
            component => component,
        };
        json!([
            difference["kind"],
            at,
            difference["ours"],
            difference["theirs"]
        ])
    });
    rows.collect()
}

#[test]
fn four_changes_are_four_differences() {
    let mut vendor = spec("inboxapp-v2");
    change(&mut vendor);
    let place = Place::new(&vendor.to_string());

    let (code, out, err) = place.program(&["--output", "json"]);
    assert_eq!((code, err.as_str()), (Some(1), ""));
    assert_eq!(summary(&out), changes());
    let report: Value = serde_json::from_str(&out).unwrap();
    let removed = &report["differences"][1];
    let places = removed["places"].as_array().unwrap();
    assert!(places.len() > 3, "{removed:#}");
    assert_eq!(removed["operation"], "GET /contacts");
    assert_eq!(removed["place"], "response 200 data[].notes");
    assert_eq!(report["clean"], false);

    let (code, out, err) = place.program(&[]);
    assert_eq!((code, err.as_str()), (Some(1), ""));
    for line in [
        "missing-enum-value  Capability ",
        "extra-property      Contact.notes ",
        "                      GET /contacts: response 200 data[].notes",
        "nullable            Thread.accountLinkId ",
        "missing-operation   POST /threads/{id}/snooze ",
        "inboxapp-v2 and vendor: 4 differences, 0 deliberate, 0 no longer applying",
    ] {
        assert!(out.contains(line), "{line}\n{out}");
    }
    let kinds = out
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_lowercase()));
    assert_eq!(kinds.count(), 5, "four and the last line\n{out}");
}

#[test]
fn the_style_of_the_document_does_not_matter() {
    let mut vendor = spec("inboxapp-v2");
    change(&mut vendor);
    let place = Place::new(&modern(&vendor).to_string());
    let (code, out, _) = place.drift(Output::Json);
    assert_eq!((code, summary(&out)), (1, changes()));
}

#[test]
fn a_spec_does_not_differ_from_itself() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = folder.path().join("nothing.toml");
    fs::write(&nothing, "").unwrap();
    for spec in SPECS {
        let yaml = root().join(spec.file);
        let json = folder.path().join("vendor.json");
        let document = self::spec(spec.name);
        fs::write(&json, modern(&document).to_string()).unwrap();
        for against in [yaml, json] {
            let drift = Drift {
                root: root(),
                spec,
                against,
                deliberate: Some(nothing.clone()),
            };
            let report = drift.report().unwrap();
            assert!(report.clean(), "{:#?}", report.differences);
        }
    }
}

#[test]
fn the_program_says_that_nothing_differs() {
    let yaml = fs::read_to_string(root().join("specs/inboxapp-v2.yaml")).unwrap();
    let (code, out, err) = Place::new(&yaml).program(&[]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let wanted = "inboxapp-v2 and vendor: no differences, 0 deliberate, 0 no longer applying\n";
    assert_eq!(out, wanted);
}

/// Explains two of the four changes: one by its component, one by its place.
const REASONS: &str = r#"
[[difference]]
kind = "extra-property"
place = "Contact.notes"
reason = "Older answers have it."

[[difference]]
kind = "missing-operation"
operation = "POST /threads/{id}/snooze"
place = ""
reason = "Nobody needs it yet."
"#;

#[test]
fn a_deliberate_difference_is_silent() {
    let mut vendor = spec("inboxapp-v2");
    change(&mut vendor);
    let place = Place::new(&vendor.to_string()).deliberate(REASONS);
    let (code, out, _) = place.drift(Output::Json);
    assert_eq!(code, 1);
    let left = summary(&out);
    assert_eq!(left, json!([changes()[0], changes()[2]]));

    let rest = r#"
[[difference]]
kind = "missing-enum-value"
place = "Capability"
theirs = "thread:snooze"
reason = "Goes with the operation."

[[difference]]
kind = "nullable"
place = "Thread.accountLinkId"
ours = "not null"
reason = "Never seen."
"#;
    let place = place.deliberate(&format!("{REASONS}{rest}"));
    let (code, out, err) = place.drift(Output::Table);
    assert!(err.is_empty(), "{err}");
    assert!(
        out.ends_with("vendor: no differences, 4 deliberate, 0 no longer applying\n"),
        "{out}"
    );
    assert_eq!(code, 0);
}

#[test]
fn what_no_longer_applies_is_an_error() {
    let place = Place::new(&spec("inboxapp-v2").to_string()).deliberate(REASONS);
    let (code, out, _) = place.drift(Output::Table);
    assert_eq!(code, 1);
    for line in [
        "no longer applies: specs/drift/inboxapp-v2.toml:2: extra-property, Contact.notes (Older answers have it.)",
        "no longer applies: specs/drift/inboxapp-v2.toml:7: missing-operation, POST /threads/{id}/snooze,  (Nobody needs",
        "no differences, 0 deliberate, 2 no longer applying",
    ] {
        assert!(out.contains(line), "{line}\n{out}");
    }
    let (_, out, _) = place.drift(Output::Json);
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["stale"][0]["place"], "Contact.notes");
    assert_eq!(report["clean"], false);
}

#[test]
fn deliberate_differences_need_a_reason() {
    let text = "[[difference]]\nkind = 'type'\nplace = 'Contact.notes'\n";
    let place = Place::new(&spec("inboxapp-v2").to_string()).deliberate(text);
    let (code, out, err) = place.drift(Output::Table);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("specs/drift/inboxapp-v2.toml"), "{err}");
    assert!(err.contains("missing field `reason`"), "{err}");
}

#[test]
fn a_broken_document_says_where() {
    let mut vendor = spec("inboxapp-v2");
    vendor["components"]["schemas"]["Contact"]["properties"]["notes"] =
        json!({ "$ref": "#/components/schemas/Gone" });
    vendor["components"]["schemas"]["Team"]["properties"] = json!([]);
    let (code, out, err) = Place::new(&vendor.to_string()).program(&[]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    for line in [
        "vendor: /components/schemas/Contact/properties/notes/$ref: nothing stands at `#/components/schemas/Gone`",
        "vendor: /components/schemas/Team/properties: a list stands here",
    ] {
        assert!(err.contains(line), "{line}\n{err}");
    }
    let (code, _, err) = Place::new("openapi: 3.1.0\npaths: [1,\n").program(&[]);
    assert_eq!(code, Some(2));
    assert!(err.contains("vendor: ") && err.contains("line"), "{err}");
}

#[test]
fn mistakes_on_the_command_line_are_named() {
    let run = |arguments: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .arg("drift")
            .args(arguments)
            .output()
            .unwrap();
        (done.status.code(), String::from_utf8(done.stderr).unwrap())
    };
    let (code, err) = run(&["inboxapp-v3", "--against", "x"]);
    assert_eq!(code, Some(2));
    assert!(
        err.contains("there is no spec `inboxapp-v3`; there are contactship"),
        "{err}"
    );
    let (code, err) = run(&["inboxapp-v2", "--against", "no-such-file.json"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("no-such-file.json: cannot be read"), "{err}");
    assert_eq!(run(&["inboxapp-v2"]).0, Some(2));
}
