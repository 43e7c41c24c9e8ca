//! Budgets that requests of some operations count in, besides the general limit or instead of it: the client and the
//! emulator read the same document, each in its own way, and agree.

use std::time::Duration;

use threadline_contactship::operations::API;
use threadline_contactship::{Client, OPENAPI};
use threadline_emulator::Emulator;
use threadline_tests::config;
use threadline_transport::{
    Delivery, Error, ErrorKind, RateLimit, RateLimitBudget, RateLimitPolicy,
};

async fn emulator() -> Emulator {
    let hour = Duration::from_secs(3_600);
    let builder = Emulator::builder().rate_limit(10_000, hour);
    builder.start().await.unwrap()
}

fn client(emulator: &Emulator, policy: RateLimitPolicy) -> Client {
    let config =
        config(emulator.contactship_url(), Emulator::CREDENTIAL).rate_limits(policy.wait(false));
    Client::with_config(config).unwrap()
}

/// Lists in turn until there is no room for another; how many were listed, and why it ended. A new
/// minute may begin meanwhile.
async fn exhaust(client: &Client) -> (usize, Error) {
    for count in 0..60 {
        let outcome = if count % 2 == 0 {
            client.contacts().list().await.map(drop)
        } else {
            client.calls().list().await.map(drop)
        };
        if let Err(error) = outcome {
            return (count, error);
        }
    }
    panic!("nothing held it back");
}

/// The operations that count in a budget.
fn counted(budget: &RateLimitBudget) -> Vec<&'static str> {
    let operations = API.operations.iter();
    let counted = operations.filter(|operation| operation.rate_budget == Some(budget.name));
    counted.map(|operation| operation.id).collect()
}

#[test]
fn contactships_lists_share_one_and_its_events_another_of_their_own() {
    let [lists, events] = API.rate_budgets else {
        panic!("{:?}", API.rate_budgets)
    };
    assert_eq!(counted(lists), ["calls.list", "contacts.list"]);
    assert!(!lists.separate);
    assert_eq!(counted(events), ["events.identify", "events.send"]);
    assert!(events.separate);
    // Whoever reads the document in the package finds it there too.
    assert!(OPENAPI.contains("x-threadline-rate-budgets"));
}

#[tokio::test]
async fn a_client_learns_from_the_headers_and_never_meets_a_refusal() {
    let emulator = emulator().await;
    let client = client(&emulator, RateLimitPolicy::default().windows([]));
    let first = client.calls().list().await.unwrap();
    let told = RateLimit::of_budget(first.headers(), "heavy").unwrap();
    assert_eq!((told.limit(), told.remaining()), (Some(20), Some(19)));
    let (count, error) = exhaust(&client).await;
    assert!(count >= 19, "{count}");
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::RateLimited, Delivery::NotSent)
    );
    assert!(error.retry_after().unwrap() <= Duration::from_secs(60));
    // What is not a list goes on.
    client.organization().get_credits().await.unwrap();
    let requests = emulator.requests();
    assert!(requests.iter().all(|request| request.status == 200));
}

#[tokio::test]
async fn without_a_limit_on_this_side_the_server_refuses() {
    let emulator = emulator().await;
    let client = client(&emulator, RateLimitPolicy::unlimited());
    let (count, error) = exhaust(&client).await;
    assert!(count >= 20, "{count}");
    assert_eq!(
        (error.status(), error.delivery()),
        (Some(429), Delivery::Answered)
    );
    client.organization().get_credits().await.unwrap();
}
