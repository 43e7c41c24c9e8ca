//! Tests: schemas that are equal despite their notation, and some that are not.

use serde_json::{Value, json};

use super::compare::documents;
use super::difference::grouped;

/// A document with one operation that responds with this schema.
fn answering(schema: &Value, components: &Value) -> Value {
    json!({
        "openapi": "3.1.0",
        "paths": { "/a": { "get": { "responses": { "200": {
            "description": "a", "content": { "application/json": { "schema": schema } },
        } } } } },
        "components": components,
    })
}

/// All differences as `kind place ours theirs`.
pub(super) fn lines(ours: &Value, theirs: &Value) -> Vec<String> {
    super::read::check(ours).unwrap();
    super::read::check(theirs).unwrap();
    let differences = grouped(documents(ours, theirs).found).into_iter();
    let lines = differences.map(|difference| {
        let at = difference.places[0].place.replace("response 200", "");
        let at = difference.component.unwrap_or(at);
        let (ours, theirs) = (difference.ours, difference.theirs);
        format!("{} {} [{ours}] [{theirs}]", difference.kind, at.trim())
    });
    lines.collect()
}

pub(super) fn components() -> Value {
    json!({ "schemas": {
        "Word": { "type": "string", "enum": ["a", "b"] },
        "Maybe": { "type": ["object", "null"], "properties": { "x": { "type": "string" } } },
        "Base": { "type": "object", "required": ["id"], "properties": { "id": { "type": "string" } } },
        "More": { "allOf": [{ "$ref": "#/components/schemas/Base" },
            { "properties": { "n": { "type": "integer" } } }] },
        "Tree": { "type": "object", "properties": {
            "next": { "$ref": "#/components/schemas/Tree" },
            "all": { "type": "array", "items": { "$ref": "#/components/schemas/Tree" } } } },
        "Json": { "anyOf": [
            { "type": "string" },
            { "type": "array", "items": { "$ref": "#/components/schemas/Json" } },
            { "type": "object", "additionalProperties": { "$ref": "#/components/schemas/Json" } },
            { "$ref": "#/components/schemas/Json" }] },
        "Cat": { "type": "object", "required": ["kind"], "properties": {
            "kind": { "type": "string", "enum": ["cat"] }, "lives": { "type": "integer" } } },
        "Dog": { "type": "object", "required": ["kind"], "properties": {
            "kind": { "type": "string", "enum": ["dog", "wolf"] }, "name": { "type": "string" } } },
        "Other": { "type": "object", "properties": { "kind": { "type": "string" } } },
    } })
}

