//! The command line: commands, options and arguments.

use std::num::NonZeroU32;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use threadline::{Error, ProviderKind, ThreadId};

use crate::help;
use crate::output::Output;

/// The heading of the options that change something.
const CHANGES: &str = "Changes, at least one";

/// Close, reopen, assign and unassign threads on ContactShip and Inboxapp
#[derive(Debug, Parser)]
#[command(
    name = "threadline",
    version,
    about,
    long_about = help::ABOUT,
    after_help = help::SHORT,
    after_long_help = help::ROOT,
    arg_required_else_help = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    /// The format of results and errors
    #[arg(
        short,
        long,
        global = true,
        value_enum,
        value_name = "FORMAT",
        default_value = "table"
    )]
    pub(crate) output: Output,

    #[command(flatten)]
    pub(crate) call: CallArgs,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Close, reopen, assign or unassign a thread
    #[command(long_about = help::UPDATE_ABOUT, after_help = help::UPDATE)]
    Update(UpdateArgs),

    /// Show a thread
    #[command(after_help = help::GET)]
    Get(GetArgs),

    /// Show the request and the result of each kind of update, without an account
    #[command(long_about = help::DEMO_ABOUT, after_help = help::DEMO)]
    Demo,

    /// Emulate both vendors' APIs on this machine until Ctrl-C
    #[command(long_about = help::EMULATOR_ABOUT, after_help = help::EMULATOR)]
    Emulator(EmulatorArgs),

    /// Print a shell completion script
    #[command(after_help = help::COMPLETIONS)]
    Completions {
        /// The shell
        shell: Shell,
    },
}

impl Command {
    /// The name of the command.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Update(_) => "update",
            Self::Get(_) => "get",
            Self::Demo => "demo",
            Self::Emulator(_) => "emulator",
            Self::Completions { .. } => "completions",
        }
    }
}

/// Options of a call; before or after the name of the command.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct CallArgs {
    /// Call an emulator started for this command instead of the vendor; nothing is saved
    #[arg(long)]
    pub(crate) sandbox: bool,

    /// Print the HTTP request, without the credential, and send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Maximum number of attempts, including the first [default: 4]
    #[arg(long, value_name = "N")]
    pub(crate) attempts: Option<NonZeroU32>,

    /// Timeout of the whole call, including retries and waits [default: 120]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Option<Duration>,

    /// Allow a base URL with http:// on another machine, which sends the credential unencrypted
    #[arg(long)]
    pub(crate) allow_insecure_http: bool,
}

impl CallArgs {
    /// These options, completed by the others.
    pub(crate) fn or(&self, other: &Self) -> Self {
        Self {
            sandbox: self.sandbox || other.sandbox,
            dry_run: self.dry_run || other.dry_run,
            attempts: self.attempts.or(other.attempts),
            timeout: self.timeout.or(other.timeout),
            allow_insecure_http: self.allow_insecure_http || other.allow_insecure_http,
        }
    }

    /// The first option that is given and applies only to `get` and `update`.
    pub(crate) fn first_for_calls_only(&self) -> Option<&'static str> {
        [
            (self.dry_run, "--dry-run"),
            (self.attempts.is_some(), "--attempts"),
            (self.timeout.is_some(), "--timeout"),
            (self.allow_insecure_http, "--allow-insecure-http"),
        ]
        .into_iter()
        .find_map(|(is_given, option)| is_given.then_some(option))
    }
}

#[derive(Debug, Args)]
pub(crate) struct UpdateArgs {
    /// The thread: contactship:ID, inboxapp:ID (API v2) or inboxapp-v1:ID
    #[arg(value_name = "PROVIDER:ID")]
    pub(crate) thread: String,

    #[command(flatten)]
    pub(crate) status: StatusArgs,

    #[command(flatten)]
    pub(crate) assignee: AssigneeArgs,

    #[command(flatten)]
    pub(crate) call: CallArgs,
}

#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct StatusArgs {
    /// Close the thread (Inboxapp: archive it)
    #[arg(long, help_heading = CHANGES)]
    pub(crate) close: bool,

    /// Reopen the thread (Inboxapp: unarchive it)
    #[arg(long, help_heading = CHANGES)]
    pub(crate) reopen: bool,

    /// Set a custom status (ContactShip only)
    #[arg(long, help_heading = CHANGES, value_name = "WORD", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) status: Option<String>,
}

#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct AssigneeArgs {
    /// Assign the thread to user:ID, or to agent:ID for an AI agent (ContactShip only)
    #[arg(long, help_heading = CHANGES, value_name = "KIND:ID")]
    pub(crate) assign: Option<String>,

    /// Unassign the thread (Inboxapp v2 then shows the contact's default assignee)
    #[arg(long, help_heading = CHANGES)]
    pub(crate) unassign: bool,
}

