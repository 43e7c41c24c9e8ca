//! `threadline send`

use std::io::{self, Read as _};

use clap::{Args, ValueEnum, ValueHint};
use clap_complete::ArgValueCompleter;
use threadline::{
    Capability, Channel, ContactId, IdempotencyKey, KeyChoice, Media, MediaKind, MessageId,
    NewMessage, ProviderKind, SentMessage, Target, Template,
};

use crate::args::CallArgs;
use crate::complete;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::table;
use crate::target::{self, ThreadTarget};
use crate::watch::Watch;

pub(crate) const ABOUT: &str = "\
Send a message to a thread, a contact or a profile.

A send is repeated only if nothing can have been sent, or if the provider recognizes the repeat by \
its idempotency key (Inboxapp v2, where every send has one). If it is unknown whether the message \
was sent, the error says so and shows the key: give it with --idempotency-key to send the same \
message again without sending it twice.";

pub(crate) const HELP: &str = "\
Examples:
  threadline send inboxapp:xno8e38g3vtwvxrf8gvzko0f \"Thank you, Ana will answer you today.\"
  threadline send inboxapp:xno8e38g3vtwvxrf8gvzko0f - < answer.txt
  threadline send contactship:thr-1 --template order_update --language es --dry-run
  threadline send contactship:thr-1 --media https://a.example/b.png --media-kind image --dry-run
  threadline send inboxapp --account al-1 --to-contact c-1 \"Hello!\" --dry-run
  threadline send inboxapp:xno8e38g3vtwvxrf8gvzko0f \"Hello!\" --dry-run";

/// The name that stands for standard input.
const STDIN: &str = "-";
/// The heading of the options that name the recipient by contact or profile.
const WITHOUT_THREAD: &str = "To somebody without naming a thread";

#[derive(Debug, Args)]
pub(crate) struct SendArgs {
    /// The thread: contactship:ID, inboxapp:ID (API v2) or inboxapp-v1:ID; only the provider with --to-contact or --to-profile
    #[arg(value_name = "PROVIDER:ID", add = ArgValueCompleter::new(complete::provider_prefixes))]
    target: String,

    /// The text; - reads it from standard input
    #[arg(value_name = "TEXT", value_hint = ValueHint::Other)]
    text: Option<String>,

    /// Send this file, by its URL
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url, requires = "media_kind")]
    media: Option<String>,

    /// What the file is
    #[arg(long, value_enum, value_name = "KIND", requires = "media")]
    media_kind: Option<MediaName>,

    /// The name of the file, as the recipient sees it
    #[arg(long, value_name = "NAME", requires = "media", value_hint = ValueHint::Other)]
    file_name: Option<String>,

    /// Send this WhatsApp template (ContactShip only)
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    template: Option<String>,

    /// The language of the template, such as es
    #[arg(long, value_name = "CODE", requires = "template", value_hint = ValueHint::Other)]
    language: Option<String>,

    /// A value for the template's next placeholder; may be repeated
    #[arg(long, value_name = "VALUE", requires = "template", value_hint = ValueHint::Other)]
    parameter: Vec<String>,

    /// Quote this message
    #[arg(long, value_name = "ID", value_hint = ValueHint::Other)]
    reply_to: Option<String>,

    /// Send only once for this key, however often the command is repeated (Inboxapp v2 only)
    #[arg(long, value_name = "KEY", value_hint = ValueHint::Other)]
    idempotency_key: Option<String>,

    /// The contact
    #[arg(long, value_name = "ID", help_heading = WITHOUT_THREAD, requires = "account", value_hint = ValueHint::Other)]
    to_contact: Option<String>,

    /// The profile, by its id on the network
    #[arg(long, value_name = "ID", help_heading = WITHOUT_THREAD, requires = "account", conflicts_with = "to_contact", value_hint = ValueHint::Other)]
    to_profile: Option<String>,

    /// The network of the profile
    #[arg(long, value_name = "CHANNEL", help_heading = WITHOUT_THREAD, default_value = "x", value_hint = ValueHint::Other)]
    channel: String,

    /// The connected account that sends
    #[arg(long, value_name = "ID", help_heading = WITHOUT_THREAD, value_hint = ValueHint::Other)]
    account: Option<String>,

    #[command(flatten)]
    pub(crate) call: CallArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum MediaName {
    Image,
    Video,
    Audio,
    Document,
}

impl From<MediaName> for MediaKind {
    fn from(name: MediaName) -> Self {
        match name {
            MediaName::Image => Self::Image,
            MediaName::Video => Self::Video,
            MediaName::Audio => Self::Audio,
            MediaName::Document => Self::Document,
        }
    }
}

