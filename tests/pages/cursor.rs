//! The answer says where the next page begins.

use serde_json::{Value, json};
use threadline_tests::Vendor;
use threadline_transport::ErrorKind;

use crate::{asked, contactship, inboxapp_v1, inboxapp_v2, serving};

fn templates(ids: &[&str], after: Value) -> Value {
    let template = |id| json!({ "id": id, "name": "hi", "language": "es", "status": "APPROVED" });
    let data: Vec<_> = ids.iter().map(template).collect();
    json!({ "success": true, "data": data, "paging": { "cursors": { "after": after } } })
}

/// The pages of ContactShip's templates, and how many requests it takes to read them all.
#[tokio::test]
async fn whatsapp_templates_end_where_nothing_new_comes() {
    for last in [
        // No cursor, no page after it.
        templates(&["b"], Value::Null),
        json!({ "data": templates(&["b"], Value::Null)["data"], "paging": null }),
        // The cursor that was sent.
        templates(&["b"], "x&y".into()),
    ] {
        let stub = serving([templates(&["a"], "x&y".into()), last]).await;
        let whatsapp = contactship(&stub).whatsapp();
        let items = whatsapp.list_templates("ch/1").limit(1).items();
        let items = items.collect().await.unwrap();
        let ids: Vec<_> = items.iter().map(|template| &*template.id).collect();
        assert_eq!(ids, ["a", "b"]);
        assert_eq!(
            asked(Vendor::ContactShip, &stub),
            [
                "/v1/waba/templates?channel_id=ch%2F1&limit=1",
                "/v1/waba/templates?channel_id=ch%2F1&limit=1&after=x%26y"
            ]
        );
    }
    // A cursor after the last page leads to an empty one.
    let stub = serving([templates(&["a"], "x".into()), templates(&[], "y".into())]).await;
    let items = contactship(&stub).whatsapp().list_templates("ch-1").items();
    assert_eq!(items.collect().await.unwrap().len(), 1);
    assert_eq!(stub.requests().len(), 2);
}

/// A page of threads as API v1 gives it; the cursor is an id and a time.
fn threads(id: &str, cursor: Option<(&str, &str)>) -> Value {
    let cursor = cursor.map(|(id, timestamp)| json!({ "id": id, "timestamp": timestamp }));
    let mut thread = Vendor::InboxappV1.documented_thread();
    thread["id"] = id.into();
    json!({ "threads": [thread], "nextCursor": cursor })
}

const TIME: &str = "2026-04-06T10:02:00.000+02:00";

#[tokio::test]
async fn both_parts_of_a_cursor_go_with_the_filters() {
    let stub = serving([threads("t1", Some(("c1", TIME))), threads("t2", None)]).await;
    let list = inboxapp_v1(&stub)
        .threads()
        .list()
        .limit(1)
        .account_link_ids(["a1", "a2"])
        .filters_tags_no_tags(false);
    let threads = list.items().collect().await.unwrap();
    let ids: Vec<_> = threads.iter().map(|thread| &*thread.id).collect();
    assert_eq!(ids, ["t1", "t2"]);
    let links = "accountLinkIds%5B%5D=a1&accountLinkIds%5B%5D=a2";
    let filters = "filters%5Btags%5D%5BnoTags%5D=false&limit=1";
    let time = "2026-04-06T10%3A02%3A00.000%2B02%3A00";
    assert_eq!(
        asked(Vendor::InboxappV1, &stub),
        [
            format!("/threads?{links}&{filters}"),
            format!("/threads?{links}&cursorId=c1&cursorTimestamp={time}&{filters}"),
        ]
    );
}

#[tokio::test]
async fn messages_of_a_thread_go_on_in_that_thread() {
    let page = |id: &str, cursor: Value| {
        let message = json!({
            "id": id, "platform": "twitter", "teamId": "t", "threadId": "t/1", "createdAt": TIME,
            "content": "", "authorId": "a", "replyData": null, "forwardData": null,
            "entities": null, "attachment": null, "reactions": [], "isEdited": false,
        });
        json!({
            "teamId": "t", "threadId": "t/1", "messages": [message], "nextCursor": cursor,
            "isSyncing": false,
        })
    };
    let stub = serving([
        page("m1", json!({ "id": "c1", "timestamp": "then" })),
        page("m2", Value::Null),
    ])
    .await;
    let items = inboxapp_v1(&stub).messages().list("t/1").items();
    assert_eq!(items.collect().await.unwrap().len(), 2);
    assert_eq!(
        asked(Vendor::InboxappV1, &stub),
        [
            "/threads/t%2F1/messages",
            "/threads/t%2F1/messages?cursorId=c1&cursorTimestamp=then"
        ]
    );
}

