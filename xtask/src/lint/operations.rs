//! Rules about operations: names, descriptions, parameters and responses.

use std::collections::BTreeSet;

use heck::ToSnakeCase;
use serde_json::Value;

use super::{report, says};
use crate::finding::Finding;
use crate::spec::document::{
    OperationAt, escape, items, json_schema, members, operations, resolve, strings, text,
};

/// Groups that would collide with the client's own methods.
const TAKEN_GROUPS: [&str; 8] = [
    "clone",
    "fromEnv",
    "fromTransport",
    "new",
    "options",
    "transport",
    "withConfig",
    "withOptions",
];

pub fn check(spec: &Value, findings: &mut Vec<Finding>) {
    let mut names = BTreeSet::new();
    for at in operations(spec) {
        check_name(&at, &mut names, findings);
        check_words(&at, findings);
        check_tag(spec, &at, findings);
        check_parameters(spec, &at, findings);
        check_body(spec, &at, findings);
        check_answers(spec, &at, findings);
    }
}

fn check_name(at: &OperationAt<'_>, names: &mut BTreeSet<String>, findings: &mut Vec<Finding>) {
    let name = text(at.value, "operationId").unwrap_or_default();
    let is_lower_camel = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_lowercase())
            && part.chars().all(|letter| letter.is_ascii_alphanumeric())
    };
    let parts = name.split_once('.');
    if !parts.is_some_and(|(group, method)| is_lower_camel(group) && is_lower_camel(method)) {
        report(
            findings,
            &at.pointer(),
            "operation-id",
            format!("`{name}` is not a group and an operation"),
            "write both in lowerCamel case, such as `threads.get`",
        );
    } else if parts.is_some_and(|(group, _)| TAKEN_GROUPS.contains(&group)) {
        report(
            findings,
            &at.pointer(),
            "operation-id",
            format!("the group of `{name}` has the name of a method that every client has"),
            "choose another group",
        );
    } else if !names.insert(name.to_snake_case()) {
        report(
            findings,
            &at.pointer(),
            "operation-id",
            format!("a second `{name}`"),
            "give each operation its own name",
        );
    }
}

fn check_words(at: &OperationAt<'_>, findings: &mut Vec<Finding>) {
    for member in ["summary", "description"] {
        if !says(at.value, member) {
            report(
                findings,
                &at.pointer(),
                "words",
                format!("no `{member}`"),
                "say what the operation does",
            );
        }
    }
    if at.value.get("x-threadline-idempotent").is_none() {
        report(
            findings,
            &at.pointer(),
            "idempotent",
            "nothing says whether repeating the request is harmless".to_owned(),
            "add `x-threadline-idempotent: true`, `false` or `with-key`",
        );
    }
}

fn check_tag(spec: &Value, at: &OperationAt<'_>, findings: &mut Vec<Finding>) {
    let listed = items(spec.get("tags")).filter_map(|tag| text(tag, "name"));
    let listed = listed.collect::<Vec<_>>();
    let own = strings(at.value.get("tags"));
    let is_one = matches!(own.as_slice(), [tag] if listed.contains(&tag.as_str()));
    if !listed.is_empty() && !is_one {
        report(
            findings,
            &at.pointer(),
            "tag",
            format!("its tags are {own:?}"),
            "give it one of the document's `tags`",
        );
    }
}

fn check_parameters(spec: &Value, at: &OperationAt<'_>, findings: &mut Vec<Finding>) {
    let mut in_path = BTreeSet::new();
    for (index, parameter) in items(at.value.get("parameters")).enumerate() {
        let pointer = format!("{}/parameters/{index}", at.pointer());
        let Ok(parameter) = resolve(spec, parameter) else {
            continue;
        };
        let name = text(parameter, "name").unwrap_or_default();
        if !says(parameter, "description") {
            report(
                findings,
                &pointer,
                "words",
                format!("`{name}` has no description"),
                "say what it does",
            );
        }
        match text(parameter, "in") {
            Some("path") => {
                in_path.insert(name.to_owned());
            }
            Some("query" | "header") => {}
            _ => report(
                findings,
                &pointer,
                "parameter",
                format!("`{name}` is in no known place"),
                "use path, query or header",
            ),
        }
    }
    let in_template = at
        .path
        .split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .map(str::to_owned)
        .collect::<BTreeSet<_>>();
    if in_template != in_path {
        report(
            findings,
            &at.pointer(),
            "parameter",
            format!("the path names {in_template:?}, the parameters {in_path:?}"),
            "declare each `{parameter}` of the path as a path parameter, and no other",
        );
    }
}

fn check_body(spec: &Value, at: &OperationAt<'_>, findings: &mut Vec<Finding>) {
    let Some(Ok(body)) = at.value.get("requestBody").map(|body| resolve(spec, body)) else {
        return;
    };
    check_content(body, &format!("{}/requestBody", at.pointer()), findings);
}

