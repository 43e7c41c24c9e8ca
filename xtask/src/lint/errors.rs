//! Rules about error bodies: codes and their details.

use std::collections::BTreeSet;

use serde_json::Value;

use super::report;
use crate::finding::Finding;
use crate::spec::document::{escape, items, members, schema, schema_name, schemas, text};

const SHAPE: &str = "/x-threadline-errors";

/// The data in error bodies, each with its JSON pointers.
const PARTS: [&str; 7] = [
    "code",
    "message",
    "fields",
    "request-id",
    "retry-after-seconds",
    "reset-at",
    "details",
];

pub fn check(spec: &Value, findings: &mut Vec<Finding>) {
    let Some(shape) = spec.get("x-threadline-errors") else {
        return;
    };
    check_members(shape, findings);
    check_known_codes(spec, shape, findings);
    check_details(spec, shape, findings);
}

/// A misspelled member would be ignored.
fn check_members(shape: &Value, findings: &mut Vec<Finding>) {
    for (name, value) in members(Some(shape)) {
        let pointer = format!("{SHAPE}/{}", escape(name));
        if PARTS.contains(&name.as_str()) {
            let lead_somewhere = value.as_array().is_some_and(|pointers| {
                let mut pointers = pointers.iter().map(Value::as_str);
                pointers.all(|pointer| pointer.is_some_and(|pointer| pointer.starts_with('/')))
            });
            if !lead_somewhere {
                let problem = format!("`{name}` is no list of JSON pointers");
                report(findings, &pointer, "errors", problem, "write `[/a/b, /c]`");
            }
        } else if !["codes", "code-schema"].contains(&name.as_str()) {
            let problem = format!("`{name}` is nothing an error body carries");
            report(
                findings,
                &pointer,
                "errors",
                problem,
                "use a name of specs/README.md",
            );
        }
    }
    for (code, rule) in members(shape.get("codes")) {
        for (name, _) in members(Some(rule)) {
            if !["status", "retry", "details"].contains(&name.as_str()) {
                report(
                    findings,
                    &at_code(code),
                    "errors",
                    format!("`{name}` is nothing that is known about a code"),
                    "use `status`, `retry` and `details`",
                );
            }
        }
    }
}

/// The codes with rules must match the enumeration.
fn check_known_codes(spec: &Value, shape: &Value, findings: &mut Vec<Finding>) {
    let Some(name) = shape.get("code-schema") else {
        return;
    };
    let pointer = format!("{SHAPE}/code-schema");
    let set = name
        .as_str()
        .and_then(|name| schema(spec, name))
        .filter(|set| set.get("x-threadline-known-values").is_some());
    let Some(set) = set else {
        report(
            findings,
            &pointer,
            "error-codes",
            format!("{name} is no component with `x-threadline-known-values`"),
            "name the component that lists the vendor's codes; it stays open, for codes are added",
        );
        return;
    };
    let known = items(set.get("x-threadline-known-values"))
        .filter_map(Value::as_str)
        .collect::<Vec<_>>();
    let ruled = members(shape.get("codes"))
        .map(|(code, _)| code.as_str())
        .collect::<Vec<_>>();
    for code in ruled.iter().filter(|code| !known.contains(code)) {
        report(
            findings,
            &at_code(code),
            "error-codes",
            format!("`{code}` is no known value of {name}"),
            "add it there, or correct the code",
        );
    }
    for code in known.iter().filter(|code| !ruled.contains(code)) {
        report(
            findings,
            &format!("{SHAPE}/codes"),
            "error-codes",
            format!("`{code}` of {name} is missing"),
            "say its `status` and `retry`",
        );
    }
}

/// Details must belong to a code, have a known place, and be objects.
fn check_details(spec: &Value, shape: &Value, findings: &mut Vec<Finding>) {
    let has_place = items(shape.get("details")).next().is_some();
    let mut used = BTreeSet::new();
    for (code, rule) in members(shape.get("codes")) {
        let Some(name) = rule.get("details") else {
            continue;
        };
        used.extend(name.as_str());
        let is_object = name
            .as_str()
            .and_then(|name| schema(spec, name))
            .is_some_and(|details| text(details, "type") == Some("object"));
        let (problem, remedy) = if !is_object {
            (
                format!("{name} is no component of type object"),
                "name the component that describes the details of this code",
            )
        } else if !has_place {
            (
                "nothing says where the details are".to_owned(),
                "add JSON pointers: `details: [/details]`",
            )
        } else if shape.get("code-schema").is_none() {
            (
                "details, and no `code-schema`".to_owned(),
                "name the component that lists the vendor's codes",
            )
        } else {
            continue;
        };
        report(findings, &at_code(code), "error-details", problem, remedy);
    }
    if !has_place {
        return;
    }
    if used.is_empty() {
        report(
            findings,
            &format!("{SHAPE}/details"),
            "error-details",
            "no code has details".to_owned(),
            "add `details` to the codes that come with some, or leave the pointers out",
        );
    }
    check_orphans(spec, &used, findings);
}

/// Details that no code names would be unreachable.
fn check_orphans(spec: &Value, used: &BTreeSet<&str>, findings: &mut Vec<Finding>) {
    let mut referenced = BTreeSet::new();
    collect_references(spec, &mut referenced);
    for (name, _) in schemas(spec) {
        let name = name.as_str();
        if name.ends_with("Details") && !used.contains(name) && !referenced.contains(name) {
            report(
                findings,
                &format!("/components/schemas/{name}"),
                "error-details",
                format!("no code has {name}"),
                "name it in `details` of its code in `x-threadline-errors`, or remove it",
            );
        }
    }
}

