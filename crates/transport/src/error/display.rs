//! Formatting of errors: one line for `Display`, many for `Debug`.

use std::fmt::{self, Write as _};

use super::Error;

/// The maximum length of a message in a line, in characters.
const LINE: usize = 500;
/// The maximum length of a quoted page, such as a proxy's, in characters.
const EXCERPT: usize = 200;
/// The maximum number of refused fields in a line.
const FIELDS: usize = 5;
/// The maximum length of a body in `Debug`, in characters.
const STORY: usize = 2000;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if !inner.provider.is_empty() {
            let operation = inner.operation.as_deref().unwrap_or_default();
            let space = if operation.is_empty() { "" } else { " " };
            write!(f, "{}{space}{}: ", Line(&inner.provider), Line(operation))?;
        }
        // An answer without a message has its code for one.
        let code = inner.code.as_ref().filter(|code| **code != inner.message);
        match (inner.status, code) {
            (Some(status), Some(code)) => write!(f, "{status} {}: ", Line(code))?,
            (Some(status), None) => write!(f, "{status}: ")?,
            (None, Some(code)) => write!(f, "{}: ", Line(code))?,
            (None, None) => {}
        }
        if inner.fields.is_empty() {
            write!(f, "{}", Line(&inner.message))?;
        } else {
            write!(f, "{}", Line(inner.message.trim_end_matches('.')))?;
        }
        for (count, field) in inner.fields.iter().take(FIELDS).enumerate() {
            write!(f, "{}{field}", if count == 0 { ": " } else { "; " })?;
        }
        match inner.fields.len().saturating_sub(FIELDS) {
            0 => {}
            more => write!(f, "; and {more} more")?,
        }
        match (&inner.request_id, inner.attempts) {
            (Some(id), 0 | 1) => write!(f, " (request id {})", Line(id)),
            (Some(id), attempts) => write!(f, " (request id {}, {attempts} attempts)", Line(id)),
            (None, 0 | 1) => Ok(()),
            (None, attempts) => write!(f, " ({attempts} attempts)"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        write!(f, "{self}\n  kind: {}", inner.kind)?;
        if !inner.fields.is_empty() {
            f.write_str("\n  fields:")?;
        }
        for field in &inner.fields {
            write!(f, "\n    {}: {}", Line(&field.field), Line(&field.message))?;
        }
        write!(f, "\n  retryable: {}", inner.retryable)?;
        write!(f, "\n  delivery: {}", inner.delivery)?;
        write!(f, "\n  attempts: {}", inner.attempts)?;
        for attempt in &inner.history {
            write!(f, "\n    {attempt}")?;
        }
        if let Some(key) = &inner.idempotency_key {
            write!(f, "\n  idempotency key: {key}")?;
        }
        if let Some(delay) = inner.retry_after {
            write!(f, "\n  retry after: {delay:?}")?;
        }
        if let Some(headers) = &inner.headers {
            f.write_str("\n  headers:")?;
            for (name, value) in headers.shown() {
                write!(f, "\n    {name}: {}", Line(&value))?;
            }
        }
        if let Some(body) = &inner.body {
            write!(f, "\n  body ({} bytes): ", body.len())?;
            escaped(f, String::from_utf8_lossy(body).chars(), STORY)?;
        }
        if let Some(prepared) = &inner.prepared {
            f.write_str("\n  request:")?;
            for text in prepared.to_string().lines() {
                f.write_str("\n    ")?;
                escaped(f, text.chars(), STORY)?;
            }
        }
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            write!(f, "\n  caused by: {}", Line(&cause.to_string()))?;
            source = cause.source();
        }
        Ok(())
    }
}

/// Text as (part of) one line: white space collapsed, control characters escaped, truncated.
pub(super) struct Line<'a>(pub(super) &'a str);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        escaped(f, collapsed(self.0), LINE)
    }
}

/// The beginning of a page as a short line: white space collapsed, tags kept.
pub(crate) fn excerpt(page: &str) -> String {
    let mut short: String = collapsed(page).take(EXCERPT).collect();
    if collapsed(page).nth(EXCERPT).is_some() {
        short.push('…');
    }
    short
}

