//! `threadline config`

use clap::{Args, Subcommand};
#[cfg(feature = "keyring")]
use clap_complete::ArgValueCompleter;
use serde::Serialize;
use threadline::ProviderKind;

#[cfg(feature = "keyring")]
use crate::complete;
use crate::failure::Failure;
use crate::output::Printer;
use crate::output::table::List;
use crate::profile::{self, Profile};

pub(crate) const ABOUT: &str = "\
Show the configuration file and its profiles.

A profile is a provider, where its credential is, and a base URL if it is not the vendor's. The \
credential itself is never written into the file: it is in an environment variable, printed by a \
command, or kept in the system's keyring (in builds with the feature keyring).";

pub(crate) const HELP: &str = "\
Examples:
  threadline config
  threadline config path
  threadline --profile support list

A configuration file:
  [profiles.support]
  provider = \"inboxapp\"
  credential_command = \"pass show inboxapp/support\"

  [profiles.shop]
  provider = \"contactship\"
  credential_env = \"SHOP_API_KEY\"

  [profiles.local]
  provider = \"inboxapp\"
  base_url = \"http://127.0.0.1:8083/api/v2\"
  credential_keyring = true    # service threadline, user local";

#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    command: Option<ConfigCommand>,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// List the profiles
    List,
    /// Print where the configuration file is
    Path,
    /// Keep a credential from standard input in the system's keyring
    #[cfg(feature = "keyring")]
    SetCredential {
        /// The profile, one whose credential is in the keyring
        #[arg(value_name = "NAME", add = ArgValueCompleter::new(complete::profiles))]
        profile: String,
    },
}

/// A profile, without its credential.
#[derive(Debug, Serialize)]
struct ProfileOutput<'a> {
    profile: &'a str,
    provider: &'a ProviderKind,
    base_url: Option<&'a str>,
    credential: String,
}

impl<'a> From<&'a Profile> for ProfileOutput<'a> {
    fn from(profile: &'a Profile) -> Self {
        Self {
            profile: &profile.name,
            provider: &profile.provider,
            // What is no base URL may hold a credential.
            base_url: profile.base_url.as_deref().map(|url| {
                if url.contains(['@', '?', '#']) {
                    "(invalid)"
                } else {
                    url
                }
            }),
            credential: profile.credential.describe(),
        }
    }
}

/// Shows the configuration.
pub(crate) fn run(args: &ConfigArgs, printer: &Printer) -> Result<(), Failure> {
    printer.check_no_members("config")?;
    match &args.command {
        Some(ConfigCommand::Path) => print_path(printer),
        Some(ConfigCommand::List) | None => print_profiles(printer),
        #[cfg(feature = "keyring")]
        Some(ConfigCommand::SetCredential { profile }) => set_credential(profile),
    }
}

#[cfg(feature = "keyring")]
fn set_credential(name: &str) -> Result<(), Failure> {
    let profile = profile::named(name)?;
    let mut text = String::new();
    std::io::stdin()
        .read_line(&mut text)
        .map_err(|error| Failure::usage(format!("the credential on standard input: {error}")))?;
    profile.store_credential(text.trim_end_matches(['\r', '\n']))
}

fn print_path(printer: &Printer) -> Result<(), Failure> {
    let path = profile::path()?;
    if printer.is_json() {
        printer.json(&path)?;
    } else {
        printer.result(&path.display().to_string())?;
    }
    Ok(())
}

fn print_profiles(printer: &Printer) -> Result<(), Failure> {
    let profiles = profile::all()?;
    let mut list = List::new(&["PROFILE", "PROVIDER", "BASE URL", "CREDENTIAL"]).wrapped();
    for profile in profiles.iter().map(ProfileOutput::from) {
        if printer.is_json() {
            printer.json(&profile)?;
        } else {
            list.add(&[
                profile.profile,
                profile.provider.as_str(),
                profile.base_url.unwrap_or_default(),
                &profile.credential,
            ]);
        }
    }
    if profiles.is_empty() && printer.speaks() {
        let path = profile::path()?;
        printer.note(&format!(
            "no profiles in {}; see threadline config --help",
            path.display()
        ));
    } else if !printer.is_json() {
        printer.result(&list.end())?;
    }
    Ok(())
}
