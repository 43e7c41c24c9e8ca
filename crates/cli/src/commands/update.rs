//! `threadline update`, `close`, `reopen`, `assign` and `unassign`

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueHint};
use clap_complete::ArgValueCompleter;
use threadline::{ProviderKind, ThreadUpdate};

use crate::args::CallArgs;
use crate::bulk::{self, Many};
use crate::commands::list;
use crate::context::Context;
use crate::failure::Failure;
use crate::target::ThreadTarget;
use crate::{assignee, complete, target};

pub(crate) const CLOSE_HELP: &str = "\
Examples:
  threadline close inboxapp:xno8e38g3vtwvxrf8gvzko0f
  threadline list inboxapp --folder requests --limit 500 | threadline close -
  threadline close inboxapp:t-1 inboxapp:t-2 inboxapp-v1:t-3 --dry-run

Inboxapp calls it archiving.";

pub(crate) const REOPEN_HELP: &str = "\
Examples:
  threadline reopen inboxapp:xno8e38g3vtwvxrf8gvzko0f
  threadline reopen contactship:thr-b2c3d4e5-f6a7-8901-bcde-f12345678901";

pub(crate) const ASSIGN_ABOUT: &str = "\
Assign threads.

user:ID and agent:ID are taken as they are. An e-mail address or a name is looked up among the \
provider's assignees, once; if nobody or more than one matches, nothing is changed.";

pub(crate) const ASSIGN_HELP: &str = "\
Examples:
  threadline assign inboxapp:xno8e38g3vtwvxrf8gvzko0f --to orders@team.example
  threadline assign contactship:thr-b2c3d4e5-f6a7-8901-bcde-f12345678901 --to agent:agent-7
  threadline list inboxapp --unassigned | threadline assign - --to orders@team.example

See also: threadline assignees";

pub(crate) const UNASSIGN_HELP: &str = "\
Examples:
  threadline unassign inboxapp:xno8e38g3vtwvxrf8gvzko0f
  threadline list inboxapp --assigned-to orders@team.example | threadline unassign -

Inboxapp v2 then shows the contact's default assignee.";

pub(crate) const ABOUT: &str = "\
Change the status and the assignee of threads in one request each.

At least one change is needed. The updated thread is printed; of several threads, each has a line.";

pub(crate) const HELP: &str = "\
Examples:
  threadline update contactship:thr-b2c3d4e5-f6a7-8901-bcde-f12345678901 --status pending
  threadline update inboxapp:xno8e38g3vtwvxrf8gvzko0f --reopen --assign orders@team.example
  threadline update inboxapp-v1:w0v5kq1xz7m3c9dn2rj8htfp --close --unassign --output json
  threadline update contactship:thr-b2c3d4e5-f6a7-8901-bcde-f12345678901 --close --dry-run
  threadline update --sandbox contactship:thr-b2c3d4e5-f6a7-8901-bcde-f12345678901 --close";

/// The heading of the options that change something.
const CHANGES: &str = "Changes, at least one";

#[derive(Debug, Args)]
pub(crate) struct ThreadsArgs {
    /// The threads: contactship:ID, inboxapp:ID (API v2) or inboxapp-v1:ID; - reads them from standard input
    #[arg(value_name = "PROVIDER:ID", required = true, add = ArgValueCompleter::new(complete::provider_prefixes))]
    threads: Vec<String>,

    /// How many requests to send at the same time
    #[arg(long, value_name = "N", default_value_t = bulk::JOBS, value_hint = ValueHint::Other)]
    jobs: NonZeroUsize,

    #[command(flatten)]
    pub(crate) call: CallArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AssignArgs {
    #[command(flatten)]
    pub(crate) threads: ThreadsArgs,

    /// user:ID, agent:ID (ContactShip only), an e-mail address or a name
    #[arg(long, value_name = "ASSIGNEE", add = ArgValueCompleter::new(complete::assignee_prefixes))]
    to: String,
}

#[derive(Debug, Args)]
pub(crate) struct UpdateArgs {
    #[command(flatten)]
    pub(crate) threads: ThreadsArgs,

    #[command(flatten)]
    status: StatusArgs,

    #[command(flatten)]
    assignee: AssigneeArgs,
}

#[derive(Debug, Args)]
#[group(multiple = false)]
struct StatusArgs {
    /// Close the threads (Inboxapp: archive them)
    #[arg(long, help_heading = CHANGES)]
    close: bool,

    /// Reopen the threads (Inboxapp: unarchive them)
    #[arg(long, help_heading = CHANGES)]
    reopen: bool,

