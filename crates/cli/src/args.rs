//! What can be written on the command line.

use std::num::NonZeroU32;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::help;
use crate::output::Output;

/// What the options are called that say what to change.
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
    /// How results and errors are written
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

    /// Show what every kind of update sends and gives back, without an account
    #[command(long_about = help::DEMO_ABOUT, after_help = help::DEMO)]
    Demo,

    /// Run both vendors' APIs on this machine until Ctrl-C
    #[command(long_about = help::EMULATOR_ABOUT, after_help = help::EMULATOR)]
    Emulator(EmulatorArgs),

    /// Print a script that completes commands and options in a shell
    #[command(after_help = help::COMPLETIONS)]
    Completions {
        /// The shell it is for
        shell: Shell,
    },
}

impl Command {
    /// As it is written.
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

/// How a vendor is called; before or after the name of the command.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct CallArgs {
    /// Use an emulator started for this command: no account, no other machine, nothing kept
    #[arg(long)]
    pub(crate) sandbox: bool,

    /// Print the HTTP request, without the credential, and send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// How often a request is tried before giving up, the first time included [default: 4]
    #[arg(long, value_name = "N")]
    pub(crate) attempts: Option<NonZeroU32>,

    /// How long the command waits for the vendor, all attempts and pauses included [default: 120]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Option<Duration>,

    /// Send the credential unencrypted to a base URL with http:// on another machine
    #[arg(long)]
    pub(crate) allow_insecure_http: bool,
}

impl CallArgs {
    /// These, and for what is not given here, the others.
    pub(crate) fn or(&self, other: &Self) -> Self {
        Self {
            sandbox: self.sandbox || other.sandbox,
            dry_run: self.dry_run || other.dry_run,
            attempts: self.attempts.or(other.attempts),
            timeout: self.timeout.or(other.timeout),
            allow_insecure_http: self.allow_insecure_http || other.allow_insecure_http,
        }
    }

    /// An option that means nothing to a command that makes no single call.
    pub(crate) fn meaningless(&self) -> Option<&'static str> {
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

    /// Open the thread again
    #[arg(long, help_heading = CHANGES)]
    pub(crate) reopen: bool,

    /// Set a status of the vendor's own (ContactShip only)
    #[arg(long, help_heading = CHANGES, value_name = "WORD", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) status: Option<String>,
}

#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct AssigneeArgs {
    /// Put somebody in charge: user:ID, or agent:ID for an AI agent (ContactShip only)
    #[arg(long, help_heading = CHANGES, value_name = "KIND:ID")]
    pub(crate) assign: Option<String>,

    /// Put nobody in charge (Inboxapp v2 then names the contact's default assignee)
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
    /// The port of ContactShip's API; 0 takes any that is free
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(crate) port_contactship: u16,

    /// The port of Inboxapp's API v1; 0 takes any that is free
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(crate) port_inboxapp_v1: u16,

    /// The port of Inboxapp's API v2; 0 takes any that is free
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(crate) port_inboxapp: u16,

    /// The API key and token that is let in. It is printed: choose one that protects nothing
    #[arg(long, value_name = "WORD", default_value = threadline_emulator::Emulator::CREDENTIAL)]
    pub(crate) credential: String,
}

/// A number of seconds above zero, as in `30` or `0.5`.
fn seconds(text: &str) -> Result<Duration, String> {
    let duration = text
        .parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|duration| !duration.is_zero());
    duration.ok_or_else(|| "a number of seconds above zero is needed, as in 30 or 0.5".to_owned())
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
    fn options_before_and_after_the_command_add_up() {
        let line = "threadline --attempts 2 --dry-run get --attempts 3 --sandbox contactship:a";
        let cli = Cli::try_parse_from(line.split(' ')).unwrap();
        let Command::Get(get) = &cli.command else {
            panic!("{:?}", cli.command);
        };
        let call = get.call.or(&cli.call);
        assert!(call.sandbox && call.dry_run);
        assert_eq!(call.attempts, NonZeroU32::new(3));
        assert_eq!(call.meaningless(), Some("--dry-run"));
        assert_eq!(CallArgs::default().meaningless(), None);
    }
}
