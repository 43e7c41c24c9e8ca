//! Step 3: removes what the generator cannot express, one pass per feature.
//!
//! Each pass changes the document, records facts for later steps, or both.

mod aliases;
mod bounds;
mod enums;
mod envelope;
mod errors;
mod fields;
mod limits;
mod operations;
mod query;
mod references;
mod responses;
mod timestamps;
mod unions;

pub use enums::{variant, words};
pub use timestamps::COMPONENT as TIMESTAMP;

use serde_json::Value;

use crate::facts::Facts;
use crate::finding::Findings;
use crate::reach::reach;

/// Lowers a linted document.
pub fn lower(mut document: Value) -> Result<(Value, Facts), Findings> {
    let mut facts = Facts::default();
    references::apply(&mut document)?;
    operations::apply(&document, &mut facts)?;
    responses::apply(&mut document);
    envelope::apply(&mut document)?;
    query::apply(&mut document, &mut facts)?;
    limits::apply(&document, &mut facts);
    // Later passes remove references.
    let reach = reach(&document);
    unions::apply(&mut document, &mut facts)?;
    enums::apply(&mut document, &reach, &mut facts)?;
    aliases::apply(&mut document)?;
    fields::apply(&document, &reach, &mut facts);
    bounds::apply(&mut document);
    timestamps::apply(&mut document);
    Ok((document, facts))
}

/// The strings of a list.
fn strings(list: Option<&Value>) -> Vec<String> {
    crate::document::items(list)
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// A number, if it fits.
fn number<N: TryFrom<u64>>(value: Option<&Value>) -> Option<N> {
    value
        .and_then(Value::as_u64)
        .and_then(|number| N::try_from(number).ok())
}
