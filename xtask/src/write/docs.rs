//! Documentation.

use crate::model::{Bound, Field, Operation, Parameter, Place, Rule};

/// The documentation of an operation; `example` is the code of a call.
pub fn of(operation: &Operation, example: &str) -> String {
    let mut docs = String::new();
    if operation.deprecated {
        docs.push_str("**Deprecated by the vendor.** ");
    }
    docs.push_str(&format!(
        "{}.\n\n{}\n\n`{} {}`",
        operation.summary, operation.description, operation.method, operation.path
    ));
    if let Some(note) = &operation.note {
        docs.push_str(&format!("\n\n**Note:** {note}"));
    }
    let required = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.required);
    let arguments = operation
        .path_parameters
        .iter()
        .map(|parameter| (&parameter.name, sentence(&parameter.description)))
        .chain(required.map(|parameter| (&parameter.name, of_parameter(operation, parameter))));
    let arguments = arguments.map(|(name, text)| format!("\n- `{name}`: {}", one_line(&text)));
    let arguments = arguments.collect::<String>();
    if !arguments.is_empty() {
        docs.push_str(&format!("\n\n# Arguments\n{arguments}"));
    }
    if operation.success.len() > 1 {
        docs.push_str("\n\n# Answers\n\nThe status of the response is one of these:\n");
        for answer in &operation.success {
            let meaning = one_line(&sentence(&answer.description));
            docs.push_str(&format!("\n- `{}`: {meaning}", answer.status));
        }
    }
    docs.push_str(&format!("\n\n# Example\n\n{example}\n\n# Errors\n"));
    if operation.errors.is_empty() {
        docs.push_str("\nAny failure of the call.");
    }
    for error in &operation.errors {
        docs.push_str(&format!(
            "\n- `{}`: {}",
            error.status,
            one_line(&error.description)
        ));
        if !error.codes.is_empty() {
            let codes = error.codes.iter().map(|code| format!("`{code}`"));
            docs.push_str(&format!(" ({})", codes.collect::<Vec<_>>().join(", ")));
        }
    }
    docs.push_str(&format!("\n\n[Vendor documentation]({})", operation.docs));
    docs
}

/// The documentation of a parameter: its meaning, limits and default.
pub fn of_parameter(operation: &Operation, parameter: &Parameter) -> String {
    let is_its = |bound: &&Bound| bound.place == parameter.place && bound.at == parameter.name;
    let rules = operation
        .bounds
        .iter()
        .filter(is_its)
        .map(|bound| &bound.rule);
    let mut docs = with_limits(&parameter.description, rules);
    if let Some(default) = &parameter.default {
        docs.push_str(&format!(
            " Default: `{}`.",
            default.to_string().trim_matches('"')
        ));
    }
    let place = match parameter.place {
        Place::Header => "header",
        _ => "query parameter",
    };
    docs.push_str(&format!("\n\nSent as the {place} `{}`.", parameter.name));
    docs
}

/// The documentation of a field: its meaning and limits.
pub fn of_field(field: &Field) -> String {
    let docs = with_limits(&field.description, field.bounds.iter());
    if field.deprecated {
        return format!("**Deprecated by the vendor.** {docs}");
    }
    docs
}

fn with_limits<'a>(description: &str, rules: impl Iterator<Item = &'a Rule>) -> String {
    let mut docs = sentence(description);
    for rule in rules {
        let limit = match rule {
            Rule::MinLength(1) => "Must not be empty.".to_owned(),
            Rule::MinLength(length) => format!("At least {length} characters."),
            Rule::MaxLength(length) => format!("At most {length} characters."),
            Rule::MinItems(1) => "At least one value.".to_owned(),
            Rule::MinItems(count) => format!("At least {count} values."),
            Rule::MaxItems(count) => format!("At most {count} values."),
            Rule::Minimum(number) => format!("At least {number}."),
            Rule::Maximum(number) => format!("At most {number}."),
            Rule::Pattern(pattern) => format!("Must match `{pattern}`."),
        };
        docs.push(' ');
        docs.push_str(&limit);
    }
    docs.trim().to_owned()
}

/// A description that ends like a sentence.
fn sentence(description: &str) -> String {
    let text = description.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?', ':']) || text.ends_with("```") {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
