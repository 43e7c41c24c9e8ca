//! Makes open enumerations plain ones, which is what the generator sees. Their types are written from the model.

use serde_json::Value;

pub fn apply(document: &mut Value) {
    let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") else {
        return;
    };
    for known in schemas.values_mut().filter_map(Value::as_object_mut) {
        if let Some(words) = known.remove("x-threadline-known-values") {
            known.insert("enum".to_owned(), words);
        }
    }
}
