//! What the trait's methods send to each vendor, to the letter, and what they make of the answers.
//! Updates of threads are in `wire.rs`.

use std::pin::Pin;
use std::time::SystemTime;

use serde_json::{Value, json};
use threadline::{
    Assignee, AuthorKind, Channel, ContactUpdate, Cursor, DeliveryStatus, Direction, ErrorKind,
    Folder, IdempotencyKey, Identity, KeyChoice, Media, MediaKind, MessageQuery, NewMessage, Order,
    PageRequest, Result, Template, ThreadProvider, ThreadProviderExt as _, ThreadQuery,
    ThreadStatus,
};
use threadline_tests::{Answer, Stub, Vendor};

type Done = Pin<Box<dyn Future<Output = Result<Value>>>>;

/// Makes a call and shows its result as JSON.
macro_rules! call {
    (|$inbox:ident| $call:expr) => {
        Box::new(move |$inbox: Box<dyn ThreadProvider>| -> Done {
            Box::pin(async move { Ok(serde_json::to_value($call.await?).unwrap()) })
        })
    };
}

type Call = Box<dyn FnOnce(Box<dyn ThreadProvider>) -> Done>;

/// Makes a call against a server with these answers, and returns the requests without headers, and
/// the result.
async fn sent(
    vendor: Vendor,
    answers: &[(u16, Value)],
    call: Call,
) -> (Vec<String>, Result<Value>) {
    let answers = answers.iter().map(|(status, body)| match body {
        Value::Null if *status == 204 => Answer::empty(204),
        body => Answer::json(*status, body),
    });
    let stub = Stub::start(answers.chain([Answer::empty(599)])).await;
    let result = call(vendor.connect(&stub.url())).await;
    let requests = stub.requests();
    let line = |request: &threadline_tests::Request| {
        let target = sorted(&request.target);
        let line = format!("{} {target} {}", request.method, request.body);
        line.trim_end().to_owned()
    };
    (requests.iter().map(line).collect(), result)
}

/// A target with its parameters in the order of their names, which means nothing.
fn sorted(target: &str) -> String {
    let Some((path, query)) = target.split_once('?') else {
        return target.to_owned();
    };
    let mut parameters: Vec<_> = query.split('&').collect();
    parameters.sort_by_key(|parameter| parameter.split('=').next());
    format!("{path}?{}", parameters.join("&"))
}

/// Checks what a call sends.
async fn sends(vendor: Vendor, answers: &[(u16, Value)], call: Call, expected: &[&str]) -> Value {
    let (requests, result) = sent(vendor, answers, call).await;
    let expected: Vec<_> = expected.iter().map(|line| sorted(line)).collect();
    assert_eq!(requests, expected);
    result.unwrap_or_else(|error| panic!("{expected:?}: {error}"))
}

/// Checks that a call is refused before anything is sent.
async fn refuses(vendor: Vendor, call: Call, named: &str) {
    let (requests, result) = sent(vendor, &[], call).await;
    assert_eq!(requests, [""; 0]);
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    assert!(error.to_string().contains(named), "{error}");
}

const V1: Vendor = Vendor::InboxappV1;
const V2: Vendor = Vendor::InboxappV2;
const CS: Vendor = Vendor::ContactShip;

fn list(query: ThreadQuery, page: PageRequest) -> Call {
    call!(|inbox| inbox.list_threads(&query, &page))
}

fn first() -> PageRequest {
    PageRequest::new()
}