    /// Set a custom status (ContactShip only)
    #[arg(long, help_heading = CHANGES, value_name = "WORD", value_parser = NonEmptyStringValueParser::new(), value_hint = ValueHint::Other)]
    status: Option<String>,
}

#[derive(Debug, Args)]
#[group(multiple = false)]
struct AssigneeArgs {
    /// Assign the threads to user:ID, agent:ID (ContactShip only), or an e-mail address or a name
    #[arg(long, help_heading = CHANGES, value_name = "ASSIGNEE", add = ArgValueCompleter::new(complete::assignee_prefixes))]
    assign: Option<String>,

    /// Unassign the threads (Inboxapp v2 then shows the contact's default assignee)
    #[arg(long, help_heading = CHANGES)]
    unassign: bool,
}

/// Changes threads as the options ask.
pub(crate) async fn run(args: &UpdateArgs, context: Context) -> Result<(), Failure> {
    let StatusArgs {
        close,
        reopen,
        status,
    } = &args.status;
    let mut update = ThreadUpdate::new();
    if *close {
        update = update.close();
    }
    if *reopen {
        update = update.reopen();
    }
    if let Some(word) = status {
        update = update.status(word.as_str());
    }
    if args.assignee.unassign {
        update = update.unassign();
    }
    let assign = args.assignee.assign.as_deref();
    if update.is_empty() && assign.is_none() {
        return Err(Failure::usage(
            "nothing to update: give --close, --reopen or --status, and --assign or --unassign, at \
             least one of them",
        ));
    }
    update_all(&args.threads, update, assign, "updated", context).await
}

/// Closes threads.
pub(crate) async fn close(args: &ThreadsArgs, context: Context) -> Result<(), Failure> {
    update_all(args, ThreadUpdate::new().close(), None, "closed", context).await
}

/// Reopens threads.
pub(crate) async fn reopen(args: &ThreadsArgs, context: Context) -> Result<(), Failure> {
    update_all(
        args,
        ThreadUpdate::new().reopen(),
        None,
        "reopened",
        context,
    )
    .await
}

/// Assigns threads.
pub(crate) async fn assign(args: &AssignArgs, context: Context) -> Result<(), Failure> {
    let update = ThreadUpdate::new();
    update_all(&args.threads, update, Some(&args.to), "assigned", context).await
}

/// Removes the assignee of threads.
pub(crate) async fn unassign(args: &ThreadsArgs, context: Context) -> Result<(), Failure> {
    let update = ThreadUpdate::new().unassign();
    update_all(args, update, None, "unassigned", context).await
}

/// Makes sure that every thread can be updated in this way, and then updates them.
async fn update_all(
    args: &ThreadsArgs,
    update: ThreadUpdate,
    assign: Option<&str>,
    done: &'static str,
    mut context: Context,
) -> Result<(), Failure> {
    assign.map_or(Ok(()), assignee::check)?;
    let threads = target::threads(&args.threads, context.profile.as_ref())?;
    if let Some(thread) = threads.first() {
        list::check_members(&context.printer, &thread.provider)?;
    }
    let updates = prepare(&threads, &update, assign, &mut context).await?;
    let many = Many {
        threads,
        jobs: args.jobs,
        changes: true,
        done,
    };
    bulk::run(many, context, |inbox, thread: ThreadTarget| {
        let update = updates.get(&thread.provider).cloned();
        async move {
            let update = update.unwrap_or_default();
            inbox.update_thread(&thread.id, &update).await
        }
    })
    .await
}

/// The update of each provider, checked before anything is sent to any of them.
async fn prepare(
    threads: &[ThreadTarget],
    update: &ThreadUpdate,
    assign: Option<&str>,
    context: &mut Context,
) -> Result<BTreeMap<ProviderKind, ThreadUpdate>, Failure> {
    let mut updates = BTreeMap::new();
    for thread in threads {
        let kind = &thread.provider;
        if updates.contains_key(kind) {
            continue;
        }
        let inbox = context.connect(kind).await?;
        if !update.is_empty() {
            update.check(kind, &inbox.capabilities())?;
        }
        updates.insert(kind.clone(), update.clone());
    }
    if let Some(reference) = assign {
        for (kind, update) in &mut updates {
            let assignee = assignee::resolve(reference, kind, context).await?;
            *update = update.clone().assign(assignee);
            update.check(kind, &context.provider(kind)?.capabilities())?;
        }
    }
    Ok(updates)
}
