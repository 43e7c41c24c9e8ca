//! Contacts and prospects.

use serde_json::{Value, json};
use threadline_emulator::{Emulator, ProviderKind};

use crate::exchange::{Outcome, call};

const CONTACT: &str = "/v1/contacts/c1d2e3f4-a5b6-7890-cdef-123456789012";

#[tokio::test]
async fn contactships_contacts_are_found_by_id_number_and_address() -> Outcome {
    let emulator = Emulator::start().await?;
    let get = async |path: String| {
        let path = format!("GET {path}");
        call(&emulator, &ProviderKind::ContactShip, &path, None).await
    };
    let id = get(CONTACT.to_owned()).await?.body;
    let number = get("/v1/contacts/%2B13125550188?identifierType=phone_number".to_owned()).await?;
    let address = get("/v1/contacts/rosa%40example.com?identifierType=email".to_owned()).await?;
    assert_eq!((&id, &id), (&number.body, &address.body));
    assert_eq!(
        get("/v1/contacts/rosa%40example.com".to_owned())
            .await?
            .status,
        404
    );
    assert_eq!(
        get("/v1/contacts/x?identifierType=name".to_owned())
            .await?
            .status,
        400
    );
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn contactships_phone_numbers_are_unique() -> Outcome {
    let emulator = Emulator::start().await?;
    let contact =
        |phone: &str| json!({"phone_number": phone, "full_name": "Ada Example", "country": "US"});
    let create = |body| {
        call(
            &emulator,
            &ProviderKind::ContactShip,
            "POST /v1/contacts",
            Some(body),
        )
    };
    assert_eq!(create(contact("+1 312 555 0188")).await?.status, 409);
    let made = create(contact("+14155559999")).await?;
    assert_eq!(made.status, 201);
    let id = made
        .body
        .pointer("/data/id")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let line = format!("PATCH /v1/contacts/{id}");
    let taken = json!({"phone_number": "+13125550188"});
    assert_eq!(
        call(&emulator, &ProviderKind::ContactShip, &line, Some(taken))
            .await?
            .status,
        409
    );
    let own = json!({"phone_number": "+14155559999", "email": "ada@example.com"});
    let updated = call(&emulator, &ProviderKind::ContactShip, &line, Some(own)).await?;
    assert_eq!(updated.body["data"]["email"], "ada@example.com");
    let deletion = format!("DELETE /v1/contacts/{id}");
    assert_eq!(
        call(&emulator, &ProviderKind::ContactShip, &deletion, None)
            .await?
            .body["data"],
        true
    );
    assert_eq!(
        call(&emulator, &ProviderKind::ContactShip, &deletion, None)
            .await?
            .status,
        404
    );
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn contactships_comments_have_authors() -> Outcome {
    let emulator = Emulator::start().await?;
    let id = CONTACT.rsplit('/').next();
    let cases = [
        (
            json!({"created_by_type": "USER", "created_by": "desk@example.com"}),
            201,
        ),
        (json!({"created_by_type": "AI"}), 201),
        (json!({"created_by_type": "USER"}), 400),
        (
            json!({"created_by_type": "USER", "created_by": "nobody@example.com"}),
            400,
        ),
        (
            json!({"created_by_type": "SYSTEM", "created_by": "desk@example.com"}),
            400,
        ),
        (json!({"created_by_type": "AUTOMATION"}), 400),
    ];
    for (mut body, status) in cases {
        body["contact_id"] = json!(id);
        body["content"] = json!("Called back.");
        let reply = call(
            &emulator,
            &ProviderKind::ContactShip,
            "POST /v1/comments",
            Some(body.clone()),
        )
        .await?;
        assert_eq!(reply.status, status, "{body}");
    }
    let line = format!("GET {CONTACT}/comments");
    let comments = call(&emulator, &ProviderKind::ContactShip, &line, None).await?;
    assert_eq!(comments.body["data"]["total_comments"], 4);
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn contactships_events_find_or_create_their_contact() -> Outcome {
    let emulator = Emulator::start().await?;
    let by_phone = |phone: &str| json!({"event_name": "Add To Cart", "event_id": "e-1", "contact": {"phone": phone}});
    let events = json!({"events": [
        by_phone("+1 (312) 555-0188"),
        {"event_name": "signed_up", "contact": {"email": "new@example.com", "name": "New"}},
        {"event_name": "left", "contact": {"email": "x@example.com"}, "create_contact": false},
        {"event_name": "viewed", "session_id": "s-1"},
        {"event_name": "cs_internal", "session_id": "s-1"},
        {"event_name": "viewed"},
        by_phone("+13125550188"),
    ]});
    let line = "POST /v1/events";
    let reply = call(&emulator, &ProviderKind::ContactShip, line, Some(events)).await?;
    let results = reply
        .body
        .pointer("/data/results")
        .and_then(Value::as_array);
    let statuses = results
        .into_iter()
        .flatten()
        .filter_map(|result| result.get("status")?.as_str());
    let expected = [
        "created",
        "created",
        "unresolved",
        "pending",
        "invalid",
        "invalid",
        "duplicate",
    ];
    assert_eq!(statuses.collect::<Vec<_>>(), expected);
    let at = |pointer: &str| reply.body.pointer(pointer).cloned().unwrap_or_default();
    assert_eq!(at("/data/results/0/event_name"), "add_to_cart");
    assert_eq!(at("/data/results/0/contact/matched_by"), "phone");
    assert_eq!(at("/data/summary/contacts_created"), 1);
    let empty = json!({"events": []});
    let refused = call(&emulator, &ProviderKind::ContactShip, line, Some(empty)).await?;
    assert_eq!(refused.status, 400);
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn contactships_sessions_wait_to_be_identified() -> Outcome {
    let emulator = Emulator::start().await?;
    let events = json!({"events": [{"event_name": "viewed", "session_id": "s-1"}]});
    call(
        &emulator,
        &ProviderKind::ContactShip,
        "POST /v1/events",
        Some(events),
    )
    .await?;
    let identify = async |email: &str| {
        let contact = json!({ "email": email });
        let body = json!({"session_id": "s-1", "contact": contact, "create_contact": false});
        let reply = call(
            &emulator,
            &ProviderKind::ContactShip,
            "POST /v1/identify",
            Some(body),
        )
        .await?;
        let data = reply.body.get("data").cloned().unwrap_or_default();
        Ok::<_, Box<dyn std::error::Error>>(json!([data["status"], data["pending_events"]]))
    };
    assert_eq!(
        identify("nobody@example.com").await?,
        json!(["not_found", 1])
    );
    assert_eq!(identify("rosa@example.com").await?, json!(["linked", 1]));
    assert_eq!(identify("rosa@example.com").await?, json!(["linked", 0]));
    // The session stays with the contact that it belongs to.
    assert_eq!(
        identify("hello@amberbakery.example").await?,
        json!(["already_linked", 0])
    );
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn version_2s_contacts_keep_their_context() -> Outcome {
    let emulator = Emulator::start().await?;
    let line = "PATCH /contacts/u0s9wr3d811t0lptc9wkbc61";
    let update = |body| call(&emulator, &ProviderKind::InboxappV2, line, Some(body));
    let member = "szxuyxxa9pwo15d0xc77u434";
    let changed =
        update(json!({"status": "NEW ENQUIRY", "valuation": 5.5, "assigneeId": member})).await?;
    assert_eq!(changed.body["statusId"], "yu1ptzrviup7zsqpcopjff22");
    assert_eq!(changed.body["notes"], "Wants forty mugs before winter.");
    let cleared = update(json!({"status": null, "notes": null})).await?.body;
    assert_eq!(
        (
            &cleared["statusId"],
            &cleared["notes"],
            &cleared["valuation"]
        ),
        (&Value::Null, &Value::Null, &json!(5.5))
    );
    let unknown = update(json!({"status": "Nonsense"})).await?;
    assert_eq!(
        unknown.body["details"]["issues"][0]["path"],
        json!(["status"])
    );
    let shown = "GET /contacts/u0s9wr3d811t0lptc9wkbc61?expand=tags&expand=assignee&expand=status";
    let shown = call(&emulator, &ProviderKind::InboxappV2, shown, None)
        .await?
        .body;
    assert_eq!(shown["assignee"]["id"], member);
    assert_eq!(shown["tags"][0]["name"], "Wholesale");
    assert_eq!(shown.get("status"), None);
    let lookup = "GET /contacts?platform=twitter&username=TideWater_Tea";
    let found = call(&emulator, &ProviderKind::InboxappV2, lookup, None)
        .await?
        .body;
    assert_eq!(found["data"][0]["id"], shown["id"]);
    let lookup = "GET /contacts?platform=twitter&platformId=0";
    assert_eq!(
        call(&emulator, &ProviderKind::InboxappV2, lookup, None)
            .await?
            .body["data"],
        json!([])
    );
    assert_eq!(emulator.violations(), []);
    Ok(())
}

#[tokio::test]
async fn version_1s_context_reaches_all_threads() -> Outcome {
    let emulator = Emulator::start().await?;
    let line = "PATCH /prospects/l44e15irdq4db30i77cgphhx/context";
    let body = json!({"done": true, "assigneeId": "df6jbw4h36qlx0n8yt2sv5mk", "valuation": 7, "removeTags": ["c7d2m9qx4hz1vk8s0tnbw5jp"]});
    let prospect = call(&emulator, &ProviderKind::InboxappV1, line, Some(body)).await?;
    assert_eq!(prospect.body["context"]["tags"], json!([]));
    let threads = prospect.body["context"]["threads"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    assert!(!threads.is_empty());
    for thread in threads {
        let line = format!("GET /threads/{}", thread["id"].as_str().unwrap_or_default());
        let thread = call(&emulator, &ProviderKind::InboxappV1, &line, None)
            .await?
            .body;
        assert_eq!(
            (&thread["done"], &thread["prospect"]["context"]["valuation"]),
            (&json!(true), &json!(7))
        );
    }
    let unknown = json!({"statusId": "abc"});
    assert_eq!(
        call(&emulator, &ProviderKind::InboxappV1, line, Some(unknown))
            .await?
            .status,
        422
    );
    let missing = call(
        &emulator,
        &ProviderKind::InboxappV1,
        "GET /prospects/abc",
        None,
    )
    .await?;
    assert_eq!(missing.body["error"]["code"], "PROSPECT_NOT_FOUND");
    assert_eq!(emulator.violations(), []);
    Ok(())
}
