//! Lists and their pages.

use std::collections::BTreeSet;
use std::error::Error;

use serde_json::{Value, json};
use threadline_emulator::{Emulator, ProviderKind};

use crate::exchange::{Outcome, call};

fn texts(list: Option<&Value>, field: &str) -> Vec<String> {
    let things = list.and_then(Value::as_array).into_iter().flatten();
    let texts = things.filter_map(|thing| thing.get(field)?.as_str());
    texts.map(str::to_owned).collect()
}

/// Follows version 2's cursors to the end.
async fn follow_v2(emulator: &Emulator, path: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let mut ids = Vec::new();
    let mut line = format!("GET {path}");
    loop {
        let page = call(emulator, &ProviderKind::InboxappV2, &line, None).await?;
        assert_eq!(page.status, 200, "{line}: {}", page.body);
        ids.extend(texts(page.body.get("data"), "id"));
        match page.body.get("nextCursor").and_then(Value::as_str) {
            Some(cursor) => line = format!("GET {path}&cursor={cursor}"),
            None => return Ok(ids),
        }
    }
}

#[tokio::test]
async fn version_2s_pages_hold_everything_once() -> Outcome {
    let emulator = Emulator::start().await?;
    let ids = follow_v2(&emulator, "/threads?folder=all&limit=7").await?;
    let known: BTreeSet<String> = emulator
        .thread_ids(&ProviderKind::InboxappV2)
        .into_iter()
        .collect();
    assert_eq!(ids.len(), known.len());
    assert_eq!(ids.iter().cloned().collect::<BTreeSet<_>>(), known);
    let mut backwards = follow_v2(&emulator, "/threads?folder=all&order=asc&limit=100").await?;
    backwards.reverse();
    assert_eq!(ids, backwards);
    for path in [
        "/members?limit=2",
        "/account-links?limit=1",
        "/contacts?platform=twitter&limit=9",
    ] {
        let ids = follow_v2(&emulator, path).await?;
        assert_eq!(
            ids.iter().collect::<BTreeSet<_>>().len(),
            ids.len(),
            "{path}"
        );
        assert!(ids.len() > 2, "{path}");
    }
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn version_2s_cursors_are_tied_to_their_filters() -> Outcome {
    let emulator = Emulator::start().await?;
    let first = call(
        &emulator,
        &ProviderKind::InboxappV2,
        "GET /threads?folder=all&limit=2",
        None,
    )
    .await?;
    let cursor = first.body["nextCursor"].as_str().unwrap_or_default();
    for (query, status) in [
        (
            format!("folder=all&limit=5&expand=contact&cursor={cursor}"),
            200,
        ),
        (format!("folder=archived&cursor={cursor}"), 400),
        (format!("folder=all&order=asc&cursor={cursor}"), 400),
        ("cursor=nonsense".to_owned(), 400),
        ("cursor=".to_owned(), 400),
    ] {
        let line = format!("GET /threads?{query}");
        let reply = call(&emulator, &ProviderKind::InboxappV2, &line, None).await?;
        assert_eq!(reply.status, status, "{query}");
        if status == 400 {
            assert_eq!(reply.body["code"], "invalidCursor");
        }
    }
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn version_2s_folders_and_filters_divide_the_threads() -> Outcome {
    let emulator = Emulator::start().await?;
    let inbox = follow_v2(&emulator, "/threads?limit=100").await?;
    let archived = follow_v2(&emulator, "/threads?folder=archived&limit=100").await?;
    let requests = follow_v2(&emulator, "/threads?folder=requests&limit=100").await?;
    let all = follow_v2(&emulator, "/threads?folder=all&limit=100").await?;
    assert_eq!(inbox.len() + archived.len() + requests.len(), all.len());
    let no_reply = follow_v2(&emulator, "/threads?folder=noReply&limit=100").await?;
    assert!(!no_reply.is_empty() && no_reply.iter().all(|id| inbox.contains(id)));
    let tagged = follow_v2(&emulator, "/threads?folder=all&limit=100&tag=wholesale").await?;
    assert!(!tagged.is_empty() && tagged.len() < all.len());
    let free = follow_v2(&emulator, "/threads?folder=all&limit=100&unassigned=true").await?;
    assert!(!free.is_empty() && free.len() < all.len());
    let none = follow_v2(&emulator, "/threads?folder=all&campaignId=abc").await?;
    assert_eq!(none, [""; 0]);
    let found = follow_v2(&emulator, "/threads?folder=all&q=tidewater").await?;
    assert_eq!(found, emulator.thread_ids(&ProviderKind::InboxappV2)[..1]);
    let both = "GET /threads?unassigned=true&assigneeId=abc";
    assert_eq!(
        call(&emulator, &ProviderKind::InboxappV2, both, None)
            .await?
            .status,
        400
    );
    let other = "GET /threads?platform=carrierpigeon";
    let refused = call(&emulator, &ProviderKind::InboxappV2, other, None).await?;
    assert_eq!(refused.body["code"], "platformNotAvailable");
    assert_eq!(
        refused.body["details"],
        json!({"platform": "carrierpigeon"})
    );
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn version_1s_pages_go_on_from_an_id_and_a_time() -> Outcome {
    let emulator = Emulator::start().await?;
    let mut ids = Vec::new();
    for inbox in ["default", "archived", "requests"] {
        let path = format!("GET /threads?limit=5&inbox={inbox}");
        let mut line = path.clone();
        loop {
            let page = call(&emulator, &ProviderKind::InboxappV1, &line, None).await?;
            ids.extend(texts(page.body.get("threads"), "id"));
            let next = &page.body["nextCursor"];
            let (Some(id), Some(time)) = (next["id"].as_str(), next["timestamp"].as_str()) else {
                break;
            };
            line = if ids.len() % 2 == 0 {
                format!("{path}&cursorId={id}&cursorTimestamp={time}")
            } else {
                format!("{path}&cursor[id]={id}&cursor[timestamp]={time}")
            };
        }
    }
    let known: BTreeSet<String> = emulator
        .thread_ids(&ProviderKind::InboxappV1)
        .into_iter()
        .collect();
    assert_eq!(ids.len(), known.len());
    assert_eq!(ids.into_iter().collect::<BTreeSet<_>>(), known);
    for query in [
        "cursorId=abc",
        "cursorTimestamp=2026-10-01T08:00:00Z",
        "cursorId=abc&cursorTimestamp=noon",
        "cursorId=a&cursorTimestamp=2026-10-01T08:00:00Z&cursor[id]=a&cursor[timestamp]=x",
    ] {
        let line = format!("GET /threads?{query}");
        let reply = call(&emulator, &ProviderKind::InboxappV1, &line, None).await?;
        assert_eq!(reply.status, 400, "{query}");
    }
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn version_1s_filters_go_by_tag_status_and_assignee() -> Outcome {
    let emulator = Emulator::start().await?;
    let count = async |query: &str| -> Result<usize, Box<dyn Error>> {
        let line = format!("GET /threads?limit=100&{query}");
        let reply = call(&emulator, &ProviderKind::InboxappV1, &line, None).await?;
        Ok(texts(reply.body.get("threads"), "id").len())
    };
    let all = count("").await?;
    let tagged = count("filters[tags][selectedIds][]=c7d2m9qx4hz1vk8s0tnbw5jp").await?;
    let untagged = count("filters[tags][noTags]=true").await?;
    assert!(tagged > 0 && untagged > 0);
    assert_eq!(tagged + untagged, all);
    let free = count("filters[assignees][noAssignee]=true").await?;
    assert!(free > 0 && free < all);
    assert_eq!(count("filters[campaigns][selectedIds][0]=abc").await?, 0);
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn contactships_pages_have_numbers_and_totals() -> Outcome {
    let emulator = Emulator::builder().unlimited().start().await?;
    for path in [
        "/v1/calls",
        "/v1/tags",
        "/v1/tasks",
        "/v1/phone-numbers",
        "/v1/contacts",
    ] {
        let mut ids = BTreeSet::new();
        for offset in (0..1_000).step_by(4) {
            let line = format!("GET {path}?limit=4&offset={offset}");
            let page = call(&emulator, &ProviderKind::ContactShip, &line, None)
                .await?
                .body;
            let total = page["pagination"]["total_rows"]
                .as_u64()
                .unwrap_or_default();
            assert_eq!(page["pagination"]["page"], offset / 4 + 1, "{path}");
            assert_eq!(
                page["pagination"]["total_pages"],
                total.div_ceil(4),
                "{path}"
            );
            ids.extend(texts(page.get("data"), "id"));
            if offset + 4 >= total {
                assert_eq!(ids.len(), usize::try_from(total)?, "{path}");
                break;
            }
        }
        assert!(ids.len() > 5, "{path}");
    }
    let all = call(
        &emulator,
        &ProviderKind::ContactShip,
        "GET /v1/contacts",
        None,
    )
    .await?
    .body;
    assert_eq!(all["pagination"]["page"], Value::Null);
    for query in ["limit=5", "offset=5"] {
        let line = format!("GET /v1/contacts?{query}");
        let reply = call(&emulator, &ProviderKind::ContactShip, &line, None).await?;
        assert_eq!(reply.status, 400, "{query}");
    }
    let channels = call(
        &emulator,
        &ProviderKind::ContactShip,
        "GET /v1/channels?limit=2",
        None,
    )
    .await?;
    assert_eq!(
        (
            &channels.body["count"],
            texts(channels.body.get("data"), "id").len()
        ),
        (&json!(4), 2)
    );
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn contactships_templates_have_metas_cursors() -> Outcome {
    let emulator = Emulator::start().await?;
    let path = "GET /v1/waba/templates?channel_id=chn_y0xspd9p1v7vla6wkwc2z01u&limit=10";
    let (mut line, mut names) = (path.to_owned(), BTreeSet::new());
    loop {
        let page = call(&emulator, &ProviderKind::ContactShip, &line, None)
            .await?
            .body;
        names.extend(texts(page.get("data"), "name"));
        match page["paging"]["cursors"]["after"].as_str() {
            Some(after) => line = format!("{path}&after={after}"),
            None => break,
        }
    }
    assert_eq!(names.len(), 31);
    for wrong in [
        format!("{path}&after=nonsense"),
        path.replace("chn_y", "chn_z"),
    ] {
        assert_eq!(
            call(&emulator, &ProviderKind::ContactShip, &wrong, None)
                .await?
                .status,
            400
        );
    }
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn contactships_tasks_are_filtered_and_ordered_by_field() -> Outcome {
    let emulator = Emulator::start().await?;
    let filters = "%5B%7B%22field%22%3A%22status%22%2C%22operator%22%3A%22EQUAL%22%2C%22value%22%3A%22done%22%7D%5D";
    let line =
        format!("GET /v1/tasks?filters={filters}&orderBy=created_at&orderDirection=ASCENDENT");
    let reply = call(&emulator, &ProviderKind::ContactShip, &line, None).await?;
    let times = texts(reply.body.get("data"), "created_at");
    assert_eq!(texts(reply.body.get("data"), "status"), ["done"; 3]);
    assert!(times.is_sorted());
    let other = line.replace("EQUAL", "LIKE");
    assert_eq!(
        call(&emulator, &ProviderKind::ContactShip, &other, None)
            .await?
            .status,
        400
    );
    let broken = "GET /v1/tasks?filters=%5B";
    assert_eq!(
        call(&emulator, &ProviderKind::ContactShip, broken, None)
            .await?
            .status,
        400
    );
    assert_eq!(emulator.violations(), []);
    Ok(())
}
