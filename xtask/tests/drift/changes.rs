//! A change in a vendor's document is found whatever the document is like and whatever rules apply to it.

use std::fs;

use serde_json::{Value, json};
use xtask::drift::Drift;
use xtask::registry::Spec;

/// Our spec of a small API: one list, whose errors have codes with details.
fn ours() -> Value {
    let error = |codes: Value| {
        json!({ "description": "No.", "x-threadline-codes": codes, "content": { "application/json": {
            "schema": { "$ref": "#/components/schemas/ErrorBody" } } } })
    };
    json!({
        "openapi": "3.0.3",
        "x-threadline-errors": { "code": ["/code"], "details": ["/details"], "codes": {
            "unauthorized": { "status": 401, "retry": "no" },
            "gone": { "status": 404, "retry": "no", "details": "GoneDetails" } } },
        "paths": { "/things": { "get": {
            "parameters": [{ "name": "limit", "in": "query", "schema": { "type": "integer" } }],
            "responses": {
                "200": { "description": "A page.", "content": { "application/json": { "schema":
                    { "$ref": "#/components/schemas/ThingPage" } } } },
                "401": error(json!(["unauthorized"])),
                "404": error(json!(["gone"])),
            } } } },
        "components": { "schemas": {
            "ThingPage": { "type": "object", "required": ["data"], "properties": {
                "data": { "type": "array", "items": { "$ref": "#/components/schemas/Thing" } } } },
            "Thing": { "type": "object", "required": ["id"], "properties": {
                "id": { "type": "string" },
                "name": { "type": "string", "nullable": true },
                "note": { "type": "string" },
                "state": { "$ref": "#/components/schemas/ThingState" },
                "size": { "type": "integer" },
                "price": { "type": "number" } } },
            "ThingState": { "type": "string", "x-threadline-known-values": ["open", "closed"] },
            "ErrorBody": { "type": "object", "required": ["code"], "properties": {
                "code": { "type": "string" },
                "details": { "type": "object", "nullable": true } } },
            "GoneDetails": { "type": "object", "required": ["since"], "properties": {
                "since": { "type": "string" } } },
        } },
    })
}

/// A vendor's document of the same API in the style of one of the three, with its rules and deliberate differences.
struct Style {
    name: &'static str,
    document: Value,
    deliberate: &'static str,
}

fn document(thing: &Value, errors: &Value) -> Value {
    let mut responses = json!({ "200": { "description": "ok", "content": { "application/json": { "schema":
        { "type": "object", "required": ["data"], "properties": { "data": { "type": "array", "items": thing } } } } } } });
    for (status, response) in errors.as_object().unwrap() {
        responses[status] = response.clone();
    }
    json!({ "openapi": "3.1.0", "paths": { "/things": { "get": {
        "parameters": [{ "name": "limit", "in": "query", "schema": { "type": "number" } }],
        "responses": responses } } } })
}

/// Prose made into a document: nothing is required or null, statuses have no bodies and some are not listed.
fn prose() -> Style {
    let thing = json!({ "type": "object", "properties": {
        "id": { "type": "string" }, "name": { "type": "string" }, "note": { "type": "string" },
        "state": { "type": "string", "enum": ["open", "closed"] },
        "size": { "type": "number" }, "price": { "type": "number" } } });
    Style {
        name: "prose",
        document: document(&thing, &json!({ "404": { "description": "404" } })),
        deliberate: r#"
            rules = [
                { rule = "nullable-answers", reason = "x" },
                { rule = "integers-for-numbers", reason = "x" },
                { rule = "statuses-of-every-operation", statuses = ["401"], reason = "x" },
                { rule = "error-bodies-not-described", reason = "x" },
            ]
            difference = [{ kind = "required", place = "Thing.id", ours = "required", reason = "x" }]
        "#,
    }
}

/// Emitted from code that knows answers, but no errors.
fn successes() -> Style {
    let thing = json!({ "type": "object", "required": ["id", "name", "state"], "properties": {
        "id": { "type": "string" }, "name": { "type": ["string", "null"] }, "note": { "type": "string" },
        "state": { "enum": ["open", "closed"] },
        "size": { "type": "number" }, "price": { "type": "number" } } });
    Style {
        name: "successes",
        document: document(&thing, &json!({})),
        deliberate: r#"
            rules = [
                { rule = "errors-not-listed", reason = "x" },
                { rule = "optional-if-nullable", reason = "x" },
                { rule = "integers-for-numbers", reason = "x" },
            ]
            difference = [{ kind = "required", place = "Thing.state", ours = "optional", reason = "x" }]
        "#,
    }
}