pub(super) fn to(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn compared(ours: &Value, theirs: &Value) -> Vec<String> {
    let components = components();
    lines(
        &answering(ours, &components),
        &answering(theirs, &components),
    )
}

#[track_caller]
fn same(forms: &[Value]) {
    for ours in forms {
        for theirs in forms {
            assert_eq!(compared(ours, theirs), [""; 0], "{ours}\n{theirs}");
        }
    }
}

#[test]
fn nullable() {
    same(&[
        json!({ "type": "string", "nullable": true }),
        json!({ "type": ["string", "null"] }),
        json!({ "anyOf": [{ "type": "string" }, { "type": "null" }] }),
        json!({ "oneOf": [{ "type": "null" }, { "type": "string" }], "description": "x" }),
        json!({ "anyOf": [{ "type": "string" }, { "const": null }] }),
        json!({ "anyOf": [{ "type": "string" }, { "enum": [null] }] }),
    ]);
    same(&[
        json!({ "nullable": true, "allOf": [to("Base")] }),
        json!({ "anyOf": [to("Base"), { "type": "null" }] }),
        json!({ "$ref": "#/components/schemas/Base", "nullable": true }),
        json!({ "nullable": true, "oneOf": [to("Base")] }),
    ]);
    same(&[
        to("Maybe"),
        json!({ "allOf": [to("Maybe")], "description": "x" }),
        json!({ "anyOf": [to("Maybe"), { "type": "null" }] }),
    ]);
}

#[test]
fn enums() {
    same(&[
        to("Word"),
        json!({ "enum": ["b", "a"] }),
        json!({ "anyOf": [{ "const": "a" }, { "const": "b" }] }),
        json!({ "oneOf": [{ "type": "string", "enum": ["a"] }, { "const": "b" }] }),
        json!({ "allOf": [to("Word")], "description": "x" }),
    ]);
    same(&[
        json!({ "const": 1 }),
        json!({ "type": "integer", "enum": [1] }),
    ]);
    same(&[
        json!({ "type": "string", "nullable": true, "enum": ["a"] }),
        json!({ "type": ["string", "null"], "enum": ["a", null] }),
        json!({ "enum": ["a", null] }),
        json!({ "anyOf": [{ "const": "a" }, { "type": "null" }] }),
    ]);
}

#[test]
fn open_enums() {
    same(&[
        json!({ "type": "string", "x-threadline-known-values": ["a", "b"] }),
        json!({ "anyOf": [to("Word"), { "type": "string" }] }),
    ]);
    let ours = json!({ "type": "string", "x-threadline-known-values": ["a", "c"] });
    assert_eq!(compared(&ours, &json!({ "type": "string" })), [""; 0]);
    assert_eq!(
        compared(&ours, &to("Word")),
        ["extra-enum-value  [c] [-]", "missing-enum-value  [-] [b]"]
    );
    let any = json!({ "type": "string" });
    assert_eq!(compared(&any, &to("Word")), ["enum  [any string] [a, b]"]);
    assert_eq!(
        compared(&to("Word"), &any),
        ["enum Word [a, b] [any string]"]
    );
}

#[test]
fn anything() {
    same(&[
        json!({}),
        json!({ "not": {} }),
        json!(true),
        json!({ "description": "x", "nullable": true }),
        json!({ "anyOf": [{ "not": {} }, { "not": {} }] }),
        json!({ "anyOf": [{ "type": "string" }, {}] }),
    ]);
    assert_eq!(
        compared(&json!({}), &json!({ "type": "string" })),
        ["type  [anything] [string]"]
    );
}

#[test]
fn numbers() {
    let words = json!({ "type": "string", "enum": ["Infinity", "-Infinity", "NaN"] });
    let number = json!({ "type": "number" });
    same(&[
        number.clone(),
        json!({ "type": "number", "format": "double", "minimum": 0 }),
    ]);
    let or_words = json!({ "anyOf": [number, words] });
    same(&[
        or_words.clone(),
        json!({ "oneOf": [{ "const": "NaN" }, number, { "enum": ["Infinity", "-Infinity"] }] }),
    ]);
    assert_eq!(
        compared(&number, &or_words),
        ["number-words  [number] [number, -Infinity, Infinity, NaN]"]
    );
    assert_eq!(
        compared(&or_words, &number),
        ["number-words  [number, -Infinity, Infinity, NaN] [number]"]
    );
    let some = json!({ "anyOf": [number, { "enum": ["NaN"] }] });
    assert_eq!(
        compared(&or_words, &some),
        ["number-words  [number, -Infinity, Infinity, NaN] [number, NaN]"]
    );
    let (whole, any) = (json!({ "type": "integer" }), json!({ "type": "number" }));
    assert_eq!(compared(&whole, &any), ["integer  [integer] [number]"]);
    assert_eq!(compared(&any, &whole), ["type  [number] [integer]"]);
}

#[test]
fn put_together() {
    same(&[
        to("More"),
        json!({ "type": "object", "required": ["id"],
            "properties": { "id": { "type": "string" }, "n": { "type": "integer" } } }),
        json!({ "allOf": [{ "properties": { "n": { "type": "integer" } } }, { "allOf": [to("Base")] }] }),
        json!({ "allOf": [to("Base"), to("More")] }),
    ]);
}

#[test]
fn unions_by_type() {
    same(&[
        json!({ "type": ["number", "string"] }),
        json!({ "oneOf": [{ "type": "string" }, { "type": "number" }] }),
        json!({ "anyOf": [{ "anyOf": [{ "type": "number" }] }, { "type": "string" }] }),
    ]);
    assert_eq!(
        compared(
            &json!({ "type": ["number", "string"] }),
            &json!({ "type": "string" })
        ),
        ["type  [number or string] [string]"]
    );
}

#[test]
fn unions_by_tag() {
    let tag = json!({ "propertyName": "kind" });
    let wolf = json!({ "properties": { "kind": { "const": "wolf" }, "name": { "type": "string" } },
        "required": ["kind"] });
    let dog = json!({ "properties": { "kind": { "const": "dog" }, "name": { "type": "string" } },
        "required": ["kind"] });
    same(&[
        json!({ "oneOf": [to("Cat"), to("Dog")], "discriminator": tag }),
        json!({ "anyOf": [to("Dog"), to("Cat")] }),
        json!({ "anyOf": [dog, wolf, to("Cat")] }),
    ]);
    same(&[
        json!({ "anyOf": [to("Cat"), to("Other")], "discriminator": tag }),
        json!({ "anyOf": [to("Other"), to("Cat")] }),
    ]);
    let both = json!({ "oneOf": [to("Cat"), to("Dog")] });
    assert_eq!(
        compared(&json!({ "oneOf": [to("Cat"), dog] }), &both),
        ["missing-enum-value kind [-] [wolf]"]
    );
    assert_eq!(
        compared(&both, &to("Cat")),
        ["extra-variant <dog, wolf> [dog, wolf] [-]"]
    );
    assert_eq!(
        compared(&to("Cat"), &both),
        ["missing-variant <dog, wolf> [-] [dog, wolf]"]
    );
    assert_eq!(
        compared(
            &both,
            &json!({ "anyOf": [to("Dog"), to("Cat"), to("Other")] })
        ),
        ["missing-variant <*> [-] [any other]"]
    );
}

#[test]
fn unions_by_likeness() {
    let with = |name: &str| json!({ "properties": { name: { "type": "string" }, "x": { "type": "string" } } });
    same(&[
        json!({ "oneOf": [with("a"), with("b")] }),
        json!({ "oneOf": [with("b"), with("a")] }),
    ]);
    assert_eq!(
        compared(
            &json!({ "oneOf": [with("a"), with("b")] }),
            &json!({ "oneOf": [with("c"), with("b"), with("a")] })
        ),
        ["missing-variant <c, x> [-] [c, x]"]
    );
    // One object against several: everything that some of them have.
    let both = json!({ "type": "object", "properties": {
        "a": { "type": "string" }, "b": { "type": "string" }, "x": { "type": "string" } } });
    assert_eq!(
        compared(&both, &json!({ "oneOf": [with("a"), with("b")] })),
        [""; 0]
    );
}

#[test]
fn members_that_only_require_are_no_union() {
    let mut base = components()["schemas"]["Base"].clone();
    base["anyOf"] = json!([{ "required": ["id"] }, { "required": ["other"] }]);
    same(&[to("Base"), base]);
}

#[test]
fn recursion_ends() {
    same(&[to("Tree")]);
    same(&[to("Json")]);
    let mut theirs = components();
    theirs["schemas"]["Tree"]["properties"]["new"] = json!({ "type": "string" });
    let found = lines(
        &answering(&to("Tree"), &components()),
        &answering(&to("Tree"), &theirs),
    );
    assert_eq!(found, ["missing-property Tree.new [-] [string]"]);
}

#[test]
fn lists_and_tuples() {
    same(&[
        json!({ "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 }),
        json!({ "type": "array", "prefixItems": [{ "type": "number" }, { "type": "number" }], "items": false }),
        json!({ "items": { "type": "number" } }),
    ]);
}

#[test]
fn maps() {
    let map = json!({ "type": "object", "additionalProperties": { "type": "string" } });
    same(&[
        map.clone(),
        json!({ "patternProperties": { "^x": { "type": "string" } } }),
    ]);
    same(&[
        json!({ "type": "object" }),
        json!({ "type": "object", "additionalProperties": true }),
        json!({ "type": "object", "additionalProperties": {} }),
    ]);
    assert_eq!(
        compared(&map, &json!({ "type": "object" })),
        ["type .* [string] [anything]"]
    );
    // A map contains what the other side lists by name.
    let named = json!({ "properties": { "a": { "type": "string" }, "b": { "type": "number" } } });
    assert_eq!(compared(&map, &named), ["type b [string] [number]"]);
}

#[test]
fn a_nullable_field_of_an_answer_that_is_not_required_says_so() {
    let ours = json!({ "properties": { "a": { "type": "string", "nullable": true } } });
    let theirs =
        json!({ "required": ["a"], "properties": { "a": { "type": ["string", "null"] } } });
    assert_eq!(
        compared(&ours, &theirs),
        ["required a [optional and nullable] [required]"]
    );
    assert_eq!(
        compared(&theirs, &ours),
        ["required a [required] [optional]"]
    );
}

#[test]
fn a_component_that_becomes_nullable_is_one_difference() {
    let holder = json!({ "properties": { "a": to("Base"), "b": to("Base") } });
    let mut theirs = components();
    theirs["schemas"]["Base"]["nullable"] = json!(true);
    let found = lines(
        &answering(&holder, &components()),
        &answering(&holder, &theirs),
    );
    assert_eq!(found, ["nullable Base [not null] [nullable]"]);
    let found = lines(
        &answering(&holder, &theirs),
        &answering(&holder, &components()),
    );
    assert_eq!(found, ["nullable Base [nullable] [not null]"]);
}

#[test]
fn what_belongs_to_a_part_is_known_by_the_part() {
    let holder = json!({ "properties": { "a": to("Base"), "b": to("More") } });
    let mut theirs = components();
    theirs["schemas"]["Base"]["properties"] = json!({ "new": { "type": "string" } });
    let found = lines(
        &answering(&holder, &components()),
        &answering(&holder, &theirs),
    );
    assert_eq!(
        found,
        [
            "extra-property Base.id [string] [-]",
            "missing-property Base.new [-] [string]"
        ]
    );
}
