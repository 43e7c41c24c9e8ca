//! `threadline list`

use std::time::SystemTime;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum, ValueHint};
use clap_complete::ArgValueCompleter;
use threadline::{
    Channel, ContactId, Folder, Identity, Order, ProviderKind, Thread, ThreadId,
    ThreadProviderExt as _, ThreadQuery, ThreadStatus,
};

use crate::args::CallArgs;
use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{self, Row};
use crate::output::{Printer, table};
use crate::watch::Watch;
use crate::{assignee, complete, target};

pub(crate) const HELP: &str = "\
Examples:
  threadline list inboxapp --status open --unassigned
  threadline list inboxapp --folder awaiting-reply --active-before 14d --filter-locally
  threadline list inboxapp --assigned-to orders@team.example --output json
  threadline list inboxapp --username granitetextiles --channel x
  threadline list inboxapp --status open | threadline close -
  threadline list inboxapp --sandbox

A filter that the provider lacks is refused by name; --filter-locally applies it on this machine.
ContactShip lists no threads: their ids come from its webhooks and from messages sent.";

/// The heading of the options that narrow the list.
const FILTERS: &str = "Filters";
/// The heading of the options that find the threads with a person.
const PERSON: &str = "Threads with a person, instead of filters";

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is an option")]
pub(crate) struct ListArgs {
    /// The provider: inboxapp (API v2) or inboxapp-v1; may be left out with --profile
    #[arg(value_name = "PROVIDER", add = ArgValueCompleter::new(complete::providers))]
    provider: Option<String>,

    /// Only open threads (on Inboxapp without message requests, see --folder) or only closed ones
    #[arg(long, value_enum, help_heading = FILTERS)]
    status: Option<Status>,

    /// Only the threads of this folder
    #[arg(long, value_enum, help_heading = FILTERS)]
    folder: Option<FolderName>,

    /// Only threads assigned to user:ID, agent:ID, or the person with this e-mail address or name
    #[arg(long, value_name = "ASSIGNEE", help_heading = FILTERS, add = ArgValueCompleter::new(complete::assignee_prefixes))]
    assigned_to: Option<String>,

    /// Only threads that are assigned to anyone
    #[arg(long, help_heading = FILTERS, conflicts_with = "assigned_to")]
    assigned: bool,

    /// Only threads that are not assigned
    #[arg(long, help_heading = FILTERS, conflicts_with_all = ["assigned_to", "assigned"])]
    unassigned: bool,

    /// Only the threads of this connected account
    #[arg(long, value_name = "ID", help_heading = FILTERS, value_hint = ValueHint::Other)]
    account: Option<String>,

    /// Only threads with the contact of this id
    #[arg(long, value_name = "ID", help_heading = FILTERS, value_hint = ValueHint::Other)]
    contact: Option<String>,

    /// Only threads with this tag
    #[arg(long, value_name = "TAG", help_heading = FILTERS, value_hint = ValueHint::Other)]
    tag: Option<String>,

    /// Only unread threads
    #[arg(long, help_heading = FILTERS)]
    unread: bool,

    /// Only read threads
    #[arg(long, help_heading = FILTERS, conflicts_with = "unread")]
    read: bool,

    /// Only threads in which this text occurs
    #[arg(long, value_name = "TEXT", help_heading = FILTERS, value_hint = ValueHint::Other)]
    text: Option<String>,

    /// Only threads without activity since: a date, a time, or an age such as 30d
    #[arg(long, value_name = "WHEN", value_parser = moment, help_heading = FILTERS, value_hint = ValueHint::Other)]
    active_before: Option<SystemTime>,

    /// Only threads with activity after: a date, a time, or an age such as 12h
    #[arg(long, value_name = "WHEN", value_parser = moment, help_heading = FILTERS, value_hint = ValueHint::Other)]
    active_after: Option<SystemTime>,

    /// Apply filters that the provider lacks on this machine, to the threads it lists
    #[arg(long, help_heading = FILTERS)]
    filter_locally: bool,

    /// The person's user name
    #[arg(long, value_name = "NAME", help_heading = PERSON, group = "person", value_hint = ValueHint::Other)]
    username: Option<String>,

    /// The person's id on the network
    #[arg(long, value_name = "ID", help_heading = PERSON, group = "person", value_hint = ValueHint::Other)]
    platform_id: Option<String>,

