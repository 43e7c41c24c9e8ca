//! Whether the calls of [`requests`](crate::requests) leave out anything that can be set.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use threadline_tests::Vendor;
use threadline_tests::spec::{Document, Kind, Operation, Shape};

use crate::api::Api;
use crate::arguments::Arguments;
use crate::requests::cases;

/// Something that a request can be given.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Argument {
    Parameter(String),
    Member(String),
    /// A member of the body that is `null`.
    Null(String),
}

/// Everything that the requests of an operation can be given, as the spec says.
fn documented(document: &Document, operation: &Operation<'_>) -> BTreeSet<Argument> {
    let mut found = BTreeSet::new();
    for parameter in operation.parameters() {
        if !parameter.deprecated {
            let name = parameter.name.to_owned();
            spread(
                document,
                name,
                parameter.schema,
                parameter.brackets,
                &mut found,
            );
        }
    }
    let body = operation.body();
    if let Some(Kind::Object { members, .. }) =
        body.map(|body| Shape::of(document, body.schema).kind)
    {
        for (name, schema, _) in members {
            found.insert(Argument::Member(name.to_owned()));
            if Shape::of(document, schema).nullable {
                found.insert(Argument::Null(name.to_owned()));
            }
        }
    }
    found
}

/// A parameter in brackets is several, one for each member and one for all items of a list.
fn spread(
    document: &Document,
    name: String,
    schema: &Value,
    brackets: bool,
    found: &mut BTreeSet<Argument>,
) {
    match Shape::of(document, schema).kind {
        Kind::Object { members, .. } if brackets => {
            for (member, schema, _) in members {
                spread(document, format!("{name}[{member}]"), schema, true, found);
            }
        }
        Kind::List(_) if brackets => drop(found.insert(Argument::Parameter(name + "[]"))),
        _ => drop(found.insert(Argument::Parameter(name))),
    }
}

/// What a request is given.
fn given(arguments: &Arguments) -> impl Iterator<Item = Argument> {
    let parameters = arguments.parameters.keys().cloned();
    let body = arguments.body.as_ref().and_then(Value::as_object);
    let members = body.into_iter().flatten().map(|(name, value)| match value {
        Value::Null => Argument::Null(name.clone()),
        _ => Argument::Member(name.clone()),
    });
    parameters.map(Argument::Parameter).chain(members)
}

#[test]
fn everything_that_can_be_given_is_given_once() {
    let mut missing = Vec::new();
    for api in Api::all() {
        for operation in api.document.operations() {
            let cases = cases(&api, &operation);
            let given: BTreeSet<_> = cases
                .iter()
                .flat_map(|(_, call)| given(&call.arguments))
                .collect();
            let documented = documented(&api.document, &operation);
            let rest = documented.difference(&given);
            missing.extend(rest.map(|it| format!("{:?} {}: {it:?}", api.vendor, operation.id)));
        }
    }
    assert_eq!(missing, [""; 0]);
}

/// The code of the requests of a client.
fn requests_of(vendor: Vendor) -> String {
    let package = match vendor {
        Vendor::ContactShip => "contactship",
        Vendor::InboxappV1 => "inboxapp-v1",
        Vendor::InboxappV2 => "inboxapp-v2",
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join(format!("../crates/{package}/src/requests"));
    let files = fs::read_dir(folder).unwrap();
    let files = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    files.collect()
}

/// The setters of a request, but that of the whole body.
fn setters<'a>(code: &'a str, request: &str) -> Vec<&'a str> {
    let (_, methods) = code
        .split_once(&format!("\nimpl {request} {{\n"))
        .unwrap_or_else(|| panic!("{request} is not found"));
    let (methods, _) = methods.split_once("\n}\n").unwrap();
    let methods = methods.split("    pub fn ").skip(1);
    let methods = methods.filter_map(|method| method.split_once('('));
    let setters = methods.filter(|(_, arguments)| arguments.trim_start().starts_with("mut self"));
    let names = setters.map(|(name, _)| name);
    names
        .filter(|name| !["body", "items", "pages"].contains(name))
        .collect()
}

/// The name of the request of an operation: `TeamListMembers` of `team.listMembers`.
fn request_name(operation: &str) -> String {
    let parts = operation.split('.').map(|part| {
        let (first, rest) = part.split_at(1);
        first.to_uppercase() + rest
    });
    parts.collect()
}

/// What a driver leaves out, no argument can reach.
#[test]
fn every_setter_is_called() {
    let (mut missing, mut count) = (Vec::new(), 0);
    for api in Api::all() {
        let code = requests_of(api.vendor);
        let driver = match api.vendor {
            Vendor::ContactShip => include_str!("contactship.rs"),
            Vendor::InboxappV1 => include_str!("inboxapp_v1.rs"),
            Vendor::InboxappV2 => include_str!("inboxapp_v2.rs"),
        };
        for operation in api.document.operations() {
            let (_, calls) = driver
                .split_once(&format!("\n        \"{}\" => {{\n", operation.id))
                .unwrap_or_else(|| panic!("{} is not driven", operation.id));
            let (calls, _) = calls.split_once("\n        }\n").unwrap();
            for setter in setters(&code, &request_name(&operation.id)) {
                count += 1;
                if !calls.contains(&format!(".{setter}(")) {
                    missing.push(format!("{:?} {}: {setter}", api.vendor, operation.id));
                }
            }
        }
    }
    assert!(count > 200, "{count} setters");
    assert_eq!(missing, [""; 0]);
}
