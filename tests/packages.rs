//! The packages depend on each other in one direction, and a feature is what its name says.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

/// What cargo says about the packages of this workspace.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn package(name: &str) -> Value {
    packages()
        .into_iter()
        .find(|package| package["name"] == name)
        .expect(name)
}

/// What a package needs to be built, test dependencies aside.
fn dependencies(package: &Value) -> BTreeSet<String> {
    let dependencies = package["dependencies"].as_array().unwrap().iter();
    dependencies
        .filter(|dependency| dependency["kind"] != "dev")
        .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
        .collect()
}

/// The packages of this workspace among the dependencies of a package.
fn own(name: &str) -> Vec<String> {
    let dependencies = dependencies(&package(name));
    dependencies
        .into_iter()
        .filter(|name| name.starts_with("threadline"))
        .collect()
}

const CLIENTS: [&str; 3] = [
    "threadline-contactship",
    "threadline-inboxapp-v1",
    "threadline-inboxapp-v2",
];

#[test]
fn dependencies_point_downward() {
    assert!(own("threadline-transport").is_empty());
    for client in CLIENTS {
        assert_eq!(own(client), ["threadline-transport"], "{client}");
    }
    let below: Vec<_> = CLIENTS
        .into_iter()
        .chain(["threadline-transport"])
        .collect();
    assert_eq!(own("threadline"), below);
    assert!(own("xtask").is_empty());
    // The emulator is a reading of its own: it takes the documents and nothing that was made of
    // them.
    assert_eq!(own("threadline-emulator"), CLIENTS);
    for package in packages() {
        let name = package["name"].as_str().unwrap();
        assert!(!own(name).contains(&"threadline-cli".to_owned()), "{name}");
        assert!(
            !own(name).contains(&"threadline-tests".to_owned()),
            "{name}"
        );
    }
}

#[test]
fn the_facade_speaks_no_http() {
    let dependencies = dependencies(&package("threadline"));
    for library in [
        "reqwest",
        "hyper",
        "http",
        "progenitor-client",
        "url",
        "axum",
    ] {
        assert!(!dependencies.contains(library), "{library}");
    }
}

#[test]
fn a_provider_is_a_feature() {
    let features = package("threadline")["features"].take();
    for (feature, client) in ["contactship", "inboxapp-v1", "inboxapp-v2"]
        .into_iter()
        .zip(CLIENTS)
    {
        assert_eq!(
            features[feature],
            serde_json::json!([format!("dep:{client}")])
        );
    }
    let default: BTreeSet<_> = features["default"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let all = BTreeSet::from(["contactship", "inboxapp-v1", "inboxapp-v2", "schemars"]);
    assert_eq!(default, all);
    // Schemas are for whoever asks, and asking for them brings in no provider.
    for part in features["schemars"].as_array().unwrap() {
        let part = part.as_str().unwrap();
        let brings_a_client = CLIENTS
            .iter()
            .any(|client| part == format!("{client}/schemars"));
        assert!(!brings_a_client, "{part} needs a question mark");
    }
    for client in CLIENTS {
        assert!(
            package(client)["features"].get("default").is_none(),
            "{client}"
        );
    }
}
