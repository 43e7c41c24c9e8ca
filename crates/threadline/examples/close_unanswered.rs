//! Closes threads whose last message is from the customer and more than 30 days old.
#![allow(clippy::print_stdout, reason = "an example")]

use std::time::{Duration, SystemTime};

use threadline::prelude::*;
use threadline::{Config, Credential, Error, Result};

/// Closes the threads that have waited since `deadline`, and returns them with those that failed.
async fn close_unanswered(
    inbox: &dyn ThreadProvider,
    deadline: SystemTime,
) -> Result<(Vec<Thread>, Vec<(ThreadId, Error)>)> {
    // Inboxapp has no filter by time. The list is read to its end before anything is closed, because
    // closed threads leave it.
    let query = ThreadQuery::open()
        .last_activity_before(deadline)
        .filter_locally(true);
    let stale = inbox.threads(&query).into_vec().await?;
    let is_waiting = |thread: &Thread| {
        let last = thread.last_message.as_ref();
        last.and_then(|message| message.direction.as_ref()) == Some(&Direction::Inbound)
    };
    let ids: Vec<_> = stale
        .iter()
        .filter(|it| is_waiting(it))
        .map(|it| it.id.clone())
        .collect();

    let close = ThreadUpdate::new().close();
    let mut outcomes = inbox.update_threads(ids, &close, 8);
    let (mut closed, mut failed) = (Vec::new(), Vec::new());
    while let Some((id, outcome)) = outcomes.next().await {
        match outcome {
            Ok(thread) => closed.push(thread),
            Err(error) => failed.push((id, error)),
        }
    }
    Ok((closed, failed))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Here against an emulator; with a real token, `InboxappV2::from_env()?`.
    let emulator = threadline_emulator::Emulator::start().await?;
    let token = Credential::new(threadline_emulator::Emulator::CREDENTIAL)?;
    let config = Config::new()
        .credential(token)
        .base_url(emulator.inboxapp_url());
    let inbox = InboxappV2::with_config(config)?;

    let deadline = SystemTime::now() - Duration::from_secs(30 * 24 * 60 * 60);
    let (closed, failed) = close_unanswered(&inbox, deadline).await?;
    println!("closed {} threads, {} failed", closed.len(), failed.len());
    assert!(failed.is_empty() && closed.iter().all(Thread::is_closed));
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
