//! Hands all open threads of one member over to another.
#![allow(clippy::print_stdout, reason = "an example")]

use threadline::prelude::*;
use threadline::{Config, Credential, Error, Result};

/// Assigns every open thread of `from` to `to`, and returns those that failed. Both are ids, e-mail
/// addresses or names.
async fn hand_over(
    inbox: &dyn ThreadProvider,
    from: &str,
    to: &str,
) -> Result<Vec<(ThreadId, Error)>> {
    let from = inbox.find_assignee(from).await?;
    let to = inbox.find_assignee(to).await?;
    // All folders, because open message requests are not in the inbox. On Inboxapp v2, the list
    // includes the threads of contacts whose default assignee is `from`.
    let query = ThreadQuery::new().assigned_to(&from);
    let mut threads = inbox.threads(&query).into_vec().await?;
    threads.retain(|thread| !thread.is_closed());

    let assign = ThreadUpdate::new().assign(&to);
    let ids = threads.into_iter().map(|thread| thread.id);
    let mut outcomes = inbox.update_threads(ids, &assign, 8);
    let mut failed = Vec::new();
    while let Some((id, outcome)) = outcomes.next().await {
        failed.extend(outcome.err().map(|error| (id, error)));
    }
    Ok(failed)
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

    let members = inbox.assignees().into_vec().await?;
    let [from, to, ..] = members.as_slice() else {
        return Err("the team has fewer than two members".into());
    };
    let failed = hand_over(&inbox, &from.id, &to.id).await?;
    println!("{} threads were not handed over", failed.len());
    assert!(failed.is_empty());
    let query = ThreadQuery::new().assigned_to(from);
    let left = inbox.threads(&query).into_vec().await?;
    assert!(left.iter().all(Thread::is_closed));
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
