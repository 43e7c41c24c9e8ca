//! Development commands of the workspace, as a library so that tests can run them.
//!
//! `codegen` is a chain of steps, one file or folder each: [`spec`] → [`lint`] → [`lower`] → [`generate`] → [`mod@write`] →
//! [`check`]. [`model`] is what [`lower`] reads of a spec, and all that the steps after it know. [`drift`] compares a
//! spec with a vendor's own document.

#![forbid(unsafe_code)]

pub mod bench;
pub mod check;
pub mod codegen;
pub mod drift;
pub mod driver;
pub mod finding;
pub mod generate;
pub mod lint;
pub mod lower;
pub mod model;
pub mod registry;
pub mod spec;
pub mod write;
