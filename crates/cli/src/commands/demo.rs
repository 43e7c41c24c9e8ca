//! `threadline demo`

use std::iter;

use serde::Serialize;
use serde_json::value::RawValue;
use threadline::{Assignee, Thread, ThreadId, ThreadProvider, ThreadUpdate};
use threadline_emulator::{Provider, ReceivedRequest};

use crate::environment;
use crate::failure::Failure;
use crate::output::json::ThreadOutput;
use crate::output::{self, Output, json, table};
use crate::sandbox::Sandbox;

const HEAD: &str = "\
What threadline sends and what comes back, on an emulator in this process.
Nothing leaves this machine.
";

const FOOT: &str = "
On your own threads: threadline update --help
";

/// Something that is done to a thread.
#[derive(Clone, Copy, Debug)]
enum Step {
    Close,
    Reopen,
    Assign,
    Unassign,
}

impl Step {
    const ALL: [Self; 4] = [Self::Close, Self::Reopen, Self::Assign, Self::Unassign];

    const fn name(self) -> &'static str {
        match self {
            Self::Close => "close",
            Self::Reopen => "reopen",
            Self::Assign => "assign",
            Self::Unassign => "unassign",
        }
    }

    fn update(self, provider: Provider) -> ThreadUpdate {
        let update = ThreadUpdate::new();
        match self {
            Self::Close => update.close(),
            Self::Reopen => update.reopen(),
            Self::Assign => update.assign(somebody(provider)),
            Self::Unassign => update.unassign(),
        }
    }
}

/// Who is put in charge.
fn somebody(provider: Provider) -> Assignee {
    match provider {
        Provider::ContactShip => Assignee::agent("agent-a1b2c3d4-e5f6-7890-abcd-ef1234567890"),
        _ => Assignee::user("mrzxa3c7tgnkejvsv1ibc5qb"),
    }
}

/// A step that was taken.
#[derive(Debug, Serialize)]
struct Taken {
    provider: &'static str,
    step: &'static str,
    request: Sent,
    thread: ThreadOutput,
}

/// A request as the emulator received it.
#[derive(Debug, Serialize)]
struct Sent {
    line: String,
    method: String,
    path: String,
    body: Option<Box<RawValue>>,
}

impl From<ReceivedRequest> for Sent {
    fn from(request: ReceivedRequest) -> Self {
        Self {
            line: request.request_line(),
            body: json::raw(&request.body),
            method: request.method,
            path: request.path,
        }
    }
}

/// Takes every step on every API.
pub(crate) async fn run(output: Output) -> Result<(), Failure> {
    let sandbox = Sandbox::start().await?;
    let mut all_taken = Vec::new();
    say(output, HEAD)?;
    for provider in Provider::ALL {
        let inbox = sandbox.builder(provider)?.build()?;
        let id = ThreadId::new(first_thread(&sandbox, provider))?;
        let heading = format!("{}, {provider}:{id}", environment::of(provider).title);
        say(
            output,
            &format!("\n{heading}\n{}\n", "=".repeat(heading.chars().count())),
        )?;
        for step in Step::ALL {
            let (request, thread) = take(step, &sandbox, provider, &*inbox, &id).await?;
            say(output, &told(step, &request, &thread))?;
            all_taken.push(Taken {
                provider: provider.as_str(),
                step: step.name(),
                request: Sent::from(request),
                thread: ThreadOutput::from(&thread),
            });
        }
    }
    match output {
        Output::Json => output::print(&json::line(&all_taken)),
        Output::Table => output::print(FOOT),
    }
}

fn say(output: Output, text: &str) -> Result<(), Failure> {
    match output {
        Output::Json => Ok(()),
        Output::Table => output::print(text),
    }
}

fn first_thread(sandbox: &Sandbox, provider: Provider) -> String {
    sandbox
        .emulator()
        .thread_ids(provider)
        .into_iter()
        .next()
        .unwrap_or_default()
}

/// Takes a step: the request that the emulator received, and the thread that came back.
async fn take(
    step: Step,
    sandbox: &Sandbox,
    provider: Provider,
    inbox: &dyn ThreadProvider,
    id: &ThreadId,
) -> Result<(ReceivedRequest, Thread), Failure> {
    let thread = inbox.update_thread(id, &step.update(provider)).await?;
    match sandbox.emulator().requests().pop() {
        Some(request) => Ok((request, thread)),
        None => Err(Failure::emulator("the emulator received nothing")),
    }
}

/// A step as it is told to people.
fn told(step: Step, request: &ReceivedRequest, thread: &Thread) -> String {
    let (line, body) = (request.request_line(), request.body_text());
    let came_back = table::thread(thread);
    let mut rows = vec![("  sent", line.as_str()), ("", &*body)];
    let names = iter::once("  came back").chain(iter::repeat(""));
    rows.extend(names.zip(came_back.lines()));
    if matches!(step, Step::Unassign) && thread.assignee.is_some() {
        rows.push(("", "(the default assignee of the contact)"));
    }
    format!("\n{}\n{}", step.name(), table::rows(&rows))
}
