//! Extracts the operation table: everything about an operation that is data, not code.

use heck::ToSnakeCase;
use serde_json::Value;

use super::{number, strings};
use crate::document::{self, OperationAt, items, json_schema, members, referenced, schema, text};
use crate::facts::{
    ApiFacts, AuthFacts, BudgetFacts, ErrorAnswerFacts, Facts, IdempotencyFacts, OperationFacts,
    PaginationFacts, PagingStyle, PathParamFacts,
};
use crate::finding::{Finding, Findings};
use crate::rust_type::rust_type;

pub fn apply(document: &Value, facts: &mut Facts) -> Result<(), Findings> {
    facts.api = api(document);
    let mut findings = Vec::new();
    for at in document::operations(document) {
        match operation(document, &at) {
            Ok(operation) => facts.operations.push(operation),
            Err(finding) => findings.push(finding),
        }
    }
    if findings.is_empty() {
        Ok(())
    } else {
        Err(Findings(findings))
    }
}

fn owned(value: &Value, member: &str) -> String {
    text(value, member).unwrap_or_default().trim().to_owned()
}

fn at_pointer(document: &Value, pointer: &str) -> String {
    document
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .trim()
        .to_owned()
}

fn api(document: &Value) -> ApiFacts {
    let scheme = members(document.pointer("/components/securitySchemes"))
        .next()
        .map(|(_, scheme)| scheme);
    let auth = match scheme {
        Some(scheme) if text(scheme, "type") == Some("apiKey") => {
            AuthFacts::Header(owned(scheme, "name"))
        }
        _ => AuthFacts::Bearer,
    };
    ApiFacts {
        provider: owned(document, "x-threadline-provider"),
        title: at_pointer(document, "/info/title"),
        description: at_pointer(document, "/info/description"),
        docs: at_pointer(document, "/externalDocs/url"),
        base_url: at_pointer(document, "/servers/0/url"),
        auth,
        errors: super::errors::facts(document),
        rate_limits: windows(document.get("x-threadline-rate-limits")),
        rate_budgets: members(document.get("x-threadline-rate-budgets"))
            .map(|(name, budget)| BudgetFacts {
                name: name.clone(),
                windows: windows(budget.get("windows")),
                headers: text(budget, "headers").map(str::to_owned),
                separate: budget.get("separate") == Some(&Value::Bool(true)),
            })
            .collect(),
    }
}

/// Pairs of requests and seconds.
fn windows(list: Option<&Value>) -> Vec<(u32, u32)> {
    items(list)
        .filter_map(|window| Some((number(window.get("requests"))?, number(window.get("per"))?)))
        .collect()
}

fn operation(document: &Value, at: &OperationAt<'_>) -> Result<OperationFacts, Finding> {
    let value = at.value;
    let mut success = Vec::new();
    let mut errors = Vec::new();
    for (status, response) in members(value.get("responses")) {
        let Ok(status) = status.parse::<u16>() else {
            continue;
        };
        if (200..300).contains(&status) {
            success.push(status);
        } else {
            errors.push(ErrorAnswerFacts {
                status,
                codes: strings(response.get("x-threadline-codes")),
                description: owned(response, "description"),
            });
        }
    }
    success.sort_unstable();
    errors.sort_by_key(|error| error.status);
    Ok(OperationFacts {
        id: owned(value, "operationId").to_snake_case(),
        vendor_id: text(value, "x-threadline-vendor-id").map(str::to_owned),
        method: at.method.to_uppercase(),
        path: at.path.to_owned(),
        server: value
            .pointer("/servers/0/url")
            .and_then(Value::as_str)
            .map(str::to_owned),
        path_params: path_params(document, at),
        params: Vec::new(),
        summary: owned(value, "summary"),
        description: owned(value, "description"),
        note: text(value, "x-threadline-note").map(|note| note.trim().to_owned()),
        // Not all vendors have a page per operation.
        docs: value.get("externalDocs").map_or_else(
            || at_pointer(document, "/externalDocs/url"),
            |docs| owned(docs, "url"),
        ),
        deprecated: value
            .get("deprecated")
            .and_then(Value::as_bool)
            .unwrap_or(false),
        bounds: Vec::new(),
        success,
        errors,
        idempotency: idempotency(at)?,
        envelope: text(value, "x-threadline-envelope").map(str::to_owned),
        pagination: value
            .get("x-threadline-pagination")
            .map(|declared| pagination(document, at, declared))
            .transpose()?,
        rate_budget: text(value, "x-threadline-rate-budget").map(str::to_owned),
    })
}

fn idempotency(at: &OperationAt<'_>) -> Result<IdempotencyFacts, Finding> {
    let wrong = |problem: &str| {
        Finding::new(at.pointer(), "idempotent", problem)
            .remedy("say `x-threadline-idempotent: true`, `false` or `with-key` (with `x-threadline-idempotency-key`)")
    };
    match at.value.get("x-threadline-idempotent") {
        Some(Value::Bool(true)) => Ok(IdempotencyFacts::Harmless),
        Some(Value::Bool(false)) => Ok(IdempotencyFacts::NotHarmless),
        Some(Value::String(word)) if word == "with-key" => {
            text(at.value, "x-threadline-idempotency-key")
                .map(|header| IdempotencyFacts::WithKey(header.to_lowercase()))
                .ok_or_else(|| wrong("`with-key` without the header's name"))
        }
        _ => Err(wrong(
            "nothing says whether repeating the request is harmless",
        )),
    }
}

