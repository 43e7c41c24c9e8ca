//! Pages in a browser may call the APIs.

use serde_json::json;
use threadline_emulator::{Emulator, ProviderKind};

use crate::exchange::{Outcome, control_with};

const ORIGIN: (&str, &str) = ("origin", "http://localhost:3000");

#[tokio::test]
async fn a_page_may_call_every_api_with_its_credential() -> Outcome {
    let emulator = Emulator::start().await?;
    for (provider, path, header, value) in [
        (
            &ProviderKind::ContactShip,
            "/v1/credits",
            "x-api-key",
            "sandbox-key",
        ),
        (
            &ProviderKind::InboxappV1,
            "/api/v1/team",
            "authorization",
            "Bearer sandbox-key",
        ),
        (
            &ProviderKind::InboxappV2,
            "/api/v2/team",
            "authorization",
            "Bearer sandbox-key",
        ),
    ] {
        let preflight = [
            ORIGIN,
            ("access-control-request-method", "PATCH"),
            ("access-control-request-headers", header),
        ];
        let line = format!("OPTIONS {path}");
        let reply = control_with(&emulator, provider, &line, &preflight, None).await?;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("access-control-allow-origin"), "*");
        assert_eq!(reply.header("access-control-allow-headers"), header);
        assert!(
            reply
                .header("access-control-allow-methods")
                .contains("PATCH")
        );

        let line = format!("GET {path}");
        let reply =
            control_with(&emulator, provider, &line, &[ORIGIN, (header, value)], None).await?;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("access-control-allow-origin"), "*");
        let exposed = reply.header("access-control-expose-headers");
        for name in ["x-ratelimit-remaining", "retry-after", "x-request-id"] {
            assert!(exposed.contains(name), "{exposed}");
        }
        // A page can read errors too.
        let refused = control_with(&emulator, provider, &line, &[ORIGIN], None).await?;
        assert_eq!(refused.status, 401);
        assert_eq!(refused.header("access-control-allow-origin"), "*");
    }
    // A preflight request is the browser's, not the page's.
    assert!(
        emulator
            .requests()
            .iter()
            .all(|request| request.method == "GET")
    );
    assert_eq!(json!(emulator.requests().len()), 6);
    Ok(())
}
