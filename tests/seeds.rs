//! The examples on the two vendors' pages about updating a thread, out and in.

use serde_json::{Value, json};
use threadline::{
    Assignee, Config, Credential, ErrorKind, PreparedRequest, ProviderKind, Thread, ThreadId,
    ThreadProvider, ThreadStatus, ThreadUpdate, contactship, inboxapp_v1,
};
use threadline_contactship::types::{self, AssigneeType, ChannelType};
use threadline_inboxapp_v1::types::{Platform, ProfileType, VerifiedKind};
use threadline_tests::{Answer, Fixture, Vendor, fixture, plain};

/// The thread on Inboxapp's page has a placeholder for its id; this is one.
const V1_ID: &str = "w0v5kq1xz7m3c9dn2rj8htfp";

/// A provider that sends nothing to the vendor itself.
fn dry(kind: ProviderKind, credential: &str) -> Box<dyn ThreadProvider> {
    let config = Config::new()
        .credential(Credential::new(credential).unwrap())
        .dry_run(true);
    kind.connect(config).unwrap()
}

/// The request that a provider would send to the vendor itself.
async fn prepared(
    provider: &dyn ThreadProvider,
    id: &str,
    update: ThreadUpdate,
) -> PreparedRequest {
    let id: ThreadId = id.parse().unwrap();
    let error = provider.update_thread(&id, &update).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DryRun);
    error.prepared_request().unwrap().clone()
}

/// Compares a request with one on a page; its credential does not show.
fn assert_is(request: &PreparedRequest, page: &Value, url: &str, body: &str) {
    assert_eq!(request.method(), page["method"]);
    assert_eq!(request.url(), url);
    let sent: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(sent, page["requests"][body]);
    for (name, value) in page["headers"].as_object().unwrap() {
        let shown = if name == "x-api-key" {
            "[redacted]"
        } else {
            value.as_str().unwrap()
        };
        assert_eq!(request.headers().get(name), Some(shown), "{name}");
    }
}

#[tokio::test]
async fn contactships_requests_are_produced() {
    let page = fixture(Fixture::ContactshipUpdate);
    let url = page["url"].as_str().unwrap();
    let id = url.rsplit('/').next().unwrap();
    let provider = dry(
        ProviderKind::ContactShip,
        page["headers"]["x-api-key"].as_str().unwrap(),
    );
    let close = prepared(&*provider, id, ThreadUpdate::new().close()).await;
    assert_is(&close, &page, url, "close");
    let agent = Assignee::agent("agent-a1b2c3d4-e5f6-7890-abcd-ef1234567890");
    let assign = prepared(&*provider, id, ThreadUpdate::new().assign(agent)).await;
    assert_is(&assign, &page, url, "assign");
}

#[tokio::test]
async fn inboxapps_request_is_produced() {
    let page = fixture(Fixture::InboxappV1Update);
    let url = page["url"].as_str().unwrap().replace("{threadId}", V1_ID);
    let provider = dry(ProviderKind::InboxappV1, "a-token");
    let update = ThreadUpdate::new()
        .close()
        .assign(Assignee::user("<string>"));
    let request = prepared(&*provider, V1_ID, update).await;
    assert_is(&request, &page, &url, "update");
    assert_eq!(request.headers().get("authorization"), Some("[redacted]"));
}

/// The page's answer, as the update that it answers receives it.
async fn updated(vendor: Vendor) -> Thread {
    let answer = Answer::json(200, vendor.thread());
    let stub = threadline_tests::Stub::answering(answer).await;
    let update = ThreadUpdate::new().close();
    vendor
        .connect(&stub.url())
        .update_thread(&"t-1".parse().unwrap(), &update)
        .await
        .unwrap()
}

#[tokio::test]
async fn contactships_answer_is_read_whole() {
    let thread = updated(Vendor::ContactShip).await;
    assert_eq!(thread.provider, ProviderKind::ContactShip);
    assert_eq!(
        thread.id.as_str(),
        "thr-b2c3d4e5-f6a7-8901-bcde-f12345678901"
    );
    assert_eq!(thread.status, ThreadStatus::Closed);
    assert_eq!(thread.assignee, None);
    assert_eq!(
        thread.updated_at.as_ref().unwrap().as_str(),
        "2026-04-06T16:00:00Z"
    );

    let native: contactship::types::Thread = thread.native().unwrap();
    assert_eq!(native.id, thread.id.as_str());
    assert_eq!(native.channel_type, Some(ChannelType::Waba));
    assert_eq!(native.status, Some(types::ThreadStatus::Closed));
    assert_eq!(native.assignee_type, None::<AssigneeType>);
    let native = serde_json::to_value(native).unwrap();
    for (name, value) in [
        ("channel_id", json!("chn_y0xspd9p1v7vla6wkwc2z01u")),
        ("contact_id", json!("c1d2e3f4-a5b6-7890-cdef-123456789012")),
        (
            "organization_id",
            json!("org-f1e2d3c4-b5a6-7890-1234-567890abcdef"),
        ),
        ("assignee", json!(null)),
        ("created_at", json!(null)),
        ("updated_at", json!("2026-04-06T16:00:00Z")),
    ] {
        assert_eq!(native[name], value, "{name}");
    }
}

