#![no_main]

use std::panic;
use std::sync::Once;

static QUIET: Once = Once::new();

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // The engine takes every panic for a finding, and those of the generator are caught and told.
    // What is not caught ends the process all the same.
    QUIET.call_once(|| panic::set_hook(Box::new(|_| {})));
    threadline_fuzz::spec::run(bytes);
});
