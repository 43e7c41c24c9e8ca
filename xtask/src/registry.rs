//! Maps specs to crates.

/// A spec and the crate generated from it.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// The name on the command line.
    pub name: &'static str,
    /// The spec, relative to the workspace root.
    pub file: &'static str,
    /// The crate's folder, relative to the workspace root.
    pub folder: &'static str,
    /// The test driver that calls every operation by name, if any.
    pub driver: Option<&'static str>,
    /// The command that regenerates the crate.
    pub command: &'static str,
    /// The generated package.
    pub package: &'static str,
    /// The crate's description, for its manifest.
    pub description: &'static str,
}

/// All specs, in the order in which they are generated and listed.
pub const SPECS: [Spec; 3] = [
    Spec {
        name: "contactship",
        file: "specs/contactship.yaml",
        folder: "crates/contactship",
        driver: Some("tests/parity/contactship.rs"),
        command: "cargo xtask codegen contactship",
        package: "threadline-contactship",
        description: "Client for the ContactShip API, generated from a handwritten OpenAPI document",
    },
    Spec {
        name: "inboxapp-v1",
        file: "specs/inboxapp-v1.yaml",
        folder: "crates/inboxapp-v1",
        driver: Some("tests/parity/inboxapp_v1.rs"),
        command: "cargo xtask codegen inboxapp-v1",
        package: "threadline-inboxapp-v1",
        description: "Client for the Inboxapp API v1, generated from a handwritten OpenAPI document",
    },
    Spec {
        name: "inboxapp-v2",
        file: "specs/inboxapp-v2.yaml",
        folder: "crates/inboxapp-v2",
        driver: Some("tests/parity/inboxapp_v2.rs"),
        command: "cargo xtask codegen inboxapp-v2",
        package: "threadline-inboxapp-v2",
        description: "Client for the Inboxapp API v2, generated from a handwritten OpenAPI document",
    },
];
