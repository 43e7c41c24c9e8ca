//! `threadline assignees`

use clap::Args;
use clap_complete::ArgValueCompleter;
use threadline::{AssigneeKind, Person, ProviderKind, ThreadProviderExt as _};

use crate::args::CallArgs;
use crate::commands::list;
use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{self, Row};
use crate::watch::Watch;
use crate::{complete, target};

pub(crate) const HELP: &str = "\
Examples:
  threadline assignees inboxapp
  threadline assignees contactship --output json
  threadline assignees inboxapp --sandbox

ContactShip lists its AI agents only; the ids of its users are in its dashboard.";

#[derive(Debug, Args)]
pub(crate) struct AssigneesArgs {
    /// The provider: contactship, inboxapp (API v2) or inboxapp-v1; may be left out with --profile
    #[arg(value_name = "PROVIDER", add = ArgValueCompleter::new(complete::providers))]
    provider: Option<String>,

    #[command(flatten)]
    pub(crate) call: CallArgs,
}

/// Lists the people and agents that threads can be assigned to.
pub(crate) async fn run(args: &AssigneesArgs, mut context: Context) -> Result<(), Failure> {
    let kind = target::provider_or_profile(args.provider.as_deref(), context.profile.as_ref())?;
    let sample = Person::new(AssigneeKind::User, "sample");
    context.printer.check_members(&sample)?;
    context.connect(&kind).await?;
    let watch = context.reading();
    let outcome = print(&kind, &watch, &mut context).await;
    context.warn_of_sunset();
    outcome.or_else(|failure| context.end(&kind, failure))
}

async fn print(kind: &ProviderKind, watch: &Watch, context: &mut Context) -> Result<(), Failure> {
    let inbox = context.watched(kind, watch)?;
    listing::print(inbox.assignees(), usize::MAX, watch, context).await
}

impl Row for Person {
    const HEADINGS: &[&str] = &["ASSIGNEE", "NAME", "E-MAIL"];

    fn values(&self) -> Vec<String> {
        vec![
            format!("{}:{}", self.kind, self.id),
            list::text(self.name.as_ref()),
            list::text(self.email.as_ref()),
        ]
    }
}