/// Writes characters, escaping those that would move the cursor or reorder the text.
fn escaped(
    f: &mut fmt::Formatter<'_>,
    chars: impl Iterator<Item = char>,
    limit: usize,
) -> fmt::Result {
    for (count, c) in chars.enumerate() {
        if count == limit {
            return f.write_char('…');
        }
        if c.is_control() || is_invisible(c) {
            write!(f, "{}", c.escape_default())?;
        } else {
            f.write_char(c)?;
        }
    }
    Ok(())
}

/// Whether a character is invisible and changes how others are displayed.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

/// Makes untrusted text safe for one line of a terminal: escapes characters that would move the
/// cursor, colour or hide text, or reorder the text around them.
///
/// ```
/// use threadline_transport::printable;
///
/// assert_eq!(printable("a\u{1b}[31mb\u{202e}").to_string(), "a\\u{1b}[31mb\\u{202e}");
/// ```
pub fn printable(text: &str) -> impl fmt::Display + '_ {
    Printable(text)
}

struct Printable<'a>(&'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        escaped(f, self.0.chars(), usize::MAX)
    }
}

/// The characters of a text, with white space trimmed and each run collapsed to one space.
fn collapsed(text: &str) -> impl Iterator<Item = char> + '_ {
    let words = text.split_whitespace().flat_map(|word| [" ", word]);
    words.skip(1).flat_map(str::chars)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn display_is_one_line_whatever_the_vendor_says() {
        let error = Error::new(
            ErrorKind::Rejected,
            "acme",
            "bad\r\n\tthing \u{1b}[31mred\u{202e}",
        )
        .with_operation("update_thread")
        .with_status(422)
        .with_code("in\nvalid")
        .with_request_id("req\n1")
        .with_history(3, Vec::new());
        assert_eq!(
            error.to_string(),
            "acme update_thread: 422 in valid: bad thing \\u{1b}[31mred\\u{202e} \
             (request id req 1, 3 attempts)"
        );
    }

    #[test]
    fn refused_fields_follow_the_message() {
        let error = Error::new(ErrorKind::Rejected, "acme", "Not valid.")
            .with_status(400)
            .with_field("target.id", "Expected\n a word.")
            .with_field("", "Too \u{1b}[31mbig")
            .with_field("content", "content is required");
        assert_eq!(
            error.to_string(),
            "acme: 400: Not valid: target.id: Expected a word.; Too \\u{1b}[31mbig; \
             content is required"
        );
    }

    #[test]
    fn many_and_long_fields_are_cut_in_a_line_and_whole_in_debug() {
        let mut error = Error::new(ErrorKind::Rejected, "acme", "Not valid");
        for number in 1..=8 {
            error = error.with_field(format!("f{number}"), "é".repeat(300));
        }
        let line = error.to_string();
        let reason = format!("{}…", "é".repeat(EXCERPT));
        assert!(line.starts_with(&format!("acme: Not valid: f1: {reason}; f2: {reason}")));
        assert!(
            line.ends_with(&format!("; f5: {reason}; and 3 more")),
            "{line}"
        );
        let story = format!("{error:?}");
        assert!(story.contains(&format!("\n    f8: {}\n", "é".repeat(300))));
    }

    #[test]
    fn a_code_that_is_the_message_is_shown_once() {
        let error = Error::new(ErrorKind::Rejected, "acme", "gone").with_status(410);
        assert_eq!(error.with_code("gone").to_string(), "acme: 410: gone");
    }

    #[test]
    fn a_long_message_is_cut() {
        let error = Error::new(ErrorKind::Rejected, "acme", "é".repeat(10_000));
        assert_eq!(error.to_string(), format!("acme: {}…", "é".repeat(LINE)));
    }

    #[test]
    fn an_excerpt_keeps_tags_and_is_short() {
        assert_eq!(excerpt(" <html>\r\n  <h1>502</h1> "), "<html> <h1>502</h1>");
        assert_eq!(excerpt(&"x".repeat(EXCERPT)), "x".repeat(EXCERPT));
        assert_eq!(excerpt(&"x".repeat(EXCERPT + 1)), "x".repeat(EXCERPT) + "…");
        assert_eq!(excerpt(" \n "), "");
    }

    #[test]
    fn debug_tells_the_whole_story() {
        let source = std::io::Error::other("the cause");
        let error = Error::new(ErrorKind::Unavailable, "acme", "down").with_source(source);
        let story = format!("{error:?}");
        for part in [
            "kind: unavailable",
            "delivery: answered",
            "caused by: the cause",
        ] {
            assert!(story.contains(part), "{story}");
        }
    }
}