#[tokio::test]
async fn inboxapps_answer_is_read_into_the_unified_thread() {
    let thread = updated(Vendor::InboxappV1).await;
    assert_eq!(
        (&thread.provider, thread.id.as_str()),
        (&ProviderKind::InboxappV1, "<string>")
    );
    assert_eq!(thread.status, ThreadStatus::Closed);
    assert_eq!(thread.assignee, Some(Assignee::user("df6jbw4h36...")));
    // The vendor tells when a message was sent last, not when the thread changed.
    assert_eq!(thread.updated_at, None);
}

#[tokio::test]
async fn inboxapps_answer_is_read_whole() {
    // The page has a placeholder where two numbers should be, which no value of the type can be.
    let thread = updated(Vendor::InboxappV1).await;
    let error = thread.native::<inboxapp_v1::types::Thread>().unwrap_err();
    assert!(error.message().contains("urlEntities/0/indices"), "{error}");
    let documented = Vendor::InboxappV1.documented_thread();
    let native: inboxapp_v1::types::Thread = serde_json::from_value(documented).unwrap();
    assert_eq!((native.id.as_str(), native.done), ("<string>", true));
    assert_eq!(native.assignee_id.as_deref(), Some("df6jbw4h36..."));
    let last = native.last_message_timestamp.as_ref().unwrap();
    assert_eq!(last.as_str(), "2025-08-22T12:00:00.000Z");
    assert_eq!(native.computed_sort_timestamp.as_ref(), Some(last));
    // Newer answers have these, this one does not.
    assert_eq!((&native.platform, &native.platform_id), (&None, &None));
    assert_eq!(native.variant, None);
    assert_eq!(native.prospect.platform, Platform::Twitter);
    assert_eq!(native.prospect.verified, VerifiedKind::None);
    assert_eq!(native.prospect.profile_type, ProfileType::Personal);
    let native = serde_json::to_value(native).unwrap();
    for (pointer, value) in [
        ("/createdAt", json!("2023-11-07T05:31:56Z")),
        ("/status", json!("active")),
        ("/accountLinkId", json!("<string>")),
        ("/isSyncing", json!(true)),
        ("/isRequest", json!(true)),
        ("/lastMessage/content", json!("<string>")),
        ("/lastMessage/authorId", json!("<string>")),
        ("/lastMessage/createdAt", json!("2023-11-07T05:31:56Z")),
        ("/lastMessage/userId", json!("df6jbw4h36...")),
        ("/lastMessage/campaignId", json!("df6jbw4h36...")),
        ("/prospect/platformId", json!("<string>")),
        ("/prospect/externalId", json!("l44e15irdq4db30i77cgphhx")),
        ("/prospect/documentId", json!(858_224_163)),
        ("/prospect/source", json!("cached")),
        ("/prospect/confidence", json!(0.5)),
        ("/prospect/followerCount", json!(123)),
        ("/prospect/listedCount", json!(18)),
        ("/prospect/isFresh", json!(true)),
        ("/prospect/isStale", json!(true)),
        ("/prospect/platformData/professionalCategory", json!("986")),
        ("/prospect/platformData/rawData", json!({})),
        ("/prospect/context/tags", json!(["<string>"])),
        ("/prospect/context/valuation", json!(599.0)),
        (
            "/prospect/context/notes",
            json!("This prospect is a potential customer."),
        ),
    ] {
        assert_eq!(native.pointer(pointer), Some(&value), "{pointer}");
    }
}

/// Nothing on a page is without a typed field: written again, the answer is the same.
#[tokio::test]
async fn no_field_of_a_page_is_lost() {
    for vendor in Vendor::ALL {
        let documented = vendor.documented_thread();
        let read = vendor.read(Answer::json(200, &documented)).await.unwrap();
        let native = vendor.native(&read).unwrap();
        assert_eq!(plain(&native), plain(&documented), "{vendor:?}");
        let thread = updated(vendor).await;
        // The vendor's JSON is kept to the letter.
        let kept = thread.vendor_json.unwrap();
        assert_eq!(kept.text(), vendor.thread().to_string(), "{vendor:?}");
    }
}
