//! Tests of the emulator over HTTP.

mod calls;
mod contacts;
mod contactship;
mod control;
mod cors;
mod events;
mod examples;
mod exchange;
mod faults;
mod inboxapp_v1;
mod inboxapp_v2;
mod keys;
mod labels;
mod lifecycle;
mod lists;
mod log;
mod messages;
mod page;
mod rate;
mod readme;
mod saved_states;
mod seeds;
mod sending;
mod strict;
