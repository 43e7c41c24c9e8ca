//! The OpenAPI documents, read anew: what a client has to do is taken from here and not from the
//! code that was generated from the same text.

mod document;
mod json_schema;
mod operation;
mod shape;
mod values;

pub use document::{Document, Examples, text};
pub use json_schema::{Reading, schemas};
pub use operation::{Content, Documented, Location, Operation, Parameter};
pub use shape::{Kind, Shape};
pub use values::{Maker, Style};
