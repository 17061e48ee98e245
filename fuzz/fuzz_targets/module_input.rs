//! Runs the target `module_input` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| qftp_fuzz::targets::module_input::run(data));