/// Emitted from code with one schema for each error code, and with numbers that may be no numbers.
fn codes() -> Style {
    let number = json!({ "anyOf": [{ "type": "number" },
        { "type": "string", "enum": ["Infinity", "-Infinity", "NaN"] }] });
    let thing = json!({ "type": "object", "required": ["id", "name"], "properties": {
        "id": { "type": "string" }, "name": { "type": ["string", "null"] }, "note": { "type": "string" },
        "state": { "enum": ["open", "closed"] }, "size": number, "price": number } });
    let error = |code: &str, details: Value| {
        json!({ "description": "no", "content": { "application/json": { "schema": { "type": "object",
            "required": ["code", "details"], "properties": { "code": { "const": code }, "details": details } } } } })
    };
    let details = json!({ "type": "object", "required": ["since"], "properties": { "since": { "type": "string" } } });
    let errors = json!({ "401": error("unauthorized", json!({ "type": "null" })), "404": error("gone", details) });
    Style {
        name: "codes",
        document: document(&thing, &errors),
        deliberate: r#"
            rules = [
                { rule = "number-words", reason = "x" },
                { rule = "optional-if-nullable", reason = "x" },
                { rule = "integers-for-numbers", reason = "x" },
            ]
        "#,
    }
}

/// What is found, as `kind place [ours] [theirs]`, and what no longer applies.
fn found(style: &Style, document: &Value) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("ours.yaml"), ours().to_string()).unwrap();
    fs::write(path("vendor.json"), document.to_string()).unwrap();
    fs::write(path("deliberate.toml"), style.deliberate).unwrap();
    let drift = Drift {
        root: folder.path().to_owned(),
        spec: Spec {
            name: "ours",
            file: "ours.yaml",
            ..xtask::registry::SPECS[0]
        },
        against: path("vendor.json"),
        deliberate: Some(path("deliberate.toml")),
    };
    let report = drift
        .report()
        .unwrap_or_else(|findings| panic!("{findings}"));
    let mut json = Vec::new();
    report.write(xtask::drift::Output::Json, &mut json).unwrap();
    let report: Value = serde_json::from_slice(&json).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let differences = report["differences"].as_array().unwrap().iter();
    let differences = differences.map(|found| {
        let at = found["component"].as_str().or(found["place"].as_str());
        let [kind, ours, theirs] = ["kind", "ours", "theirs"].map(|name| text(&found[name]));
        format!("{kind} {} [{ours}] [{theirs}]", at.unwrap_or_default())
    });
    let ended = report["stale"].as_array().unwrap().iter();
    let ended = ended.map(|entry| format!("stale {}", text(&entry["rule"])));
    differences.chain(ended).collect()
}

const RESPONSES: &str = "/paths/~1things/get/responses";
const THING: &str =
    "/paths/~1things/get/responses/200/content/application~1json/schema/properties/data/items";

fn at<'a>(document: &'a mut Value, pointer: &str) -> &'a mut Value {
    document
        .pointer_mut(pointer)
        .unwrap_or_else(|| panic!("{pointer}"))
}

fn thing<'a>(document: &'a mut Value, pointer: &str) -> &'a mut Value {
    at(document, &format!("{THING}{pointer}"))
}

fn require(document: &mut Value, name: &str) {
    let thing = thing(document, "");
    let required = thing["required"].as_array_mut();
    match required {
        Some(required) => required.push(json!(name)),
        None => thing["required"] = json!([name]),
    }
}

type Change = fn(&mut Value);

