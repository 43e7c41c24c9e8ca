//! Every operation of the three clients over the wire: what is sent and what is read is what the
//! specs say. The specs are read anew here, so an operation that is added to one of them is covered.

#[path = "parity/altered.rs"]
mod altered;
#[path = "parity/answers.rs"]
mod answers;
#[path = "parity/api.rs"]
mod api;
#[path = "parity/arguments.rs"]
mod arguments;
#[path = "parity/bounds.rs"]
mod bounds;
#[path = "parity/errors.rs"]
mod errors;
#[path = "parity/expected.rs"]
mod expected;
#[path = "parity/failures.rs"]
mod failures;
#[path = "parity/leniency.rs"]
mod leniency;
#[path = "parity/requests.rs"]
mod requests;
#[path = "parity/server.rs"]
mod server;
#[path = "parity/setters.rs"]
mod setters;
#[path = "parity/tables.rs"]
mod tables;

// Formatted by the generator.
#[path = "parity/contactship.rs"]
#[rustfmt::skip]
mod contactship;
#[path = "parity/inboxapp_v1.rs"]
#[rustfmt::skip]
mod inboxapp_v1;
#[path = "parity/inboxapp_v2.rs"]
#[rustfmt::skip]
mod inboxapp_v2;

use std::collections::BTreeSet;

use api::Api;

#[test]
fn every_operation_of_the_specs_is_in_the_tables() {
    for api in Api::all() {
        let table = api.table();
        let documented = api.document.operations();
        let named: BTreeSet<_> = documented.iter().map(|operation| &*operation.id).collect();
        let listed: BTreeSet<_> = table.iter().map(|operation| operation.id).collect();
        assert_eq!(listed, named, "{:?}", api.vendor);
        assert_eq!(
            listed.len(),
            table.len(),
            "{:?}: a name is there twice",
            api.vendor
        );
    }
}

/// An operation that gets lost in a spec is missed here, and the front page says how many there are.
#[test]
fn there_are_as_many_operations_as_the_front_page_says() {
    let [contactship, v1, v2] = Api::all().map(|api| api.table().len());
    assert_eq!([contactship, v1, v2], [43, 38, 37]);
    let page = include_str!("../README.md").split_whitespace();
    let page = page.collect::<Vec<_>>().join(" ");
    let stated = format!("({contactship}, {v1} and {v2} of them)");
    assert!(page.contains(&stated), "README.md does not say {stated}");
}

#[test]
fn every_body_has_an_example() {
    let mut missing = Vec::new();
    for api in Api::all() {
        for operation in api.document.operations() {
            let answers = operation.answers();
            let bodies = answers.iter().filter_map(|answer| {
                Some((answer.status.to_string(), answer.content.as_ref()?.clone()))
            });
            let request = operation.body().map(|body| ("request".to_owned(), body));
            for (place, body) in bodies.chain(request) {
                if body.examples.is_empty() {
                    missing.push(format!("{:?} {}: {place}", api.vendor, operation.id));
                }
            }
            if !answers.iter().any(|answer| answer.is_success()) {
                missing.push(format!("{:?} {}: success", api.vendor, operation.id));
            }
        }
    }
    assert_eq!(missing, [""; 0]);
}
