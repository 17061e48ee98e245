//! Runs the target `conversation_cuts` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| qftp_fuzz::targets::conversation_cuts::run(data));
