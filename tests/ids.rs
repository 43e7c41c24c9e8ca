//! Which ids are sent, and how.

use serde_json::{Value, json};
use threadline::{
    ContactUpdate, Delivery, Error, ErrorKind, MessageQuery, NewMessage, Order, ThreadId,
    ThreadProvider as _, ThreadProviderExt as _, ThreadQuery, ThreadUpdate,
};
use threadline_tests::{Answer, Stub, Vendor};

fn id(id: &str) -> ThreadId {
    id.parse().unwrap()
}

async fn stub(vendor: Vendor) -> Stub {
    Stub::answering(Answer::json(200, vendor.thread())).await
}

#[tokio::test]
async fn an_id_travels_as_one_segment() {
    let odd = [
        ("a/b?c#d%e é", "a%2Fb%3Fc%23d%25e%20%C3%A9"),
        ("...", "..."),
        (".hidden", ".hidden"),
        ("%2e%2e", "%252e%252e"),
        ("..%2F", "..%252F"),
        ("a\\b;c=d&e+f", "a%5Cb%3Bc%3Dd%26e%2Bf"),
        ("thr-B2c3_~.", "thr-B2c3_~."),
        ("lookups", "lookups"),
        ("Messages", "Messages"),
        ("日本", "%E6%97%A5%E6%9C%AC"),
        ("a b", "a%20b"),
    ];
    for vendor in Vendor::ALL {
        let stub = stub(vendor).await;
        let provider = vendor.connect(&stub.url());
        for (given, encoded) in odd {
            provider.get_thread(&id(given)).await.unwrap();
            provider.close_thread(&id(given)).await.unwrap();
            let requests = stub.requests();
            let last = requests.iter().rev().take(2);
            let targets: Vec<_> = last.map(|request| request.target.clone()).collect();
            let expected = [vendor.target(encoded), vendor.read_target(encoded)];
            assert_eq!(targets, expected, "{vendor:?} {given}");
        }
    }
}

#[test]
fn what_is_no_id_is_no_thread_id() {
    let refused = [
        "",
        ".",
        "..",
        "a\nb",
        "a\r\nx-evil: 1",
        "\0",
        "../../admin",
        "a/./b",
        "a\\..",
        " ",
        "a ",
    ];
    for refused in refused {
        let error = refused.parse::<ThreadId>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(error.delivery(), Delivery::NotSent);
        assert!(
            serde_json::from_value::<ThreadId>(Value::from(refused)).is_err(),
            "{refused:?}"
        );
    }
}

/// The fixed words of v1's paths: `GET /threads/lookup` is another operation, so no thread can
/// have that id.
#[tokio::test]
async fn an_id_that_would_call_another_operation_is_never_sent() {
    let stub = stub(Vendor::InboxappV1).await;
    let provider = Vendor::InboxappV1.connect(&stub.url());
    for word in ["lookup", "lookup-by-username", "messages"] {
        let read = provider.get_thread(&id(word)).await.unwrap_err();
        let update = provider.close_thread(&id(word)).await.unwrap_err();
        for error in [read, update] {
            assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
            assert_eq!(error.delivery(), Delivery::NotSent, "{error}");
            assert!(error.message().contains(word), "{error}");
        }
    }
    assert_eq!(stub.requests(), []);
    // They are fixed words of v1 alone.
    for vendor in [Vendor::ContactShip, Vendor::InboxappV2] {
        let stub = self::stub(vendor).await;
        vendor
            .connect(&stub.url())
            .get_thread(&id("lookup"))
            .await
            .unwrap();
        assert_eq!(stub.requests().len(), 1);
    }
}

/// The generated clients take any string, so they check it themselves.
#[tokio::test]
async fn the_generated_clients_refuse_what_is_no_id() {
    for vendor in Vendor::ALL {
        let stub = stub(vendor).await;
        let provider = vendor.connect(&stub.url());
        for id in ["", ".", "..", "a\nb"] {
            let error = match vendor {
                Vendor::ContactShip => {
                    let client: &threadline_contactship::Client = provider.as_native().unwrap();
                    let update = client.threads().update(id);
                    update.status("closed").await.unwrap_err()
                }
                Vendor::InboxappV1 => {
                    let client: &threadline_inboxapp_v1::Client = provider.as_native().unwrap();
                    let update = client.threads().update(id);
                    update.done(true).await.unwrap_err()
                }
                Vendor::InboxappV2 => {
                    let client: &threadline_inboxapp_v2::Client = provider.as_native().unwrap();
                    let update = client.threads().update(id);
                    update.archived(true).await.unwrap_err()
                }
            };
            assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
            assert_eq!(error.delivery(), Delivery::NotSent, "{error}");
            assert_eq!(error.provider(), vendor.name());
            assert!(error.message().contains("threadId"), "{error}");
        }
        assert_eq!(stub.requests(), []);
    }
}

