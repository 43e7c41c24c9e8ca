//! Transcripts of calls.

use serde_json::{Value, json};

use crate::http::arguments::Arguments;
use crate::vendors::collection::{Record, set, value};

/// A call, with its transcript if requested.
pub(super) fn show_call(call: &Record, arguments: &Arguments, unasked: bool) -> Value {
    let mut shown = call.clone();
    shown.retain(|name, _| !name.starts_with('_'));
    let wanted = match arguments.value("include_transcript") {
        Some(wanted) => *wanted == true,
        None => unasked,
    };
    if wanted {
        let format = match arguments.text("transcript_format") {
            "toon" => "toon",
            _ => "json",
        };
        let entries = entries(call, arguments.is_true("include_words"));
        let transcript = if format == "toon" {
            toon(&entries)
        } else {
            Value::from(entries)
        };
        if arguments.is_true("include_tools") {
            set(&mut shown, "chat_history_with_tools", transcript.clone());
        }
        set(&mut shown, "chat_history", transcript);
        set(&mut shown, "transcript_format", format);
    }
    Value::Object(shown)
}

fn entries(call: &Record, with_words: bool) -> Vec<Value> {
    let entries = value(call, "_transcript");
    let entries = entries.as_array().into_iter().flatten();
    entries
        .map(|entry| {
            let mut entry = entry.clone();
            if with_words && let Value::Object(entry) = &mut entry {
                let content = value(entry, "content");
                let words = content.as_str().unwrap_or_default().split_whitespace();
                let words: Vec<Value> = words.map(|word| json!({ "word": word })).collect();
                set(entry, "words", words);
            }
            entry
        })
        .collect()
}

/// The transcript in token-oriented object notation (TOON): a header that names the columns, and
/// one line per entry.
fn toon(entries: &[Value]) -> Value {
    let head = format!("[{}]{{role,content}}:", entries.len());
    let field = |entry: &Value, name: &str| {
        let text = entry.get(name).and_then(Value::as_str).unwrap_or_default();
        // Text that contains syntax is quoted.
        let plain = !text.is_empty() && !text.contains([',', ':', '"', '\\', '\n', '\t']);
        if plain {
            text.to_owned()
        } else {
            Value::from(text).to_string()
        }
    };
    let lines = entries
        .iter()
        .map(|entry| format!("\n  {},{}", field(entry, "role"), field(entry, "content")));
    Value::from(head + &lines.collect::<String>())
}
