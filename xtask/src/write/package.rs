//! The manifest, README and `lib.rs` of a crate.

use std::fmt::Write as _;

use quote::quote;
use serde_json::Value;

use super::requests::{group_ident, method_ident};
use super::{Source, example, preamble};
use crate::finding::{Finding, Findings};
use crate::generate::Type;
use crate::model::Model;

/// Which of the optional modules and dependencies a crate has.
pub struct Modules {
    pub errors: bool,
    pub webhooks: bool,
    pub uses_json: bool,
}

pub fn manifest(source: Source<'_>, modules: &Modules) -> String {
    let spec = source.spec;
    let json = if modules.uses_json {
        "serde_json.workspace = true\n"
    } else {
        ""
    };
    format!(
        "# {preamble}

[package]
name = \"{package}\"
description = \"{description}\"
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
keywords.workspace = true
categories.workspace = true

[package.metadata.docs.rs]
all-features = true

[features]
# JSON Schemas for the types.
schemars = [\"dep:schemars\", \"threadline-transport/schemars\"]

[dependencies]
schemars = {{ workspace = true, optional = true }}
serde.workspace = true
{json}threadline-transport.workspace = true

[lints]
workspace = true
",
        preamble = preamble(spec),
        package = spec.package,
        description = spec.description,
    )
}

pub fn library(source: Source<'_>, modules: &Modules) -> String {
    let optional = |is_there: bool, name: &str| {
        let module = format!("#[rustfmt::skip]\npub mod {name};\n");
        if is_there { module } else { String::new() }
    };
    format!(
        "// {}

#![doc = include_str!(\"../README.md\")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
// Generated code does not follow the workspace's lints.
#![allow(clippy::all, clippy::pedantic, clippy::restriction, unreachable_pub)]

// Formatted by the generator.
#[rustfmt::skip]
mod client;
{}#[rustfmt::skip]
pub mod operations;
#[rustfmt::skip]
pub mod requests;
#[rustfmt::skip]
pub mod types;
{}
pub use client::Client;
pub use threadline_transport as transport;

/// The OpenAPI document this crate was generated from, as JSON.
pub const OPENAPI: &str = include_str!(\"../openapi.json\");
",
        preamble(source.spec),
        optional(modules.errors, "errors"),
        optional(modules.webhooks, "webhooks"),
    )
}

/// The document as JSON, so that no YAML parser is needed at run time.
pub fn openapi(document: &Value) -> String {
    serde_json::to_string_pretty(document).unwrap_or_default() + "\n"
}

pub fn readme(source: Source<'_>) -> Result<String, Findings> {
    let (spec, model, module) = (source.spec, source.model, source.crate_name());
    let api = &model.api;
    let start = match &api.variables {
        Some((credential, _)) => format!(
            "    // From {credential}; `Client::new(key)` takes one from elsewhere.\n    let client = Client::from_env()?;\n"
        ),
        None => "    let client = Client::new(\"a-key-from-a-safe-place\")?;\n".to_owned(),
    };
    let mut shown = String::new();
    let mut imports = Vec::new();
    for (id, _) in &api.shown {
        let mut operations = source.parts.operations.iter();
        let operation = operations
            .find(|known| known.operation.id == *id)
            .ok_or_else(|| {
                Finding::new(
                    "/x-threadline-readme",
                    "readme",
                    format!("there is no operation `{id}`"),
                )
                .remedy("name an operation by its `operationId`")
            })?;
        let mut options = quote!();
        if operation.operation.method == "PATCH" || operation.operation.method == "PUT" {
            options = quote!(.attempts(2).deadline(std::time::Duration::from_secs(10)));
        }
        let code = example::code(source, operation, &options)?;
        imports.extend(code.imports);
        let _ = write!(
            shown,
            "\n    // {}.\n{}",
            operation.operation.summary,
            indented(&code.text)
        );
    }
    imports.sort();
    imports.dedup();
    let imports = example::uses(&imports);
    let mut text = format!(
        "<!-- {} -->

# {}

{}

This crate implements the API as the vendor documents it, one method per operation. It is unofficial and checked against
the vendor's documentation, not against its servers. To work with several vendors through one trait, use the `threadline`
crate, which has this same client as `threadline::{name}::Client`: `as_native()` of a provider returns it.

```rust,no_run
use {module}::Client;
use {module}::transport::Error;
{imports}
async fn example() -> Result<(), Error> {{
{start}{shown}    Ok(())
}}
```

A request has a setter for each parameter, for each field of its body, and for the options of the call. It is sent when
it is awaited. Every call returns a `Response`, which dereferences to the value and has the status, headers, request id
and rate limit.

{other_ways}{errors}## {title}

{}

[The vendor's documentation]({})

## Operations

| method | request | description |
|---|---|---|
",
        preamble(spec),
        spec.package,
        spec.description,
        api.description,
        api.docs,
        name = spec.name.replace('-', "_"),
        other_ways = readme_other_ways(source)?,
        errors = readme_errors(model),
        title = api.title,
    );
    for parts in &source.parts.operations {
        let operation = parts.operation;
        let (group, method) = (group_ident(&operation.group), method_ident(parts));
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| `{group}().{method}()` | `{} {}` | {} |",
            operation.method, operation.path, operation.summary
        );
    }
    Ok(text)
}

fn indented(code: &str) -> String {
    let lines = code.lines().map(|line| format!("    {line}"));
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// The README section on the requests that end in something else than the documented value. Its example is the first of
/// the shown operations that answers with an object.
fn readme_other_ways(source: Source<'_>) -> Result<String, Findings> {
    let mut shown = source.model.api.shown.iter().filter_map(|(id, _)| {
        let mut operations = source.parts.operations.iter();
        let found = operations.find(|known| known.operation.id == *id)?;
        let object = source.parts.objects.get(found.value.component()?)?;
        let mut fields = object.required();
        let field =
            fields.find(|field| field.ty == Type::Text && field.ident == field.field.wire)?;
        let is_list = found.operation.pagination.is_some();
        (!is_list).then_some((found, &field.ident))
    });
    let Some((operation, field)) = shown.next() else {
        return Ok(String::new());
    };
    let decoded = example::statements(source, operation, |call| {
        quote! {
            let short = #call.decode_as::<Short>().await?;
            println!("{}", short.#field);
        }
    })?;
    let prepared = example::statements(source, operation, |call| {
        quote! {
            let outcome = #call.dry_run(true).await;
            if let Err(error) = outcome {
                println!("{:?}", error.prepared_request());
            }
        }
    })?;
    Ok(format!(
        "`decode_as` reads the answer as a type of your own, and a dry run prepares a request without sending it:

```rust,no_run
use serde::Deserialize;
use {module}::Client;
use {module}::transport::Error;
{imports}
#[derive(Deserialize)]
struct Short {{
    {field}: String,
}}

async fn example(client: Client) -> Result<(), Error> {{
{decoded}
{prepared}    Ok(())
}}
```

",
        module = source.crate_name(),
        imports = example::uses(&decoded.imports),
        decoded = indented(&decoded.text),
        prepared = indented(&prepared.text),
    ))
}

/// The README section on errors, if the vendor's codes are listed.
fn readme_errors(model: &Model) -> String {
    let errors = &model.api.errors;
    let Some(set) = &errors.code_schema else {
        return String::new();
    };
    let mut text = format!(
        "Every operation returns the same `Error` type; `errors::{set}::of(&error)` returns the vendor's code as a typed value.\n"
    );
    if errors.has_details() {
        text.push_str("`errors::ErrorDetails::of(&error)` returns the details of a code.\n");
    }
    text.push('\n');
    text
}
