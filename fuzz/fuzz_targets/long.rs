#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| reemap_fuzz::run("long", input));
