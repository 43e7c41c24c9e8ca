//! Where the examples of a document are.

use serde_json::Value;
use threadline_tests::spec::Document;

/// An example and the schema that it has to keep to.
pub struct Found<'a> {
    /// Where it is, as a JSON pointer.
    pub place: String,
    pub schema: &'a Value,
    pub value: &'a Value,
}

/// Every example of a document.
pub fn found(document: &Document) -> Vec<Found<'_>> {
    let mut examples = Vec::new();
    search(document, document.root(), &mut String::new(), &mut examples);
    examples
}

/// Looks at everything that is not itself an example.
fn search<'a>(
    document: &'a Document,
    value: &'a Value,
    place: &mut String,
    found: &mut Vec<Found<'a>>,
) {
    if let Some(schema) = schema(value, place) {
        let examples = document.examples(value);
        found.extend(examples.into_iter().map(|(name, example)| Found {
            place: format!("{place} ({name})"),
            schema,
            value: example,
        }));
    }
    let depth = place.len();
    match value {
        Value::Object(members) => {
            let is_map = place.ends_with("/properties");
            for (name, member) in members {
                if is_map || !["example", "examples", "enum"].contains(&&**name) {
                    place.push('/');
                    place.push_str(&name.replace('~', "~0").replace('/', "~1"));
                    search(document, member, place, found);
                    place.truncate(depth);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                place.push_str(&format!("/{index}"));
                search(document, item, place, found);
                place.truncate(depth);
            }
        }
        _ => {}
    }
}

/// The schema that the examples in a value have to keep to: its own, or else the value is one.
fn schema<'a>(value: &'a Value, place: &str) -> Option<&'a Value> {
    if place.ends_with("/properties") || !value.is_object() {
        return None;
    }
    if value.get("example").is_none() && value.get("examples").is_none() {
        return None;
    }
    Some(value.get("schema").unwrap_or(value))
}
