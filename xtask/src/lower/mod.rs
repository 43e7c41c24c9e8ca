//! Step 3: reads the model of a spec, and rewrites the document into what the generator can express, one pass per
//! feature.

mod aliases;
mod bounds;
mod enums;
mod envelope;
mod query;
mod references;
mod responses;
mod timestamps;
mod unions;

pub use timestamps::COMPONENT as TIMESTAMP;

use serde_json::Value;

use crate::finding::Findings;
use crate::model::{self, Model};
use crate::spec::reach::{Reach, reach};

/// Lowers a linted document. Returns it with its model.
pub fn lower(mut document: Value) -> Result<(Value, Model), Findings> {
    references::apply(&mut document)?;
    query::apply(&mut document)?;
    let declared = model::declared(&document)?;
    // Before unions and aliases are replaced, which removes references.
    let reach = reach(&document);
    responses::apply(&mut document);
    envelope::apply(&mut document)?;
    drop_unreached(&mut document, &reach);
    let (enums, unions) = model::words_and_unions(&document, &reach)?;
    unions::apply(&mut document, &unions);
    enums::apply(&mut document);
    aliases::apply(&mut document)?;
    let model = declared.complete(&document, &reach, (enums, unions));
    bounds::apply(&mut document);
    timestamps::apply(&mut document);
    Ok((document, model))
}

/// The document with shared parameters, responses and bodies inlined, for the lint.
pub fn inlined(document: &Value) -> Option<Value> {
    let mut inlined = document.clone();
    references::apply(&mut inlined).ok()?;
    Some(inlined)
}

/// Removes the components that no operation and no webhook carries.
fn drop_unreached(document: &mut Value, reach: &Reach) {
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
        schemas.retain(|name, _| reach.is_generated(name));
    }
}
