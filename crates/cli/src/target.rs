//! Threads and contacts as they are named on the command line and on standard input.

use std::collections::HashSet;
use std::io::{self, BufRead as _};

use serde::Deserialize;
use threadline::{ContactId, Error, ProviderKind, ThreadId};

use crate::failure::Failure;
use crate::profile::Profile;

/// The name that stands for standard input.
const STDIN: &str = "-";

/// An id and the provider that it belongs to: `PROVIDER:ID`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Target<Id> {
    /// The provider.
    pub(crate) provider: ProviderKind,
    /// The id there.
    pub(crate) id: Id,
}

pub(crate) type ThreadTarget = Target<ThreadId>;
pub(crate) type ContactTarget = Target<ContactId>;

impl<Id: std::fmt::Display> std::fmt::Display for Target<Id> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.provider, self.id)
    }
}

impl<Id> Target<Id>
where
    Id: for<'a> TryFrom<&'a str, Error = Error>,
{
    /// Parses `PROVIDER:ID`; with a profile, the id alone is enough. The id is everything after the
    /// first colon.
    pub(crate) fn parse(text: &str, profile: Option<&Profile>) -> Result<Self, Error> {
        let invalid = |message: String| Error::invalid_request("", "", message);
        let named = text
            .split_once(':')
            .map(|(name, id)| (provider(name), name, id));
        let (provider, id) = match (named, profile) {
            (Some((Ok(provider), _, id)), None) => (provider, id),
            (Some((Ok(provider), _, id)), Some(profile)) if provider == profile.provider => {
                (provider, id)
            }
            (Some((Ok(provider), ..)), Some(profile)) => {
                return Err(invalid(format!(
                    "{text:?} is of {provider}, but the profile {:?} is of {}",
                    profile.name, profile.provider
                )));
            }
            (_, Some(profile)) => (profile.provider.clone(), text),
            (Some((Err(error), ..)), None) => return Err(error),
            (None, None) => {
                return Err(invalid(format!(
                    "{text:?} does not name a provider: expected PROVIDER:ID, where PROVIDER is one \
                     of {}",
                    known()
                )));
            }
        };
        let id = Id::try_from(id).map_err(|error| error.with_provider(&provider))?;
        Ok(Self { provider, id })
    }
}

/// Reads the name of a provider.
pub(crate) fn provider(name: &str) -> Result<ProviderKind, Error> {
    name.parse()
}

/// The provider that is named, or that of the profile.
pub(crate) fn provider_or_profile(
    name: Option<&str>,
    profile: Option<&Profile>,
) -> Result<ProviderKind, Failure> {
    match (name, profile) {
        (Some(name), None) => Ok(provider(name)?),
        (None, Some(profile)) => Ok(profile.provider.clone()),
        (Some(name), Some(profile)) => {
            let named = provider(name)?;
            if named == profile.provider {
                return Ok(named);
            }
            Err(Failure::usage(format!(
                "the profile {:?} is of {}, not of {named}",
                profile.name, profile.provider
            )))
        }
        (None, None) => Err(Failure::usage(format!(
            "no provider is given: name one of {}, or give --profile",
            known()
        ))),
    }
}

fn known() -> String {
    ProviderKind::ALL.map(|kind| kind.to_string()).join(", ")
}

/// Reads names of threads, each once and in order; `-` stands for those on standard input. All of
/// them are read before anything is sent.
pub(crate) fn threads(
    names: &[String],
    profile: Option<&Profile>,
) -> Result<Vec<ThreadTarget>, Failure> {
    let mut targets = Vec::new();
    for name in names {
        if name == STDIN {
            from_lines(io::stdin().lock().lines(), profile, &mut targets)?;
        } else {
            targets.push(Target::parse(name, profile)?);
        }
    }
    let mut seen = HashSet::new();
    targets.retain(|target| seen.insert(target.clone()));
    Ok(targets)
}

/// The members of a thread's JSON that name it.
#[derive(Debug, Deserialize)]
struct Line {
    #[serde(default)]
    provider: Option<ProviderKind>,
    id: String,
}

