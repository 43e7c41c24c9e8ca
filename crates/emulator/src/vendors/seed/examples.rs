//! Records from the examples of a spec.

use serde_json::Value;

use crate::spec::Spec;

const GET: &str = "threads.get";
const UPDATE: &str = "threads.update";

/// The threads from a spec's examples, each once.
///
/// The thread from the path parameter's example comes first. If several examples show the same
/// thread, the oldest state is used, and a read takes precedence over an update. Placeholders whose
/// id is not valid are skipped.
pub(crate) fn example_threads(spec: &Spec) -> Vec<Value> {
    let main = spec
        .parameter_example(GET, "threadId")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let mut candidates: Vec<(ExamplePriority, Value)> = Vec::new();
    for operation in [GET, UPDATE] {
        for (name, thread) in spec.examples(operation) {
            if let Some(id) = thread.get("id").filter(|id| is_valid_id(spec, id)) {
                let rank = ExamplePriority {
                    is_not_main: id != main,
                    updated_at: text(&thread, "updated_at"),
                    is_update: operation == UPDATE,
                    name,
                };
                candidates.push((rank, thread));
            }
        }
    }
    candidates.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut threads: Vec<Value> = Vec::new();
    for (_, thread) in candidates {
        if !threads
            .iter()
            .any(|known| known.get("id") == thread.get("id"))
        {
            threads.push(thread);
        }
    }
    threads
}

/// The records at `pointer` in the examples of operations, either one or a list. Each record is
/// used once, from the first example that has it.
pub(crate) fn example_records(spec: &Spec, operations: &[&str], pointer: &str) -> Vec<Value> {
    let mut records: Vec<Value> = Vec::new();
    for operation in operations {
        for example in spec.examples(operation).values() {
            let found = match example.pointer(pointer) {
                Some(Value::Array(list)) => list.clone(),
                Some(record) => vec![record.clone()],
                None => Vec::new(),
            };
            for record in found {
                let id = record.get("id");
                if id.is_none() || !records.iter().any(|known| known.get("id") == id) {
                    records.push(record);
                }
            }
        }
    }
    records
}

/// The precedence of an example.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct ExamplePriority {
    is_not_main: bool,
    updated_at: String,
    is_update: bool,
    name: String,
}

fn text(thread: &Value, field: &str) -> String {
    thread
        .get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn is_valid_id(spec: &Spec, id: &Value) -> bool {
    let operation = spec.operation(GET);
    let mut parameters = operation
        .into_iter()
        .flat_map(|operation| &operation.parameters);
    parameters
        .find(|parameter| parameter.name == "threadId")
        .is_some_and(|parameter| parameter.schema.issues(id).is_empty())
}
