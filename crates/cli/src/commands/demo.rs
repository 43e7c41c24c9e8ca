//! `threadline demo`

use std::iter;

use serde::Serialize;
use serde_json::value::RawValue;
use threadline::{
    Assignee, Capability, ProviderKind, Thread, ThreadId, ThreadProvider, ThreadUpdate,
};
use threadline_emulator::{Emulator, ReceivedRequest};

use crate::connection::emulator_config;
use crate::failure::Failure;
use crate::output::{self, Output, json, table};

const HEAD: &str = "\
The requests that threadline sends and the threads it returns, on an emulator in this process.
Nothing is sent to another machine.
";

const FOOT: &str = "
For your own threads: threadline update --help
";

/// An update of the demo.
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

    fn update(self, inbox: &dyn ThreadProvider) -> ThreadUpdate {
        let update = ThreadUpdate::new();
        match self {
            Self::Close => update.close(),
            Self::Reopen => update.reopen(),
            Self::Assign
                if inbox
                    .capabilities()
                    .has(Capability::UpdateThreadAssignAgent) =>
            {
                update.assign(Assignee::agent(
                    "agent-a1b2c3d4-e5f6-7890-abcd-ef1234567890",
                ))
            }
            Self::Assign => update.assign(Assignee::user("mrzxa3c7tgnkejvsv1ibc5qb")),
            Self::Unassign => update.unassign(),
        }
    }
}

/// A step with its request and result, for JSON output.
#[derive(Debug, Serialize)]
struct StepOutput {
    provider: ProviderKind,
    step: &'static str,
    request: RequestOutput,
    thread: Thread,
}

/// A request as the emulator received it.
#[derive(Debug, Serialize)]
struct RequestOutput {
    line: String,
    method: String,
    path: String,
    body: Option<Box<RawValue>>,
}

impl From<ReceivedRequest> for RequestOutput {
    fn from(request: ReceivedRequest) -> Self {
        Self {
            line: request.request_line(),
            body: json::raw(&request.body),
            method: request.method,
            path: request.path,
        }
    }
}

/// Runs every step on every provider.
pub(crate) async fn run(output: Output) -> Result<(), Failure> {
    let emulator = Emulator::start().await?;
    let mut steps = Vec::new();
    print_if_table(output, HEAD)?;
    for kind in Emulator::PROVIDERS {
        let inbox = kind.connect(emulator_config(&emulator, &kind)?)?;
        let ids = emulator.thread_ids(&kind);
        let id = ThreadId::new(ids.into_iter().next().unwrap_or_default())?;
        let heading = format!("{}, {kind}:{id}", kind.title());
        let underline = "=".repeat(heading.chars().count());
        print_if_table(output, &format!("\n{heading}\n{underline}\n"))?;
        for step in Step::ALL {
            let thread = inbox.update_thread(&id, &step.update(&*inbox)).await?;
            let Some(request) = emulator.requests().pop() else {
                return Err(Failure::emulator("the emulator received no request"));
            };
            print_if_table(output, &step_table(step, &request, &thread))?;
            steps.push(StepOutput {
                provider: kind.clone(),
                step: step.name(),
                request: RequestOutput::from(request),
                thread,
            });
        }
    }
    match output {
        Output::Json => output::print(&json::line(&steps)?),
        Output::Table => output::print(FOOT),
    }
}

fn print_if_table(output: Output, text: &str) -> Result<(), Failure> {
    match output {
        Output::Json => Ok(()),
        Output::Table => output::print(text),
    }
}

/// The request and the resulting thread of a step.
fn step_table(step: Step, request: &ReceivedRequest, thread: &Thread) -> String {
    let (line, body) = (request.request_line(), request.body_text());
    let result = table::thread(thread, None);
    let mut rows = vec![("  request", line.as_str()), ("", &*body)];
    let names = iter::once("  result").chain(iter::repeat(""));
    rows.extend(names.zip(result.lines()));
    if matches!(step, Step::Unassign) && thread.assignee.is_some() {
        rows.push(("", "(the default assignee of the contact)"));
    }
    format!("\n{}\n{}", step.name(), table::rows(&rows))
}
