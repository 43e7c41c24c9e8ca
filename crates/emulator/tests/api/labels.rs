//! Tags and statuses.

use serde_json::{Value, json};
use threadline_emulator::{Emulator, ProviderKind};

use crate::exchange::{Outcome, call};

const V2: &ProviderKind = &ProviderKind::InboxappV2;

#[tokio::test]
async fn names_are_unique_without_regard_to_case_and_accents() -> Outcome {
    let emulator = Emulator::start().await?;
    for path in ["tags", "statuses"] {
        let line = format!("POST /{path}");
        let create = |name| call(&emulator, V2, &line, Some(json!({"name": name})));
        let made = create("Café Été").await?;
        assert_eq!(made.status, 201);
        let taken = create("CAFE ETE").await?;
        assert_eq!(
            (taken.status, &taken.body["code"]),
            (409, &json!("nameTaken"))
        );
        assert_eq!(taken.body["details"], json!({"name": "CAFE ETE"}));
        assert_eq!(create("Other").await?.status, 201);
        let rename = async |reference: &str, name: &str| {
            let line = format!("PATCH /{path}/{reference}");
            call(&emulator, V2, &line, Some(json!({"name": name}))).await
        };
        let own = rename("cafe%20ete", "CAFÉ").await?;
        assert_eq!((own.status, &own.body["id"]), (200, &made.body["id"]));
        assert_eq!(rename("OTHER", "café").await?.status, 409);
    }
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn names_are_unique_elsewhere_too() -> Outcome {
    let emulator = Emulator::start().await?;
    let cases = [
        (
            &ProviderKind::InboxappV1,
            "POST /tags",
            json!({"name": "Retail"}),
            [200, 409],
        ),
        (
            &ProviderKind::InboxappV1,
            "POST /statuses",
            json!({"name": "Retail"}),
            [200, 409],
        ),
        (
            &ProviderKind::ContactShip,
            "POST /v1/tags",
            json!({"name": "hot", "color": "#F00"}),
            [201, 400],
        ),
    ];
    for (provider, line, body, statuses) in cases {
        for status in statuses {
            let reply = call(&emulator, provider, line, Some(body.clone())).await?;
            assert_eq!(reply.status, status, "{provider} {line}");
        }
    }
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn colours_are_names_or_digits() -> Outcome {
    let emulator = Emulator::start().await?;
    let line = "PATCH /tags/Wholesale";
    for (color, stored) in [
        ("TEAL", "#0d9488"),
        ("#ABCDEF", "#abcdef"),
        ("123456", "#123456"),
    ] {
        let reply = call(
            &emulator,
            &ProviderKind::InboxappV2,
            line,
            Some(json!({"color": color})),
        )
        .await?;
        assert_eq!(reply.body["color"], stored);
    }
    for wrong in [json!("mauve-ish"), json!("#12345"), json!(null), json!("")] {
        let reply = call(
            &emulator,
            &ProviderKind::InboxappV2,
            line,
            Some(json!({"color": wrong})),
        )
        .await?;
        assert_eq!(
            reply.body["details"]["issues"][0]["path"],
            json!(["color"]),
            "{wrong}"
        );
    }
    let plain = "PATCH /statuses/Quoted";
    let reply = call(
        &emulator,
        &ProviderKind::InboxappV2,
        plain,
        Some(json!({"color": null})),
    )
    .await?;
    assert_eq!(reply.body["color"], Value::Null);
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn deleted_labels_are_removed_from_contacts() -> Outcome {
    let emulator = Emulator::start().await?;
    let contact = "GET /contacts/u0s9wr3d811t0lptc9wkbc61";
    let with = call(&emulator, V2, contact, None).await?;
    assert_eq!(with.body["tagIds"].as_array().map(Vec::len), Some(1));
    for line in ["DELETE /tags/Wholesale", "DELETE /statuses/Quoted"] {
        assert_eq!(call(&emulator, V2, line, None).await?.status, 204);
        assert_eq!(call(&emulator, V2, line, None).await?.status, 404);
    }
    let without = call(&emulator, V2, contact, None).await?;
    assert_eq!(without.body["tagIds"], json!([]));
    assert_eq!(without.body["statusId"], Value::Null);
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn deleted_tags_are_removed_from_contacts_and_prospects() -> Outcome {
    let emulator = Emulator::start().await?;
    let cases = [
        (
            &ProviderKind::ContactShip,
            "GET /v1/contacts/c1d2e3f4-a5b6-7890-cdef-123456789012/tags",
            "DELETE /v1/tags/tag-3f9a6c21-8b54-4e0d-9c77-51d2e8a0b643",
            "/data",
        ),
        (
            &ProviderKind::InboxappV1,
            "GET /prospects/l44e15irdq4db30i77cgphhx",
            "DELETE /tags/c7d2m9qx4hz1vk8s0tnbw5jp",
            "/context/tags",
        ),
    ];
    for (provider, get, delete, place) in cases {
        let before = call(&emulator, provider, get, None).await?;
        assert_ne!(before.body.pointer(place), Some(&json!([])));
        assert_eq!(call(&emulator, provider, delete, None).await?.status, 200);
        let after = call(&emulator, provider, get, None).await?;
        assert_eq!(after.body.pointer(place), Some(&json!([])));
        assert_eq!(call(&emulator, provider, delete, None).await?.status, 404);
    }
    assert_eq!(emulator.violations(), []);
    Ok(())
}
