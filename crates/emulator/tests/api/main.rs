//! Tests of the emulator over HTTP.

mod calls;
mod contacts;
mod contactship;
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
mod messages;
mod rate;
mod seeds;
mod sending;
