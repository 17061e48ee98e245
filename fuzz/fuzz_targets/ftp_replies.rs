//! Runs the target `ftp_replies` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| qftp_fuzz::targets::ftp_replies::run(data));
