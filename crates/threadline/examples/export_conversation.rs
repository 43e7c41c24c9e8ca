//! Exports a conversation as JSON lines, a page at a time, so that it can go on after a stop.
#![allow(clippy::print_stdout, reason = "an example")]

use std::io::Write;

use threadline::prelude::*;
use threadline::{Config, Credential};

type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// Writes the next page of a conversation, oldest message first, and returns where the one after it
/// starts. Store the cursor together with what was written.
async fn export_page(
    inbox: &dyn ThreadProvider,
    thread: &ThreadId,
    cursor: Option<Cursor>,
    output: &mut impl Write,
) -> Result<Option<Cursor>> {
    let query = MessageQuery::new(thread).order(Order::OldestFirst);
    let page = inbox
        .list_messages(&query, &PageRequest::new().after(cursor))
        .await?;
    for message in &page.items {
        // The line has the vendor's own message, too, and can be read back as a `Message`.
        serde_json::to_writer(&mut *output, message)?;
        output.write_all(b"\n")?;
    }
    Ok(page.next)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    // Here against an emulator; with a real token, `InboxappV2::from_env()?`.
    let emulator = threadline_emulator::Emulator::start().await?;
    let token = Credential::new(threadline_emulator::Emulator::CREDENTIAL)?;
    let config = Config::new()
        .credential(token)
        .base_url(emulator.inboxapp_url());
    let inbox = InboxappV2::with_config(config)?;
    let threads = inbox
        .threads(&ThreadQuery::open().limit(1))
        .into_vec()
        .await?;
    let thread = threads.first().ok_or("the inbox is empty")?.id.clone();

    let mut output = Vec::new();
    let mut stored: Option<String> = None;
    loop {
        // Text: it could have been read from a file by another process.
        let cursor = stored.take().map(Cursor::new).transpose()?;
        match export_page(&inbox, &thread, cursor, &mut output).await? {
            Some(next) => stored = Some(next.to_string()),
            None => break,
        }
    }
    let lines = String::from_utf8(output)?;
    println!("{} messages", lines.lines().count());
    for line in lines.lines() {
        let message: Message = serde_json::from_str(line)?;
        assert_eq!(message.thread_id.as_ref(), Some(&thread));
    }
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
