//! The commands, one a file; the commands that update threads share one.

pub(crate) mod api;
pub(crate) mod assignees;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod contact;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod emulator;
pub(crate) mod list;
pub(crate) mod man;
pub(crate) mod messages;
pub(crate) mod providers;
pub(crate) mod send;
pub(crate) mod show;
pub(crate) mod update;
