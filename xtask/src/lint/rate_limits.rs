//! Rules about rate limits: valid windows, and budgets that are used.

use std::collections::BTreeSet;

use serde_json::Value;

use super::report;
use crate::finding::Finding;
use crate::spec::document::{escape, items, members, operations, text};

const BUDGETS: &str = "/x-threadline-rate-budgets";

pub fn check(spec: &Value, findings: &mut Vec<Finding>) {
    let limits = spec.get("x-threadline-rate-limits");
    let pointer = "/x-threadline-rate-limits";
    check_windows(limits, pointer, "rate-limits", findings);
    let used = check_operations(spec, findings);
    for (name, budget) in members(spec.get("x-threadline-rate-budgets")) {
        let pointer = format!("{BUDGETS}/{}", escape(name));
        if !is_word(name) {
            report(
                findings,
                &pointer,
                "rate-budgets",
                format!("`{name}` is no name"),
                "write lower-case letters, digits and hyphens",
            );
        }
        if !used.contains(name.as_str()) {
            report(
                findings,
                &pointer,
                "rate-budgets",
                "no operation counts in it".to_owned(),
                "name it in the `x-threadline-rate-budget` of the operations that do, or remove it",
            );
        }
        check_budget(budget, &pointer, findings);
    }
}

/// The budgets that operations count towards.
fn check_operations<'a>(spec: &'a Value, findings: &mut Vec<Finding>) -> BTreeSet<&'a str> {
    let mut used = BTreeSet::new();
    for at in operations(spec) {
        let Some(named) = at.value.get("x-threadline-rate-budget") else {
            continue;
        };
        let name = named.as_str().unwrap_or_default();
        let known = spec.get("x-threadline-rate-budgets");
        if known.and_then(|budgets| budgets.get(name)).is_none() {
            report(
                findings,
                &format!("{}/x-threadline-rate-budget", at.pointer()),
                "rate-budgets",
                format!("{named} is no budget"),
                "name one of the document's `x-threadline-rate-budgets`",
            );
        }
        used.insert(name);
    }
    used
}

fn check_budget(budget: &Value, pointer: &str, findings: &mut Vec<Finding>) {
    for (member, _) in members(Some(budget)) {
        if !["windows", "headers", "separate"].contains(&member.as_str()) {
            report(
                findings,
                &format!("{pointer}/{}", escape(member)),
                "rate-budgets",
                format!("`{member}` is no member of a budget"),
                "write `windows`; `headers` where the vendor sends some; `separate: true` where the general windows do not count",
            );
        }
    }
    if items(budget.get("windows")).next().is_none() {
        report(
            findings,
            pointer,
            "rate-budgets",
            "no windows".to_owned(),
            "write `windows: [{requests: 20, per: 60}]`",
        );
    }
    if budget.get("headers").is_some() && !text(budget, "headers").is_some_and(is_word) {
        report(
            findings,
            &format!("{pointer}/headers"),
            "rate-budgets",
            "it is no ending of a header's name".to_owned(),
            "write what follows `X-RateLimit-Remaining-`, in lower case",
        );
    }
    if budget
        .get("separate")
        .is_some_and(|separate| *separate != Value::Bool(true))
    {
        report(
            findings,
            &format!("{pointer}/separate"),
            "rate-budgets",
            "it is not `true`".to_owned(),
            "write `separate: true`, or leave it out where the general windows count these requests too",
        );
    }
    let windows = format!("{pointer}/windows");
    check_windows(budget.get("windows"), &windows, "rate-budgets", findings);
}

fn check_windows(
    windows: Option<&Value>,
    pointer: &str,
    rule: &'static str,
    findings: &mut Vec<Finding>,
) {
    let mut lengths = BTreeSet::new();
    for (index, window) in items(windows).enumerate() {
        let pointer = format!("{pointer}/{index}");
        let count = |member| {
            let count = window.get(member).and_then(Value::as_u64);
            count.filter(|count| (1..=u64::from(u32::MAX)).contains(count))
        };
        for member in ["requests", "per"] {
            if count(member).is_none() {
                report(
                    findings,
                    &pointer,
                    rule,
                    format!("`{member}` is no count from 1"),
                    "write `{requests: 300, per: 60}`: requests, and seconds",
                );
            }
        }
        if count("per").is_some_and(|length| !lengths.insert(length)) {
            report(
                findings,
                &pointer,
                rule,
                "a second window of this length".to_owned(),
                "keep the smaller of the two",
            );
        }
    }
}

