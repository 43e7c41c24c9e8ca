//! `threadline show`

use clap::Args;
use clap_complete::ArgValueCompleter;

use crate::args::CallArgs;
use crate::bulk::{self, Many};
use crate::commands::list;
use crate::complete;
use crate::context::Context;
use crate::failure::Failure;
use crate::target;

pub(crate) const HELP: &str = "\
Examples:
  threadline show contactship:thr-b2c3d4e5-f6a7-8901-bcde-f12345678901
  threadline show inboxapp:xno8e38g3vtwvxrf8gvzko0f inboxapp:p1xw0x614n2y55os79s0fv7y --output json
  threadline show inboxapp:xno8e38g3vtwvxrf8gvzko0f --json id,status,assignee
  threadline show --sandbox contactship:thr-b2c3d4e5-f6a7-8901-bcde-f12345678901";

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The threads: contactship:ID, inboxapp:ID (API v2) or inboxapp-v1:ID; - reads them from standard input
    #[arg(value_name = "PROVIDER:ID", required = true, add = ArgValueCompleter::new(complete::provider_prefixes))]
    threads: Vec<String>,

    /// How many requests to send at the same time
    #[arg(long, value_name = "N", default_value_t = bulk::JOBS)]
    jobs: std::num::NonZeroUsize,

    #[command(flatten)]
    pub(crate) call: CallArgs,
}

/// Prints threads.
pub(crate) async fn run(args: &ShowArgs, mut context: Context) -> Result<(), Failure> {
    let threads = target::threads(&args.threads, context.profile.as_ref())?;
    if let Some(thread) = threads.first() {
        list::check_members(&context.printer, &thread.provider)?;
    }
    for thread in &threads {
        context.connect(&thread.provider).await?;
    }
    let many = Many {
        threads,
        jobs: args.jobs,
        changes: false,
        done: "shown",
    };
    bulk::run(many, context, |inbox, thread| async move {
        inbox.get_thread(&thread.id).await
    })
    .await
}