fn check_answers(spec: &Value, at: &OperationAt<'_>, findings: &mut Vec<Finding>) {
    let mut successes = 0;
    let mut bodies = BTreeSet::new();
    for (status, response) in members(at.value.get("responses")) {
        let pointer = format!("{}/responses/{}", at.pointer(), escape(status));
        if status.parse::<u16>().is_err() {
            report(
                findings,
                &pointer,
                "status",
                format!("`{status}` is no status"),
                "list each documented status on its own: the client reads every other answer anyway",
            );
        }
        let Ok(response) = resolve(spec, response) else {
            continue;
        };
        if status.starts_with('2') {
            successes += 1;
            if let Some(schema) = json_schema(response) {
                bodies.insert(schema.to_string());
            }
        }
        if response.get("content").is_some() {
            check_content(response, &pointer, findings);
        }
    }
    if successes == 0 {
        report(
            findings,
            &at.pointer(),
            "status",
            "no success answer".to_owned(),
            "describe what a success looks like",
        );
    }
    if bodies.len() > 1 {
        report(
            findings,
            &at.pointer(),
            "status",
            "success answers of different shapes".to_owned(),
            "describe one shape that holds for all of them; the status stays readable",
        );
    }
}

/// A body must be JSON, have a named schema (or a list, or a scalar), and have an example.
fn check_content(holder: &Value, pointer: &str, findings: &mut Vec<Finding>) {
    let Some(media) = holder.pointer("/content/application~1json") else {
        report(
            findings,
            pointer,
            "body",
            "no `application/json`".to_owned(),
            "describe the JSON body",
        );
        return;
    };
    if media.get("schema").is_none() {
        report(
            findings,
            pointer,
            "body",
            "no schema".to_owned(),
            "refer to a component",
        );
    }
    let shown = media.get("example").is_some()
        || media
            .get("examples")
            .is_some_and(|shown| shown.as_object().is_some_and(|shown| !shown.is_empty()));
    if !shown {
        report(
            findings,
            pointer,
            "example",
            "no example".to_owned(),
            "add at least one entry to `examples`",
        );
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::broken;

    const GET: &str = "/paths/~1threads~1{threadId}/get";

    fn rules(change: impl FnOnce(&mut serde_json::Value)) -> Vec<&'static str> {
        let found = broken(GET, change);
        assert!(
            found.iter().all(|(pointer, _)| pointer.starts_with(GET)),
            "{found:?}"
        );
        found.into_iter().map(|(_, rule)| rule).collect()
    }

    #[test]
    fn a_default_answer_is_refused() {
        assert_eq!(
            rules(|get| get["responses"]["default"] = json!({"description": "Any."})),
            ["status"]
        );
    }

    #[test]
    fn a_range_of_statuses_is_refused() {
        assert_eq!(
            rules(|get| get["responses"]["4XX"] = json!({"description": "Any."})),
            ["status"]
        );
    }

    #[test]
    fn success_answers_of_two_shapes_are_refused() {
        let other = json!({"description": "Else.", "content": {"application/json": {
            "schema": {"type": "boolean"}, "example": true}}});
        assert_eq!(rules(|get| get["responses"]["201"] = other), ["status"]);
    }

    #[test]
    fn names_words_and_safety_are_demanded() {
        for name in [
            "getThread",
            "Threads.get",
            "threads.",
            "a.b.c",
            "transport.get",
        ] {
            assert_eq!(
                rules(|get| get["operationId"] = json!(name)),
                ["operation-id"],
                "{name}"
            );
        }
        assert_eq!(rules(|get| get["summary"] = json!(" ")), ["words"]);
        assert_eq!(
            rules(|get| get["x-threadline-idempotent"] = json!(null)),
            Vec::<&str>::new()
        );
        assert_eq!(
            rules(|get| {
                get.as_object_mut()
                    .unwrap()
                    .remove("x-threadline-idempotent");
            }),
            ["idempotent"]
        );
    }

    #[test]
    fn a_tag_is_one_of_the_documents() {
        let found = |own: serde_json::Value| {
            broken("", |document| {
                document["tags"] = json!([{"name": "Threads"}, {"name": "People"}]);
                document.pointer_mut(GET).unwrap()["tags"] = own;
            })
        };
        let tag = (GET.to_owned(), "tag");
        assert!(!found(json!(["People"])).contains(&tag));
        for wrong in [json!([]), json!(["Weather"]), json!(["Threads", "People"])] {
            assert!(found(wrong.clone()).contains(&tag), "{wrong}");
        }
    }

    #[test]
    fn path_and_parameters_must_agree() {
        assert_eq!(rules(|get| get["parameters"] = json!([])), ["parameter"]);
    }

    #[test]
    fn a_body_without_example_is_refused() {
        let bare = json!({"description": "The thread.", "content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/Thread"}}}});
        assert_eq!(rules(|get| get["responses"]["200"] = bare), ["example"]);
    }
}
