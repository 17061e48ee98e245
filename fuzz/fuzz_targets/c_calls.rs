//! Runs the target `c_calls` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| qftp_fuzz::targets::c_calls::run(data));
