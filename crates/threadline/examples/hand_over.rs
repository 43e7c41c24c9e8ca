//! Hands all open threads of one member over to another.
#![allow(clippy::print_stdout, reason = "an example")]

use threadline::prelude::*;
use threadline::{Config, Credential, Result};

/// Assigns every open thread of `from` to `to`: both are ids, e-mail addresses or names.
async fn hand_over(inbox: &dyn ThreadProvider, from: &str, to: &str) -> Result<usize> {
    let from = inbox.find_assignee(from).await?;
    let to = inbox.find_assignee(to).await?;
    // On Inboxapp v2, this includes the threads of contacts whose default assignee is `from`.
    let query = ThreadQuery::open().assigned_to(&from);
    let threads = inbox.threads(&query).into_vec().await?;

    let assign = ThreadUpdate::new().assign(&to);
    let ids = threads.into_iter().map(|thread| thread.id);
    let mut outcomes = inbox.update_threads(ids, &assign, 8);
    let mut count = 0;
    while let Some((id, outcome)) = outcomes.next().await {
        match outcome {
            Ok(_) => count += 1,
            Err(error) => println!("{id} was not handed over: {error}"),
        }
    }
    Ok(count)
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
    let count = hand_over(&inbox, &from.id, &to.id).await?;
    println!("handed {count} threads over");
    let left = inbox
        .threads(&ThreadQuery::open().assigned_to(from))
        .into_vec()
        .await?;
    assert!(left.is_empty());
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
