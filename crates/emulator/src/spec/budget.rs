//! Rate limits of the document, and the budgets of some of its operations.

use std::time::Duration;

use super::document::{Node, SpecError};
use crate::rate_limit::{Budget, Limit};

/// Reads the limits on all requests of a document.
pub(super) fn limits(root: &Node<'_>) -> Result<Vec<Limit>, SpecError> {
    match root.get("x-threadline-rate-limits")? {
        Some(limits) => limits.items()?.iter().map(limit).collect(),
        None => Ok(Vec::new()),
    }
}

/// Reads the budgets of a document.
pub(super) fn read(root: &Node<'_>) -> Result<Vec<Budget>, SpecError> {
    let Some(budgets) = root.get("x-threadline-rate-budgets")? else {
        return Ok(Vec::new());
    };
    let budgets = budgets.members()?;
    budgets
        .into_iter()
        .map(|(name, budget)| {
            let windows = budget.require("windows")?.items()?;
            Ok(Budget {
                name: name.to_owned(),
                limits: windows.iter().map(limit).collect::<Result<_, _>>()?,
                headers: match budget.get("headers")? {
                    Some(ending) => Some(ending.text()?.to_owned()),
                    None => None,
                },
                separate: match budget.get("separate")? {
                    Some(separate) => separate
                        .value()
                        .as_bool()
                        .ok_or_else(|| separate.error("not true or false"))?,
                    None => false,
                },
            })
        })
        .collect()
}

fn limit(window: &Node<'_>) -> Result<Limit, SpecError> {
    let count = |member: &str| {
        let count = window.require(member)?;
        let number = count.value().as_u64().and_then(|n| u32::try_from(n).ok());
        number.ok_or_else(|| count.error("not a count"))
    };
    Ok(Limit {
        requests: count("requests")?,
        per: Duration::from_secs(count("per")?.into()),
    })
}

#[cfg(test)]
mod tests {
    use super::super::Spec;

    fn read(budgets: &str, named: &str) -> Result<Spec, String> {
        let text = format!(
            r#"{{"x-threadline-rate-budgets": {budgets}, "paths": {{"/a": {{"get": {{
                "operationId": "list", "x-threadline-rate-budget": {named},
                "responses": {{"204": {{"description": "Nothing."}}}}
            }}}}}}}}"#
        );
        Spec::read(&text).map_err(|error| error.to_string())
    }

    #[test]
    fn budgets_are_read() {
        let budgets = r#"{"heavy": {"windows": [{"requests": 20, "per": 60}], "headers": "h"},
            "events": {"windows": [{"requests": 30, "per": 60}], "separate": true}}"#;
        let spec = read(budgets, r#""heavy""#).unwrap();
        let budget = spec.budget(Some("heavy")).unwrap();
        assert_eq!(
            (budget.headers.as_deref(), budget.separate),
            (Some("h"), false)
        );
        assert!(spec.budget(Some("events")).unwrap().separate);
        assert_eq!(
            (budget.limits[0].requests, budget.limits[0].per.as_secs()),
            (20, 60)
        );
        assert!(spec.budget(Some("light")).is_none() && spec.budget(None).is_none());
    }

    #[test]
    fn limits_are_read() {
        let limits = |list: &str| {
            let text = format!(r#"{{"x-threadline-rate-limits": {list}, "paths": {{}}}}"#);
            Spec::read(&text).map(|spec| spec.limits)
        };
        let read = limits(r#"[{"requests": 300, "per": 60}]"#).unwrap();
        assert_eq!((read[0].requests, read[0].per.as_secs()), (300, 60));
        assert!(limits(r#"[{"requests": 300}]"#).is_err());
    }

    #[test]
    fn invalid_budgets_are_errors() {
        let broken = |budgets, named| read(budgets, named).err().unwrap();
        assert_eq!(
            broken("{}", r#""heavy""#),
            "at /paths/~1a/get: refers to an unknown budget"
        );
        assert_eq!(
            broken(
                r#"{"heavy": {"windows": [{"requests": -1, "per": 60}]}}"#,
                r#""heavy""#
            ),
            "at /x-threadline-rate-budgets/heavy/windows/0/requests: not a count"
        );
        assert!(broken(r#"{"heavy": {}}"#, r#""heavy""#).contains("`windows` is missing"));
    }
}