#[derive(Debug, Args)]
pub(crate) struct GetArgs {
    /// The thread: contactship:ID, inboxapp:ID (API v2) or inboxapp-v1:ID
    #[arg(value_name = "PROVIDER:ID")]
    pub(crate) thread: String,

    #[command(flatten)]
    pub(crate) call: CallArgs,
}

#[derive(Debug, Args)]
pub(crate) struct EmulatorArgs {
    /// Port of ContactShip's API; 0 selects a free port
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(crate) port_contactship: u16,

    /// Port of Inboxapp's API v1; 0 selects a free port
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(crate) port_inboxapp_v1: u16,

    /// Port of Inboxapp's API v2; 0 selects a free port
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(crate) port_inboxapp: u16,

    /// The API key and token to accept. It is printed, so do not use a real one
    #[arg(long, value_name = "WORD", default_value = threadline_emulator::Emulator::CREDENTIAL)]
    pub(crate) credential: String,
}

/// A thread as it is named on the command line: `PROVIDER:ID`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ThreadName {
    /// The provider.
    pub(crate) provider: ProviderKind,
    /// The thread's id there.
    pub(crate) id: ThreadId,
}

impl ThreadName {
    /// Parses `PROVIDER:ID`. The id is everything after the first colon.
    pub(crate) fn parse(text: &str, operation: &'static str) -> Result<Self, Error> {
        let invalid = |message: String| Error::invalid_request("", operation, message);
        let known = ProviderKind::ALL.map(|kind| kind.to_string()).join(", ");
        let Some((name, id)) = text.split_once(':') else {
            return Err(invalid(format!(
                "{text:?} is not a thread: expected PROVIDER:ID, where PROVIDER is one of {known}"
            )));
        };
        let mut kinds = ProviderKind::ALL.into_iter();
        let Some(provider) = kinds.find(|kind| kind.as_str() == name) else {
            return Err(invalid(format!(
                "unknown provider {name:?}: expected one of {known}"
            )));
        };
        let id = ThreadId::new(id)
            .map_err(|error| error.with_provider(&provider).with_operation(operation))?;
        Ok(Self { provider, id })
    }
}

/// A number of seconds above zero, such as `30` or `0.5`.
fn seconds(text: &str) -> Result<Duration, String> {
    let duration = text
        .parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|duration| !duration.is_zero());
    duration.ok_or_else(|| "expected a number of seconds above zero, such as 30 or 0.5".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn seconds_are_above_zero() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        assert_eq!(seconds("30"), Ok(Duration::from_secs(30)));
        for text in ["0", "-1", "NaN", "inf", "1e300", "", "1s"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn options_before_and_after_the_command_are_combined() {
        let line = "threadline --attempts 2 --dry-run get --attempts 3 --sandbox contactship:a";
        let cli = Cli::try_parse_from(line.split(' ')).unwrap();
        let Command::Get(get) = &cli.command else {
            panic!("{:?}", cli.command);
        };
        let call = get.call.or(&cli.call);
        assert!(call.sandbox && call.dry_run);
        assert_eq!(call.attempts, NonZeroU32::new(3));
        assert_eq!(call.first_for_calls_only(), Some("--dry-run"));
        assert_eq!(CallArgs::default().first_for_calls_only(), None);
    }

    #[test]
    fn an_id_may_hold_anything_after_the_first_colon() {
        let thread = ThreadName::parse("inboxapp:a:b/c é", "get_thread").unwrap();
        assert_eq!(
            (thread.provider, thread.id.as_str()),
            (ProviderKind::InboxappV2, "a:b/c é")
        );
    }

    #[test]
    fn an_invalid_thread_is_quoted_in_the_error() {
        for (text, words) in [
            ("thr-1", "\"thr-1\" is not a thread"),
            ("", "\"\" is not a thread"),
            (
                "outbox:thr-1",
                "unknown provider \"outbox\": expected one of contactship, inboxapp,",
            ),
            (":thr-1", "unknown provider \"\""),
            ("ContactShip:thr-1", "unknown provider \"ContactShip\""),
            ("contactship:", "\"\" is empty"),
            ("contactship:.", "\".\" would change the path"),
            ("inboxapp:..", "\"..\" would change the path"),
            ("inboxapp:a\nb", "contains a control character"),
        ] {
            let error = ThreadName::parse(text, "get_thread").unwrap_err();
            assert!(error.message().contains(words), "{error}");
            assert_eq!(error.operation(), Some("get_thread"));
        }
    }
}
