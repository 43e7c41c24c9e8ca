//! What a shell offers to complete: providers, kinds of assignees, profiles and operations.

use std::env;
use std::ffi::OsStr;

use clap_complete::CompletionCandidate;
use threadline::ProviderKind;

use crate::commands::api;
use crate::profile;

/// Names of providers.
pub(crate) fn providers(current: &OsStr) -> Vec<CompletionCandidate> {
    starting_with(current, ProviderKind::ALL.map(|kind| kind.to_string()))
}

/// The beginnings of names of threads and contacts: `PROVIDER:`.
pub(crate) fn provider_prefixes(current: &OsStr) -> Vec<CompletionCandidate> {
    starting_with(current, ProviderKind::ALL.map(|kind| format!("{kind}:")))
}

/// The beginnings of assignees.
pub(crate) fn assignee_prefixes(current: &OsStr) -> Vec<CompletionCandidate> {
    starting_with(current, ["user:", "agent:"])
}

/// Names of profiles. A configuration file that cannot be read has none.
pub(crate) fn profiles(current: &OsStr) -> Vec<CompletionCandidate> {
    starting_with(current, profile::names().unwrap_or_default())
}

/// Ids of operations: of the provider that stands before, as far as the words of the command line
/// tell.
pub(crate) fn operations(current: &OsStr) -> Vec<CompletionCandidate> {
    let words: Vec<_> = env::args_os()
        .filter_map(|word| word.into_string().ok())
        .collect();
    let mut after = words.iter().skip_while(|word| *word != "api").skip(1);
    let named = after.find_map(|word| word.parse::<ProviderKind>().ok());
    let is_meant = |kind: &&ProviderKind| named.as_ref().is_none_or(|named| named == *kind);
    let apis = ProviderKind::ALL
        .iter()
        .filter(is_meant)
        .filter_map(api::api_of);
    let mut ids: Vec<_> = apis
        .flat_map(|api| api.operations.iter().map(|operation| operation.id))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    starting_with(current, ids)
}

fn starting_with(
    current: &OsStr,
    names: impl IntoIterator<Item = impl Into<String>>,
) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else {
        return Vec::new();
    };
    let names = names.into_iter().map(Into::into);
    names
        .filter(|name: &String| name.starts_with(current))
        .map(CompletionCandidate::new)
        .collect()
}
