//! What the fuzz targets do with their input. The tests that run the corpus include the same files.

pub mod answers;
pub mod exchange;
pub mod ids;
pub mod spec;