fn collect_references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(object) => {
            found.extend(text(value, "$ref").and_then(schema_name));
            object
                .values()
                .for_each(|inner| collect_references(inner, found));
        }
        Value::Array(list) => list
            .iter()
            .for_each(|inner| collect_references(inner, found)),
        _ => {}
    }
}

fn at_code(code: &str) -> String {
    format!("{SHAPE}/codes/{}", escape(code))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::broken;

    /// The findings in a document with two codes, one of them with details, after one change.
    fn found(change: impl FnOnce(&mut Value)) -> Vec<(String, &'static str)> {
        broken("", |spec| {
            spec["x-threadline-errors"] = json!({
                "code": ["/code"],
                "message": ["/message"],
                "details": ["/details"],
                "code-schema": "Code",
                "codes": {
                    "gone": {"status": 404, "retry": "no"},
                    "busy": {"status": 409, "retry": "yes", "details": "BusyDetails"},
                },
            });
            let schemas = &mut spec["components"]["schemas"];
            schemas["Code"] = json!({"type": "string", "description": "Why.",
                "x-threadline-known-values": ["gone", "busy"],
                "x-threadline-value-docs": {"gone": "Not there.", "busy": "Not now."}});
            schemas["BusyDetails"] =
                json!({"type": "object", "description": "Details of `busy`.", "properties": {}});
            change(spec);
        })
    }

    fn at(place: &str, rule: &'static str) -> [(String, &'static str); 1] {
        [(place.to_owned(), rule)]
    }

    const BUSY: &str = "/x-threadline-errors/codes/busy";

    #[test]
    fn codes_with_details_are_fine() {
        assert_eq!(found(|_| {}), []);
    }

    #[test]
    fn a_misspelt_member_is_found() {
        let misspelt = found(|spec| spec["x-threadline-errors"]["detail"] = json!(["/details"]));
        assert_eq!(misspelt, at("/x-threadline-errors/detail", "errors"));
        let misspelt =
            found(|spec| spec["x-threadline-errors"]["codes"]["busy"]["states"] = 1.into());
        assert_eq!(misspelt, at(BUSY, "errors"));
    }

    #[test]
    fn places_are_lists_of_pointers() {
        for wrong in [json!("/message"), json!(["message"]), json!([1])] {
            let found = found(|spec| spec["x-threadline-errors"]["message"] = wrong.clone());
            assert_eq!(
                found,
                at("/x-threadline-errors/message", "errors"),
                "{wrong}"
            );
        }
    }

    #[test]
    fn the_codes_schema_exists_and_is_open() {
        let place = "/x-threadline-errors/code-schema";
        for wrong in [json!("Codes"), json!("Thread"), json!(7)] {
            let found = found(|spec| spec["x-threadline-errors"]["code-schema"] = wrong.clone());
            assert_eq!(found, at(place, "error-codes"), "{wrong}");
        }
        let closed = found(|spec| {
            let code = spec["components"]["schemas"]["Code"]
                .as_object_mut()
                .unwrap();
            let words = code.remove("x-threadline-known-values").unwrap();
            code.insert("enum".to_owned(), words);
        });
        assert_eq!(closed, at(place, "error-codes"));
    }

    #[test]
    fn a_code_is_a_known_value() {
        let unknown = found(|spec| {
            spec["x-threadline-errors"]["codes"]["dull"] = json!({"status": 400, "retry": "no"});
        });
        assert_eq!(
            unknown,
            at("/x-threadline-errors/codes/dull", "error-codes")
        );
    }

    #[test]
    fn a_known_value_is_a_code() {
        let missing = found(|spec| {
            let codes = spec["x-threadline-errors"]["codes"].as_object_mut();
            codes.unwrap().remove("gone");
        });
        assert_eq!(missing, at("/x-threadline-errors/codes", "error-codes"));
    }

    #[test]
    fn details_are_an_object_component() {
        for wrong in [json!("Nothing"), json!("Code"), json!(["BusyDetails"])] {
            let found = found(|spec| {
                // Named elsewhere, so that this is the only problem.
                spec["x-threadline-errors"]["codes"]["gone"]["details"] = json!("BusyDetails");
                spec["x-threadline-errors"]["codes"]["busy"]["details"] = wrong.clone();
            });
            assert_eq!(found, at(BUSY, "error-details"), "{wrong}");
        }
    }

    #[test]
    fn details_have_a_place_and_a_code_that_is_listed() {
        for member in ["details", "code-schema"] {
            let without = found(|spec| {
                let shape = spec["x-threadline-errors"].as_object_mut();
                shape.unwrap().remove(member);
            });
            assert_eq!(without, at(BUSY, "error-details"), "{member}");
        }
    }

    #[test]
    fn a_place_without_details_is_found() {
        let unused = found(|spec| {
            let busy = spec["x-threadline-errors"]["codes"]["busy"].as_object_mut();
            busy.unwrap().remove("details");
            let schemas = spec["components"]["schemas"].as_object_mut();
            schemas.unwrap().remove("BusyDetails");
        });
        assert_eq!(unused, at("/x-threadline-errors/details", "error-details"));
    }

    #[test]
    fn details_without_a_code_are_found() {
        let gone = json!({"type": "object", "description": "Details of `gone`.", "properties": {}});
        let orphan = found(|spec| spec["components"]["schemas"]["GoneDetails"] = gone.clone());
        assert_eq!(
            orphan,
            at("/components/schemas/GoneDetails", "error-details")
        );
        // The name alone does not make them error details.
        let referenced = found(|spec| {
            let schemas = &mut spec["components"]["schemas"];
            schemas["GoneDetails"] = gone;
            schemas["Thread"]["properties"]["gone"] =
                json!({"$ref": "#/components/schemas/GoneDetails"});
        });
        assert_eq!(referenced, []);
    }
}
