//! The command line: commands, and the options that several commands share.

use std::num::NonZeroU32;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueHint};
use clap_complete::ArgValueCompleter;

use crate::commands::{
    api, assignees, completions, config, contact, doctor, emulator, list, man, messages, send,
    show, update,
};
use crate::output::Output;
use crate::{complete, help};

/// The heading of the options that every command takes.
const GLOBAL: &str = "Options of all commands";

/// Work through conversation threads on ContactShip and Inboxapp
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
        default_value = "table",
        help_heading = GLOBAL
    )]
    pub(crate) output: Output,

    /// Print only these members of each result, as JSON: --json id,status,assignee
    #[arg(
        long,
        global = true,
        value_name = "MEMBERS",
        value_delimiter = ',',
        value_hint = ValueHint::Other,
        help_heading = GLOBAL
    )]
    pub(crate) json: Vec<String>,

    /// Take the provider, the credential and the base URL from this profile
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        env = "THREADLINE_PROFILE",
        hide_env = true,
        help_heading = GLOBAL,
        add = ArgValueCompleter::new(complete::profiles)
    )]
    pub(crate) profile: Option<String>,

    /// Show each request and the status of its response on standard error
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    pub(crate) verbose: bool,

    #[command(flatten)]
    pub(crate) call: CallArgs,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List threads, or find those with a person
    #[command(after_help = list::HELP)]
    List(list::ListArgs),

    /// Show threads
    #[command(visible_alias = "get", after_help = show::HELP)]
    Show(show::ShowArgs),

    /// Show the messages of a thread
    #[command(after_help = messages::HELP)]
    Messages(messages::MessagesArgs),

    /// Send a message
    #[command(long_about = send::ABOUT, after_help = send::HELP)]
    Send(send::SendArgs),

    /// Close threads
    #[command(after_help = update::CLOSE_HELP)]
    Close(update::ThreadsArgs),

    /// Reopen threads
    #[command(after_help = update::REOPEN_HELP)]
    Reopen(update::ThreadsArgs),

    /// Assign threads
    #[command(long_about = update::ASSIGN_ABOUT, after_help = update::ASSIGN_HELP)]
    Assign(update::AssignArgs),

    /// Remove the assignee of threads
    #[command(after_help = update::UNASSIGN_HELP)]
    Unassign(update::ThreadsArgs),

    /// Change the status and the assignee of threads in one request each
    #[command(long_about = update::ABOUT, after_help = update::HELP)]
    Update(update::UpdateArgs),

    /// Show or change a contact
    #[command(long_about = contact::ABOUT, after_help = contact::HELP)]
    Contact(contact::ContactArgs),

    /// List the people and agents that threads can be assigned to
    #[command(after_help = assignees::HELP)]
    Assignees(assignees::AssigneesArgs),

    /// List the providers and what each of them can do
    #[command(after_help = help::PROVIDERS)]
    Providers,

    /// Check credentials, connections, the clock and rate limits
    #[command(long_about = doctor::ABOUT, after_help = doctor::HELP)]
    Doctor(doctor::DoctorArgs),

    /// Call any operation of a vendor's API
    #[command(long_about = api::ABOUT, after_help = api::HELP)]
    Api(api::ApiArgs),

    /// Show the configuration file and its profiles
    #[command(long_about = config::ABOUT, after_help = config::HELP)]
    Config(config::ConfigArgs),

    /// Emulate both vendors' APIs on this machine until Ctrl-C
    #[command(long_about = emulator::ABOUT, after_help = emulator::HELP)]
    Emulator(emulator::EmulatorArgs),

    /// Work through an inbox on an emulator, without an account
    #[command(long_about = help::DEMO_ABOUT, after_help = help::DEMO)]
    Demo,

    /// Print a shell completion script
    #[command(after_help = completions::HELP)]
    Completions(completions::CompletionsArgs),

    /// Write manual pages
    #[command(after_help = man::HELP)]
    Man(man::ManArgs),
}

impl Command {
    /// The name of a command that makes no calls of its own choosing, and so takes no call options.
    pub(crate) const fn name_without_calls(&self) -> Option<&'static str> {
        match self {
            Self::Providers => Some("providers"),
            Self::Config(_) => Some("config"),
            Self::Emulator(_) => Some("emulator"),
            Self::Demo => Some("demo"),
            Self::Completions(_) => Some("completions"),
            Self::Man(_) => Some("man"),
            _ => None,
        }
    }

    /// The call options that stand after the name of the command.
    pub(crate) fn call(&self) -> CallArgs {
        match self {
            Self::List(args) => args.call.clone(),
            Self::Show(args) => args.call.clone(),
            Self::Messages(args) => args.call.clone(),
            Self::Send(args) => args.call.clone(),
            Self::Close(args) | Self::Reopen(args) | Self::Unassign(args) => args.call.clone(),
            Self::Assign(args) => args.threads.call.clone(),
            Self::Update(args) => args.threads.call.clone(),
            Self::Contact(args) => args.call.clone(),
            Self::Assignees(args) => args.call.clone(),
            Self::Doctor(args) => args.call.clone(),
            // Those of `api` stand before the operation, or after it with the parameters.
            Self::Api(_)
            | Self::Providers
            | Self::Config(_)
            | Self::Emulator(_)
            | Self::Demo
            | Self::Completions(_)
            | Self::Man(_) => CallArgs::default(),
        }
    }
}

/// Options of a call; before or after the name of the command.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Options of calls")]
pub(crate) struct CallArgs {
    /// Call an emulator started for this command instead of the vendor; nothing is saved
    #[arg(long)]
    pub(crate) sandbox: bool,

    /// Print the HTTP request, without the credential, and send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Maximum number of attempts, including the first [default: 4]
    #[arg(long, value_name = "N", value_hint = ValueHint::Other)]
    pub(crate) attempts: Option<NonZeroU32>,

    /// Timeout of the whole call, including retries and waits [default: 120]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, value_hint = ValueHint::Other)]
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

    /// The first option that is given and applies only to commands that make calls.
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
        let call = cli.command.call().or(&cli.call);
        assert!(call.sandbox && call.dry_run);
        assert_eq!(call.attempts, NonZeroU32::new(3));
        assert_eq!(call.first_for_calls_only(), Some("--dry-run"));
        assert_eq!(CallArgs::default().first_for_calls_only(), None);
    }
}
