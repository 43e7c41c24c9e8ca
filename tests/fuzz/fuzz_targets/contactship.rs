#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| threadline_fuzz::answers::contactship(bytes));