/// Whether it consists of lower-case letters, digits and hyphens and starts with a letter.
fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .chars()
            .all(|letter| matches!(letter, 'a'..='z' | '0'..='9' | '-'))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::broken;

    const GET: &str = "/paths/~1threads~1{threadId}/get";

    /// The places where the budget rules are broken, for these budgets and the budget that the operation names.
    fn places(budgets: Value, named: Value) -> Vec<String> {
        let found = broken("", |spec| {
            spec["x-threadline-rate-budgets"] = budgets;
            spec.pointer_mut(GET).unwrap()["x-threadline-rate-budget"] = named;
        });
        assert!(
            found.iter().all(|(_, rule)| *rule == "rate-budgets"),
            "{found:?}"
        );
        found.into_iter().map(|(place, _)| place).collect()
    }

    fn heavy(budget: &Value) -> Vec<String> {
        places(json!({ "heavy": budget }), json!("heavy"))
    }

    #[test]
    fn a_rate_limit_is_two_counts() {
        let found = broken(GET, |_| {});
        assert_eq!(found, []);
        let found = broken("", |spec| {
            spec["x-threadline-rate-limits"] = json!([{"requests": 3, "per": 60}, {"requests": 0}]);
        });
        let place = "/x-threadline-rate-limits/1".to_owned();
        assert_eq!(
            found,
            [(place.clone(), "rate-limits"), (place, "rate-limits")]
        );
    }

    #[test]
    fn two_windows_of_one_length_are_refused() {
        let found = broken("", |spec| {
            spec["x-threadline-rate-limits"] =
                json!([{"requests": 3, "per": 60}, {"requests": 5, "per": 60}]);
        });
        let place = "/x-threadline-rate-limits/1".to_owned();
        assert_eq!(found, [(place, "rate-limits")]);
    }

    #[test]
    fn a_budget_has_windows_and_may_have_headers_and_be_separate() {
        let windows = json!([{"requests": 20, "per": 60}]);
        assert_eq!(
            heavy(&json!({"windows": windows, "headers": "heavy"})),
            [""; 0]
        );
        assert_eq!(heavy(&json!({"windows": windows})), [""; 0]);
        assert_eq!(
            heavy(&json!({"windows": windows, "separate": true})),
            [""; 0]
        );
        let at = "/x-threadline-rate-budgets/heavy";
        for (budget, place) in [
            (json!({"windows": []}), at.to_owned()),
            (json!({"headers": "heavy"}), at.to_owned()),
            (
                json!({"windows": [{"requests": 0, "per": 60}]}),
                format!("{at}/windows/0"),
            ),
            (
                json!({"windows": windows, "headers": "X-Heavy"}),
                format!("{at}/headers"),
            ),
            (
                json!({"windows": windows, "headers": null}),
                format!("{at}/headers"),
            ),
            (
                json!({"windows": windows, "separate": false}),
                format!("{at}/separate"),
            ),
            (
                json!({"windows": windows, "separate": "true"}),
                format!("{at}/separate"),
            ),
            (
                json!({"windows": windows, "header": "heavy"}),
                format!("{at}/header"),
            ),
        ] {
            assert_eq!(heavy(&budget), [place], "{budget}");
        }
    }

    #[test]
    fn budgets_and_operations_name_each_other() {
        let budget = json!({"windows": [{"requests": 20, "per": 60}]});
        let (at, named) = (
            "/x-threadline-rate-budgets",
            format!("{GET}/x-threadline-rate-budget"),
        );
        let both = json!({"heavy": budget, "light": budget});
        assert_eq!(places(both, json!("heavy")), [format!("{at}/light")]);
        let misspelt = places(json!({"heavy": budget}), json!("havy"));
        assert_eq!(misspelt, [named.clone(), format!("{at}/heavy")]);
        assert_eq!(places(json!({}), json!(7)), [named]);
        let shouted = places(json!({"HEAVY": budget}), json!("HEAVY"));
        assert_eq!(shouted, [format!("{at}/HEAVY")]);
    }
}
