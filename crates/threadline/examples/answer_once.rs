//! Answers a message once, even if the program stops between sending and noting it. How long the vendor
//! remembers keys is not documented, so do not wait for days.
#![allow(clippy::print_stdout, reason = "an example")]

use std::path::Path;

use threadline::prelude::*;
use threadline::{Config, Credential, IdempotencyKey, SentMessage};
use threadline_emulator::{Emulator, Fault, FaultPlan};

type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// An answer that was decided on, stored before it is sent.
#[derive(serde::Deserialize, serde::Serialize)]
struct Answer {
    thread: ThreadId,
    text: String,
    /// With the same key, the vendor sends only once.
    key: IdempotencyKey,
}

/// Notes an answer, to be sent by [`send_noted`].
fn note(file: &Path, thread: ThreadId, text: &str) -> Result<()> {
    let answer = Answer {
        thread,
        text: text.to_owned(),
        key: IdempotencyKey::generate(),
    };
    std::fs::write(file, serde_json::to_vec(&answer)?)?;
    Ok(())
}

/// Sends the stored answer, even if an earlier attempt failed. Call it again after every start.
///
/// An answer that would fail again, or must not be repeated, is put aside: a person has to check
/// whether it was sent.
async fn send_noted(inbox: &dyn ThreadProvider, file: &Path) -> Result<SentMessage> {
    let answer: Answer = serde_json::from_slice(&std::fs::read(file)?)?;
    let message = NewMessage::to_thread(answer.thread).text(answer.text);
    let sent = inbox
        .send_message(&message.idempotency_key(answer.key))
        .await;
    match &sent {
        Ok(_) => std::fs::remove_file(file)?,
        Err(error) if error.is_retryable() => {}
        Err(_) => std::fs::rename(file, file.with_extension("failed"))?,
    }
    Ok(sent?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    // Here against an emulator; with a real token, `InboxappV2::from_env()?`.
    let emulator = Emulator::start().await?;
    let token = Credential::new(Emulator::CREDENTIAL)?;
    let config = Config::new()
        .credential(token)
        .base_url(emulator.inboxapp_url());
    let inbox = InboxappV2::with_config(config)?;
    let threads = inbox
        .threads(&ThreadQuery::open().limit(1))
        .into_vec()
        .await?;
    let thread = threads.first().ok_or("the inbox is empty")?.id.clone();

    let file = std::env::temp_dir().join(format!("answer-{}.json", std::process::id()));
    note(&file, thread.clone(), "The quote is ready.")?;

    // The message is sent, but the response is lost and the program gives up.
    emulator.faults(&FaultPlan::once(Fault::ResetAfter));
    let once = threadline::CallOptions::new().attempts(1);
    let lost = send_noted(&inbox.with_options(&once), &file).await;
    println!(
        "first run: {}",
        lost.err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    );

    // After a restart, the same answer with the same key: the vendor recognizes it.
    let sent = send_noted(&inbox, &file).await?;
    println!("second run: sent, replay: {}", sent.is_replay);
    assert!(sent.is_replay);
    let messages = inbox.messages(&thread).into_vec().await?;
    let same = |message: &&Message| message.text.as_deref() == Some("The quote is ready.");
    assert_eq!(messages.iter().filter(same).count(), 1);
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
