//! `enums.rs`: enumerations and unions.
//!
//! Written as text, because the contents of macro calls are not formatted otherwise.

use std::fmt::Write as _;

use crate::facts::{EnumFacts, Facts, UnionFacts, UnionKind};
use crate::lower::variant;

/// Writes every enum and union.
pub fn write(facts: &Facts) -> String {
    let mut text = String::from("//! Enumerations and unions.\n");
    for set in &facts.enums {
        text.push('\n');
        words(&mut text, set);
    }
    for each in &facts.unions {
        text.push('\n');
        union(&mut text, each);
    }
    text
}

/// Writes an indented line; writing to a string cannot fail.
fn line(text: &mut String, depth: usize, content: &str) {
    let _ = writeln!(text, "{:indent$}{content}", "", indent = depth * 4);
}

fn docs(text: &mut String, depth: usize, docs: &str) {
    for docs in docs.trim().lines() {
        line(text, depth, format!("/// {docs}").trim_end());
    }
}

fn words(text: &mut String, set: &EnumFacts) {
    let kind = if set.open { "open_enum" } else { "closed_enum" };
    line(text, 0, &format!("threadline_transport::{kind}! {{"));
    docs(text, 1, &set.description);
    line(text, 1, &format!("pub enum {} {{", set.name));
    for (word, meaning) in &set.values {
        docs(text, 2, meaning);
        line(text, 2, &format!("{} = {word:?},", variant(word)));
    }
    line(text, 1, "}");
    line(text, 0, "}");
}

fn union(text: &mut String, union: &UnionFacts) {
    match &union.kind {
        UnionKind::Tagged { property, variants } => {
            line(text, 0, "threadline_transport::tagged_union! {");
            docs(text, 1, &union.description);
            line(
                text,
                1,
                &format!("pub enum {} by {property:?} {{", union.name),
            );
            for shape in variants {
                // With one tag, the variant is named after it; with several, after the component, and the value stores
                // its tag.
                let (name, kind) = match shape.tags.as_slice() {
                    [tag] => (variant(tag), "="),
                    _ => (shape.component.clone(), "in"),
                };
                let tags = shape
                    .tags
                    .iter()
                    .map(|tag| format!("{tag:?}"))
                    .collect::<Vec<_>>();
                docs(
                    text,
                    2,
                    &format!("`{property}` is {}.", tags.join(" or ").replace('"', "`")),
                );
                line(
                    text,
                    2,
                    &format!(
                        "{name}(super::types::{}) {kind} {},",
                        shape.component,
                        tags.join(" | ")
                    ),
                );
            }
            line(text, 1, "}");
            line(text, 0, "}");
        }
        UnionKind::ByJsonType { variants } => {
            line(text, 0, "threadline_transport::json_type_union! {");
            docs(text, 1, &union.description);
            line(text, 1, &format!("pub enum {} {{", union.name));
            for shape in variants {
                docs(text, 2, shape.description);
                line(
                    text,
                    2,
                    &format!("{}({}) = {},", shape.name, shape.rust_type, shape.json_type),
                );
            }
            line(text, 1, "}");
            line(text, 0, "}");
        }
    }
}
