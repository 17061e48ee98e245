//! Runs the target `trace` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| qftp_fuzz::targets::trace::run(data));