#[tokio::test]
async fn inboxapp_v2_translates_every_filter() {
    let empty = [(200, json!({"data": [], "nextCursor": null}))];
    let ana = || Assignee::user("u1");
    let q = ThreadQuery::new;
    let expand = "expand=profile&expand=contact";
    for (query, expected) in [
        (q(), "folder=all"),
        (ThreadQuery::open(), "folder=inbox"),
        (ThreadQuery::closed(), "folder=archived"),
        (q().folder(Folder::Inbox), "folder=inbox"),
        (q().folder(Folder::AwaitingReply), "folder=noReply"),
        (q().folder(Folder::Requests), "folder=requests"),
        (q().folder(Folder::Closed), "folder=archived"),
        (
            ThreadQuery::open().folder(Folder::Requests),
            "folder=requests",
        ),
    ] {
        let target = format!("GET /api/v2/threads?{expected}&{expand}");
        sends(V2, &empty, list(query, first()), &[&target]).await;
    }
    let all = "folder=all";
    for (query, expected) in [
        (
            q().assigned_to(ana()),
            format!("{all}&assigneeId=u1&{expand}"),
        ),
        (q().unassigned(), format!("{all}&unassigned=true&{expand}")),
        (
            q().account("a1"),
            format!("accountLinkId=a1&{all}&{expand}"),
        ),
        (
            q().channel(Channel::X),
            format!("platform=twitter&{all}&{expand}"),
        ),
        (
            q().channel(Channel::LinkedIn),
            format!("platform=linkedin&{all}&{expand}"),
        ),
        (
            q().contact("c1".parse::<threadline::ContactId>().unwrap()),
            format!("contactId=c1&{all}&{expand}"),
        ),
        (
            q().tag("Warm lead"),
            format!("{all}&tag=Warm%20lead&{expand}"),
        ),
        (
            q().text("mira & co"),
            format!("{all}&q=mira%20%26%20co&{expand}"),
        ),
        (
            q().order(Order::OldestFirst),
            format!("{all}&order=asc&{expand}"),
        ),
        (
            q().order(Order::NewestFirst),
            format!("{all}&order=desc&{expand}"),
        ),
    ] {
        let target = format!("GET /api/v2/threads?{expected}");
        sends(V2, &empty, list(query, first()), &[&target]).await;
    }
    let page = first().size(500).after(Cursor::new("a/b=").unwrap());
    let target = format!("GET /api/v2/threads?{all}&{expand}&limit=100&cursor=a%2Fb%3D");
    sends(V2, &empty, list(q(), page), &[&target]).await;

    let now = SystemTime::now();
    for (query, named) in [
        (q().assigned(), "list_threads.assigned"),
        (q().unread(true), "list_threads.unread"),
        (q().last_activity_before(now), "list_threads.last_activity"),
        (q().last_activity_after(now), "list_threads.last_activity"),
        (q().status("snoozed"), "snoozed"),
        (q().assigned_to(Assignee::agent("a")), "agent"),
    ] {
        refuses(V2, list(query, first()), named).await;
    }
}

#[tokio::test]
async fn inboxapp_v1_translates_what_it_has() {
    let empty = [(200, json!({"threads": [], "nextCursor": null}))];
    let open = ThreadQuery::open;
    for (query, expected) in [
        (open(), "inbox=default"),
        (ThreadQuery::closed(), "inbox=archived"),
        (
            ThreadQuery::new().folder(Folder::Requests),
            "inbox=requests",
        ),
        (open().channel(Channel::X), "inbox=default"),
        (
            open().account("a1"),
            "accountLinkIds%5B%5D=a1&inbox=default",
        ),
        (
            open().assigned_to(Assignee::user("u1")),
            "inbox=default&filters%5Bassignees%5D%5BselectedIds%5D%5B%5D=u1",
        ),
        (
            open().unassigned(),
            "inbox=default&filters%5Bassignees%5D%5BnoAssignee%5D=true",
        ),
        (
            open().tag("t1"),
            "inbox=default&filters%5Btags%5D%5BselectedIds%5D%5B%5D=t1",
        ),
        (
            open().order(Order::OldestFirst),
            "inbox=default&filters%5BsortOrder%5D=asc",
        ),
    ] {
        let target = format!("GET /api/v1/threads?{expected}");
        let (requests, result) = sent(V1, &empty, list(query, first())).await;
        let decoded: Vec<_> = requests
            .iter()
            .map(|it| it.replace('[', "%5B").replace(']', "%5D"))
            .collect();
        assert_eq!(decoded, [sorted(&target)]);
        result.unwrap();
    }
    let page = first()
        .size(9)
        .after(Cursor::new("t9|2026-11-02T09:41:17.204Z").unwrap());
    let (requests, result) = sent(V1, &empty, list(open(), page)).await;
    result.unwrap();
    assert_eq!(
        requests[0].replace("%3A", ":"),
        "GET /api/v1/threads?cursorId=t9&cursorTimestamp=2026-11-02T09:41:17.204Z&inbox=default&limit=9"
    );
    for (query, named) in [
        (ThreadQuery::new(), "one folder at a time"),
        (open().folder(Folder::AwaitingReply), "awaiting_reply"),
        (open().text("x"), "list_threads.text"),
        (open().channel(Channel::LinkedIn), "only X"),
        (
            open().contact("c".parse::<threadline::ContactId>().unwrap()),
            "list_threads.contact",
        ),
        (open().assigned(), "list_threads.assigned"),
    ] {
        refuses(V1, list(query, first()), named).await;
    }
}

#[tokio::test]
async fn contactship_says_where_ids_come_from() {
    refuses(CS, list(ThreadQuery::open(), first()), "webhooks").await;
    let find = call!(|inbox| inbox.find_threads(&Identity::phone(Channel::WhatsApp, "+1")));
    refuses(CS, find, "webhooks").await;
    let query = MessageQuery::new("thr-1");
    let messages = call!(|inbox| inbox.list_messages(&query, &PageRequest::new()));
    refuses(CS, messages, "webhooks").await;
}