/// The path parameters in order, each with the static segments that other paths have in its place.
fn path_params(document: &Value, at: &OperationAt<'_>) -> Vec<PathParamFacts> {
    let segments = at.path.split('/').collect::<Vec<_>>();
    let mut params = Vec::new();
    for (index, segment) in segments.iter().enumerate() {
        let Some(name) = parameter(segment) else {
            continue;
        };
        let mut reserved = members(document.get("paths"))
            .map(|(path, _)| path.split('/').collect::<Vec<_>>())
            .filter(|other| same_route(&segments, other, index))
            .filter_map(|other| other.get(index).map(|&segment| segment.to_owned()))
            .filter(|segment| parameter(segment).is_none())
            .collect::<Vec<_>>();
        reserved.sort();
        reserved.dedup();
        let declared =
            items(at.value.get("parameters")).find(|declared| text(declared, "name") == Some(name));
        params.push(PathParamFacts {
            name: name.to_owned(),
            description: declared
                .map(|declared| owned(declared, "description"))
                .unwrap_or_default(),
            reserved,
        });
    }
    params
}

fn parameter(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// Whether two paths have the same length and can match the same URL except for the segment at `index`.
fn same_route(one: &[&str], other: &[&str], index: usize) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .enumerate()
            .all(|(position, (left, right))| {
                position == index
                    || left == right
                    || parameter(left).is_some()
                    || parameter(right).is_some()
            })
}

fn pagination(
    document: &Value,
    at: &OperationAt<'_>,
    declared: &Value,
) -> Result<PaginationFacts, Finding> {
    let wrong = |problem: String| {
        let pointer = format!("{}/x-threadline-pagination", at.pointer());
        Finding::new(pointer, "pagination", problem)
            .remedy("see the keyword's page in specs/README.md")
    };
    let need = |member: &str| {
        text(declared, member)
            .map(str::to_owned)
            .ok_or_else(|| wrong(format!("`{member}` is missing")))
    };
    let limit = text(declared, "limit").map(str::to_owned);
    let next = members(declared.get("next"))
        .filter_map(|(parameter, pointer)| Some((parameter.clone(), pointer.as_str()?.to_owned())))
        .collect::<Vec<_>>();
    let style = match need("style")?.as_str() {
        "cursor" => PagingStyle::Cursor { limit, next },
        "sequence" => PagingStyle::Sequence {
            limit,
            next,
            more: need("more")?,
        },
        "offset" => PagingStyle::Offset {
            limit: need("limit")?,
            offset: need("offset")?,
            page_size: number(declared.get("page-size")),
            total: strings(declared.get("total")),
        },
        other => return Err(wrong(format!("`{other}` is no style of paging"))),
    };
    let items = need("items")?;
    let page = page(at).ok_or_else(|| wrong("the success answer is no component".to_owned()))?;
    let item = items
        .strip_prefix('/')
        .and_then(|member| {
            schema(document, &page)?
                .get("properties")?
                .get(member)?
                .get("items")
        })
        .ok_or_else(|| wrong(format!("`{items}` is no list of {page}")))?;
    Ok(PaginationFacts {
        style,
        item: rust_type(document, item),
        items,
        page,
        open_ended: declared.get("open-ended") == Some(&Value::Bool(true)),
    })
}

/// The component of the success response.
fn page(at: &OperationAt<'_>) -> Option<String> {
    let mut successes =
        members(at.value.get("responses")).filter(|(status, _)| status.starts_with('2'));
    successes.find_map(|(_, response)| Some(referenced(json_schema(response)?)?.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn static_siblings_are_reserved() {
        let document = json!({"paths": {
            "/threads/{threadId}": {"get": {"operationId": "getThread", "x-threadline-idempotent": true}},
            "/threads/lookup": {"get": {"operationId": "lookupThread", "x-threadline-idempotent": true}},
            "/threads/{threadId}/messages": {"get": {"operationId": "listMessages", "x-threadline-idempotent": true}},
            "/tags/colors": {"get": {"operationId": "listColors", "x-threadline-idempotent": true}},
        }});
        let mut facts = Facts::default();
        apply(&document, &mut facts).unwrap();
        let reserved = |id: &str| {
            let operation = facts
                .operations
                .iter()
                .find(|operation| operation.id == id)
                .unwrap();
            operation.path_params.first().unwrap().reserved.clone()
        };
        assert_eq!(reserved("get_thread"), ["lookup"]);
        assert!(reserved("list_messages").is_empty());
    }

    #[test]
    fn an_operation_must_say_whether_repeating_it_is_harmless() {
        let document = json!({"paths": {"/a": {"post": {"operationId": "send"}}}});
        let findings = apply(&document, &mut Facts::default()).unwrap_err();
        assert_eq!(findings.0.first().unwrap().pointer, "/paths/~1a/post");
    }
}
