//! Agents and voices.

use serde_json::Value;

use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::vendors::Handler;
use crate::vendors::collection::{Record, set};
use crate::vendors::contactship::errors::Failure;
use crate::vendors::contactship::state::State;
use crate::vendors::contactship::views::{created, enveloped};

/// The settings of an agent.
const SETTINGS: [&str; 22] = [
    "name",
    "person_name",
    "prompt",
    "conversation_purpose",
    "voice_id",
    "language",
    "timezone",
    "tools",
    "post_call_analysis_data",
    "webhook_url",
    "volume",
    "voice_speed",
    "voice_temperature",
    "responsiveness",
    "interruption_sensitivity",
    "ambient_sound",
    "ambient_sound_volume",
    "begin_message",
    "begin_message_delay_ms",
    "max_call_duration_ms",
    "start_speaker",
    "boosted_keywords",
];

pub(super) const HANDLERS: &[(&str, Handler<State, Failure>)] = &[
    ("agents.list", list_agents),
    ("agents.create", create_agent),
    ("agents.get", get_agent),
    ("agents.update", update_agent),
    ("agents.delete", delete_agent),
    ("agents.listVoices", list_voices),
];

fn list_agents(state: &mut State, _: &Arguments, _: &Context) -> Result<Response, Failure> {
    Ok(enveloped(state.agents.to_values()))
}

fn create_agent(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    check_voice(state, arguments)?;
    let id = state.identifiers.uuid();
    let time = context.timestamp();
    let mut agent = Record::new();
    set(&mut agent, "id", id.as_str());
    for setting in SETTINGS {
        set(&mut agent, setting, Value::Null);
    }
    set(&mut agent, "language", "en-US");
    set(&mut agent, "created_at", time.as_str());
    set(&mut agent, "updated_at", time.as_str());
    apply(&mut agent, arguments);
    state.agents.add(Value::Object(agent.clone()));
    Ok(created(agent))
}

fn get_agent(state: &mut State, arguments: &Arguments, _: &Context) -> Result<Response, Failure> {
    let agent = state.agents.get(arguments.text("agentId")).ok_or(AGENT)?;
    Ok(enveloped(agent.clone()))
}

fn update_agent(
    state: &mut State,
    arguments: &Arguments,
    context: &Context,
) -> Result<Response, Failure> {
    let id = arguments.text("agentId");
    if !state.agents.contains(id) {
        return Err(AGENT);
    }
    check_voice(state, arguments)?;
    let agent = state.agents.get_mut(id).ok_or(AGENT)?;
    apply(agent, arguments);
    set(agent, "updated_at", context.timestamp());
    Ok(enveloped(agent.clone()))
}

fn delete_agent(
    state: &mut State,
    arguments: &Arguments,
    _: &Context,
) -> Result<Response, Failure> {
    state
        .agents
        .remove(arguments.text("agentId"))
        .ok_or(AGENT)?;
    Ok(enveloped(true))
}

fn list_voices(state: &mut State, _: &Arguments, _: &Context) -> Result<Response, Failure> {
    Ok(enveloped(state.voices.to_values()))
}

const AGENT: Failure = Failure::NotFound("Agent");

fn apply(agent: &mut Record, arguments: &Arguments) {
    for setting in SETTINGS {
        if let Some(value) = arguments.field(setting) {
            set(agent, setting, value.clone());
        }
    }
}

fn check_voice(state: &State, arguments: &Arguments) -> Result<(), Failure> {
    match arguments.field("voice_id").and_then(Value::as_str) {
        Some(voice) if !state.voices.contains(voice) => {
            Err(Failure::invalid("voice_id", "is not the id of a voice"))
        }
        _ => Ok(()),
    }
}