/// A page of tags: the smallest that API v2 has pages of are the members.
fn members(ids: &[&str], cursor: Value) -> Value {
    let member = |id| {
        json!({
            "id": id, "userId": "u1", "name": "Ana", "email": "ana@example.com", "image": null,
            "avatarUrl": null, "role": "admin", "createdAt": TIME, "updatedAt": TIME,
        })
    };
    let data: Vec<_> = ids.iter().map(member).collect();
    json!({ "data": data, "nextCursor": cursor })
}

#[tokio::test]
async fn an_opaque_cursor_is_sent_back_as_it_came() {
    let stub = serving([
        members(&["m1", "m2"], "a+/b==&c".into()),
        members(&[], "later".into()),
        members(&["m3"], Value::Null),
    ])
    .await;
    let mut pages = inboxapp_v2(&stub).team().list_members().limit(2).pages();
    let mut ids = Vec::new();
    while let Some(page) = pages.next().await {
        ids.extend(page.unwrap().data.iter().map(|member| member.id.clone()));
    }
    assert_eq!(ids, ["m1", "m2", "m3"]);
    assert_eq!(
        asked(Vendor::InboxappV2, &stub),
        [
            "/members?limit=2",
            "/members?limit=2&cursor=a%2B%2Fb%3D%3D%26c",
            "/members?limit=2&cursor=later"
        ]
    );
}

#[tokio::test]
async fn a_required_parameter_stays() {
    let page = |cursor: Value| json!({ "data": [], "nextCursor": cursor });
    let stub = serving([page("x".into()), page(Value::Null)]).await;
    let list = inboxapp_v2(&stub).contacts().list("twitter");
    let items = list.username(["ana", "b&o"]).items();
    assert_eq!(items.collect().await.unwrap(), []);
    assert_eq!(
        asked(Vendor::InboxappV2, &stub),
        [
            "/contacts?platform=twitter&username=ana&username=b%26o",
            "/contacts?platform=twitter&username=ana&username=b%26o&cursor=x"
        ]
    );
}

#[tokio::test]
async fn a_cursor_that_comes_again_is_an_error() {
    // The same at once, and one that leads back to an earlier page.
    for cursors in [&["x", "x"][..], &["x", "y", "x"]] {
        let answers = cursors
            .iter()
            .map(|cursor| members(&["m"], (*cursor).into()));
        let stub = serving(answers).await;
        let mut items = inboxapp_v2(&stub).team().list_members().items();
        for _ in cursors {
            assert_eq!(items.next().await.unwrap().unwrap().id, "m");
        }
        let error = items.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{error:?}");
        assert_eq!(error.operation(), Some("team.listMembers"));
        assert!(items.next().await.is_none());
        assert_eq!(stub.requests().len(), cursors.len());
    }
}

#[tokio::test]
async fn a_list_goes_on_from_a_cursor() {
    let stub = serving([
        members(&["m1"], "x".into()),
        members(&["m2"], "y".into()),
        members(&["m3"], Value::Null),
    ])
    .await;
    let team = inboxapp_v2(&stub).team();
    let first = team.list_members().await.unwrap();
    let cursor = first.next_cursor.as_deref().unwrap();
    let rest = team.list_members().cursor(cursor).items();
    assert_eq!(rest.collect().await.unwrap().len(), 2);
    let expected = ["/members", "/members?cursor=x", "/members?cursor=y"];
    assert_eq!(asked(Vendor::InboxappV2, &stub), expected);
}

#[tokio::test]
async fn a_list_goes_on_with_the_next_request() {
    let stub = serving([
        members(&["m1"], "x".into()),
        members(&["m2"], "y".into()),
        members(&["m3"], Value::Null),
    ])
    .await;
    let mut pages = inboxapp_v2(&stub).team().list_members().limit(1).pages();
    pages.next().await.unwrap().unwrap();
    let next = pages.next_request().unwrap().clone();
    drop(pages);

    let rest = next.items().collect().await.unwrap();
    let ids: Vec<_> = rest.iter().map(|member| &*member.id).collect();
    assert_eq!(ids, ["m2", "m3"]);
    assert_eq!(
        asked(Vendor::InboxappV2, &stub),
        [
            "/members?limit=1",
            "/members?limit=1&cursor=x",
            "/members?limit=1&cursor=y"
        ]
    );
}

#[tokio::test]
async fn an_empty_cursor_is_the_end() {
    let stub = serving([members(&["m1"], "x".into()), members(&["m2"], "".into())]).await;
    let items = inboxapp_v2(&stub).team().list_members().items();
    assert_eq!(items.collect().await.unwrap().len(), 2);
    assert_eq!(stub.requests().len(), 2);
}
