//! How errors are shown: one line, or the long story.

use std::fmt::{self, Write as _};

use super::Error;

/// How many characters of a message a line shows.
const LINE: usize = 500;
/// How many characters of a page that is not the vendor's a message quotes.
const EXCERPT: usize = 200;
/// How many characters of a body the long story shows.
const STORY: usize = 2000;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if !inner.provider.is_empty() {
            line(f, &inner.provider)?;
            if let Some(operation) = &inner.operation {
                f.write_str(" ")?;
                line(f, operation)?;
            }
            f.write_str(": ")?;
        }
        match (inner.status, &inner.code) {
            (Some(status), Some(code)) => {
                write!(f, "{status} ")?;
                line(f, code)?;
                f.write_str(": ")?;
            }
            (Some(status), None) => write!(f, "{status}: ")?,
            (None, Some(code)) => {
                line(f, code)?;
                f.write_str(": ")?;
            }
            (None, None) => {}
        }
        line(f, &inner.message)?;
        match (&inner.request_id, inner.attempts) {
            (Some(id), 0 | 1) => {
                f.write_str(" (request id ")?;
                line(f, id)?;
                f.write_str(")")
            }
            (Some(id), attempts) => {
                f.write_str(" (request id ")?;
                line(f, id)?;
                write!(f, ", {attempts} attempts)")
            }
            (None, 0 | 1) => Ok(()),
            (None, attempts) => write!(f, " ({attempts} attempts)"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        write!(f, "{self}")?;
        write!(f, "\n  kind: {}", inner.kind)?;
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
                write!(f, "\n    {name}: ")?;
                line(f, &value)?;
            }
        }
        if let Some(body) = &inner.body {
            write!(f, "\n  body ({} bytes): ", body.len())?;
            let text = String::from_utf8_lossy(body);
            escaped(f, text.chars(), STORY)?;
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
            f.write_str("\n  caused by: ")?;
            line(f, &cause.to_string())?;
            source = cause.source();
        }
        Ok(())
    }
}

/// Writes a text as (part of) one line: white space collapsed, control characters escaped, cut
/// after a few hundred characters.
pub(super) fn line(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    escaped(f, Collapsed::new(text), LINE)
}

/// The beginning of a page as a short line: white space collapsed, tags kept.
pub(crate) fn excerpt(page: &str) -> String {
    let mut short: String = Collapsed::new(page).take(EXCERPT).collect();
    if Collapsed::new(page).nth(EXCERPT).is_some() {
        short.push('…');
    }
    short
}

/// Writes characters, with those escaped that would move the cursor or reorder the text.
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

/// Characters that reorder the text around them or break the line without being control
/// characters.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The characters of a text with each run of white space made one space, none at the ends.
struct Collapsed<'a> {
    rest: std::str::Chars<'a>,
    pending: Option<char>,
}

impl<'a> Collapsed<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            rest: text.trim().chars(),
            pending: None,
        }
    }
}

impl Iterator for Collapsed<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        if let Some(c) = self.pending.take() {
            return Some(c);
        }
        let c = self.rest.next()?;
        if !c.is_whitespace() {
            return Some(c);
        }
        self.pending = self.rest.find(|c| !c.is_whitespace());
        Some(' ')
    }
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
