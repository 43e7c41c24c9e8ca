//! Documentation of methods.

use crate::facts::OperationFacts;

/// The documentation of an operation.
pub fn of(facts: &OperationFacts) -> String {
    let mut docs = format!(
        "{}.\n\n{}\n\n`{} {}`",
        facts.summary, facts.description, facts.method, facts.path
    );
    if let Some(note) = &facts.note {
        docs.push_str(&format!("\n\n**Note:** {note}"));
    }
    if !facts.path_params.is_empty() {
        docs.push_str("\n\n# Path parameters\n");
        for param in &facts.path_params {
            docs.push_str(&format!(
                "\n- `{}`: {}",
                param.name,
                one_line(&param.description)
            ));
        }
    }
    docs.push_str("\n\n# Errors\n\nSee the kinds of [`Error`]. Documented responses:\n");
    for error in &facts.errors {
        docs.push_str(&format!(
            "\n- `{}`: {}",
            error.status,
            one_line(&error.description)
        ));
        if !error.codes.is_empty() {
            let codes = error
                .codes
                .iter()
                .map(|code| format!("`{code}`"))
                .collect::<Vec<_>>()
                .join(", ");
            docs.push_str(&format!(" ({codes})"));
        }
    }
    docs.push_str(&format!("\n\n[Vendor documentation]({})", facts.docs));
    docs
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