fn v2_thread() -> Value {
    json!({
        "id": "t1", "platform": "twitter", "accountLinkId": "a1", "profileId": "p1",
        "contactId": "c1", "assigneeId": "u1", "isRequest": false, "archived": false,
        "unread": true, "createdAt": "2026-11-01T00:00:00.000Z",
        "lastMessage": {"id": "m1", "direction": "inbound", "createdAt": "2026-11-02T00:00:00.000Z"},
        "activity": {"preview": "Hello", "direction": "inbound", "at": "2026-11-03T00:00:00.000Z"},
        "profile": {
            "platform": "twitter", "platformId": "17", "username": "mira", "handle": "@mira",
            "displayName": "Mira"
        },
        "contact": {"id": "c1", "assigneeId": null, "tagIds": ["g1"]}
    })
}

#[tokio::test]
async fn a_thread_of_inboxapp_v2_is_unified() {
    let expected = ["GET /api/v2/threads/t1?expand=profile&expand=contact"];
    let get = call!(|inbox| inbox.thread("t1"));
    let mut thread = sends(V2, &[(200, v2_thread())], get, &expected).await;
    assert_eq!(
        thread.as_object_mut().unwrap().remove("native"),
        Some(v2_thread())
    );
    let user = json!({"type": "user", "id": "u1"});
    assert_eq!(
        thread,
        json!({
            "provider": "inboxapp", "id": "t1", "status": "open", "assignee": user,
            "own_assignee": user, "channel": "x", "account_id": "a1", "unread": true,
            "is_request": false, "tags": [{"id": "g1", "name": null}],
            "contact": {
                "id": "c1", "name": "Mira", "handle": "@mira",
                "identity": {
                    "channel": "x", "platform_id": "17", "username": "mira",
                    "display_name": "Mira", "phone": null
                }
            },
            "last_message": {
                "id": "m1", "direction": "inbound", "preview": "Hello",
                "sent_at": "2026-11-02T00:00:00.000Z"
            },
            "last_activity_at": "2026-11-03T00:00:00.000Z",
            "created_at": "2026-11-01T00:00:00.000Z", "updated_at": null
        })
    );
}

/// A list keeps each item's own JSON, and an odd field spoils neither its item nor the list.
#[tokio::test]
async fn an_odd_item_stays_in_its_list() {
    let mut odd = v2_thread();
    odd["activity"] = json!("yesterday");
    odd["assigneeId"] = json!(["?"]);
    odd["new"] = json!({"field": 1.0});
    let page = json!({"data": [v2_thread(), odd.clone()], "nextCursor": "next"});
    let page = sends(
        V2,
        &[(200, page)],
        list(ThreadQuery::new(), first()),
        &["GET /api/v2/threads?folder=all&expand=profile&expand=contact"],
    )
    .await;
    assert_eq!(page["next"], "next");
    assert_eq!(page["items"][0]["native"], v2_thread());
    let item = &page["items"][1];
    assert_eq!((&item["native"], &item["id"]), (&odd, &json!("t1")));
    assert_eq!(
        (&item["assignee"], &item["last_activity_at"]),
        (&Value::Null, &Value::Null)
    );

    // Without an id or a state there is no thread, and the list says so instead of dropping it.
    let mut broken = v2_thread();
    broken.as_object_mut().unwrap().remove("archived");
    let page = json!({"data": [v2_thread(), broken], "nextCursor": null});
    let (_, result) = sent(V2, &[(200, page)], list(ThreadQuery::new(), first())).await;
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidResponse);
    assert!(error.to_string().contains("/data/1"), "{error}");
    assert!(error.body().is_some());
}

#[tokio::test]
async fn inboxapp_v2_finds_threads_by_their_contacts() {
    let contact =
        json!({"id": "c1", "profiles": [], "tagIds": [], "createdAt": "", "updatedAt": ""});
    let answers = [
        (200, json!({"data": [contact], "nextCursor": null})),
        (200, json!({"data": [v2_thread()], "nextCursor": "more"})),
        (200, json!({"data": [], "nextCursor": null})),
    ];
    let list =
        "GET /api/v2/threads?contactId=c1&folder=all&expand=profile&expand=contact&limit=100";
    let more = format!("{list}&cursor=more");
    let find = call!(|inbox| inbox.find_threads(&Identity::username(Channel::X, "@mira")));
    let contacts = "GET /api/v2/contacts?platform=twitter&username=mira";
    let found = sends(V2, &answers, find, &[contacts, list, &more]).await;
    assert_eq!(found[0]["id"], "t1");

    let find = call!(|inbox| inbox.find_threads(&Identity::platform_id(Channel::X, "17")));
    let nobody = [(200, json!({"data": [], "nextCursor": null}))];
    let contacts = ["GET /api/v2/contacts?platform=twitter&platformId=17"];
    assert_eq!(sends(V2, &nobody, find, &contacts).await, json!([]));
}

fn v1_thread() -> Value {
    json!({
        "id": "t1", "done": true, "assigneeId": null, "platform": "twitter", "accountLinkId": "a1",
        "isRequest": true, "createdAt": "2026-11-01T00:00:00.000Z",
        "lastMessageTimestamp": "2026-11-02T00:00:00.000Z",
        "lastMessage": {
            "id": "m1", "content": "Hello", "authorId": "x1", "userId": null, "campaignId": null,
            "createdAt": "2026-11-02T00:00:00.000Z"
        },
        "prospect": {
            "externalId": "x1", "platform": "twitter", "platformId": "17", "username": "mira",
            "handle": "@mira", "displayName": "Mira", "context": {"tags": ["g1"]}
        }
    })
}

