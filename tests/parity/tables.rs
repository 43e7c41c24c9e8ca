//! What the tables say besides names and bounds.

use serde_json::{Value, json};
use threadline_tests::spec::{Document, Documented, Location, text};
use threadline_transport::{CodeRetry, ErrorShape, Idempotency, NextPage, Operation};

use crate::api::Api;

#[test]
fn the_tables_know_every_documented_status() {
    for api in Api::all() {
        for operation in api.document.operations() {
            let id = &*operation.id;
            let entry = api.known().operation(id).unwrap();
            let answers = operation.answers();
            let (success, errors): (Vec<Documented<'_>>, Vec<_>) =
                answers.into_iter().partition(Documented::is_success);
            let mut success: Vec<_> = success.iter().map(|answer| answer.status).collect();
            success.sort_unstable();
            let mut errors: Vec<_> = errors
                .into_iter()
                .map(|answer| (answer.status, answer.codes))
                .collect();
            errors.sort_unstable();
            let listed = entry.errors.iter();
            let listed: Vec<_> = listed
                .map(|error| (error.status, error.codes.to_vec()))
                .collect();
            assert_eq!(entry.success, success, "{id}");
            assert_eq!(listed, errors, "{id}");
        }
    }
}

#[test]
fn the_tables_know_every_operation_well() {
    for api in Api::all() {
        for operation in api.document.operations() {
            let id = &*operation.id;
            let entry = api.known().operation(id).unwrap();
            assert_eq!(entry.method, operation.method, "{id}");
            assert_eq!(entry.path, operation.path, "{id}");
            assert_eq!(entry.server, operation.server(), "{id}");
            assert_eq!(entry.envelope, operation.envelope(), "{id}");
            let names: Vec<_> = operation
                .parameters()
                .iter()
                .filter(|parameter| parameter.location == Location::Path)
                .map(|parameter| parameter.name)
                .collect();
            let listed: Vec<_> = entry.path_params.iter().map(|param| param.name).collect();
            assert_eq!(listed, names, "{id}");
            assert_eq!(
                idempotency(entry),
                *operation.keyword("x-threadline-idempotent"),
                "{id}"
            );
            if let Idempotency::WithKey(header) = entry.idempotency {
                let documented = text(operation.keyword("x-threadline-idempotency-key"));
                assert!(header.eq_ignore_ascii_case(documented), "{id}: {header}");
            }
            let paging = operation.keyword("x-threadline-pagination");
            assert_eq!(style(entry), paging["style"], "{id}");
        }
    }
}

fn idempotency(entry: &Operation) -> Value {
    match entry.idempotency {
        Idempotency::Harmless => true.into(),
        Idempotency::NotHarmless => false.into(),
        Idempotency::WithKey(_) => "with-key".into(),
        other => panic!("{other:?}"),
    }
}

fn style(entry: &Operation) -> Value {
    match entry.pagination.map(|pagination| pagination.next) {
        None => Value::Null,
        Some(NextPage::Cursor { .. }) => "cursor".into(),
        Some(NextPage::Offset { .. }) => "offset".into(),
        Some(NextPage::Sequence { .. }) => "sequence".into(),
        Some(other) => panic!("{other:?}"),
    }
}

#[test]
fn the_tables_know_where_errors_carry_what() {
    for api in Api::all() {
        let ErrorShape {
            code,
            message,
            fields,
            details,
            request_id,
            retry_after_seconds,
            reset_at,
            codes,
            ..
        } = api.known().errors;
        let declared = |document: &Document, name: &str| {
            let pointers = document.root()["x-threadline-errors"].get(name).cloned();
            pointers.unwrap_or_else(|| json!([]))
        };
        for (name, pointers) in [
            ("code", code),
            ("message", message),
            ("fields", fields),
            ("details", details),
            ("request-id", request_id),
            ("retry-after-seconds", retry_after_seconds),
            ("reset-at", reset_at),
        ] {
            assert_eq!(json!(pointers), declared(&api.document, name), "{name}");
        }
        let listed: serde_json::Map<_, _> = codes
            .iter()
            .map(|rule| {
                let retry = match rule.retry {
                    CodeRetry::Never => "never",
                    CodeRetry::No => "no",
                    CodeRetry::Yes => "yes",
                    CodeRetry::SameKey => "same-key",
                };
                let known = json!({ "status": rule.status, "retry": retry });
                (rule.code.to_owned(), known)
            })
            .collect();
        let documented = &api.document.root()["x-threadline-errors"]["codes"];
        let mut documented = documented.as_object().cloned().unwrap_or_default();
        // What comes with a code is a type, not a row of the table.
        for rule in documented.values_mut().filter_map(Value::as_object_mut) {
            rule.remove("details");
        }
        assert_eq!(listed, documented, "{:?}", api.vendor);
    }
}

#[test]
fn codes_come_with_their_status() {
    for api in Api::all() {
        let codes = &api.document.root()["x-threadline-errors"]["codes"];
        for operation in api.document.operations() {
            for answer in operation.answers() {
                for code in answer.codes {
                    assert_eq!(
                        codes[code]["status"], answer.status,
                        "{}: {code}",
                        operation.id
                    );
                }
            }
        }
    }
}
