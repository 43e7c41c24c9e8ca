//! Records to start with, from JSON values and files.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::emulator::Emulator;
use crate::error::StartError;
use crate::vendors::collection::Record;
use threadline::ProviderKind;

/// Where records to start with come from.
#[derive(Debug, Clone)]
pub(crate) enum Seed {
    /// A value.
    State(Value),
    /// A file with such a value.
    File(PathBuf),
}

/// The records to start with, by API.
pub(crate) type Seeds = BTreeMap<ProviderKind, Record>;

/// Reads seeds. The last one of an API counts.
pub(crate) fn read(seeds: &[Seed]) -> Result<Seeds, StartError> {
    let mut read = Seeds::new();
    for seed in seeds {
        let (source, state) = match seed {
            Seed::State(state) => (String::new(), state.clone()),
            Seed::File(path) => {
                let source = format!("{}: ", path.display());
                let state = file(path).map_err(|message| StartError::Seed {
                    message: format!("{source}{message}"),
                })?;
                (source, state)
            }
        };
        let states = match state {
            Value::Array(states) => states,
            state => vec![state],
        };
        for state in states {
            let (provider, records) = one(state).map_err(|message| StartError::Seed {
                message: format!("{source}{message}"),
            })?;
            read.insert(provider, records);
        }
    }
    Ok(read)
}

fn file(path: &PathBuf) -> Result<Value, String> {
    let text = std::fs::read(path).map_err(|error| error.to_string())?;
    serde_json::from_slice(&text).map_err(|error| format!("not JSON: {error}"))
}

fn one(state: Value) -> Result<(ProviderKind, Record), String> {
    let Value::Object(records) = state else {
        return Err("a state must be an object".to_owned());
    };
    let name = records.get("provider").and_then(Value::as_str);
    let provider = Emulator::PROVIDERS
        .into_iter()
        .find(|provider| Some(provider.as_str()) == name);
    let provider = provider.ok_or_else(|| {
        let names = Emulator::PROVIDERS.map(|provider| provider.as_str().to_owned());
        format!("provider must be one of {}", names.join(", "))
    })?;
    Ok((provider, records))
}
