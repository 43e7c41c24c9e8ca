//! Reads how a list is paginated.

use serde_json::Value;

use super::{PageStyle, Pagination};
use crate::finding::Finding;
use crate::spec::document::{
    OperationAt, integer, json_schema, members, referenced, schema, strings, text,
};

pub fn read(
    document: &Value,
    at: &OperationAt<'_>,
    declared: &Value,
) -> Result<Pagination, Finding> {
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
        "cursor" => PageStyle::Cursor { limit, next },
        "sequence" => PageStyle::Sequence {
            limit,
            next,
            more: need("more")?,
        },
        "offset" => PageStyle::Offset {
            limit: need("limit")?,
            offset: need("offset")?,
            page_size: integer(declared.get("page-size")),
            total: strings(declared.get("total")),
        },
        other => return Err(wrong(format!("`{other}` is not a style of pagination"))),
    };
    let items = need("items")?;
    let page =
        page(at).ok_or_else(|| wrong("the success response is not a component".to_owned()))?;
    let is_list = items
        .strip_prefix('/')
        .and_then(|member| {
            schema(document, &page)?
                .get("properties")?
                .get(member)?
                .get("items")
        })
        .is_some();
    if !is_list {
        return Err(wrong(format!("`{items}` is not a list of {page}")));
    }
    Ok(Pagination {
        style,
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