/// Sends a message.
pub(crate) async fn run(args: &SendArgs, mut context: Context) -> Result<(), Failure> {
    let (kind, target) = args.target(&context)?;
    context
        .printer
        .check_members(&SentMessage::new(kind.clone(), None))?;
    let mut message = args.message(target)?;
    let inbox = context.connect(&kind).await?;
    let capabilities = inbox.capabilities();
    if capabilities.has(Capability::SendMessageIdempotencyKey) && args.idempotency_key.is_none() {
        // Chosen here, so that it is known when the command is interrupted.
        message = message.idempotency_key(IdempotencyKey::generate());
    }
    message.check(&kind, &capabilities)?;
    let key = match &message.idempotency_key {
        KeyChoice::Own(key) => Some(key.clone()),
        _ => None,
    };
    let watch = context.changing();
    let inbox = context.watched(&kind, &watch)?;
    let sending = inbox.send_message(&message);
    let outcome = watch.run(&mut context.interrupt, sending).await;
    context.warn_of_sunset();
    match outcome {
        Ok(mut sent) => {
            // With a key of this command, only an attempt of its own can have been sent before.
            sent.is_replay &= args.idempotency_key.is_some();
            print(&sent, &watch, &context)
        }
        Err(failure) => context
            .end(&kind, failure.of(&args.target))
            .map_err(|failure| failure.with_key(key.as_ref())),
    }
}

fn print(sent: &SentMessage, watch: &Watch, context: &Context) -> Result<(), Failure> {
    let request_id = watch.request_id();
    if context.printer.is_json() {
        context.printer.call_json(sent, request_id.as_deref())?;
        return Ok(());
    }
    let outcome = if sent.is_replay {
        "sent before with the same key"
    } else {
        "sent"
    };
    let message = sent.id.as_ref().map(ToString::to_string);
    let thread = sent.thread_id.as_ref();
    let thread = thread.map(|id| format!("{}:{id}", sent.provider));
    let delivery = sent.delivery.as_ref().map(ToString::to_string);
    let key = sent.idempotency_key.as_ref().map(ToString::to_string);
    let known = [
        ("message", message),
        ("thread", thread),
        ("delivery", delivery),
        ("key", key),
        ("request id", request_id),
    ];
    let mut rows = vec![("result", outcome)];
    rows.extend(
        known
            .iter()
            .filter_map(|(name, value)| Some((*name, value.as_deref()?))),
    );
    context.printer.result(&table::rows(&rows))?;
    Ok(())
}

impl SendArgs {
    /// To whom the message goes.
    fn target(&self, context: &Context) -> Result<(ProviderKind, Target), Failure> {
        let profile = context.profile.as_ref();
        let account_id = self.account.clone().unwrap_or_default();
        let target = match (&self.to_contact, &self.to_profile) {
            (Some(id), _) => Target::Contact {
                account_id,
                contact_id: ContactId::try_from(id)?,
            },
            (None, Some(id)) => Target::Profile {
                account_id,
                channel: Channel::from(self.channel.as_str()),
                platform_id: id.clone(),
            },
            (None, None) => {
                let thread = ThreadTarget::parse(&self.target, profile)?;
                return Ok((thread.provider, Target::Thread(thread.id)));
            }
        };
        Ok((
            target::provider_or_profile(Some(&self.target), profile)?,
            target,
        ))
    }

    fn message(&self, target: Target) -> Result<NewMessage, Failure> {
        let mut message = NewMessage::new(target);
        if let Some(text) = &self.text {
            message = message.text(read_text(text)?);
        }
        if let (Some(url), Some(kind)) = (&self.media, self.media_kind) {
            let mut media = Media::url(kind.into(), url);
            media.file_name.clone_from(&self.file_name);
            message = message.media(media);
        }
        if let Some(name) = &self.template {
            let mut template = Template::new(name).parameters(&self.parameter);
            template.language.clone_from(&self.language);
            message = message.template(template);
        }
        if let Some(id) = &self.reply_to {
            message = message.reply_to(MessageId::try_from(id)?);
        }
        if let Some(key) = &self.idempotency_key {
            message = message.idempotency_key(IdempotencyKey::new(key)?);
        }
        Ok(message)
    }
}

/// The text, from standard input if it is `-`; the line end that an editor adds is not sent.
fn read_text(text: &str) -> Result<String, Failure> {
    if text != STDIN {
        return Ok(text.to_owned());
    }
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Failure::usage(format!("the text on standard input: {error}")))?;
    let end = text.trim_end_matches(['\r', '\n']).len();
    text.truncate(end);
    Ok(text)
}
