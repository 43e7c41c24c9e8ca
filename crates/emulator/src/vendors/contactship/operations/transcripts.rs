//! Transcripts of calls.

use serde_json::{Value, json};

use crate::http::arguments::Arguments;
use crate::vendors::collection::{Document, set, value};

/// A call, with its transcript if requested.
pub(super) fn show_call(call: &Document, arguments: &Arguments, unasked: bool) -> Value {
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
        let turns = turns(call, arguments.is_true("include_words"));
        let said = if format == "toon" {
            toon(&turns)
        } else {
            Value::from(turns)
        };
        if arguments.is_true("include_tools") {
            set(&mut shown, "chat_history_with_tools", said.clone());
        }
        set(&mut shown, "chat_history", said);
        set(&mut shown, "transcript_format", format);
    }
    Value::Object(shown)
}

fn turns(call: &Document, with_words: bool) -> Vec<Value> {
    let turns = value(call, "_turns");
    let turns = turns.as_array().into_iter().flatten();
    turns
        .map(|turn| {
            let mut turn = turn.clone();
            if with_words && let Value::Object(turn) = &mut turn {
                let content = value(turn, "content");
                let words = content.as_str().unwrap_or_default().split_whitespace();
                let words: Vec<Value> = words.map(|word| json!({ "word": word })).collect();
                set(turn, "words", words);
            }
            turn
        })
        .collect()
}

/// The transcript in token-oriented object notation (TOON): a header that names the columns, and
/// one line per entry.
fn toon(turns: &[Value]) -> Value {
    let head = format!("[{}]{{role,content}}:", turns.len());
    let field = |turn: &Value, name: &str| {
        let text = turn.get(name).and_then(Value::as_str).unwrap_or_default();
        // Text that contains syntax is quoted.
        let plain = !text.is_empty() && !text.contains([',', ':', '"', '\\', '\n', '\t']);
        if plain {
            text.to_owned()
        } else {
            Value::from(text).to_string()
        }
    };
    let lines = turns
        .iter()
        .map(|turn| format!("\n  {},{}", field(turn, "role"), field(turn, "content")));
    Value::from(head + &lines.collect::<String>())
}