/// Reads a name a line: `PROVIDER:ID`, which may be followed by a tab and anything else, or a
/// thread as JSON, as `list` prints them.
fn from_lines(
    lines: impl Iterator<Item = io::Result<String>>,
    profile: Option<&Profile>,
    targets: &mut Vec<ThreadTarget>,
) -> Result<(), Failure> {
    for (number, line) in (1..).zip(lines) {
        let at = |message: &str| format!("standard input, line {number}: {message}");
        let line = line.map_err(|error| Failure::usage(at(&error.to_string())))?;
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let name = if line.trim_start().starts_with('{') {
            let thread: Line = serde_json::from_str(&line).map_err(|_| {
                Failure::usage(at(
                    "this is not a thread as JSON: the members provider and id are needed",
                ))
            })?;
            match (thread.provider, profile) {
                (Some(provider), _) => format!("{provider}:{}", thread.id),
                (None, Some(_)) => thread.id,
                (None, None) => {
                    return Err(Failure::usage(at(
                        "the member provider is missing: list with --json provider,id",
                    )));
                }
            }
        } else {
            line.split('\t').next().unwrap_or_default().to_owned()
        };
        let target = Target::parse(&name, profile).map_err(|error| {
            let message = at(error.message());
            error.with_message(message)
        })?;
        targets.push(target);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    fn parse(text: &str) -> Result<ThreadTarget, Error> {
        Target::parse(text, None)
    }

    fn support() -> Profile {
        Profile::new("support", ProviderKind::InboxappV2)
    }

    #[test]
    fn an_id_may_hold_anything_after_the_first_colon() {
        let thread = parse("inboxapp:a:b/c é").unwrap();
        assert_eq!(
            (thread.provider, thread.id.as_str()),
            (ProviderKind::InboxappV2, "a:b/c é")
        );
    }

    #[test]
    fn an_invalid_thread_is_quoted_in_the_error() {
        for (text, words) in [
            ("thr-1", "\"thr-1\" does not name a provider"),
            ("", "\"\" does not name a provider"),
            (
                "outbox:thr-1",
                "unknown provider \"outbox\": there are contactship, inboxapp,",
            ),
            (":thr-1", "unknown provider \"\""),
            ("contactship:", "\"\" is empty"),
            ("contactship:.", "\".\" would change the path"),
            ("inboxapp:..", "\"..\" would change the path"),
            ("inboxapp:a\nb", "contains a control character"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.message().contains(words), "{error}");
        }
    }

    #[test]
    fn providers_are_named_as_people_write_them() {
        for name in ["ContactShip", "CONTACTSHIP", "contactship"] {
            let thread = parse(&format!("{name}:t")).unwrap();
            assert_eq!(thread.provider, ProviderKind::ContactShip);
        }
        assert_eq!(parse("inboxapp-v2:t").unwrap().to_string(), "inboxapp:t");
    }

    #[test]
    fn a_profile_makes_the_provider_optional_but_not_another() {
        let profile = support();
        let parse = |text: &str| ThreadTarget::parse(text, Some(&profile));
        for text in ["t1", "inboxapp:t1"] {
            let thread = parse(text).unwrap();
            assert_eq!(thread.to_string(), "inboxapp:t1");
        }
        // Not a provider: an id with a colon.
        assert_eq!(parse("a:b").unwrap().id.as_str(), "a:b");
        let error = parse("contactship:t1").unwrap_err();
        assert!(
            error.message().contains("\"support\" is of inboxapp"),
            "{error}"
        );
    }

    fn lines(text: &str, profile: Option<&Profile>) -> Result<Vec<String>, Failure> {
        let mut targets = Vec::new();
        let lines = text.lines().map(|line| Ok(line.to_owned()));
        from_lines(lines, profile, &mut targets)?;
        Ok(targets.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_line_is_a_name_a_row_or_json() {
        let text = "inboxapp:a\n\ninboxapp:b\topen\tMaria\r\n{\"provider\":\"contactship\",\"id\":\"c\"}\n";
        assert_eq!(
            lines(text, None).unwrap(),
            ["inboxapp:a", "inboxapp:b", "contactship:c"]
        );
        assert_eq!(
            lines("{\"id\":\"a\"}", Some(&support())).unwrap(),
            ["inboxapp:a"]
        );
    }

    #[test]
    fn a_bad_line_is_named_by_its_number() {
        for (text, words) in [
            ("inboxapp:a\nnothing", "line 2: \"nothing\" does not name"),
            (
                "{\"provider\":\"inboxapp\"}",
                "line 1: this is not a thread",
            ),
            ("inboxapp:a\ninboxapp:..", "line 2: the thread id"),
        ] {
            let failure = lines(text, None).unwrap_err();
            assert!(failure.message().contains(words), "{}", failure.message());
        }
    }
}
