//! A spec as a JSON document: how it is read, and how the steps find their way in it.

pub mod document;
pub mod expand;
pub mod load;
pub mod reach;
