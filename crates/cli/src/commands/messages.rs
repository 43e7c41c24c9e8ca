//! `threadline messages`

use clap::{Args, ValueHint};
use clap_complete::ArgValueCompleter;
use threadline::{
    Author, Direction, Message, MessageId, MessageQuery, Order, ThreadProviderExt as _,
};

use crate::args::CallArgs;
use crate::commands::list::{self, OrderName};
use crate::complete;
use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{self, Row};
use crate::target::ThreadTarget;
use crate::watch::Watch;

pub(crate) const HELP: &str = "\
Examples:
  threadline messages inboxapp:xno8e38g3vtwvxrf8gvzko0f
  threadline messages inboxapp:xno8e38g3vtwvxrf8gvzko0f --order oldest --limit 1000 --output json
  threadline messages inboxapp:xno8e38g3vtwvxrf8gvzko0f --json sent_at,direction,text
  threadline messages --sandbox inboxapp:xno8e38g3vtwvxrf8gvzko0f";

#[derive(Debug, Args)]
pub(crate) struct MessagesArgs {
    /// The thread: contactship:ID, inboxapp:ID (API v2) or inboxapp-v1:ID
    #[arg(value_name = "PROVIDER:ID", add = ArgValueCompleter::new(complete::provider_prefixes))]
    thread: String,

    /// The order by time [default: newest first, if the provider can]
    #[arg(long, value_enum)]
    order: Option<OrderName>,

    /// How many messages to show at most
    #[arg(long, value_name = "N", default_value_t = 30, value_hint = ValueHint::Other)]
    limit: usize,

    #[command(flatten)]
    pub(crate) call: CallArgs,
}

/// Prints the messages of a thread.
pub(crate) async fn run(args: &MessagesArgs, mut context: Context) -> Result<(), Failure> {
    let thread = ThreadTarget::parse(&args.thread, context.profile.as_ref())?;
    let sample = Message::new(thread.provider.clone(), MessageId::new("sample")?);
    context.printer.check_members(&sample)?;
    context.connect(&thread.provider).await?;
    let watch = context.reading();
    let outcome = print(args, &thread, &watch, &mut context).await;
    context.warn_of_sunset();
    outcome.or_else(|failure| context.end(&thread.provider, failure.of(thread.to_string())))
}

async fn print(
    args: &MessagesArgs,
    thread: &ThreadTarget,
    watch: &Watch,
    context: &mut Context,
) -> Result<(), Failure> {
    let mut query = MessageQuery::new(thread.id.clone()).limit(args.limit);
    query.order = args.order.map(Order::from);
    let inbox = context.watched(&thread.provider, watch)?;
    listing::print(inbox.messages(query), args.limit, watch, context).await
}

impl Row for Message {
    const HEADINGS: &[&str] = &["TIME", "FROM", "TEXT", "ID"];
    const WIDE_ONLY: &[usize] = &[3];
    const WRAPS: bool = true;

    fn values(&self) -> Vec<String> {
        vec![
            list::text(self.sent_at.as_ref()),
            from(self),
            content(self),
            self.id.to_string(),
        ]
    }
}

/// Whose message it is.
fn from(message: &Message) -> String {
    let author = |author: &Author| match &author.id {
        Some(id) => format!("{}:{id}", author.kind),
        None => author.kind.to_string(),
    };
    let known = message.author.as_ref().map(author);
    known.unwrap_or_else(|| match &message.direction {
        Some(direction) if *direction == Direction::Inbound => "contact".to_owned(),
        Some(direction) => direction.to_string(),
        None => String::new(),
    })
}

/// What it says, with a word for what is no text.
fn content(message: &Message) -> String {
    let mut words = Vec::new();
    if message.deleted_at.is_some() {
        words.push("[deleted]".to_owned());
    }
    words.extend(message.text.clone());
    for attachment in &message.attachments {
        let name = attachment.file_name.as_ref().or(attachment.url.as_ref());
        words.push(match name {
            Some(name) => format!("[{} {name}]", attachment.kind),
            None => format!("[{}]", attachment.kind),
        });
    }
    if message.is_edited == Some(true) {
        words.push("(edited)".to_owned());
    }
    words.extend(
        message
            .reactions
            .iter()
            .map(|reaction| reaction.emoji.clone()),
    );
    words.join(" ")
}
