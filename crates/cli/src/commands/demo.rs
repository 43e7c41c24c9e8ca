//! `threadline demo`

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use threadline::{
    Assignee, Capability, Direction, ErrorKind, Message, MessageQuery, NewMessage, ProviderKind,
    Thread, ThreadId, ThreadProvider, ThreadProviderExt as _, ThreadQuery, ThreadUpdate,
};
use threadline_emulator::{Emulator, ReceivedRequest};

use crate::context::emulator_config;
use crate::failure::Failure;
use crate::output::{Printer, json, table};

const HEAD: &str = "\
A day of an inbox, on an emulator in this process: find a thread, read it, answer, assign and close
it. Each step shows the requests that threadline sends, and what it returns. Nothing is sent to
another machine.
";

const FOOT: &str = "
For threads of your own: threadline --help
";

const ANSWER: &str = "Thank you for your patience. Ana will call you today.";

/// A step of the demo.
#[derive(Clone, Copy, Debug)]
enum Step {
    Find,
    Read,
    Answer,
    Assign,
    Close,
    Reopen,
    Unassign,
}

/// What a step returned: its JSON, and how it is shown.
type Outcome = (Box<RawValue>, Vec<String>);

impl Step {
    const ALL: [Self; 7] = [
        Self::Find,
        Self::Read,
        Self::Answer,
        Self::Assign,
        Self::Close,
        Self::Reopen,
        Self::Unassign,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Find => "find",
            Self::Read => "read",
            Self::Answer => "answer",
            Self::Assign => "assign",
            Self::Close => "close",
            Self::Reopen => "reopen",
            Self::Unassign => "unassign",
        }
    }

    /// Whether a provider can do it.
    fn is_possible(self, inbox: &dyn ThreadProvider) -> bool {
        inbox.capabilities().has(match self {
            Self::Find => Capability::ListThreads,
            Self::Read => Capability::ListMessages,
            Self::Answer => Capability::SendMessage,
            Self::Assign | Self::Close | Self::Reopen | Self::Unassign => Capability::UpdateThread,
        })
    }

    async fn run(self, inbox: &dyn ThreadProvider, id: &ThreadId) -> Result<Outcome, Failure> {
        match self {
            Self::Find => {
                let threads = inbox.threads(&ThreadQuery::open().limit(3));
                let threads = threads.into_vec().await?;
                Ok((raw(&threads)?, threads.iter().map(summary).collect()))
            }
            Self::Read => {
                let messages = inbox.messages(MessageQuery::new(id.clone()).limit(3));
                let messages = messages.into_vec().await?;
                // As one reads: the newest last.
                Ok((raw(&messages)?, messages.iter().rev().map(quote).collect()))
            }
            Self::Answer => {
                let message = NewMessage::to_thread(id.clone()).text(ANSWER);
                let sent = inbox.send_message(&message).await?;
                let id = sent.id.as_ref().map_or("without an id", |id| id.as_str());
                Ok((raw(&sent)?, vec![format!("sent: message {id}")]))
            }
            Self::Assign | Self::Close | Self::Reopen | Self::Unassign => {
                let thread = inbox.update_thread(id, &self.update(inbox)).await?;
                let assignee = table::assignee(thread.assignee.as_ref());
                let mut line = format!("{}, {assignee}", thread.status);
                if matches!(self, Self::Unassign) && thread.assignee.is_some() {
                    line += " (the default assignee of the contact)";
                }
                Ok((raw(&thread)?, vec![line]))
            }
        }
    }

    fn update(self, inbox: &dyn ThreadProvider) -> ThreadUpdate {
        let update = ThreadUpdate::new();
        let capabilities = inbox.capabilities();
        match self {
            Self::Close => update.close(),
            Self::Reopen => update.reopen(),
            Self::Assign if capabilities.has(Capability::UpdateThreadAssignAgent) => update.assign(
                Assignee::agent("agent-a1b2c3d4-e5f6-7890-abcd-ef1234567890"),
            ),
            Self::Assign => update.assign(Assignee::user("mrzxa3c7tgnkejvsv1ibc5qb")),
            _ => update.unassign(),
        }
    }
}

fn raw(value: &impl Serialize) -> Result<Box<RawValue>, Failure> {
    to_raw_value(value).map_err(|error| Failure::output(&error.into()))
}

