//! Development commands of the workspace, as a library so that tests can run them.
//!
//! `codegen` is a chain of steps, one file each: [`load`] → [`lint`] → [`lower`] → [`generate`] → [`polish`] → [`emit`]
//! → [`check`]. `facts` holds the data that steps pass on besides the document. [`drift`] compares a spec with a
//! vendor's own document.

#![forbid(unsafe_code)]

pub mod bench;
pub mod check;
pub mod codegen;
mod document;
pub mod drift;
pub mod emit;
mod expand;
mod facts;
pub mod finding;
pub mod generate;
pub mod lint;
pub mod load;
pub mod lower;
pub mod polish;
mod reach;
pub mod registry;
mod rust_type;
