//! Step 5: rewrites the generator's syntax tree into the public API.

mod client;
mod docs;
mod driver;
mod enums;
mod errors;
mod method;
mod names;
mod operations;
mod pages;
mod params;
mod setters;
mod types;

use quote::quote;
use syn::File;

use crate::facts::Facts;
use crate::finding::{Finding, Findings};

/// The generated modules.
pub struct Modules {
    pub client: File,
    pub types: File,
    pub enums: String,
    /// If the spec lists the vendor's error codes.
    pub errors: Option<String>,
    pub operations: File,
    /// Calls every operation by name, for tests.
    pub driver: File,
}

/// Splits and polishes the generator's output.
pub fn polish(generated: File, facts: &Facts, package: &str) -> Result<Modules, Findings> {
    let mut type_items = Vec::new();
    let mut client_items = Vec::new();
    for item in generated.items {
        match item {
            syn::Item::Mod(module) if module.ident == "types" => {
                type_items = module.content.map(|(_, items)| items).unwrap_or_default();
            }
            other => client_items.push(other),
        }
    }
    let (client, params, arms) = client::polish(client_items, facts)?;
    Ok(Modules {
        client,
        driver: driver::write(&arms, package)?,
        types: types::polish(type_items, params, facts)?,
        enums: enums::write(facts),
        errors: errors::write(facts, package),
        operations: operations::write(facts)?,
    })
}

/// Parses generated tokens into a file; a failure is a defect of this step.
fn file(tokens: proc_macro2::TokenStream) -> Result<File, Findings> {
    syn::parse2(tokens).map_err(|error| defect(&error.to_string()))
}

fn defect(problem: &str) -> Findings {
    Finding::new(
        "",
        "polish",
        format!("unexpected output of the generator: {problem}"),
    )
    .remedy("adapt xtask/src/polish to the pinned generator")
    .into()
}

/// Creates `#[doc = …]` lines for a text.
fn doc_lines(text: &str) -> proc_macro2::TokenStream {
    let lines = text
        .trim()
        .lines()
        .map(|line| format!(" {line}").trim_end().to_owned());
    quote!(#(#[doc = #lines])*)
}
