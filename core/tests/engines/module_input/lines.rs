//! Forms of a command, lines that are no command, lines that are too long.

use crate::harness::{Harness, logged_in, printed};
use qftp::dialect;
use qftp::internal::at::MAX_COMMAND_LINE;

use super::{refusal, refuse};

#[test]
fn every_test_form_is_answered_as_printed_and_other_forms_as_the_table_says() {
    for dialect in dialect::ALL {
        for command in dialect.all_commands() {
            let mut harness = logged_in(dialect);
            let answer = harness.ask(&format!("AT{}=?", command.name));
            let lines = command.test_lines();
            let expected = match lines.as_deref() {
                None => printed(&["ERROR"]),
                Some([]) => printed(&["OK"]),
                Some(lines) => format!("\r\n{}\r\n{}", lines.join("\r\n"), printed(&["OK"])),
            };
            assert_eq!(answer, expected, "{}", command.name);
            if !command.read {
                refuse(
                    &mut harness,
                    &format!("AT{}?", command.name),
                    &refusal(command),
                );
            }
            if !command.execute {
                refuse(
                    &mut harness,
                    &format!("AT{}", command.name),
                    &refusal(command),
                );
            }
            if command.write.is_none() {
                refuse(
                    &mut harness,
                    &format!("AT{}=1", command.name),
                    &refusal(command),
                );
            }
        }
    }
}

#[test]
fn what_is_no_command() {
    for dialect in dialect::ALL {
        check_what_is_no_command(&mut logged_in(dialect));
    }
}

fn check_what_is_no_command(harness: &mut Harness) {
    for line in [
        "AT+",
        "AT+NOSUCH",
        "AT+QFTPNOSUCH=1",
        "AT!",
        "ATE2",
        "ATV2",
        "ATQ9",
        "AT&D3",
        "AT&C2",
        "ATX5",
        "ATI9",
        "ATS3=128",
        "ATS12=9",
        "ATS12=251",
        "ATS99?",
        "ATS99=1",
        "ATS",
        "AT&",
        "hello",
        "+CSQ",
        "\x7f",
        "AT\"",
        "AT+=1",
        "ATB",
        "AT=",
        "AT,",
        "A",
        "T",
        "AT+CSQ AT+CSQ",
        "AT+CSQ?x",
        "AT+CSQ=?x",
    ] {
        refuse(harness, line, &printed(&["ERROR"]));
    }
    for nothing in ["", " ", "   "] {
        assert_eq!(harness.ask(nothing), "");
    }
    assert_eq!(harness.ask("AT"), printed(&["OK"]));
}

#[test]
fn a_line_one_byte_too_long_and_one_of_a_megabyte() {
    for dialect in dialect::ALL {
        check_long_lines(logged_in(dialect));
    }
}

fn check_long_lines(mut harness: Harness) {
    let blanks = " ".repeat(MAX_COMMAND_LINE - 6);
    let signal = printed(&["+CSQ: 28,99", "OK"]);
    assert_eq!(harness.ask(&format!("AT{blanks}+CSQ")), signal);
    refuse(
        &mut harness,
        &format!("AT{blanks} +CSQ"),
        &printed(&["ERROR"]),
    );
    refuse(&mut harness, &"A".repeat(1 << 20), &printed(&["ERROR"]));
    refuse(
        &mut harness,
        &format!("AT+QFTPSIZE=\"{}", "\"".repeat(1 << 20)),
        &printed(&["ERROR"]),
    );
    assert_eq!(harness.ask("AT+CSQ"), signal);
}
