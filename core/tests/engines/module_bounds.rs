//! What a module keeps for a host that types and does not read: a bounded number of bytes, and all of what it took.

use core::time::Duration;

use qftp::dialect;
use qftp::module::Module;

/// The most that may wait for a host: the limit of the output, and the answers to one piece of input.
const MOST: usize = 512 * 1024;
const PIECE: usize = 64 * 1024;
const NOW: Duration = Duration::ZERO;

/// Types as long as the module wants input, up to `most` bytes; returns how many it took.
fn type_all(module: &mut Module, text: &[u8], most: usize) -> usize {
    let piece: Vec<u8> = text.iter().copied().cycle().take(PIECE).collect();
    let mut taken = 0;
    while taken < most && module.wants_input() {
        module.handle_input(NOW, &piece);
        taken += piece.len();
    }
    taken
}

fn waiting(module: &Module) -> usize {
    module.poll_transmit().map_or(0, <[u8]>::len)
}

/// Reads all that the module has to say.
fn read_all(module: &mut Module) -> Vec<u8> {
    let mut read = Vec::new();
    while let Some(output) = module.poll_transmit() {
        let count = output.len().min(1000);
        read.extend_from_slice(&output[..count]);
        module.transmitted(NOW, count);
    }
    read
}

#[test]
fn input_stops_while_the_host_does_not_read() {
    for dialect in dialect::ALL {
        // Blank lines, one without end, a command, one that does not exist, the last one again.
        for text in ["\r", "a", "AT\r", "AT+X\r", "ATI\r", "A/"] {
            let mut module = Module::new(dialect);
            let taken = type_all(&mut module, text.as_bytes(), 50 * 1024 * 1024);
            assert!(taken < MOST, "{} {text:?}: {taken}", dialect.name);
            assert!(waiting(&module) < MOST, "{} {text:?}", dialect.name);
            read_all(&mut module);
            assert!(module.wants_input(), "{} {text:?}", dialect.name);
        }
    }
}

#[test]
fn a_host_without_echo_is_bounded_too() {
    let mut module = Module::new(dialect::ALL[0]);
    module.handle_input(NOW, b"ATE0\r");
    let taken = type_all(&mut module, b"AT\r", 50 * 1024 * 1024);
    assert!(taken < MOST && waiting(&module) < MOST);
    // No answer to a line without end: all of it is taken, and none of it kept.
    read_all(&mut module);
    assert!(type_all(&mut module, b"a", 50 * 1024 * 1024) >= 50 * 1024 * 1024);
    assert_eq!(waiting(&module), 0);
}

#[test]
fn every_command_that_was_taken_is_answered() {
    for dialect in dialect::ALL {
        let mut module = Module::new(dialect);
        module.handle_input(NOW, b"ATE0\r");
        read_all(&mut module);
        // Whole lines in each piece.
        let piece = b"AT\r".repeat(PIECE / 3);
        let (mut typed, mut answers) = (0, Vec::new());
        for _ in 0..3 {
            while module.wants_input() {
                module.handle_input(NOW, &piece);
                typed += PIECE / 3;
            }
            answers.extend(read_all(&mut module));
        }
        assert_eq!(answers, b"\r\nOK\r\n".repeat(typed), "{}", dialect.name);
    }
}
