//! Holding the emulator's own answers against the spec.

use crate::answer::Answer;
use crate::spec::Operation;

/// What an operation's spec does not allow about an answer.
///
/// Vendors do not document for each operation that it refuses malformed requests. A refusal whose
/// status is not among the operation's has to have the form of the operation's other errors.
pub(crate) fn objections(operation: &Operation, answer: &Answer, refused: bool) -> Vec<String> {
    let status = answer.status.as_u16();
    let schema = operation.answers.get(&status).or_else(|| {
        let mut errors = operation.answers.range(400..);
        errors.next().filter(|_| refused).map(|(_, schema)| schema)
    });
    match (schema, &answer.body) {
        (None, _) => vec!["the spec does not know this status".to_owned()],
        (Some(None), None) => Vec::new(),
        (Some(None), Some(_)) => vec!["the spec has no body here".to_owned()],
        (Some(Some(_)), None) => vec!["the spec has a body here".to_owned()],
        (Some(Some(schema)), Some(body)) => schema
            .issues(body)
            .iter()
            .map(ToString::to_string)
            .collect(),
    }
}
