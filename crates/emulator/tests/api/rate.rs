//! Rate limits.

use std::time::Duration;

use serde_json::json;
use threadline_emulator::{Emulator, ProviderKind};

use crate::exchange::{Outcome, call};

const HOUR: Duration = Duration::from_secs(3_600);

#[tokio::test]
async fn too_many_requests_are_rejected_in_the_vendors_format() -> Outcome {
    let emulator = Emulator::builder().rate_limit(2, HOUR).start().await?;
    for (provider, line) in [
        (&ProviderKind::ContactShip, "GET /v1/credits"),
        (&ProviderKind::InboxappV1, "GET /team"),
        (&ProviderKind::InboxappV2, "GET /team"),
    ] {
        for left in ["1", "0"] {
            let reply = call(&emulator, provider, line, None).await?;
            assert_eq!(
                (reply.status, reply.header("x-ratelimit-remaining")),
                (200, left)
            );
            assert_eq!(reply.header("x-ratelimit-limit"), "2");
        }
        let refused = call(&emulator, provider, line, None).await?;
        assert_eq!(
            (refused.status, refused.header("x-ratelimit-remaining")),
            (429, "0")
        );
        let wait: u64 = refused.header("retry-after").parse()?;
        assert!((1..=3_600).contains(&wait), "{wait}");
        match provider {
            ProviderKind::ContactShip => {
                let message =
                    format!("Rate limit exceeded: 2 requests per 3600s. Retry in {wait}s.");
                assert_eq!(refused.body, json!({"statusCode": 429, "message": message}));
                assert_eq!(refused.header("x-ratelimit-reset"), wait.to_string());
            }
            ProviderKind::InboxappV1 => assert_eq!(refused.body["error"]["code"], "RATE_LIMITED"),
            ProviderKind::InboxappV2 => {
                assert_eq!(refused.body["code"], "rateLimited");
                assert_eq!(refused.body["details"]["window"], "hour");
                assert_eq!(refused.body["details"]["limit"], 2);
            }
            other => unreachable!("{other} is not emulated"),
        }
    }
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn a_new_window_accepts_requests_again() -> Outcome {
    let emulator = Emulator::builder()
        .rate_limit(1, Duration::from_millis(50))
        .start()
        .await?;
    let mut statuses = [0, 0];
    // Wherever the windows begin, some of many requests are accepted and some rejected.
    for _ in 0..2_000 {
        let reply = call(&emulator, &ProviderKind::InboxappV2, "GET /team", None).await?;
        match reply.status {
            200 => statuses[0] += 1,
            _ => statuses[1] += 1,
        }
        if statuses.iter().all(|count| *count > 1) {
            return Ok(());
        }
    }
    Err(format!("{statuses:?}").into())
}

#[tokio::test]
async fn the_documented_limits_are_enforced_by_default() -> Outcome {
    for (provider, line, limit) in [
        (&ProviderKind::ContactShip, "GET /v1/credits", "120"),
        (&ProviderKind::InboxappV1, "GET /team", "300"),
        (&ProviderKind::InboxappV2, "GET /team", "300"),
    ] {
        let emulator = Emulator::start().await?;
        let mut left = None;
        let mut refused = None;
        // A new minute may begin meanwhile.
        for _ in 0..700 {
            let reply = call(&emulator, provider, line, None).await?;
            assert_eq!(reply.header("x-ratelimit-limit"), limit);
            if reply.status == 429 {
                refused = Some(reply);
                break;
            }
            assert_eq!(reply.status, 200);
            left = Some(reply.header("x-ratelimit-remaining").to_owned());
        }
        let refused = refused.ok_or("nothing was refused")?;
        // Whoever was told that nothing is left is refused.
        assert_eq!(left.as_deref(), Some("0"));
        assert_eq!(refused.header("x-ratelimit-remaining"), "0");
        let wait: u64 = refused.header("retry-after").parse()?;
        assert!((1..=60).contains(&wait), "{wait}");
        assert_eq!(emulator.violations(), []);
    }
    Ok(())
}

#[tokio::test]
async fn limits_can_be_lifted() -> Outcome {
    let emulator = Emulator::builder().unlimited().start().await?;
    for (provider, line) in [
        (&ProviderKind::ContactShip, "GET /v1/contacts"),
        (&ProviderKind::InboxappV2, "GET /colors"),
    ] {
        for _ in 0..310 {
            let reply = call(&emulator, provider, line, None).await?;
            let headers = ["x-ratelimit-limit", "x-ratelimit-remaining-heavy"];
            assert_eq!(
                (reply.status, headers.map(|name| reply.header(name))),
                (200, ["", ""])
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn two_lists_have_an_additional_smaller_budget() -> Outcome {
    let emulator = Emulator::builder().rate_limit(1_000, HOUR).start().await?;
    let list = |line| call(&emulator, &ProviderKind::ContactShip, line, None);
    let lines = ["GET /v1/contacts", "GET /v1/calls"];
    let mut refused = None;
    // The document says 20 a minute, and a new minute may begin meanwhile.
    for line in lines.into_iter().cycle().take(60) {
        let reply = list(line).await?;
        assert_eq!(reply.header("x-ratelimit-limit-heavy"), "20");
        assert_eq!(reply.header("x-ratelimit-limit"), "1000");
        if reply.status == 429 {
            refused = Some(reply);
            break;
        }
    }
    let refused = refused.ok_or("nothing was refused")?;
    assert_eq!(refused.header("x-ratelimit-remaining-heavy"), "0");
    assert_ne!(refused.header("x-ratelimit-remaining"), "0");
    let wait: u64 = refused.header("retry-after").parse()?;
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(refused.header("x-ratelimit-reset-heavy"), wait.to_string());
    let message = format!("Rate limit exceeded: 20 requests per 60s. Retry in {wait}s.");
    assert_eq!(refused.body, json!({"statusCode": 429, "message": message}));
    let other = list("GET /v1/credits").await?;
    assert_eq!(other.status, 200);
    assert_eq!(other.header("x-ratelimit-limit-heavy"), "");
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn events_and_identified_sessions_do_not_count_in_the_general_limit() -> Outcome {
    let emulator = Emulator::builder().rate_limit(1, HOUR).start().await?;
    let call = |line, body| call(&emulator, &ProviderKind::ContactShip, line, body);
    let credits = call("GET /v1/credits", None).await?;
    assert_eq!(credits.header("x-ratelimit-remaining"), "0");
    for line in ["POST /v1/events", "POST /v1/identify"] {
        let contact = json!({"email": "ana@example.com"});
        let body = match line {
            "POST /v1/events" => json!({"events": [{"event_name": "seen", "contact": contact}]}),
            _ => json!({"session_id": "s-1", "contact": contact}),
        };
        let reply = call(line, Some(body)).await?;
        assert_eq!(reply.status, 200, "{line}: {}", reply.body);
        // The only headers report what the request counts in.
        assert_eq!(reply.header("x-ratelimit-limit"), "120");
    }
    assert_eq!(call("GET /v1/credits", None).await?.status, 429);
    assert_eq!(emulator.violations(), []);
    Ok(())
}