/// Changes that are found in every style.
const CHANGES: &[(Change, &str)] = &[
    (
        |document| at(document, RESPONSES)["303"] = json!({ "description": "elsewhere" }),
        "missing-status response 303 [-] [303]",
    ),
    (
        |document| {
            thing(document, "/properties")["colour"] = json!({ "type": "string" });
            require(document, "colour");
        },
        "missing-property Thing.colour [-] [string]",
    ),
    (
        |document| require(document, "note"),
        "required Thing.note [optional] [required]",
    ),
    (
        |document| {
            let properties = thing(document, "/properties").as_object_mut().unwrap();
            properties.remove("note").unwrap();
        },
        "extra-property Thing.note [string] [-]",
    ),
    (
        |document| thing(document, "/properties/state")["enum"] = json!(["open"]),
        "extra-enum-value ThingState [closed] [-]",
    ),
    (
        |document| thing(document, "/properties/state")["enum"] = json!(["open", "closed", "new"]),
        "missing-enum-value ThingState [-] [new]",
    ),
    (
        |document| {
            let parameters = at(document, "/paths/~1things/get/parameters")
                .as_array_mut()
                .unwrap();
            parameters
                .push(json!({ "name": "colour", "in": "query", "schema": { "type": "string" } }));
        },
        "missing-parameter query parameter colour [-] [string]",
    ),
    (
        |document| thing(document, "/properties")["note"] = json!({ "type": "boolean" }),
        "type Thing.note [string] [boolean]",
    ),
    (
        |document| thing(document, "/properties")["size"] = json!({ "type": "string" }),
        "type Thing.size [integer] [string]",
    ),
    (
        |document| thing(document, "/properties")["price"] = json!({ "type": "integer" }),
        "type Thing.price [number] [integer]",
    ),
    (
        |document| thing(document, "/properties")["note"] = json!({ "type": ["string", "null"] }),
        "nullable Thing.note [not null] [nullable]",
    ),
];

#[test]
fn every_kind_of_change_is_found_in_every_style() {
    for style in [prose(), successes(), codes()] {
        assert_eq!(found(&style, &style.document), [""; 0], "{}", style.name);
        for (change, expected) in CHANGES {
            let mut document = style.document.clone();
            change(&mut document);
            assert_eq!(found(&style, &document), [*expected], "{}", style.name);
        }
    }
}

#[test]
fn a_new_error_status_is_found_in_every_style() {
    for (style, others) in [
        (prose(), vec![]),
        (
            // One listed error ends the rule, and everything that it covered is shown.
            successes(),
            vec![
                "extra-status response 401 [401] [-]",
                "extra-status response 404 [404] [-]",
            ],
        ),
        (codes(), vec![]),
    ] {
        let mut document = style.document.clone();
        at(&mut document, RESPONSES)["410"] = json!({ "description": "410" });
        let mut expected = others;
        let ended = !expected.is_empty();
        expected.push("missing-status response 410 [-] [410]");
        if ended {
            expected.push("stale errors-not-listed");
        }
        assert_eq!(found(&style, &document), expected, "{}", style.name);
    }
}

#[test]
fn a_body_of_an_error_ends_the_rule_that_there_are_none() {
    let style = prose();
    let mut document = style.document.clone();
    at(&mut document, RESPONSES)["404"] = json!({ "description": "404", "content": { "application/json": {
        "schema": { "type": "object", "required": ["code", "details"], "properties": { "code": { "const": "gone" },
        "details": { "type": "object", "properties": { "until": { "type": "string" } } } } } } } });
    let found = found(&style, &document);
    assert!(
        found.contains(&"missing-property GoneDetails.until [-] [string]".to_owned()),
        "{found:#?}"
    );
    assert!(
        found.contains(&"stale error-bodies-not-described".to_owned()),
        "{found:#?}"
    );
}

#[test]
fn changes_of_what_a_code_brings_are_found() {
    let style = codes();
    let schema = format!("{RESPONSES}/404/content/application~1json/schema/properties");
    for (change, expected) in [
        (
            json!({ "properties": { "since": { "type": "string" }, "by": { "type": "string" } }, "required": ["since"] }),
            "missing-property GoneDetails.by [-] [string]",
        ),
        (
            json!({ "properties": { "since": { "type": "boolean" } }, "required": ["since"] }),
            "type GoneDetails.since [string] [boolean]",
        ),
    ] {
        let mut document = style.document.clone();
        *at(&mut document, &format!("{schema}/details")) = change;
        assert_eq!(found(&style, &document), [expected]);
    }
    let mut document = style.document.clone();
    at(&mut document, &schema)["code"] = json!({ "enum": ["gone", "moved"] });
    assert_eq!(
        found(&style, &document),
        ["missing-enum-value response 404 code [-] [moved]"]
    );
}

#[test]
fn numbers_that_are_numbers_only_are_told_from_the_others() {
    let style = prose();
    let words = json!({ "anyOf": [{ "type": "number" }, { "enum": ["NaN"] }] });
    let mut document = style.document.clone();
    thing(&mut document, "/properties")["price"] = words;
    assert_eq!(
        found(&style, &document),
        ["number-words Thing.price [number] [number, NaN]"]
    );
}