/// A thread on one line.
fn summary(thread: &Thread) -> String {
    let name = thread
        .contact
        .as_ref()
        .and_then(|contact| contact.name.as_deref());
    let preview = thread.last_message.as_ref();
    let preview = preview.and_then(|message| message.preview.as_deref());
    format!(
        "{}  {}: {}",
        thread.id,
        name.unwrap_or("(without a name)"),
        preview.unwrap_or("(without a message)")
    )
}

/// A message on one line.
fn quote(message: &Message) -> String {
    let who = match &message.direction {
        Some(direction) if *direction == Direction::Inbound => "customer",
        Some(direction) if *direction == Direction::Outbound => "us",
        _ => "unknown",
    };
    format!("{who}: {}", message.text.as_deref().unwrap_or_default())
}

/// A step with its requests and its result, for JSON output.
#[derive(Debug, Serialize)]
struct StepOutput {
    provider: ProviderKind,
    step: &'static str,
    requests: Vec<RequestOutput>,
    result: Box<RawValue>,
}

/// A request as the emulator received it.
#[derive(Debug, Serialize)]
struct RequestOutput {
    line: String,
    method: String,
    path: String,
    body: Option<Box<RawValue>>,
}

impl From<&ReceivedRequest> for RequestOutput {
    fn from(request: &ReceivedRequest) -> Self {
        Self {
            line: request.request_line(),
            body: json::raw(&request.body),
            method: request.method.clone(),
            path: request.path.clone(),
        }
    }
}

/// Runs every step on every provider.
pub(crate) async fn run(printer: &Printer) -> Result<(), Failure> {
    printer.check_no_members("demo")?;
    let emulator = Emulator::start().await?;
    let mut steps = Vec::new();
    let show = |text: &str| -> Result<(), Failure> {
        if !printer.is_json() {
            printer.result(text)?;
        }
        Ok(())
    };
    show(HEAD)?;
    for kind in Emulator::PROVIDERS {
        let inbox = kind.connect(emulator_config(&emulator, &kind)?)?;
        let id = thread(&*inbox, &emulator).await?;
        let mut seen = emulator.requests().len();
        let heading = format!("{}, {kind}:{id}", kind.title());
        let underline = "=".repeat(heading.chars().count());
        show(&format!("\n{heading}\n{underline}\n"))?;
        for step in Step::ALL
            .into_iter()
            .filter(|step| step.is_possible(&*inbox))
        {
            let (result, lines) = step.run(&*inbox, &id).await?;
            let received = emulator.requests();
            let requests = received.get(seen..).unwrap_or_default();
            seen = received.len();
            if requests.is_empty() {
                return Err(Failure::emulator("the emulator received no request"));
            }
            show(&step_table(step, requests, &lines))?;
            steps.push(StepOutput {
                provider: kind.clone(),
                step: step.name(),
                requests: requests.iter().map(RequestOutput::from).collect(),
                result,
            });
        }
    }
    show(FOOT)?;
    if printer.is_json() {
        printer.json(&steps)?;
    }
    Ok(())
}

/// A thread whose customer has written last, if the provider can find one.
async fn thread(inbox: &dyn ThreadProvider, emulator: &Emulator) -> Result<ThreadId, Failure> {
    let found = inbox
        .threads(&ThreadQuery::open().limit(20))
        .into_vec()
        .await;
    let threads = match found {
        Err(error) if error.kind() == ErrorKind::Unsupported => Vec::new(),
        found => found?,
    };
    let waits = |thread: &&Thread| {
        let last = thread.last_message.as_ref();
        let direction = last.and_then(|message| message.direction.as_ref());
        direction.is_some_and(|direction| *direction == Direction::Inbound)
    };
    if let Some(thread) = threads.iter().find(waits) {
        return Ok(thread.id.clone());
    }
    let ids = emulator.thread_ids(inbox.kind());
    Ok(ThreadId::new(ids.into_iter().next().unwrap_or_default())?)
}

/// The requests and the result of a step.
fn step_table(step: Step, requests: &[ReceivedRequest], lines: &[String]) -> String {
    let mut rows = Vec::new();
    for request in requests {
        rows.push(("  request", request.request_line()));
        rows.push(("", request.body_text().into_owned()));
    }
    rows.retain(|(label, text)| !label.is_empty() || !text.is_empty());
    let labels = std::iter::once("  result").chain(std::iter::repeat(""));
    rows.extend(labels.zip(lines.iter().cloned()));
    let rows: Vec<_> = rows
        .iter()
        .map(|(label, text)| (*label, text.as_str()))
        .collect();
    format!("\n{}\n{}", step.name(), table::rows(&rows))
}
