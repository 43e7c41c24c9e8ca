//! The configuration file: named profiles, each with a provider and where its credential is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs, io};

use etcetera::{BaseStrategy as _, choose_base_strategy};
use serde::Deserialize;
use threadline::{Config, Credential, ProviderKind};

use crate::failure::Failure;
use crate::target;

/// The variable that names another configuration file.
pub(crate) const PATH_VARIABLE: &str = "THREADLINE_CONFIG";

/// The name of this program in the system's keyring.
#[cfg(feature = "keyring")]
const SERVICE: &str = "threadline";

/// A profile of the configuration file.
#[derive(Debug)]
pub(crate) struct Profile {
    /// Its name.
    pub(crate) name: String,
    /// The provider.
    pub(crate) provider: ProviderKind,
    /// The base URL, if it is not the vendor's.
    pub(crate) base_url: Option<String>,
    /// Where the credential is.
    pub(crate) credential: CredentialSource,
}

/// Where a credential is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CredentialSource {
    /// In this environment variable.
    Variable(String),
    /// On the standard output of this command.
    Command(String),
    /// In the system's keyring, under the name of the profile.
    Keyring,
}

impl CredentialSource {
    /// Where it is, in words. A command is not shown: it may hold a secret of its own.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Variable(name) => format!("the environment variable {name}"),
            Self::Command(_) => "the output of credential_command".to_owned(),
            Self::Keyring => "the system's keyring".to_owned(),
        }
    }
}

/// The configuration file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    profiles: BTreeMap<String, Entry>,
}

/// A profile as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    provider: String,
    base_url: Option<String>,
    credential_env: Option<String>,
    credential_command: Option<String>,
    #[serde(default)]
    credential_keyring: bool,
}

/// Where the configuration file is, whether it exists or not.
pub(crate) fn path() -> Result<PathBuf, Failure> {
    if let Some(path) = env::var_os(PATH_VARIABLE).filter(|path| !path.is_empty()) {
        return Ok(path.into());
    }
    let strategy = choose_base_strategy().map_err(|_| {
        Failure::usage(format!(
            "the configuration folder is unknown, since there is no home folder: set {PATH_VARIABLE}"
        ))
    })?;
    Ok(strategy.config_dir().join("threadline").join("config.toml"))
}

/// The names of all profiles, sorted.
pub(crate) fn names() -> Result<Vec<String>, Failure> {
    Ok(read(&path()?)?.profiles.into_keys().collect())
}

/// All profiles, sorted by name.
pub(crate) fn all() -> Result<Vec<Profile>, Failure> {
    let path = path()?;
    let profiles = read(&path)?.profiles.into_iter();
    profiles
        .map(|(name, entry)| Profile::from_entry(&name, entry, &path))
        .collect()
}

/// The profile with this name.
pub(crate) fn named(name: &str) -> Result<Profile, Failure> {
    let path = path()?;
    let mut file = read(&path)?;
    if let Some(entry) = file.profiles.remove(name) {
        return Profile::from_entry(name, entry, &path);
    }
    let names: Vec<_> = file.profiles.into_keys().collect();
    let known = if !path.exists() {
        "the file does not exist; see threadline config --help".to_owned()
    } else if names.is_empty() {
        "it has none".to_owned()
    } else {
        format!("it has {}", names.join(", "))
    };
    Err(Failure::usage(format!(
        "no profile {name:?} in {}: {known}",
        path.display()
    )))
}

/// Reads the file; one that does not exist is empty.
fn read(path: &Path) -> Result<File, Failure> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(File::default()),
        Err(error) => return Err(Failure::usage(format!("{}: {error}", path.display()))),
    };
    parse(&text).map_err(|message| Failure::usage(format!("{}: {message}", path.display())))
}

/// Parses the file. The error never quotes it: a credential may have been written into it.
fn parse(text: &str) -> Result<File, String> {
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let line = error.span().map_or(1, |span| {
            1 + text
                .bytes()
                .take(span.start)
                .filter(|byte| *byte == b'\n')
                .count()
        });
        let known = "provider, base_url, credential_env, credential_command and credential_keyring";
        let message = error.message();
        if message.contains("unknown field") {
            return format!(
                "line {line}: unknown key: a profile has {known}; a credential itself is never \
                 written there"
            );
        }
        let reason = match message {
            message if message.contains("missing field") => "the key provider is missing",
            message if message.contains("duplicate") => "a key or a profile stands twice",
            _ => "this is not a profile in TOML, such as provider = \"inboxapp\"",
        };
        format!("line {line}: {reason}")
    })
}

impl Profile {
    /// A profile whose credential is in the provider's own variable.
    pub(crate) fn new(name: &str, provider: ProviderKind) -> Self {
        let variable = provider.credential_variable().unwrap_or_default();
        Self {
            name: name.to_owned(),
            credential: CredentialSource::Variable(variable.to_owned()),
            provider,
            base_url: None,
        }
    }

    fn from_entry(name: &str, entry: Entry, path: &Path) -> Result<Self, Failure> {
        let invalid = |message: String| {
            Failure::usage(format!("{}: profile {name:?}: {message}", path.display()))
        };
        let provider = target::provider(&entry.provider)
            .map_err(|error| invalid(error.message().to_owned()))?;
        let sources = [
            entry.credential_env.map(CredentialSource::Variable),
            entry.credential_command.map(CredentialSource::Command),
            entry
                .credential_keyring
                .then_some(CredentialSource::Keyring),
        ];
        let mut sources = sources.into_iter().flatten();
        let source = sources.next();
        if sources.next().is_some() {
            return Err(invalid(
                "give one of credential_env, credential_command and credential_keyring".to_owned(),
            ));
        }
        let mut profile = Self::new(name, provider);
        profile.base_url = entry.base_url;
        if let Some(source) = source {
            profile.credential = source;
        }
        Ok(profile)
    }

