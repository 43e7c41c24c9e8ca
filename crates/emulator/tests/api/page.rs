//! What is at `/`: a page for browsers and JSON for programs.

use serde_json::{Value, json};
use threadline_emulator::{Emulator, ProviderKind};

use crate::exchange::{Outcome, call, control, control_with, main_thread, origin};

const BROWSER: [(&str, &str); 1] = [(
    "accept",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
)];

#[tokio::test]
async fn programs_get_json() -> Outcome {
    let emulator = Emulator::start().await?;
    for provider in &Emulator::PROVIDERS {
        call(&emulator, provider, "GET /nothing", None).await?;
        let reply = control(&emulator, provider, "GET /", None).await?;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.body["provider"], provider.as_str());
        assert_eq!(
            reply.body["base_url"],
            emulator.url(provider).unwrap_or_default()
        );
        let thread = &reply.body["threads"][0];
        assert_eq!(thread["id"], main_thread(&emulator, provider));
        let threads = reply.body["threads"].as_array().ok_or("threads")?;
        for field in [
            "contact",
            "status",
            "assignee",
            "assignee_name",
            "last_message",
        ] {
            let filled = threads.iter().filter(|thread| thread[field].is_string());
            assert!(filled.count() > 5, "{provider} {field}");
        }
        assert_eq!(reply.body["requests"][0]["status"], 404);
        assert!(reply.body["control"]["POST /_/reset"].is_string());
    }
    Ok(())
}

#[tokio::test]
async fn the_example_calls_the_emulator() -> Outcome {
    let emulator = Emulator::start().await?;
    for provider in &Emulator::PROVIDERS {
        let reply = control(&emulator, provider, "GET /", None).await?;
        let example = reply.body["example"].as_str().ok_or("no example")?;
        let (header, url) = match example.split('\'').collect::<Vec<_>>().as_slice() {
            ["curl -H ", header, url] => (*header, url.trim()),
            _ => return Err(example.into()),
        };
        let path = url
            .strip_prefix(&origin(&emulator, provider))
            .ok_or("elsewhere")?;
        let header = header.split_once(": ").ok_or("no header")?;
        let line = format!("GET {path}");
        let reply = control_with(&emulator, provider, &line, &[header], None).await?;
        assert_eq!(reply.status, 200, "{example}");
    }
    Ok(())
}

#[tokio::test]
async fn a_credential_of_ones_own_is_not_shown() -> Outcome {
    let emulator = Emulator::builder().credential("canary").start().await?;
    let own = [("authorization", "Bearer canary")];
    let provider = &ProviderKind::InboxappV2;
    control_with(&emulator, provider, "GET /api/v2/team?x=canary", &own, None).await?;
    for headers in [&BROWSER[..], &[]] {
        let reply = control_with(&emulator, provider, "GET /", headers, None).await?;
        let shown = reply.body.to_string();
        assert!(!shown.contains("canary"), "{shown}");
        assert!(
            shown.contains("$INBOXAPP_API_TOKEN") || shown.contains("Bearer $"),
            "{shown}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn browsers_get_a_page_that_needs_nothing_else() -> Outcome {
    let emulator = Emulator::start().await?;
    for provider in &Emulator::PROVIDERS {
        call(&emulator, provider, "GET /nothing", None).await?;
        let reply = control_with(&emulator, provider, "GET /", &BROWSER, None).await?;
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
        assert!(
            reply
                .header("content-security-policy")
                .starts_with("default-src 'none'")
        );
        let page = reply.body.as_str().unwrap_or_default();
        assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
        for part in [
            provider.title(),
            main_thread(&emulator, provider).as_str(),
            emulator.url(provider).unwrap_or_default(),
            "GET /_/state",
            "/nothing",
            "prefers-color-scheme: dark",
            "width=device-width",
        ] {
            assert!(page.contains(part), "{provider}: {part}");
        }
        for part in ["<script", "<link", "<img", "src=", "url("] {
            assert!(!page.contains(part), "{provider}: {part}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn names_messages_and_paths_are_data() -> Outcome {
    const HOSTILE: &str = "<img src=x onerror=\"alert('1')\"> & </td>";
    let emulator = Emulator::start().await?;
    let provider = &ProviderKind::InboxappV2;
    let thread = main_thread(&emulator, provider);
    let target = json!({"type": "thread", "threadId": thread});
    let body = json!({"target": target, "content": HOSTILE});
    let sent = call(&emulator, provider, "POST /messages", Some(body)).await?;
    assert_eq!(sent.status, 201, "{}", sent.body);
    call(&emulator, provider, "GET /threads?<b>=1", None).await?;
    call(
        &emulator,
        provider,
        "POST /tags",
        Some(json!({"name": "x", HOSTILE: 1})),
    )
    .await?;

    let mut state = control(&emulator, provider, "GET /_/state", None)
        .await?
        .body;
    for profile in state["profiles"].as_array_mut().into_iter().flatten() {
        profile["displayName"] = Value::from(HOSTILE);
    }
    let seeded = Emulator::builder().seed(state).start().await?;
    for emulator in [&emulator, &seeded] {
        let reply = control_with(emulator, provider, "GET /", &BROWSER, None).await?;
        let page = reply.body.as_str().unwrap_or_default();
        assert!(
            page.contains("&lt;img src=x onerror=&quot;alert("),
            "{page}"
        );
        assert!(!page.contains("<img") && !page.contains("<b>"), "{page}");
    }
    Ok(())
}
