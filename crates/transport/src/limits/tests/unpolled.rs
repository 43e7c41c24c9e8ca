//! Waiters that are not polled, as in a stream with a slow consumer or an idle `select!`.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use tokio::task::JoinHandle;

use super::*;

type Acquiring<'a> = Pin<Box<dyn Future<Output = Permits> + 'a>>;

/// Polls a waiter once.
fn poll(waiter: &mut Acquiring<'_>) -> Option<Permits> {
    match waiter
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(permits) => Some(permits),
        Poll::Pending => None,
    }
}

/// Joins the queue and is not polled again.
fn unpolled<'a>(limits: &'a Limits, operation: &'a str) -> Acquiring<'a> {
    let mut waiter: Acquiring<'a> = Box::pin(permits(limits, operation));
    assert!(poll(&mut waiter).is_none());
    waiter
}

/// Joins the queue, is polled whenever woken, and returns when its request was sent.
async fn polled(limits: &Arc<Limits>, operation: &'static str) -> JoinHandle<u128> {
    let (limits, started) = (Arc::clone(limits), Instant::now());
    let task = tokio::spawn(async move {
        drop(permits(&limits, operation).await);
        started.elapsed().as_millis()
    });
    tokio::task::yield_now().await;
    task
}

async fn spend(limits: &Limits, count: usize) {
    let mut spent = Vec::new();
    for _ in 0..count {
        spent.push(permits(limits, OTHER).await);
    }
}

fn limited(requests: u32, per_seconds: u32) -> Arc<Limits> {
    limits(window(requests, per_seconds), window(100, 60))
}

#[tokio::test(start_paused = true)]
async fn those_behind_proceed_as_soon_as_there_is_room() {
    let limits = limited(3, 10);
    spend(&limits, 3).await;
    let mut first = unpolled(&limits, OTHER);
    let second = polled(&limits, OTHER).await;
    let third = polled(&limits, OTHER).await;
    assert_eq!(second.await.unwrap(), 10_001);
    assert_eq!(third.await.unwrap(), 10_001);
    // The first one's slot is still reserved.
    assert!(poll(&mut first).is_some());
}

#[tokio::test(start_paused = true)]
async fn those_behind_notice_room_that_appears_early() {
    let limits = limited(3, 10);
    let mut spent = Vec::new();
    for _ in 0..3 {
        spent.push(permits(&limits, OTHER).await);
    }
    let first = unpolled(&limits, OTHER);
    let second = polled(&limits, OTHER).await;
    let third = polled(&limits, OTHER).await;
    spent.into_iter().for_each(Permits::unused);
    assert_eq!(second.await.unwrap(), 0);
    assert_eq!(third.await.unwrap(), 0);
    drop(first);
}

#[tokio::test(start_paused = true)]
async fn more_of_them_than_there_are_slots_cost_no_more_than_their_own() {
    let limits = limited(1, 10);
    spend(&limits, 1).await;
    let mut idle: Vec<_> = (0..3).map(|_| unpolled(&limits, OTHER)).collect();
    // Three slots belong to the waiters in front, the fourth to this one.
    let latest = Instant::now() + Duration::from_millis(40_002);
    let operation = operation(OTHER);
    drop(
        limits
            .acquire(operation, Some(latest), |_| {})
            .await
            .unwrap(),
    );
    // Now they are all late, and a newcomer does not wait for them...
    let newcomer = polled(&limits, OTHER).await;
    // ... unless they are polled before it can go.
    assert!(poll(&mut idle[1]).is_none());
    assert_eq!(wait(&limits, OTHER).await, 30_001);
    tokio::time::sleep(Duration::from_millis(10_001)).await;
    assert!(poll(&mut idle[1]).is_some());
    assert_eq!(newcomer.await.unwrap(), 20_002);
}

#[tokio::test(start_paused = true)]
async fn late_ones_keep_their_order() {
    let limits = limited(1, 10);
    spend(&limits, 1).await;
    let mut first = unpolled(&limits, OTHER);
    let mut second = unpolled(&limits, OTHER);
    tokio::time::sleep(Duration::from_secs(60)).await;
    spend(&limits, 1).await;
    assert!(poll(&mut second).is_none());
    assert!(poll(&mut first).is_none());
    tokio::time::sleep(Duration::from_millis(10_001)).await;
    assert!(poll(&mut second).is_none());
    drop(poll(&mut first).unwrap());
    tokio::time::sleep(Duration::from_millis(10_001)).await;
    assert!(poll(&mut second).is_some());
}

#[tokio::test(start_paused = true)]
async fn a_dropped_one_leaves_its_slot_to_the_next() {
    let limits = limited(1, 10);
    spend(&limits, 1).await;
    let first = unpolled(&limits, OTHER);
    let second = polled(&limits, OTHER).await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    drop(first);
    assert_eq!(second.await.unwrap(), 10_001);
    // The same when there is capacity already.
    let first = unpolled(&limits, OTHER);
    let second = polled(&limits, OTHER).await;
    tokio::time::sleep(Duration::from_secs(13)).await;
    drop(first);
    assert_eq!(second.await.unwrap(), 13_000);
}

#[tokio::test(start_paused = true)]
async fn a_list_keeps_only_its_own_right_to_the_budget() {
    let limits = limits(window(2, 10), window(2, 60));
    spend(&limits, 2).await;
    let list = unpolled(&limits, LIST);
    let (other, another) = (polled(&limits, OTHER).await, polled(&limits, LIST).await);
    assert_eq!(other.await.unwrap(), 10_001);
    assert_eq!(another.await.unwrap(), 20_001);
    tokio::time::sleep(Duration::from_secs(20)).await;
    // It still holds the budget's second slot.
    assert_eq!(wait(&limits, LIST).await, 40_001);
    drop(list);
    assert_eq!(wait(&limits, LIST).await, 0);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_waits_for_its_budget_does_not_hold_up_other_lists() {
    let limits = limits(window(100, 10), window(2, 60));
    drop((permits(&limits, LIST).await, permits(&limits, LIST).await));
    let mut first = unpolled(&limits, LIST);
    let second = polled(&limits, LIST).await;
    assert_eq!(second.await.unwrap(), 60_001);
    assert!(poll(&mut first).is_some());
}
