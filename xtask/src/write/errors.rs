//! `errors.rs`: the vendor's error codes and their details.
//!
//! Written as text, because the contents of macro calls are not formatted otherwise.

use super::{Source, preamble};
use crate::model::{Code, Errors, Model, variant};

/// Writes the module; `None` if the vendor's codes are not listed.
pub fn write(source: Source<'_>) -> Option<String> {
    let model = source.model;
    let errors = &model.api.errors;
    let set = errors.code_schema.as_deref()?;
    let shown = errors.example.as_ref().map_or(0, |(position, _)| *position);
    let shown = errors.codes.get(shown)?;
    let preamble = preamble(source.spec);
    let crate_name = source.crate_name();
    let provider = &model.api.provider;
    let (kind, code, name) = (kind(shown.status), &shown.code, variant(&shown.code));
    let about = if errors.has_details() {
        "The vendor's error codes and their details as typed values."
    } else {
        "The vendor's error codes as typed values."
    };
    let mut text = format!(
        r#"// {preamble}

//! {about}

use threadline_transport::Error;

use super::operations::API;

#[doc(no_inline)]
pub use super::types::{set};

impl {set} {{
    /// Returns the code of an error; `None` if the error is another provider's or has no code.
    ///
    /// ```
    /// use {crate_name}::errors::{set};
    /// use {crate_name}::transport::{{Error, ErrorKind}};
    ///
    /// let error = Error::new(ErrorKind::{kind}, "{provider}", "What went wrong.").with_code("{code}");
    /// assert_eq!({set}::of(&error), Some({set}::{name}));
    ///
    /// let newer = error.with_code("not known yet");
    /// assert!(matches!({set}::of(&newer), Some({set}::Unknown(_))));
    /// ```
    pub fn of(error: &Error) -> Option<Self> {{
        threadline_transport::__private::code_of(error, API.provider).map(Self::from)
    }}
}}
"#
    );
    if errors.has_details() {
        text.push_str(&details(model, errors, &crate_name));
    }
    Some(text)
}

/// The macro call that defines the details of the codes.
fn details(model: &Model, errors: &Errors, crate_name: &str) -> String {
    let codes = errors
        .code_schema
        .as_deref()
        .and_then(|name| model.enumeration(name));
    let meanings = codes
        .map(|codes| codes.values.as_slice())
        .unwrap_or_default();
    let mut variants = String::new();
    for code in &errors.codes {
        let Some(details) = &code.details else {
            continue;
        };
        let meaning = meanings.iter().find(|value| value.word == code.code);
        let meaning = meaning.map_or("", |value| value.description.trim());
        // The documentation of a variant is one line, even if the description is wrapped.
        let meaning = meaning.split_whitespace().collect::<Vec<_>>().join(" ");
        variants.push_str(&format!(
            "        /// `{code}`: {meaning}\n        {name}(super::types::{details}) = {code:?},\n",
            code = code.code,
            name = details_variant(&code.code),
        ));
    }
    let example = example(&model.api.provider, errors, crate_name).unwrap_or_default();
    format!(
        "
threadline_transport::error_details! {{
    /// The details of an error code.
{example}    pub enum ErrorDetails of API {{
{variants}    }}
}}
"
    )
}

/// The documentation example: an error from the spec.
fn example(provider: &str, errors: &Errors, crate_name: &str) -> Option<String> {
    let (position, details) = errors.example.as_ref()?;
    let Code { code, status, .. } = errors.codes.get(*position)?;
    let (kind, name) = (kind(*status), details_variant(code));
    let lines = format!(
        r#"
```
use {crate_name}::errors::ErrorDetails;
use {crate_name}::transport::{{Error, ErrorKind}};

let error = Error::new(ErrorKind::{kind}, "{provider}", "What went wrong.")
    .with_code("{code}")
    .with_details(serde_json::json!({details}));
assert!(matches!(ErrorDetails::of(&error), Some(ErrorDetails::{name}(_))));
```"#
    );
    let commented = |line: &str| format!("{}\n", format!("    /// {line}").trim_end());
    Some(lines.lines().map(commented).collect())
}

/// The variant of a code's details; `Other` is the fallback variant.
fn details_variant(code: &str) -> String {
    match variant(code).as_str() {
        "Other" => "Other_".to_owned(),
        name => name.to_owned(),
    }
}

/// The kind of error that the transport derives from a status.
fn kind(status: u16) -> &'static str {
    match status {
        401 => "Authentication",
        403 => "PermissionDenied",
        404 => "NotFound",
        409 => "Conflict",
        429 => "RateLimited",
        500..=599 => "Unavailable",
        _ => "Rejected",
    }
}