    /// The person's phone number
    #[arg(long, value_name = "NUMBER", help_heading = PERSON, group = "person", value_hint = ValueHint::Other)]
    phone: Option<String>,

    /// The network: whatsapp, instagram, x, linkedin, voice, or another that the provider names
    #[arg(long, value_name = "CHANNEL", value_parser = NonEmptyStringValueParser::new(), value_hint = ValueHint::Other)]
    channel: Option<String>,

    /// The order by last activity
    #[arg(long, value_enum)]
    order: Option<OrderName>,

    /// How many threads to list at most
    #[arg(long, value_name = "N", default_value_t = 30, value_hint = ValueHint::Other)]
    limit: usize,

    #[command(flatten)]
    pub(crate) call: CallArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Status {
    Open,
    Closed,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FolderName {
    Inbox,
    AwaitingReply,
    Requests,
    Closed,
}

impl From<FolderName> for Folder {
    fn from(name: FolderName) -> Self {
        match name {
            FolderName::Inbox => Self::Inbox,
            FolderName::AwaitingReply => Self::AwaitingReply,
            FolderName::Requests => Self::Requests,
            FolderName::Closed => Self::Closed,
        }
    }
}

/// An order by time.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum OrderName {
    Newest,
    Oldest,
}

impl From<OrderName> for Order {
    fn from(name: OrderName) -> Self {
        match name {
            OrderName::Newest => Self::NewestFirst,
            OrderName::Oldest => Self::OldestFirst,
        }
    }
}

/// Lists threads.
pub(crate) async fn run(args: &ListArgs, mut context: Context) -> Result<(), Failure> {
    let kind = target::provider_or_profile(args.provider.as_deref(), context.profile.as_ref())?;
    check_members(&context.printer, &kind)?;
    let person = args.person(&kind)?;
    context.connect(&kind).await?;
    let watch = context.reading();
    let outcome = match person {
        Some(person) => find(&person, &kind, &watch, &mut context).await,
        None => list(args, &kind, &watch, &mut context).await,
    };
    context.warn_of_sunset();
    outcome.or_else(|failure| context.end(&kind, failure))
}

/// Makes sure that a thread has the members that `--json` asks for.
pub(crate) fn check_members(printer: &Printer, kind: &ProviderKind) -> Result<(), Failure> {
    let id = ThreadId::new("sample")?;
    printer.check_members(&Thread::new(kind.clone(), id, ThreadStatus::Open))
}

async fn list(
    args: &ListArgs,
    kind: &ProviderKind,
    watch: &Watch,
    context: &mut Context,
) -> Result<(), Failure> {
    let query = args.query(kind, context).await?;
    let inbox = context.watched(kind, watch)?;
    listing::print(inbox.threads(&query), args.limit, watch, context).await
}

async fn find(
    person: &Identity,
    kind: &ProviderKind,
    watch: &Watch,
    context: &mut Context,
) -> Result<(), Failure> {
    let inbox = context.watched(kind, watch)?;
    let finding = inbox.find_threads(person);
    let threads = watch.run(&mut context.interrupt, finding).await?;
    listing::print_all(&threads, watch, &context.printer)
}

impl ListArgs {
    /// The person whose threads are asked for.
    fn person(&self, kind: &ProviderKind) -> Result<Option<Identity>, Failure> {
        let channel = || match &self.channel {
            Some(channel) => Channel::from(channel.as_str()),
            None if *kind == ProviderKind::ContactShip => Channel::WhatsApp,
            None => Channel::X,
        };
        let person = match (&self.username, &self.platform_id, &self.phone) {
            (Some(name), ..) => Identity::username(channel(), name),
            (_, Some(id), _) => Identity::platform_id(channel(), id),
            (.., Some(number)) => Identity::phone(channel(), number),
            _ => return Ok(None),
        };
        match self.first_filter() {
            Some(filter) => Err(Failure::usage(format!(
                "{filter} cannot be used with --username, --platform-id or --phone: all threads \
                 with the person are listed"
            ))),
            None => Ok(Some(person)),
        }
    }

