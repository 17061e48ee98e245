//! A module engine answers commands that need no server.

use qftp::dialect::Dialect;
use qftp::module::{Latency, Module};

use crate::turn::NOW;

/// Commands of every kind: without a name, questions, settings, tests, a wrong one, two on a line.
const COMMANDS: &[u8] =
    b"AT\rAT+CSQ\rAT+CREG?\rAT+CMEE=2\rAT+CMEE=?\rATI\rAT+NONE\rAT+CSQ;+CREG?\r";

/// Types the commands so many times, and returns the number of bytes of the answers.
pub fn run(dialect: &'static Dialect, times: usize) -> usize {
    let mut module = Module::new(dialect).with_latency(Latency::NONE);
    let mut said = 0;
    for _ in 0..times {
        for line in COMMANDS.split_inclusive(|byte| *byte == b'\r') {
            module.handle_input(NOW, line);
            while module.poll_event().is_some() {}
            while let Some(bytes) = module.poll_transmit() {
                let length = bytes.len();
                said += length;
                module.transmitted(NOW, length);
            }
        }
    }
    assert!(said > times * 100, "the commands are answered");
    said
}
