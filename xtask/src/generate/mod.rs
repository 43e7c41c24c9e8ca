//! Step 4: progenitor turns the lowered document into Rust syntax, and `parts` takes that apart.

mod method;
mod parts;
mod structure;
mod types;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use parts::{Argument, FieldParts, ObjectParts, OperationParts, Parts};
pub use types::{Home, Type};

use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TypeImpl};
use serde_json::Value;

use crate::finding::{Finding, Findings};
use crate::lower::TIMESTAMP;
use crate::model::Model;

/// Runs the generator and takes its output apart; errors, panics and surprises become findings.
pub fn generate(document: Value, model: &Model) -> Result<Parts<'_>, Findings> {
    parts::take(run(document, model)?, model)
}

fn run(document: Value, model: &Model) -> Result<syn::File, Findings> {
    let spec: OpenAPI = serde_json::from_value(document)
        .map_err(|error| stopped(&format!("is not OpenAPI 3.0: {error}")))?;
    let mut generator = Generator::new(&settings(model));
    // The panic message also goes to stderr, which is right for a generator defect.
    let tokens = catch_unwind(AssertUnwindSafe(|| generator.generate_tokens(&spec)))
        .map_err(|panic| stopped(&format!("the generator gave up: {}", panic_text(&*panic))))?
        .map_err(|error| stopped(&format!("the generator refused: {error}")))?;
    syn::parse2(tokens)
        .map_err(|error| stopped(&format!("the generator wrote no Rust: {error}")).into())
}

fn settings(model: &Model) -> GenerationSettings {
    let mut settings = GenerationSettings::default();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_map_type("::std::collections::BTreeMap")
        .with_replacement(
            TIMESTAMP,
            "threadline_transport::Timestamp",
            [TypeImpl::Display].into_iter(),
        );
    let enums = model.enums.iter().map(|known| &known.name);
    for name in enums.chain(model.unions.iter().map(|known| &known.name)) {
        settings.with_replacement(
            name,
            format!("types::{name}"),
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