    /// The settings of a client. Runs the command of the credential, if there is one. The
    /// environment's base URL is not for this profile's credential, so it is not read.
    pub(crate) fn config(&self) -> Result<Config, Failure> {
        let mut config = Config::new().credential(self.read_credential()?);
        if let Some(url) = &self.base_url {
            config = config.base_url(url);
        }
        Ok(config)
    }

    /// Keeps a credential in the system's keyring, if it can be one and the profile looks there.
    #[cfg(feature = "keyring")]
    pub(crate) fn store_credential(&self, credential: &str) -> Result<(), Failure> {
        let name = &self.name;
        if self.credential != CredentialSource::Keyring {
            return Err(Failure::usage(format!(
                "the profile {name:?} does not look in the keyring: set credential_keyring = true"
            )));
        }
        Credential::new(credential)?;
        keyring::Entry::new(SERVICE, name)
            .and_then(|entry| entry.set_password(credential))
            .map_err(|error| Failure::credential(format!("the keyring refuses it: {error}")))
    }

    fn read_credential(&self) -> Result<Credential, Failure> {
        let invalid =
            |message: String| Failure::credential(format!("profile {:?}: {message}", self.name));
        let source = self.credential.describe();
        let credential = match &self.credential {
            CredentialSource::Variable(name) => env::var(name)
                .ok()
                .filter(|value| !value.is_empty())
                .ok_or_else(|| invalid(format!("{source} is not set")))?,
            CredentialSource::Command(command) => output_of(command).map_err(invalid)?,
            CredentialSource::Keyring => from_keyring(&self.name).map_err(invalid)?,
        };
        Credential::new(credential)
            .map_err(|error| invalid(format!("{source}: {}", error.message())))
    }
}

/// Runs a command in the system's shell, and returns the line that it prints. Its output is never
/// quoted; what it writes to standard error is shown as it comes.
fn output_of(command: &str) -> Result<String, String> {
    let (shell, option) = if cfg!(windows) {
        ("cmd", "/C")
    } else {
        ("sh", "-c")
    };
    let failed = |problem: &str| format!("the credential_command {problem}");
    let output = Command::new(shell)
        .args([option, command])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| failed(&format!("cannot be run: {error}")))?;
    if !output.status.success() {
        return Err(failed(&format!("failed: {}", output.status)));
    }
    let text = String::from_utf8(output.stdout).map_err(|_| failed("printed no text"))?;
    let line = text.trim_end_matches(['\r', '\n']);
    if line.is_empty() {
        return Err(failed("printed nothing"));
    }
    Ok(line.to_owned())
}

#[cfg(feature = "keyring")]
fn from_keyring(profile: &str) -> Result<String, String> {
    let entry = keyring::Entry::new(SERVICE, profile);
    entry
        .and_then(|entry| entry.get_password())
        .map_err(|error| {
            format!(
                "the keyring has no password for service {SERVICE:?} and user {profile:?}: {error}"
            )
        })
}

#[cfg(not(feature = "keyring"))]
fn from_keyring(_: &str) -> Result<String, String> {
    Err("credential_keyring needs a threadline that was built with the feature keyring".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(text: &str) -> Result<Profile, Failure> {
        let mut file = parse(text).map_err(Failure::usage)?;
        let entry = file.profiles.remove("p").unwrap();
        Profile::from_entry("p", entry, Path::new("config.toml"))
    }

    #[test]
    fn a_profile_says_where_its_credential_is() {
        let of = |line: &str| profile(&format!("[profiles.p]\nprovider = \"inboxapp\"\n{line}\n"));
        for (line, source) in [
            ("", CredentialSource::Variable("INBOX_API_TOKEN".to_owned())),
            (
                "credential_env = \"X\"",
                CredentialSource::Variable("X".to_owned()),
            ),
            (
                "credential_command = \"pass x\"",
                CredentialSource::Command("pass x".to_owned()),
            ),
            ("credential_keyring = true", CredentialSource::Keyring),
        ] {
            assert_eq!(of(line).unwrap().credential, source);
        }
        let failure = of("credential_env = \"X\"\ncredential_command = \"y\"").unwrap_err();
        assert!(failure.message().contains("give one of credential_env"));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line_and_never_quoted() {
        for (text, words) in [
            (
                "[profiles.p]\nprovider = \"inboxapp\"\ncredential = \"canary\"",
                "line 3: unknown key",
            ),
            (
                "[profiles.p]\nbase_url = \"canary\"",
                "line 1: the key provider is missing",
            ),
            (
                "[profiles.p]\nprovider = canary",
                "line 2: this is not a profile",
            ),
            ("canary", "line 1: "),
            ("token = \"canary\"", "line 1: unknown key"),
        ] {
            let message = parse(text).unwrap_err();
            assert!(message.contains(words), "{message}");
            assert!(!message.contains("canary"), "{message}");
        }
        let failure = profile("[profiles.p]\nprovider = \"outbox\"").unwrap_err();
        assert!(
            failure
                .message()
                .contains("profile \"p\": unknown provider \"outbox\"")
        );
    }

    #[cfg(unix)]
    #[test]
    fn the_output_of_a_command_is_the_credential_and_is_never_quoted() {
        assert_eq!(output_of("printf 'key\\r\\n'").unwrap(), "key");
        for (command, words) in [
            ("true", "printed nothing"),
            ("echo canary; exit 3", "failed: exit status: 3"),
        ] {
            let message = output_of(command).unwrap_err();
            assert!(
                message.contains(words) && !message.contains("canary"),
                "{message}"
            );
        }
    }
}