#[tokio::test]
async fn ids_are_taken_as_text() {
    let vendor = Vendor::InboxappV2;
    let stub = Stub::answering(Answer::json(200, json!({"data": [], "nextCursor": null}))).await;
    let inbox = vendor.connect(&stub.url());
    let read = inbox.messages("t-1").into_vec().await.unwrap();
    assert_eq!(read, []);
    let of_contact = ThreadQuery::open().contact("c-1");
    inbox.threads(&of_contact).into_vec().await.unwrap();
    let _ = inbox.update("t-1", &ThreadUpdate::new().close()).await;
    let _ = inbox.message("m-1").await;
    let update = ContactUpdate::new().add_tag("vip");
    let _ = inbox.change_contact("c-1", &update).await;
    let answer = NewMessage::to_thread("t-1").reply_to("m-1").text("Hi");
    let _ = inbox.send_message(&answer).await;
    let first = NewMessage::to_contact("a-1", "c-1").text("Hi");
    let _ = inbox.send_message(&first).await;
    let requests = stub.requests();
    let targets: Vec<_> = requests.iter().map(|request| &*request.target).collect();
    let paths: Vec<_> = targets
        .iter()
        .filter_map(|target| target.strip_prefix("/api/v2/")?.split('?').next())
        .collect();
    let expected = [
        "threads/t-1/messages",
        "threads",
        "threads/t-1",
        "messages/m-1",
        "contacts/c-1/tags/vip",
        "contacts/c-1",
        "messages",
        "messages",
    ];
    assert_eq!(paths, expected);
    assert!(targets[1].contains("contactId=c-1"), "{}", targets[1]);
}

#[tokio::test]
async fn text_that_is_no_id_is_refused_by_builders_too() {
    for vendor in Vendor::INBOXAPP {
        let stub = stub(vendor).await;
        let inbox = vendor.connect(&stub.url());
        let send = async |message: NewMessage| {
            let sent = inbox.send_message(&message.text("Hi")).await;
            sent.map(drop)
        };
        let list = async |query: MessageQuery| inbox.messages(query).into_vec().await.map(drop);
        let bad = ThreadQuery::open().contact("..");
        let good = bad.clone().contact("c-1");
        let mut refused: Vec<Result<(), Error>> = vec![
            send(NewMessage::to_thread("")).await,
            send(NewMessage::to_thread(" t").reply_to("m-1")).await,
            send(NewMessage::to_thread("t-1").reply_to("a\n")).await,
            send(NewMessage::to_contact("a-1", "../c".to_owned())).await,
            list("".into()).await,
            list(MessageQuery::new("a/../b").order(Order::NewestFirst)).await,
        ];
        if vendor == Vendor::InboxappV2 {
            refused.push(inbox.threads(&bad).into_vec().await.map(drop));
            refused.push(
                inbox
                    .update("..", &ThreadUpdate::new().close())
                    .await
                    .map(drop),
            );
            let update = ContactUpdate::new().add_tag("vip");
            refused.push(inbox.change_contact(".", &update).await.map(drop));
        }
        for refused in refused {
            let error = refused.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
            assert!(error.message().contains(" id \""), "{error}");
        }
        assert_eq!(stub.requests(), []);
        assert_ne!(good, bad);
    }
}

/// Every word that stands where another path has a thread's id is refused, whatever the API adds.
#[test]
fn no_fixed_word_of_a_path_is_forgotten() {
    for operations in [
        threadline_contactship::operations::OPERATIONS,
        threadline_inboxapp_v1::operations::OPERATIONS,
        threadline_inboxapp_v2::operations::OPERATIONS,
    ] {
        for operation in operations {
            let reserved = |word: &str| {
                operation
                    .path_params
                    .iter()
                    .any(|p| p.reserved.contains(&word))
            };
            for other in operations {
                for word in collisions(operation.path, other.path) {
                    assert!(
                        reserved(word),
                        "{} is {} with {word:?}",
                        operation.id,
                        other.id
                    );
                }
            }
        }
    }
}

/// The fixed words of the other path that stand where this one has a parameter, if they can be the
/// same path.
fn collisions<'a>(path: &str, other: &'a str) -> Vec<&'a str> {
    let (path, other): (Vec<_>, Vec<_>) = (path.split('/').collect(), other.split('/').collect());
    let is_parameter = |segment: &str| segment.starts_with('{');
    let mut words = Vec::new();
    if path.len() != other.len() {
        return words;
    }
    for (mine, others) in path.iter().zip(&other) {
        match (is_parameter(mine), is_parameter(others)) {
            (true, false) => words.push(*others),
            (false, false) if mine != others => return Vec::new(),
            _ => {}
        }
    }
    words
}
