//! Step 4: progenitor turns the lowered document into Rust syntax.

use std::panic::{AssertUnwindSafe, catch_unwind};

use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TypeImpl};
use serde_json::Value;

use crate::facts::Facts;
use crate::finding::{Finding, Findings};
use crate::lower::TIMESTAMP;

/// Runs the generator; its errors and panics become findings.
pub fn generate(document: Value, facts: &Facts) -> Result<syn::File, Findings> {
    let spec: OpenAPI = serde_json::from_value(document)
        .map_err(|error| stopped(&format!("is not OpenAPI 3.0: {error}")))?;
    let mut generator = Generator::new(&settings(facts));
    // The panic message also goes to stderr, which is right for a generator defect.
    let tokens = catch_unwind(AssertUnwindSafe(|| generator.generate_tokens(&spec)))
        .map_err(|panic| stopped(&format!("the generator gave up: {}", panic_text(&*panic))))?
        .map_err(|error| stopped(&format!("the generator refused: {error}")))?;
    syn::parse2(tokens)
        .map_err(|error| stopped(&format!("the generator wrote no Rust: {error}")).into())
}

fn settings(facts: &Facts) -> GenerationSettings {
    let mut settings = GenerationSettings::default();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_map_type("::std::collections::BTreeMap")
        .with_replacement(
            TIMESTAMP,
            "threadline_transport::Timestamp",
            [TypeImpl::Display].into_iter(),
        );
    for name in facts
        .enums
        .iter()
        .map(|set| &set.name)
        .chain(facts.unions.iter().map(|union| &union.name))
    {
        settings.with_replacement(
            name,
            format!("super::enums::{name}"),
            [TypeImpl::Display].into_iter(),
        );
    }
    settings
}

fn stopped(problem: &str) -> Finding {
    Finding::new("", "generator", problem)
        .remedy("compare with the shapes that specs/README.md lists; a new shape needs a pass in xtask/src/lower")
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
}
