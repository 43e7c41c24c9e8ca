//! The packages depend on each other in one direction, a feature is what its name says, and no dependency needs a newer
//! Rust than the packages state.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// What `cargo metadata` prints.
fn metadata(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1"])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The packages of this workspace.
fn packages() -> Vec<Value> {
    let mut metadata = metadata(&["--no-deps", "--offline"]);
    serde_json::from_value(metadata["packages"].take()).unwrap()
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
    // The emulator is a reading of its own: it takes the documents and the names of the providers,
    // and nothing that was made of the documents.
    let of_emulator: Vec<_> = ["threadline"].into_iter().chain(CLIENTS).collect();
    assert_eq!(own("threadline-emulator"), of_emulator);
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
    let all = BTreeSet::from(["contactship", "inboxapp-v1", "inboxapp-v2"]);
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

/// The names and versions of what `cargo tree` lists, test dependencies aside.
fn tree(arguments: &[&str]) -> BTreeSet<(String, String)> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--locked",
            "--edges",
            "normal,build",
            "--prefix",
            "none",
        ])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let listed = String::from_utf8(output.stdout).unwrap();
    let mut packages = BTreeSet::new();
    for line in listed.lines() {
        let mut words = line.split(' ').map(str::to_owned);
        packages.insert((words.next().unwrap(), words.next().unwrap()));
    }
    assert!(
        packages.len() > 1,
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    packages
}

#[test]
fn one_provider_takes_little_longer_to_build_than_its_http_client() {
    let facade = tree(&[
        "--package",
        "threadline",
        "--no-default-features",
        "--features",
        "inboxapp-v2",
    ]);
    let names: BTreeSet<_> = facade.iter().map(|(name, _)| name).collect();
    assert_eq!(
        names.len(),
        facade.len(),
        "something is built in two versions: {facade:?}"
    );
    // Nothing of code generation, schemas or calendars; one more crate is fine if it is small.
    let client = tree(&["--package", "reqwest"]);
    let beside: Vec<_> = facade.difference(&client).collect();
    assert!(beside.len() <= 15, "{beside:?}");
}

/// Every package in the dependency graph, by id.
struct Graph {
    packages: BTreeMap<String, Value>,
    edges: BTreeMap<String, Vec<String>>,
}

impl Graph {
    /// The graph with all features, for every platform, without test dependencies.
    fn read() -> Self {
        let metadata = metadata(&["--locked", "--all-features"]);
        let by_id = |list: &Value| -> BTreeMap<String, Value> {
            let entries = list.as_array().unwrap().iter();
            entries
                .map(|entry| (entry["id"].as_str().unwrap().to_owned(), entry.clone()))
                .collect()
        };
        let edges = by_id(&metadata["resolve"]["nodes"]);
        let edges = edges.into_iter().map(|(id, node)| {
            let dependencies = node["deps"].as_array().unwrap().iter();
            let dependencies = dependencies.filter(|dependency| {
                let mut kinds = dependency["dep_kinds"].as_array().unwrap().iter();
                kinds.any(|kind| kind["kind"] != "dev")
            });
            let ids = dependencies.map(|dependency| dependency["pkg"].as_str().unwrap().to_owned());
            (id, ids.collect())
        });
        Self {
            packages: by_id(&metadata["packages"]),
            edges: edges.collect(),
        }
    }

    /// The ids of the packages of this workspace that are published.
    fn published(&self) -> Vec<&String> {
        let mut packages = Vec::new();
        for (id, package) in &self.packages {
            if package["source"].is_null() && package["publish"].is_null() {
                packages.push(id);
            }
        }
        packages
    }

    /// The package and everything it needs to be built.
    fn closure<'graph>(&'graph self, id: &'graph String) -> Vec<&'graph Value> {
        let mut found = BTreeSet::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if found.insert(id) {
                open.extend(&self.edges[id]);
            }
        }
        found.into_iter().map(|id| &self.packages[id]).collect()
    }
}

/// The version of Rust that a package states, as major, minor and patch.
fn rust_version(package: &Value) -> Option<[u32; 3]> {
    let mut numbers = package["rust_version"].as_str()?.split('.');
    let mut number = || numbers.next().map_or(0, |number| number.parse().unwrap());
    Some([number(), number(), number()])
}

#[test]
fn no_dependency_needs_a_newer_rust() {
    let graph = Graph::read();
    let published = graph.published();
    assert_eq!(published.len(), 7, "{published:?}");
    for id in published {
        let package = &graph.packages[id];
        let stated = rust_version(package).expect(id);
        for dependency in graph.closure(id) {
            assert!(
                rust_version(dependency).is_none_or(|needed| needed <= stated),
                "{} states Rust {}, but {} {} needs {}",
                package["name"],
                package["rust_version"],
                dependency["name"],
                dependency["version"],
                dependency["rust_version"],
            );
        }
    }
}
