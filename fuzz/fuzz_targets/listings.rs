//! Runs the target `listings` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| qftp_fuzz::targets::listings::run(data));
