//! Whole responses, decoded leniently and strictly.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::*;

#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Page {
    items: Vec<Item>,
    #[serde(default)]
    total: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
struct Item {
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(rename = "a/b~c")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<u8>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    inner: Option<Box<Item>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    part: Option<Part>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<i64>,
}

crate::tagged_union! {
    /// A part.
    #[allow(private_interfaces)]
    pub enum Part by "kind" {
        /// `kind` is `item`.
        Item(Box<Item>) = "item",
    }
}

fn read(json: &Value) -> Result<(Page, Vec<SkippedField>), Unreadable> {
    decode(json.to_string().as_bytes(), false)
}

/// The repaired JSON, and the removed fields.
fn left(json: &Value) -> (Value, Vec<String>) {
    let (page, skipped) = read(json).unwrap();
    let pointers = skipped.into_iter().map(|field| field.pointer).collect();
    (serde_json::to_value(page).unwrap(), pointers)
}

fn failure(json: &Value) -> (String, String) {
    let Unreadable { pointer, cause } = read(json).unwrap_err();
    (pointer, cause.to_string())
}

#[test]
fn what_fits_is_read_as_it_is() {
    let page = json!({"items": [{"id": "x", "tags": [1]}], "total": 1});
    assert_eq!(left(&page), (page, vec![]));
}

#[test]
fn the_innermost_optional_member_is_left_out() {
    let odd = json!({"items": [
        {"id": "x", "a/b~c": 7, "tags": [1, "two"], "inner": {"id": "y", "tags": {}}},
        {"id": "z", "inner": {"id": 5, "tags": [1]}},
    ], "total": "many"});
    let (rest, skipped) = left(&odd);
    let kept = json!({"items": [{"id": "x", "inner": {"id": "y"}}, {"id": "z"}], "total": null});
    assert_eq!(rest, kept);
    let pointers = [
        "/items/0/a~1b~0c",
        "/items/0/inner/tags",
        "/items/0/tags",
        "/items/1/inner",
        "/total",
    ];
    assert_eq!(skipped, pointers);
}

#[test]
fn a_skipped_field_says_what_was_expected_and_what_stood_there() {
    let odd = json!({"items": [{"id": "x", "inner": {"id": [5]}}]});
    let (_, skipped) = read(&odd).unwrap();
    let [field] = &skipped[..] else {
        panic!("{skipped:?}")
    };
    assert_eq!(field.pointer(), "/items/0/inner");
    assert_eq!(field.expected(), "/id: a string");
    assert_eq!(field.found(), r#"{"id":[5]}"#);
}

#[test]
fn elements_and_required_members_are_never_left_out() {
    let (pointer, cause) = failure(&json!({"items": [{"id": "x"}, {"id": 7}]}));
    assert_eq!(pointer, "/items/1/id");
    assert!(
        cause.starts_with("invalid type: integer `7`, expected a string"),
        "{cause}"
    );
    let (pointer, cause) = failure(&json!({"items": [{"id": "x"}, {}]}));
    assert_eq!(
        (pointer.as_str(), cause.as_str()),
        ("/items/1", "missing field `id`")
    );
    assert_eq!(failure(&json!({"items": {}})).0, "/items");
    assert_eq!(failure(&json!([])).0, "");
}

#[test]
fn whole_numbers_are_integers() {
    let text = br#"{"items":[{"id":"x","size":1e3},{"id":"y","size":-2.0}],"total":1.0}"#;
    let (page, skipped) = decode::<Page>(text, true).unwrap();
    assert_eq!(skipped, []);
    assert_eq!(
        (page.total, page.items[0].size, page.items[1].size),
        (Some(1), Some(1000), Some(-2))
    );
}

#[test]
fn a_fraction_of_an_integer_is_cut_off_and_reported() {
    let odd = json!({"items": [
        {"id": "x", "size": -1.5, "tags": [1, 2.75, 3]},
        {"id": "y", "part": {"kind": "item", "id": "z", "size": 0.5, "tags": [-0.5, 9.5], "a/b~c": 7}},
    ], "total": 2.9});
    let (rest, skipped) = left(&odd);
    let kept = json!({"items": [
        {"id": "x", "size": -1, "tags": [1, 2, 3]},
        {"id": "y", "part": {"kind": "item", "id": "z", "size": 0, "tags": [0, 9]}},
    ], "total": 2});
    assert_eq!(rest, kept);
    let pointers = [
        "/items/0/size",
        "/items/0/tags/1",
        "/items/1/part/a~1b~0c",
        "/items/1/part/size",
        "/items/1/part/tags/0",
        "/items/1/part/tags/1",
        "/total",
    ];
    assert_eq!(skipped, pointers);

    let odd = json!({"items": [], "total": 2.9}).to_string();
    let (_, skipped) = decode::<Page>(odd.as_bytes(), false).unwrap();
    assert_eq!((skipped[0].expected(), skipped[0].found()), ("i64", "2.9"));
    let error = decode::<Page>(odd.as_bytes(), true).unwrap_err();
    assert_eq!(
        (error.pointer.as_str(), error.cause.to_string().as_str()),
        ("/total", "invalid type: floating point `2.9`, expected i64")
    );
}

#[test]
fn a_required_integer_may_have_a_fraction_as_well() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Count {
        count: u8,
        by_day: BTreeMap<u16, i32>,
    }
    let read = |json: Value| decode::<Count>(json.to_string().as_bytes(), false);
    let (count, skipped) = read(json!({"count": 7.9, "by_day": {"1": 2, "3": -4.4}})).unwrap();
    let by_day = BTreeMap::from([(1, 2), (3, -4)]);
    assert_eq!(count, Count { count: 7, by_day });
    assert_eq!((skipped.len(), skipped[1].pointer()), (2, "/count"));
    // Neither is an integer of this type without its fraction.
    for number in [256.5, -1.5, 1e300] {
        let error = read(json!({"count": number, "by_day": {}})).unwrap_err();
        assert_eq!(error.pointer, "/count", "{number}");
    }
}

