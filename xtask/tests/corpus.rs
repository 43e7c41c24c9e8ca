//! Specs and vendors' documents that are not what they should be: each once, as ordinary tests.

#![allow(clippy::expect_used, clippy::panic)]

#[path = "../../tests/fuzz/src/corpus.rs"]
mod corpus;
#[path = "../../tests/fuzz/src/spec.rs"]
mod spec;

#[test]
fn any_spec_is_generated_or_told_off() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fuzz/corpus/spec");
    corpus::each(folder, spec::run);
}

#[test]
fn any_document_is_compared_or_told_off() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fuzz/corpus/drift");
    corpus::each(folder, spec::drift);
}
