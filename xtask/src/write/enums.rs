//! The text of enumerations and unions. The contents of macro calls are not formatted otherwise.

use std::fmt::Write as _;

use super::Source;
use crate::generate::{Home, Type};
use crate::model::{Enum, Openness, Shape, Union, UnionKind};

/// Writes an indented line; writing to a string cannot fail.
fn line(text: &mut String, depth: usize, content: &str) {
    let _ = writeln!(text, "{:indent$}{content}", "", indent = depth * 4);
}

fn docs(text: &mut String, depth: usize, docs: &str) {
    for docs in docs.trim().lines() {
        line(text, depth, format!("/// {docs}").trim_end());
    }
}

/// Writes an enumeration.
pub fn words(set: &Enum) -> String {
    let mut text = String::new();
    let kind = match set.openness {
        Openness::Closed => "closed_enum",
        Openness::Received => "received_enum",
        Openness::Open => "open_enum",
    };
    line(&mut text, 0, &format!("threadline_transport::{kind}! {{"));
    docs(&mut text, 1, &set.description);
    line(&mut text, 1, &format!("pub enum {} {{", set.name));
    for value in &set.values {
        docs(&mut text, 2, &value.description);
        line(
            &mut text,
            2,
            &format!("{} = {:?},", value.variant, value.word),
        );
    }
    line(&mut text, 1, "}");
    line(&mut text, 0, "}");
    text
}

/// Writes a union.
pub fn union(source: Source<'_>, home: Home, union: &Union) -> String {
    let mut text = String::new();
    let component = |name: &str| {
        let ty = Type::Named(name.to_owned());
        source.rust(home, &ty).to_string().replace(' ', "")
    };
    match &union.kind {
        UnionKind::Tagged { property, variants } => {
            line(&mut text, 0, "threadline_transport::tagged_union! {");
            docs(&mut text, 1, &union.description);
            line(
                &mut text,
                1,
                &format!("pub enum {} by {property:?} {{", union.name),
            );
            for variant in variants {
                // With several tags, the value stores its own.
                let kind = if variant.tags.len() == 1 { "=" } else { "in" };
                let tags = variant.tags.iter().map(|tag| format!("{tag:?}"));
                let tags = tags.collect::<Vec<_>>();
                let about = tags.join(" or ").replace('"', "`");
                docs(&mut text, 2, &format!("`{property}` is {about}."));
                let (name, ty) = (&variant.component, component(&variant.component));
                line(
                    &mut text,
                    2,
                    &format!("{name}({ty}) {kind} {},", tags.join(" | ")),
                );
            }
            line(&mut text, 1, "}");
            line(&mut text, 0, "}");
        }
        UnionKind::ByJsonType { variants } => {
            line(&mut text, 0, "threadline_transport::json_type_union! {");
            docs(&mut text, 1, &union.description);
            line(&mut text, 1, &format!("pub enum {} {{", union.name));
            for variant in variants {
                docs(&mut text, 2, variant.description);
                let ty = shape(&variant.shape, &component);
                line(
                    &mut text,
                    2,
                    &format!("{}({ty}) = {},", variant.name, variant.json_type),
                );
            }
            line(&mut text, 1, "}");
            line(&mut text, 0, "}");
        }
    }
    text
}

fn shape(declared: &Shape, component: &dyn Fn(&str) -> String) -> String {
    match declared {
        Shape::Text => "String".to_owned(),
        Shape::Integer => "i64".to_owned(),
        Shape::Number => "f64".to_owned(),
        Shape::Flag => "bool".to_owned(),
        Shape::List(inner) => format!("Vec<{}>", shape(inner, component)),
        Shape::Object => "serde_json::Map<String, serde_json::Value>".to_owned(),
        Shape::Component(name) => component(name),
        Shape::Any => "serde_json::Value".to_owned(),
    }
}