#[test]
fn what_is_left_out_is_reported_as_it_came() {
    let tags = json!([1.5, {"id": 7}]);
    let odd = json!({"items": [{"id": "x", "tags": tags}]});
    let (_, skipped) = read(&odd).unwrap();
    let [field] = &skipped[..] else {
        panic!("{skipped:?}")
    };
    assert_eq!(
        (field.pointer(), field.found()),
        ("/items/0/tags", r#"[1.5,{"id":7}]"#)
    );
}

#[test]
fn a_long_list_of_numbers_is_read_at_once() {
    #[derive(Debug, Deserialize)]
    struct Counts {
        counts: Vec<BTreeMap<String, i64>>,
    }
    for (number, lost) in [(json!(2.0), false), (json!(2.5), true)] {
        let counts = vec![json!({"sent": number}); 3 * ROUNDS[1]];
        let json = json!({"counts": counts}).to_string();
        let (read, skipped) = decode::<Counts>(json.as_bytes(), false).unwrap();
        assert!(read.counts.iter().all(|count| count["sent"] == 2));
        assert_eq!(skipped.len(), if lost { counts.len() } else { 0 });
        assert_eq!(decode::<Counts>(json.as_bytes(), true).is_err(), lost);
    }
}

#[test]
fn an_integer_that_is_too_large_is_left_out_as_it_came() {
    let odd = json!({"items": [{"id": "x", "tags": [7.5, 256.5]}]});
    let (rest, skipped) = left(&odd);
    assert_eq!(rest, json!({"items": [{"id": "x"}], "total": null}));
    assert_eq!(skipped, ["/items/0/tags"]);
    let (_, skipped) = read(&odd).unwrap();
    assert_eq!(
        (skipped[0].found(), skipped[0].expected()),
        ("[7.5,256.5]", "/1: u8")
    );
}

#[test]
fn words_are_no_numbers() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Sizes {
        width: f64,
        #[serde(default)]
        height: Option<f64>,
    }
    let text = br#"{"width":1,"height":"Infinity"}"#;
    let (sizes, skipped) = decode::<Sizes>(text, false).unwrap();
    let (width, height) = (1.0, None);
    assert_eq!(sizes, Sizes { width, height });
    assert_eq!(skipped[0].pointer(), "/height");
    let error = decode::<Sizes>(br#"{"width":"NaN"}"#, false).unwrap_err();
    assert_eq!(error.pointer, "/width");
}

#[test]
fn a_member_in_a_union_is_left_out_alone() {
    let odd = json!({"items": [{"id": "x", "part":
        {"kind": "item", "id": "y", "tags": 3, "size": 2.0, "part":
            {"kind": "item", "id": "z", "a/b~c": []}}}]});
    let (rest, skipped) = left(&odd);
    assert_eq!(
        skipped,
        ["/items/0/part/part/a~1b~0c", "/items/0/part/tags"]
    );
    let kept = json!({"items": [{"id": "x", "part":
        {"kind": "item", "id": "y", "size": 2, "part": {"kind": "item", "id": "z"}}}], "total": null});
    assert_eq!(rest, kept);
    // Without a required field, the value is not that variant; nothing of it is lost.
    let other = json!({"items": [{"id": "x", "part": {"kind": "item", "id": 7}}], "total": null});
    assert_eq!(left(&other), (other, vec![]));
}

#[test]
fn a_strict_reader_leaves_out_nothing() {
    for odd in [
        json!({"items": [], "total": "many"}),
        json!({"items": [{"id": "x", "part": {"kind": "item", "id": 7}}]}),
    ] {
        assert!(decode::<Page>(odd.to_string().as_bytes(), true).is_err());
    }
    let odd = json!({"items": [{"id": "x", "part": {"kind": "item", "id": "y", "size": "m"}}]});
    let error = decode::<Page>(odd.to_string().as_bytes(), true).unwrap_err();
    assert_eq!(error.pointer, "/items/0/part/size");
}

#[test]
fn a_plain_reader_keeps_a_variant_that_does_not_fit() {
    let value = json!({"kind": "item", "id": "y", "tags": 3});
    let part: Part = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(part, Part::Unknown(value));
}

#[test]
fn work_is_bounded() {
    let odd = json!({"id": "x", "tags": "many"});
    let many = vec![odd.clone(); ROUNDS[1] - 1];
    assert_eq!(
        read(&json!({"items": many})).unwrap().1.len(),
        ROUNDS[1] - 1
    );
    let more = vec![odd; 2 * ROUNDS[1]];
    assert!(read(&json!({"items": more})).is_err());
}

#[test]
fn a_text_that_is_no_json_is_refused_with_its_place() {
    let error = decode::<Page>(b"{\n<html>", false).unwrap_err();
    assert_eq!(error.pointer, "");
    assert!(
        error.cause.to_string().contains("line 2 column 1"),
        "{}",
        error.cause
    );
}

proptest! {
    #[test]
    fn any_bytes_are_fine(body: Vec<u8>) {
        let _ = decode::<Page>(&body, false);
    }
}

fn data(body: &str) -> &str {
    std::str::from_utf8(result_of(body.as_bytes(), "data")).unwrap()
}

#[test]
fn envelopes_are_opened_byte_for_byte() {
    assert_eq!(
        data(r#"{"statusCode":200,"data":{"id": 1 }}"#),
        r#"{"id": 1 }"#
    );
    assert_eq!(data(r#" { "data" : [1, 2] , "statusCode":200} "#), "[1, 2]");
    assert_eq!(data(r#"{"data":null,"statusCode":200}"#), "null");
    assert_eq!(
        data(r#"{"data":1,"statusCode":200,"timestamp":"now"}"#),
        "1"
    );
    assert_eq!(data(r#"{"statusCode":200,"\u0064ata":1}"#), "1");
    let sent = r#"{"success":true,"message":"ok","data":{"message_id":"m"}}"#;
    assert_eq!(
        data(&format!(r#"{{"statusCode":200,"data":{sent}}}"#)),
        sent
    );
}

#[test]
fn anything_else_is_bare() {
    for body in [
        r#"{"id":"x","data":{"a":1}}"#,
        r#"{"data":{"a":1}}"#,
        r#"{"message":"ok","data":{"a":1}}"#,
        r#"{"success":true,"message":"ok","data":{"a":1}}"#,
        r#"{"statusCode":200,"success":true,"message":"ok","data":{"a":1}}"#,
        r#"{"statusCode":200}"#,
        r#"{"id":"x"}"#,
        "[1]",
        "null",
        "",
        "<html>",
        r#"{"data":1"#,
        r#"{"data":1} trailing"#,
    ] {
        assert_eq!(data(body), body);
    }
}

proptest! {
    #[test]
    fn any_bytes_have_a_result(body: Vec<u8>) {
        result_of(&body, "data");
    }

    #[test]
    fn what_is_wrapped_comes_out(content: String, status: u16) {
        let content = serde_json::to_string(&content).unwrap();
        let body = format!(r#"{{"statusCode":{status},"data":{content}}}"#);
        prop_assert_eq!(result_of(body.as_bytes(), "data"), content.as_bytes());
    }
}

#[test]
fn bytes_that_are_not_utf8_are_replaced_and_reported() {
    let body = b"{\"a\":\"x\xffy\",\"b\":[]}";
    let (read, skipped) = decode::<Value>(body, false).unwrap();
    assert_eq!(read, json!({"a": "x\u{fffd}y", "b": []}));
    assert_eq!(skipped.len(), 1);
    assert_eq!((skipped[0].pointer(), skipped[0].expected()), ("", "UTF-8"));
    let error = decode::<Value>(body, true).unwrap_err();
    assert!(error.to_string().contains("invalid utf-8"), "{error}");
}