#[tokio::test]
async fn inboxapp_v1_finds_threads_by_name_or_account() {
    let find = call!(|inbox| inbox.find_threads(&Identity::username(Channel::X, "mira")));
    let expected = ["GET /api/v1/threads/lookup-by-username?username=mira"];
    let mut found = sends(V1, &[(200, json!([v1_thread()]))], find, &expected).await;
    let mut thread = found[0].take();
    assert_eq!(
        thread.as_object_mut().unwrap().remove("native"),
        Some(v1_thread())
    );
    assert_eq!(
        (
            &thread["status"],
            &thread["contact"]["id"],
            &thread["last_message"]["direction"]
        ),
        (&json!("closed"), &json!("x1"), &json!("inbound"))
    );
    assert_eq!(thread["tags"], json!([{"id": "g1", "name": null}]));

    let account = |id: &str| {
        json!({"id": id, "platform": "twitter", "platformId": "1", "name": "n", "username": "u",
            "image": "i", "createdAt": "2026-11-01T00:00:00.000Z", "status": "active"})
    };
    let answers = [
        (200, json!([account("a1"), account("a2")])),
        (200, json!(null)),
        (200, v1_thread()),
    ];
    let find = call!(|inbox| inbox.find_threads(&Identity::platform_id(Channel::X, "17")));
    let expected = [
        "GET /api/v1/account-links",
        "GET /api/v1/threads/lookup?accountLinkId=a1&externalPlatformId=17",
        "GET /api/v1/threads/lookup?accountLinkId=a2&externalPlatformId=17",
    ];
    let found = sends(V1, &answers, find, &expected).await;
    assert_eq!(found.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn messages_are_listed_and_read() {
    let message = json!({
        "id": "m1", "threadId": "t1", "accountLinkId": "a1", "platform": "twitter",
        "direction": "outbound", "sentBy": {"type": "agent", "agentId": "g1", "memberId": "u1"},
        "content": "Hi", "editedAt": "2026-11-04T00:00:00.000Z", "deletedAt": null,
        "createdAt": "2026-11-03T00:00:00.000Z",
        "attachments": [{"kind": "image", "url": "https://e.com/a.png", "contentType": "image/png",
            "filename": "a.png", "sizeBytes": 7.0}, {"kind": "card", "url": "https://e.com"}],
        "replyTo": {"messageId": "m0", "content": "Hello"},
        "reactions": [{"emoji": "🎉", "author": {"type": "profile", "contactId": "c1"}}]
    });
    let page = json!({"data": [message.clone()], "nextCursor": null});
    let query = MessageQuery::new("t1").order(Order::OldestFirst);
    let list = call!(|inbox| inbox.list_messages(&query, &PageRequest::new().size(2)));
    let expected = ["GET /api/v2/threads/t1/messages?order=asc&limit=2"];
    let page = sends(V2, &[(200, page)], list, &expected).await;
    let get = call!(|inbox| inbox.get_message(&"m1".parse().unwrap()));
    let read = sends(
        V2,
        &[(200, message.clone())],
        get,
        &["GET /api/v2/messages/m1"],
    )
    .await;
    assert_eq!(page["items"][0], read);
    let read: threadline::Message = serde_json::from_value(read).unwrap();
    let author = read.author.as_ref().unwrap();
    assert_eq!(
        (&author.kind, author.id.as_deref()),
        (&AuthorKind::Agent, Some("g1"))
    );
    assert_eq!(read.direction, Some(Direction::Outbound));
    let kinds: Vec<_> = read
        .attachments
        .iter()
        .map(|it| (it.kind.as_str(), it.size))
        .collect();
    assert_eq!(kinds, [("image", Some(7)), ("link", None)]);
    assert_eq!(
        read.reactions[0].author.as_ref().unwrap().kind,
        AuthorKind::Contact
    );
    assert_eq!(read.is_edited, Some(true));
    assert_eq!(
        read.reply_to.as_ref().unwrap().text.as_deref(),
        Some("Hello")
    );

    // v1 reads the thread's account, by which it knows who wrote what; the cursor keeps it.
    let from = |id: &str, author: &str| {
        json!({"id": id, "threadId": "t1", "content": id, "authorId": author, "userId": null,
            "campaignId": null, "createdAt": "2026-11-03T00:00:00.000Z"})
    };
    let page = json!({
        "messages": [from("m2", "x1"), from("m1", "a1")],
        "nextCursor": {"id": "m1", "timestamp": "2026-11-03T00:00:00.000Z"}
    });
    let query = MessageQuery::new("t1");
    let again = query.clone();
    let list = call!(|inbox| inbox.list_messages(&query, &PageRequest::new()));
    let expected = ["GET /api/v1/threads/t1", "GET /api/v1/threads/t1/messages"];
    let page = sends(V1, &[(200, v1_thread()), (200, page)], list, &expected).await;
    let directions: Vec<_> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["direction"])
        .collect();
    assert_eq!(directions, ["inbound", "outbound"]);
    assert_eq!(page["next"], "m1|2026-11-03T00:00:00.000Z|a1|x1");
    let cursor = Cursor::new(page["next"].as_str().unwrap()).unwrap();
    let list = call!(|inbox| inbox.list_messages(&again, &PageRequest::new().after(cursor)));
    let last = json!({"messages": [from("m0", "x1")], "nextCursor": null});
    let (requests, result) = sent(V1, &[(200, last)], list).await;
    assert_eq!(
        requests[0].replace("%3A", ":"),
        "GET /api/v1/threads/t1/messages?cursorId=m1&cursorTimestamp=2026-11-03T00:00:00.000Z"
    );
    assert_eq!(result.unwrap()["items"][0]["direction"], "inbound");

    let message = json!({"id": "m1", "thread_id": "t1", "type": "image", "content": "Plans",
        "media": {"url": "https://e.com/a.png"}, "source": "whatsapp", "status": "read",
        "sender_id": null, "created_at": "2026-11-03T00:00:00Z"});
    let get = call!(|inbox| inbox.get_message(&"m1".parse().unwrap()));
    let read = sends(CS, &[(200, message)], get, &["GET /v1/messages/m1"]).await;
    let read: threadline::Message = serde_json::from_value(read).unwrap();
    assert_eq!(read.direction, Some(Direction::Inbound));
    assert_eq!(read.delivery, Some(DeliveryStatus::Read));
    assert_eq!(
        read.attachments[0].url.as_deref(),
        Some("https://e.com/a.png")
    );
}

#[tokio::test]
async fn messages_are_sent() {
    let to_thread = || NewMessage::to_thread("t1");
    let contact = || "c1".parse::<threadline::ContactId>().unwrap();
    let send = |message: NewMessage| call!(|inbox| inbox.send_message(&message));
    let message = json!({"id": "m9", "threadId": "t1", "direction": "outbound", "content": "Hi"});
    let v2 = json!({"message": message.clone(), "thread": v2_thread()});
    for (new, body) in [
        (
            to_thread().text("Hi"),
            r#"{"target":{"type":"thread","threadId":"t1"},"content":"Hi"}"#,
        ),
        (
            to_thread()
                .text("Hi")
                .reply_to("m1".parse::<threadline::MessageId>().unwrap()),
            r#"{"target":{"type":"thread","threadId":"t1"},"content":"Hi","replyToMessageId":"m1"}"#,
        ),
        (
            NewMessage::to_contact("a1", contact()).text("Hi"),
            r#"{"target":{"type":"contact","accountLinkId":"a1","contactId":"c1"},"content":"Hi"}"#,
        ),
        (
            NewMessage::to_profile("a1", Channel::X, "17").text("Hi"),
            r#"{"target":{"type":"profile","accountLinkId":"a1","platform":"twitter","platformId":"17"},"content":"Hi"}"#,
        ),
    ] {
        let expected = format!("POST /api/v2/messages {body}");
        let sent = sends(V2, &[(201, v2.clone())], send(new), &[&expected]).await;
        assert_eq!(
            (&sent["id"], &sent["thread_id"]),
            (&json!("m9"), &json!("t1"))
        );
        assert_eq!(sent["is_replay"], false);
        assert_eq!(sent["message"]["native"], message);
    }
    for (new, path, body) in [
        (
            to_thread().text("Hi"),
            "/threads/t1/messages",
            r#"{"content":"Hi"}"#,
        ),
        (
            to_thread()
                .text("Hi")
                .reply_to("m1".parse::<threadline::MessageId>().unwrap()),
            "/threads/t1/messages",
            r#"{"content":"Hi","replyToMessageId":"m1"}"#,
        ),
    ] {
        let expected = format!("POST /api/v1{path} {body}");
        let sent = sends(V1, &[(200, message.clone())], send(new), &[&expected]).await;
        assert_eq!(sent["message"]["direction"], "outbound");
    }
    let quick = json!({"message": message, "thread": {"id": "t1"}});
    for (new, member) in [
        (
            NewMessage::to_contact("a1", contact()).text("Hi"),
            r#""externalId":"c1""#,
        ),
        (
            NewMessage::to_profile("a1", Channel::X, "17").text("Hi"),
            r#""externalPlatformId":"17""#,
        ),
    ] {
        let (requests, result) = sent(V1, &[(200, quick.clone())], send(new)).await;
        result.unwrap();
        let body = requests[0]
            .strip_prefix("POST /api/v1/threads/messages ")
            .unwrap();
        let expected = format!(r#"{{{member},"accountLinkId":"a1","content":"Hi"}}"#);
        let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(value(body), value(&expected));
    }
    let image = Media::url(MediaKind::Image, "https://e.com/a.png").file_name("a.png");
    let template = Template::new("welcome")
        .language("en_US")
        .parameters(["Mira", "7"]);
    let sent_body = json!({"success": true, "message": "Enviado",
        "data": {"message_id": "m9", "provider_id": "w", "thread_id": "t1", "status": "pending"}});
    for (new, path, body) in [
        (
            to_thread().text("Hi"),
            "send",
            json!({"content": "Hi", "thread_id": "t1"}),
        ),
        (
            NewMessage::to_contact("ch1", contact()).text("Hi"),
            "send",
            json!({"content": "Hi", "channel_id": "ch1", "contact_id": "c1"}),
        ),
        (
            to_thread().media(image).text("Plans"),
            "send-media",
            json!({"media_type": "image", "media_data": "https://e.com/a.png", "content": "Plans",
                "file_name": "a.png", "thread_id": "t1"}),
        ),
        (
            to_thread().template(template),
            "send-template",
            json!({"template_name": "welcome", "language_code": "en_US", "thread_id": "t1",
                "components": [{"type": "BODY", "parameters": [
                    {"type": "text", "text": "Mira"}, {"type": "text", "text": "7"}]}]}),
        ),
    ] {
        let (requests, result) = sent(CS, &[(200, sent_body.clone())], send(new)).await;
        let result = result.unwrap();
        assert_eq!(
            (&result["id"], &result["delivery"]),
            (&json!("m9"), &json!("pending"))
        );
        let (line, body_sent) = requests[0].split_once(" {").unwrap();
        assert_eq!(line, format!("POST /v1/waba/{path}"));
        assert_eq!(
            serde_json::from_str::<Value>(&format!("{{{body_sent}")).unwrap(),
            body
        );
    }
    let key = || IdempotencyKey::new("order-7").unwrap();
    refuses(
        CS,
        send(to_thread().text("Hi").idempotency_key(key())),
        "idempotency_key",
    )
    .await;
    refuses(
        V1,
        send(to_thread().text("Hi").idempotency_key(key())),
        "idempotency_key",
    )
    .await;
    let image = || Media::url(MediaKind::Image, "https://e.com/a.png");
    refuses(V2, send(to_thread().media(image())), "send_message.media").await;
    refuses(
        V1,
        send(to_thread().template(Template::new("x"))),
        "send_message.template",
    )
    .await;
    refuses(
        CS,
        send(NewMessage::to_profile("a", Channel::X, "1").text("Hi")),
        "to_profile",
    )
    .await;
    let linkedin = NewMessage::to_profile("a1", Channel::LinkedIn, "17").text("Hi");
    refuses(V1, send(linkedin), "only X").await;
    let reply = NewMessage::to_contact("a1", contact()).text("Hi");
    let reply = reply.reply_to("m1".parse::<threadline::MessageId>().unwrap());
    refuses(V1, send(reply), "reply_to").await;
}

#[tokio::test]
async fn a_send_on_inboxapp_v2_has_a_key_unless_it_is_refused() {
    let message = json!({"message": {"id": "m9", "threadId": "t1"}, "thread": v2_thread()});
    let keys = |requests: &[threadline_tests::Request]| -> Vec<Option<String>> {
        let key = |request: &threadline_tests::Request| {
            let mut headers = request.headers.iter();
            headers.find_map(|line| line.strip_prefix("idempotency-key: ").map(str::to_owned))
        };
        requests.iter().map(key).collect()
    };
    for status in [201, 200] {
        let stub = Stub::answering(Answer::json(status, &message)).await;
        let inbox = V2.connect(&stub.url());
        let new = NewMessage::to_thread("t1").text("Hi");
        let one = inbox.send_message(&new).await.unwrap();
        let two = inbox.send_message(&new).await.unwrap();
        let own = IdempotencyKey::new("order-7").unwrap();
        let own = inbox
            .send_message(&new.clone().idempotency_key(own))
            .await
            .unwrap();
        let without = new.idempotency_key(KeyChoice::Without);
        let without = inbox.send_message(&without).await.unwrap();
        let sent = [one, two, own, without];
        // Only the caller's own key can have been used before.
        let is_replay = sent.each_ref().map(|sent| sent.is_replay);
        assert_eq!(is_replay, [false, false, status == 200, false]);
        let reported = sent.map(|sent| sent.idempotency_key.map(String::from));
        assert_eq!(keys(&stub.requests()), reported);
        let [one, two, own, without] = reported;
        assert!(one.is_some() && two.is_some() && one != two);
        assert_eq!((own.as_deref(), without), (Some("order-7"), None));
    }
}

/// An answer that says it failed is no success, whatever its status.
#[tokio::test]
async fn a_refusal_of_contactship_is_an_error() {
    let refused = json!({"success": false, "message": "Ventana de 24 horas cerrada"});
    for body in [refused.clone(), json!({"statusCode": 200, "data": refused})] {
        let send = call!(|inbox| inbox.send_text("t1", "Hi"));
        let (_, result) = sent(CS, &[(200, body)], send).await;
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected);
        assert!(
            error.to_string().contains("24 horas") && !error.is_retryable(),
            "{error}"
        );
    }
}

/// Sending the same message anew would generate another key.
#[tokio::test]
async fn a_send_that_may_have_arrived_is_retryable_only_with_the_callers_key() {
    let stub = Stub::answering(Answer::empty(503)).await;
    let inbox = V2.connect(&stub.url());
    let new = NewMessage::to_thread("t1").text("Hi");
    let generated = inbox.send_message(&new).await.unwrap_err();
    assert!(!generated.is_retryable());
    let again = new.idempotency_key(generated.idempotency_key().unwrap());
    let own = inbox.send_message(&again).await.unwrap_err();
    assert!(own.is_retryable());
    assert_eq!(own.idempotency_key(), generated.idempotency_key());
}

/// A list is complete only if its last page says so.
#[tokio::test]
async fn a_cursor_that_cannot_be_read_is_an_error() {
    let odd = json!({"id": "a", "timestamp": null});
    for cursor in [json!(42), json!(["x"]), odd.clone()] {
        let page = json!({"data": [], "nextCursor": cursor});
        let (_, result) = sent(
            V2,
            &[(200, page.clone())],
            list(ThreadQuery::new(), first()),
        )
        .await;
        assert_eq!(
            result.unwrap_err().kind(),
            ErrorKind::InvalidResponse,
            "{cursor}"
        );
        let people = call!(|inbox| inbox.list_assignees(&PageRequest::new()));
        let (_, result) = sent(V2, &[(200, page)], people).await;
        assert_eq!(
            result.unwrap_err().kind(),
            ErrorKind::InvalidResponse,
            "{cursor}"
        );
    }
    for cursor in [json!("x"), odd] {
        let page = json!({"threads": [], "nextCursor": cursor});
        let (_, result) = sent(V1, &[(200, page)], list(ThreadQuery::open(), first())).await;
        assert_eq!(
            result.unwrap_err().kind(),
            ErrorKind::InvalidResponse,
            "{cursor}"
        );
    }
}

/// One odd field of a profile costs nothing else.
#[tokio::test]
async fn an_odd_profile_costs_one_field() {
    let mut odd = v1_thread();
    odd["prospect"]["handle"] = json!(7);
    let page = json!({"threads": [odd], "nextCursor": null});
    let (_, result) = sent(V1, &[(200, page)], list(ThreadQuery::open(), first())).await;
    let thread = &result.unwrap()["items"][0];
    assert_eq!(thread["contact"]["handle"], Value::Null);
    assert_eq!(
        (&thread["contact"]["name"], &thread["contact"]["id"]),
        (&json!("Mira"), &json!("x1"))
    );
}

#[tokio::test]
async fn assignees_are_listed() {
    let people = || call!(|inbox| inbox.list_assignees(&PageRequest::new()));
    let member =
        json!({"id": "u1", "userId": "x", "name": "Ana", "email": "ana@e.com", "role": "user"});
    let page = json!({"data": [member.clone()], "nextCursor": "n"});
    let page = sends(V2, &[(200, page)], people(), &["GET /api/v2/members"]).await;
    assert_eq!(
        (&page["items"][0]["email"], &page["next"]),
        (&json!("ana@e.com"), &json!("n"))
    );
    assert_eq!(page["items"][0]["type"], "user");
    let page = sends(
        V1,
        &[(200, json!([member]))],
        people(),
        &["GET /api/v1/members"],
    )
    .await;
    assert_eq!(
        (&page["items"][0]["id"], &page["next"]),
        (&json!("u1"), &Value::Null)
    );
    let agents = json!({"statusCode": 200, "data": [{"id": "g1", "name": "Night shift"}]});
    let page = sends(CS, &[(200, agents)], people(), &["GET /v1/agents"]).await;
    let person = &page["items"][0];
    assert_eq!(
        (&person["type"], &person["name"]),
        (&json!("agent"), &json!("Night shift"))
    );
}

#[tokio::test]
async fn contacts_are_read_and_updated() {
    let id = || "c1".parse::<threadline::ContactId>().unwrap();
    let get = || call!(|inbox| inbox.get_contact(&id()));
    let update = |update: ContactUpdate| call!(|inbox| inbox.update_contact(&id(), &update));
    let v2 = json!({
        "id": "c1", "statusId": "s1", "tagIds": ["g1"], "notes": "VIP", "assigneeId": "u1",
        "profiles": [{"platform": "twitter", "platformId": "17", "username": "mira", "displayName": "Mira"}],
        "status": {"id": "s1", "name": "Lead"}, "tags": [{"id": "g1", "name": "Warm"}]
    });
    let read = "GET /api/v2/contacts/c1?expand=tags&expand=status";
    let contact = sends(V2, &[(200, v2.clone())], get(), &[read]).await;
    assert_eq!(contact["tags"], json!([{"id": "g1", "name": "Warm"}]));
    assert_eq!(contact["status"], json!({"id": "s1", "name": "Lead"}));
    assert_eq!(
        (&contact["name"], &contact["notes"]),
        (&json!("Mira"), &json!("VIP"))
    );
    assert_eq!(contact["assignee"], json!({"type": "user", "id": "u1"}));

    let fields = ContactUpdate::new()
        .status("Lead")
        .clear_notes()
        .assign(Assignee::user("u2"));
    let patch = r#"PATCH /api/v2/contacts/c1 {"status":"Lead","notes":null,"assigneeId":"u2"}"#;
    sends(V2, &[(200, v2.clone())], update(fields.clone()), &[patch]).await;
    let tags = fields.add_tag("a b").remove_tag("g1");
    let expected = [
        patch,
        "PUT /api/v2/contacts/c1/tags/a%20b",
        "DELETE /api/v2/contacts/c1/tags/g1",
        read,
    ];
    let none = || (204, Value::Null);
    let answers = [(200, v2.clone()), none(), none(), (200, v2)];
    sends(V2, &answers, update(tags), &expected).await;

    let v1 = json!({"externalId": "c1", "platform": "twitter", "platformId": "17", "username": "mira",
        "displayName": "Mira", "context": {"tags": ["g1"], "statusId": "s1", "notes": null}});
    let contact = sends(
        V1,
        &[(200, v1.clone())],
        get(),
        &["GET /api/v1/prospects/c1"],
    )
    .await;
    assert_eq!(contact["status"], json!({"id": "s1", "name": null}));
    let all = ContactUpdate::new()
        .add_tag("g2")
        .remove_tag("g1")
        .clear_status()
        .notes("x")
        .unassign();
    let (requests, result) = sent(V1, &[(200, v1)], update(all)).await;
    result.unwrap();
    let body = requests[0]
        .strip_prefix("PATCH /api/v1/prospects/c1/context ")
        .unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(body).unwrap(),
        json!({"notes": "x", "statusId": null, "addTags": ["g2"], "removeTags": ["g1"], "assigneeId": null})
    );

    let wrap = |data: Value| (200, json!({"statusCode": 200, "data": data}));
    let cs = json!({"id": "c1", "full_name": "Mira", "phone_number": "+1", "description": "VIP",
        "additional_data": [{"type": "text", "field": "size", "value": "12"}]});
    let tag = json!([{"id": "g1", "name": "Warm", "color": "#fff", "label": null}]);
    let read = ["GET /v1/contacts/c1", "GET /v1/contacts/c1/tags"];
    let contact = sends(CS, &[wrap(cs.clone()), wrap(tag.clone())], get(), &read).await;
    assert_eq!(contact["tags"], json!([{"id": "g1", "name": "Warm"}]));
    assert_eq!(
        (&contact["phone"], &contact["custom_fields"]),
        (&json!("+1"), &json!({"size": "12"}))
    );
    // What is there is not added, and what is not there is not removed.
    let tags = ContactUpdate::new()
        .add_tag("g1")
        .add_tag("g2")
        .remove_tag("g3");
    let expected = [
        "GET /v1/contacts/c1/tags",
        "POST /v1/contacts/c1/tags/g2",
        "GET /v1/contacts/c1",
        "GET /v1/contacts/c1/tags",
    ];
    let tagged = json!({"statusCode": 201, "data": cs.clone()});
    let answers = [wrap(tag.clone()), (201, tagged), wrap(cs), wrap(tag)];
    sends(CS, &answers, update(tags), &expected).await;
    refuses(
        CS,
        update(ContactUpdate::new().notes("x")),
        "update_contact.notes",
    )
    .await;
    refuses(
        V2,
        update(ContactUpdate::new().assign(Assignee::agent("g"))),
        "agent",
    )
    .await;
}

#[tokio::test]
async fn contactship_threads_name_their_channel() {
    let thread = json!({"id": "t1", "status": "snoozed", "channel_id": "ch1", "channel_type": "WABA",
        "contact_id": "c1", "assignee": "g1", "assignee_type": "agent"});
    let get = call!(|inbox| inbox.thread("t1"));
    let thread = sends(CS, &[(200, thread)], get, &["GET /v1/thread/t1"]).await;
    let thread: threadline::Thread = serde_json::from_value(thread).unwrap();
    assert_eq!(thread.status, ThreadStatus::from("snoozed"));
    assert_eq!(thread.channel, Some(Channel::WhatsApp));
    assert_eq!(thread.account_id.as_deref(), Some("ch1"));
    assert_eq!(thread.contact.unwrap().id.unwrap().as_str(), "c1");
    assert_eq!(
        (thread.assignee.as_ref(), thread.own_assignee),
        (Some(&Assignee::agent("g1")), thread.assignee.clone())
    );
}
