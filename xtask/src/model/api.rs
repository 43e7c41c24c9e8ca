//! Reads what holds for the whole API.

use serde_json::Value;

use super::{Api, Auth, Budget, errors};
use crate::spec::document::{integer, items, members, strings, text, trimmed};

pub fn read(document: &Value) -> Api {
    let scheme = members(document.pointer("/components/securitySchemes"))
        .next()
        .map(|(_, scheme)| scheme);
    let auth = match scheme {
        Some(scheme) if text(scheme, "type") == Some("apiKey") => {
            Auth::Header(trimmed(scheme, "name"))
        }
        _ => Auth::Bearer,
    };
    let at = |pointer: &str| {
        let found = document.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_default().trim().to_owned()
    };
    let variables = document.get("x-threadline-env").map(|variables| {
        (
            trimmed(variables, "credential"),
            trimmed(variables, "base-url"),
        )
    });
    Api {
        provider: trimmed(document, "x-threadline-provider"),
        title: at("/info/title"),
        description: at("/info/description"),
        docs: at("/externalDocs/url"),
        base_url: at("/servers/0/url"),
        variables,
        auth,
        errors: errors::read(document),
        rate_limits: windows(document.get("x-threadline-rate-limits")),
        rate_budgets: members(document.get("x-threadline-rate-budgets"))
            .map(|(name, budget)| Budget {
                name: name.clone(),
                windows: windows(budget.get("windows")),
                headers: text(budget, "headers").map(str::to_owned),
                separate: budget.get("separate") == Some(&Value::Bool(true)),
            })
            .collect(),
        shown: members(document.get("x-threadline-readme"))
            .map(|(operation, parameters)| (operation.clone(), strings(Some(parameters))))
            .collect(),
    }
}

/// Pairs of requests and seconds.
fn windows(list: Option<&Value>) -> Vec<(u32, u32)> {
    items(list)
        .filter_map(|window| {
            Some((
                integer(window.get("requests"))?,
                integer(window.get("per"))?,
            ))
        })
        .collect()
}
