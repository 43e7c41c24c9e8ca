//! Text from elsewhere, made harmless for a terminal.

/// The text on one line, with those characters escaped that would move the cursor, colour or hide
/// something, or reorder the text around them.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_invisible(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Characters that change how others are shown without being control characters.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_told_nothing() {
        let text = "a\u{1b}[31mb\u{9b}2Jc\r\n\td\u{202e}e\u{7}\u{feff}";
        assert_eq!(
            visible(text),
            "a\\u{1b}[31mb\\u{9b}2Jc\\r\\n\\td\\u{202e}e\\u{7}\\u{feff}"
        );
    }

    #[test]
    fn other_text_stays() {
        assert_eq!(visible("thr-1 é 漢 🙂 \"\\"), "thr-1 é 漢 🙂 \"\\");
    }
}