    fn first_filter(&self) -> Option<&'static str> {
        [
            (self.status.is_some(), "--status"),
            (self.folder.is_some(), "--folder"),
            (self.assigned_to.is_some(), "--assigned-to"),
            (self.assigned, "--assigned"),
            (self.unassigned, "--unassigned"),
            (self.account.is_some(), "--account"),
            (self.contact.is_some(), "--contact"),
            (self.tag.is_some(), "--tag"),
            (self.unread, "--unread"),
            (self.read, "--read"),
            (self.text.is_some(), "--text"),
            (self.active_before.is_some(), "--active-before"),
            (self.active_after.is_some(), "--active-after"),
            (self.order.is_some(), "--order"),
        ]
        .into_iter()
        .find_map(|(is_given, option)| is_given.then_some(option))
    }

    async fn query(
        &self,
        kind: &ProviderKind,
        context: &mut Context,
    ) -> Result<ThreadQuery, Failure> {
        let mut query = ThreadQuery::new()
            .limit(self.limit)
            .filter_locally(self.filter_locally);
        query.status = self.status.map(|status| match status {
            Status::Open => ThreadStatus::Open,
            Status::Closed => ThreadStatus::Closed,
        });
        query.folder = self.folder.map(Folder::from);
        query.account_id.clone_from(&self.account);
        query.channel = self.channel.as_deref().map(Channel::from);
        query.contact_id = self
            .contact
            .as_deref()
            .map(ContactId::try_from)
            .transpose()?;
        query.tag.clone_from(&self.tag);
        query.unread = (self.unread || self.read).then_some(self.unread);
        query.text.clone_from(&self.text);
        query.last_activity_before = self.active_before;
        query.last_activity_after = self.active_after;
        query.order = self.order.map(Order::from);
        if self.assigned {
            query = query.assigned();
        }
        if self.unassigned {
            query = query.unassigned();
        }
        if let Some(reference) = &self.assigned_to {
            // What the provider cannot filter by is refused before anybody is looked up.
            let sample = query
                .clone()
                .assigned_to(threadline::Assignee::user("sample"));
            sample.split(kind, &context.provider(kind)?.capabilities())?;
            query = query.assigned_to(assignee::resolve(reference, kind, context).await?);
        }
        Ok(query)
    }
}

impl Row for Thread {
    const HEADINGS: &[&str] = &[
        "THREAD", "STATUS", "CHANNEL", "CONTACT", "ASSIGNEE", "ACTIVE", "MESSAGE",
    ];
    const WIDE_ONLY: &[usize] = &[2, 4];

    fn values(&self) -> Vec<String> {
        let contact = self.contact.as_ref().and_then(|contact| {
            let names = [&contact.name, &contact.handle].into_iter().flatten();
            let id = contact.id.as_ref().map(ToString::to_string);
            names.cloned().chain(id).next()
        });
        let last = self.last_message.as_ref();
        vec![
            format!("{}:{}", self.provider, self.id),
            self.status.to_string(),
            text(self.channel.as_ref()),
            contact.unwrap_or_default(),
            table::assignee(self.assignee.as_ref()),
            text(self.last_activity_at.as_ref()),
            text(last.and_then(|message| message.preview.as_ref())),
        ]
    }
}

/// A value as text; empty if there is none.
pub(crate) fn text(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

/// A moment: a date, a time in RFC 3339, or how long ago it was.
fn moment(text: &str) -> Result<SystemTime, String> {
    if let Ok(age) = humantime::parse_duration(text) {
        return SystemTime::now()
            .checked_sub(age)
            .filter(|moment| *moment > SystemTime::UNIX_EPOCH)
            .ok_or_else(|| format!("{text:?} is before 1970"));
    }
    let day = format!("{text}T00:00:00Z");
    humantime::parse_rfc3339_weak(text)
        .or_else(|_| humantime::parse_rfc3339_weak(&day))
        .map_err(|_| {
            "expected a date such as 2026-04-06, a time such as 2026-04-06T16:00:00Z, or an age such \
             as 30d or 12h"
                .to_owned()
        })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_moment_is_a_date_a_time_or_an_age() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        assert_eq!(moment("1970-01-02"), Ok(at(86_400)));
        assert_eq!(moment("1970-01-01T00:01:00Z"), Ok(at(60)));
        let before = moment("30d").unwrap();
        let age = SystemTime::now().duration_since(before).unwrap();
        assert_eq!(age.as_secs() / 86_400, 30);
        for text in ["", "yesterday", "2026-13-01", "30"] {
            assert!(moment(text).unwrap_err().contains("2026-04-06"), "{text}");
        }
        assert!(moment("999999999y").is_err());
    }
}
