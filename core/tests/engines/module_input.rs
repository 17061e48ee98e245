//! Input that a module must refuse: parameters one past each limit, wrong types, too few, too many, unbalanced
//! quotes, lines without end. The limits come from the tables of the dialects.

use std::time::Duration;

use crate::harness::{Harness, logged_in, lte, said};
use qftp::at::MAX_COMMAND_LINE;
use qftp::dialect::{
    self, BadParameter, Command, CommandKind, Dialect, Family, Kind, Param, Setting,
};
use qftp_test::conversation::play::Terminal;
use qftp_test::conversation::sample;

fn refusal(command: &Command) -> String {
    match command.refusal {
        BadParameter::Cme(number) => said(&[&format!("+CME ERROR: {number}")]),
        BadParameter::Plain => said(&["ERROR"]),
    }
}

/// A value inside the limits; the smallest.
fn smallest(param: &Param) -> String {
    match param.kind {
        Kind::Text(_) => "\"\"".into(),
        Kind::Name(_) => "\"x\"".into(),
        Kind::Integer(from, _) | Kind::Quotable(from, _) => from.to_string(),
        Kind::OneOf(values) => values[0].to_string(),
        Kind::Hex => "0x0000".into(),
    }
}

/// The largest value inside the limits.
fn largest(param: &Param) -> String {
    match param.kind {
        Kind::Text(most) | Kind::Name(most) => format!("\"{}\"", "x".repeat(most)),
        Kind::Integer(_, to) | Kind::Quotable(_, to) => to.to_string(),
        Kind::OneOf(values) => values[values.len() - 1].to_string(),
        Kind::Hex => "0XFFFF".into(),
    }
}

/// Values just outside, of the wrong type, or that cannot be a value at all.
fn bad(param: &Param) -> Vec<String> {
    let words = || {
        [
            "abc",
            "\"1\"",
            "-1",
            "1.5",
            "0x1",
            "18446744073709551616",
            "\"\"",
        ]
    };
    match param.kind {
        Kind::Text(most) => texts(most),
        Kind::Name(most) => [texts(most), vec!["\"\"".into()]].concat(),
        Kind::Quotable(from, to) => {
            let quoted = |value: &u64| format!("\"{value}\"");
            let values = [from.saturating_sub(1), to + 1];
            let words = ["abc", "\"\"", "\" 1\"", "\"1.5\"", "-1", "0x1"].map(String::from);
            let bare = values.iter().map(u64::to_string);
            bare.chain(values.iter().map(quoted)).chain(words).collect()
        }
        Kind::Integer(from, to) => {
            let below = from.checked_sub(1).map(|below| below.to_string());
            let above = (u128::from(to) + 1).to_string();
            let words = words().map(String::from);
            below.into_iter().chain([above]).chain(words).collect()
        }
        Kind::OneOf(values) => {
            let beyond = values[values.len() - 1] + 1;
            let others = (0..=beyond.min(100)).chain([beyond]);
            let others = others.filter(|other| !values.contains(other));
            let words = words().map(String::from);
            others.map(|other| other.to_string()).chain(words).collect()
        }
        Kind::Hex => ["0x10000", "0x", "0xg", "65535", "\"0xffff\"", "abc"]
            .map(String::from)
            .into(),
    }
}

/// Too long, or with a byte that cannot stand in quotes.
fn texts(most: usize) -> Vec<String> {
    let mut texts = vec![format!("\"{}\"", "x".repeat(most + 1))];
    texts.extend(
        [
            "\"a\x01b\"",
            "\"a\0b\"",
            "\"a\x7fb\"",
            "\"a\tb\"",
            "\"a\"b\"",
            "\"a",
        ]
        .map(String::from),
    );
    texts
}

/// The parameters with one of them replaced, those behind it left out where they can be.
fn with(params: &[Param], index: usize, value: &str) -> String {
    let last = params
        .iter()
        .rposition(|param| !param.optional)
        .unwrap_or(0)
        .max(index);
    let one = |(at, param): (usize, &Param)| {
        if at == index {
            value.into()
        } else {
            smallest(param)
        }
    };
    let all: Vec<String> = params.iter().enumerate().take(last + 1).map(one).collect();
    all.join(",")
}

/// Commands whose parameters are the table's, not a setting's.
fn plain_commands(
    dialect: &'static Dialect,
) -> impl Iterator<Item = (&'static Command, &'static [Param])> {
    let settings = [CommandKind::FtpConfigure, CommandKind::SslConfigure];
    dialect
        .all_commands()
        .filter(move |command| !settings.contains(&command.kind))
        .filter_map(|command| Some((command, command.write?)))
}

/// How a session is asked about, and what an open one is.
fn is_open(dialect: &Dialect) -> (&'static str, &'static [&'static str]) {
    match dialect.family {
        Family::Lte => ("AT+QFTPSTAT", &["OK", "+QFTPSTAT: 0,1"]),
        Family::Gsm => ("AT+QFTPSTAT", &["+QFTPSTAT: OPENED", "OK"]),
        Family::Fibocom => ("AT+FTPOPEN?", &["+FTPOPEN: 1", "OK"]),
    }
}

fn by_name(name: &str) -> &'static Dialect {
    dialect::by_name(name).expect("a dialect")
}

/// Types a line that must be refused in these words, and have no effect.
fn refuse(harness: &mut Harness, line: &str, words: &str) {
    let before = harness.server.asked.len();
    let answer = harness.ask(line);
    assert_eq!(answer, words, "{}", line.escape_default());
    assert_eq!(harness.server.asked.len(), before, "{line}");
}

#[test]
fn one_past_each_limit_is_refused_at_once_and_changes_nothing() {
    for dialect in dialect::ALL {
        let mut harness = logged_in(dialect);
        for (command, params) in plain_commands(dialect) {
            for (index, param) in params.iter().enumerate() {
                for value in bad(param) {
                    let line = format!("AT{}={}", command.name, with(params, index, &value));
                    refuse(&mut harness, &line, &refusal(command));
                }
                if !param.optional {
                    let line = format!("AT{}={}", command.name, with(params, index, ""));
                    refuse(&mut harness, &line, &refusal(command));
                }
            }
            let mut all: Vec<String> = params.iter().map(smallest).collect();
            all.push("1".into());
            let line = format!("AT{}={}", command.name, all.join(","));
            refuse(&mut harness, &line, &refusal(command));
        }
        let (question, answer) = is_open(dialect);
        assert_eq!(harness.ask(question), said(answer), "{}", dialect.name);
    }
}

#[test]
fn the_limits_themselves_are_taken() {
    // Values inside the limits that are refused for what they are: no PIN is asked for, three or four contexts are all
    // there are, a place or a setting has a name of its own, and an account is not changed under a session.
    let elsewhere = [
        CommandKind::SimState,
        CommandKind::ContextActivate,
        CommandKind::ContextConfigure,
        CommandKind::FileSpace,
        CommandKind::VendorSetting,
        CommandKind::SslFile,
        CommandKind::FtpUser,
        CommandKind::FtpPassword,
    ];
    for dialect in dialect::ALL {
        for (command, params) in plain_commands(dialect) {
            if elsewhere.contains(&command.kind) {
                continue;
            }
            for (index, param) in params.iter().enumerate() {
                for value in [smallest(param), largest(param)] {
                    let mut harness = logged_in(dialect);
                    let line = format!("AT{}={}", command.name, with(params, index, &value));
                    let answer = harness.ask(&line);
                    assert_ne!(answer, refusal(command), "{line}");
                    assert_ne!(answer, "", "{line}");
                }
            }
        }
    }
}

fn settings(dialect: &'static Dialect) -> Vec<(&'static Command, &'static Setting, &'static str)> {
    let of = |kind, all: &'static [Setting], context| {
        let command = dialect.command(kind).into_iter();
        command.flat_map(move |command| all.iter().map(move |setting| (command, setting, context)))
    };
    of(CommandKind::FtpConfigure, dialect.settings, "")
        .chain(of(CommandKind::SslConfigure, dialect.ssl_settings, ",5"))
        .collect()
}

#[test]
fn settings_keep_their_value_through_everything_they_refuse() {
    for dialect in lte() {
        let mut harness = logged_in(dialect);
        for (command, setting, context) in settings(dialect) {
            let head = format!("AT{}=\"{}\"{context}", command.name, setting.name);
            for (index, param) in setting.params.iter().enumerate() {
                for value in [smallest(param), largest(param)] {
                    let line = format!("{head},{}", with(setting.params, index, &value));
                    assert_eq!(harness.ask(&line), said(&["OK"]), "{line}");
                    let kept = harness.ask(&head);
                    for value in bad(param) {
                        let line = format!("{head},{}", with(setting.params, index, &value));
                        refuse(&mut harness, &line, &refusal(command));
                    }
                    assert_eq!(harness.ask(&head), kept, "{head}");
                }
            }
            let mut all: Vec<String> = setting.params.iter().map(smallest).collect();
            all.push("1".into());
            refuse(
                &mut harness,
                &format!("{head},{}", all.join(",")),
                &refusal(command),
            );
        }
        for line in [
            "AT+QFTPCFG=",
            "AT+QFTPCFG=\"nothing\"",
            "AT+QFTPCFG=\"nothing\",1",
            "AT+QFTPCFG=,1",
            "AT+QFTPCFG=\"account\",\"a\"",
        ] {
            refuse(&mut harness, line, &said(&["+CME ERROR: 610"]));
        }
        for line in [
            "AT+QSSLCFG=\"sslversion\"",
            "AT+QSSLCFG=\"sslversion\",6",
            "AT+QSSLCFG=\"sslversion\",\"0\"",
            "AT+QSSLCFG=\"nothing\",0",
        ] {
            refuse(&mut harness, line, &said(&["ERROR"]));
        }
    }
}

/// `gsm`: by number, and told by a URC.
#[test]
fn settings_by_number_keep_their_value_through_everything_they_refuse() {
    let dialect = by_name("gsm");
    let mut harness = logged_in(dialect);
    for (command, setting, _) in settings(dialect) {
        let head = format!("AT{}={}", command.name, setting.name);
        let [param] = setting.params else {
            panic!("{head} has one value");
        };
        let taken: &[String] = match param.kind {
            Kind::Name(most) => {
                let longest = "x".repeat(most.min(80) - "/UFS/".len());
                &["\"/COM/\"".into(), format!("\"/UFS/{longest}\"")]
            }
            _ => &[smallest(param), largest(param)],
        };
        for value in taken {
            let answer = harness.ask(&format!("{head},{value}"));
            assert_eq!(answer, said(&["OK", "+QFTPCFG:0"]), "{head},{value}");
            let kept = harness.ask(&head);
            assert_eq!(kept, said(&["OK", &format!("+QFTPCFG:{value}")]));
            for value in bad(param) {
                refuse(&mut harness, &format!("{head},{value}"), &refusal(command));
            }
            refuse(
                &mut harness,
                &format!("{head},{value},1"),
                &refusal(command),
            );
            assert_eq!(harness.ask(&head), kept, "{head}");
        }
    }
    for line in ["", "=", "=,1", "=\"1\",1", "=0,1", "=7,1", "=1.5", "?"] {
        refuse(
            &mut harness,
            &format!("AT+QFTPCFG{line}"),
            &said(&["ERROR"]),
        );
    }
}

#[test]
fn every_test_form_is_answered_as_printed_and_other_forms_as_the_table_says() {
    for dialect in dialect::ALL {
        for command in dialect.all_commands() {
            let mut harness = logged_in(dialect);
            let answer = harness.ask(&format!("AT{}=?", command.name));
            let expected = match command.test {
                None => said(&["ERROR"]),
                Some([]) => said(&["OK"]),
                Some(lines) => format!("\r\n{}\r\n{}", lines.join("\r\n"), said(&["OK"])),
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
        refuse(harness, line, &said(&["ERROR"]));
    }
    for nothing in ["", " ", "   "] {
        assert_eq!(harness.ask(nothing), "");
    }
    assert_eq!(harness.ask("AT"), said(&["OK"]));
}

#[test]
fn a_line_one_byte_too_long_and_one_of_a_megabyte() {
    for dialect in dialect::ALL {
        check_long_lines(logged_in(dialect));
    }
}

fn check_long_lines(mut harness: Harness) {
    let blanks = " ".repeat(MAX_COMMAND_LINE - 6);
    let signal = said(&["+CSQ: 28,99", "OK"]);
    assert_eq!(harness.ask(&format!("AT{blanks}+CSQ")), signal);
    refuse(&mut harness, &format!("AT{blanks} +CSQ"), &said(&["ERROR"]));
    refuse(&mut harness, &"A".repeat(1 << 20), &said(&["ERROR"]));
    refuse(
        &mut harness,
        &format!("AT+QFTPSIZE=\"{}", "\"".repeat(1 << 20)),
        &said(&["ERROR"]),
    );
    assert_eq!(harness.ask("AT+CSQ"), signal);
}

/// What is typed before a command is done is kept, however much of it there is.
#[test]
fn input_that_is_not_wanted_yet_is_not_lost() {
    let mut harness = logged_in(dialect::ALL[1]);
    harness.delay = Duration::from_secs(1);
    harness.push(b"AT+QFUPL=\"a\",5,10\r");
    assert!(!harness.module.wants_input());
    harness.push(b"hello");
    harness.push(b"AT+CSQ\rAT+QFLST\r");
    let answer = harness.heard();
    let expected = [
        "\r\nCONNECT\r\n",
        &said(&[
            "+QFUPL: 5,6b09",
            "OK",
            "+CSQ: 28,99",
            "OK",
            "+QFLST: \"UFS:a\",5",
            "OK",
        ]),
    ];
    assert_eq!(answer, expected.concat());
    assert!(harness.module.wants_input());
}

/// The same of a prompt that waits for its data connection.
#[test]
fn what_is_typed_before_a_prompt_is_the_payload() {
    let mut harness = logged_in(by_name("nl668"));
    harness.delay = Duration::from_secs(1);
    harness.push(b"AT+FTPPUT=\"a\",5,1\r");
    assert!(!harness.module.wants_input());
    harness.push(b"helloAT+CSQ\r");
    let answer = harness.heard();
    let expected = ["+FTPPUT: 2,5", "OK", "+CSQ: 28,99", "OK", "+FTPPUT: 1"];
    assert_eq!(answer, said(&expected));
    assert_eq!(harness.server_file("/a"), Some(b"hello".to_vec()));
}

/// The dialect, the command line, what stands before the payload, the payload with a command line behind it, the URC.
type Counted = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [u8],
    &'static str,
);

#[test]
fn bytes_beyond_the_end_are_a_command_line() {
    let cases: &[Counted] = &[
        (
            "ec2x",
            "AT+QFTPPUT=\"a\",\"COM:\",0,5,1",
            &["CONNECT"],
            b"helloAT+CSQ\r",
            "+QFTPPUT: 0,5",
        ),
        (
            "gsm",
            "AT+QFTPPUT=\"a\",5",
            &["OK", "CONNECT"],
            b"helloAT+CSQ\r",
            "+QFTPPUT:5",
        ),
        (
            "nl668",
            "AT+FTPPUT=\"a\",5,1",
            &["+FTPPUT: 2,5"],
            b"helloAT+CSQ\r",
            "+FTPPUT: 1",
        ),
        (
            "nl668",
            "AT+FTPSTOR=\"a\"",
            &["OK", "+FTPSTOR: 2"],
            b"hello\x03AT+CSQ\r",
            "+FTPSTOR: 1",
        ),
    ];
    for (name, command, before, payload, urc) in cases {
        let mut harness = logged_in(by_name(name));
        assert_eq!(harness.ask(command), said(before));
        harness.write(payload);
        let answer = harness.heard();
        for part in [said(&["+CSQ: 28,99", "OK"]), said(&[urc])] {
            assert!(answer.contains(&part), "{command}: {answer}");
        }
        assert_eq!(harness.server_file("/a"), Some(b"hello".to_vec()));
    }
}

/// The dialect, the command line, what stands before the payload, the payload, what stands behind it.
type Download<'a> = (&'static str, &'static str, Vec<u8>, &'a [u8], Vec<u8>);

/// A host that does not read is not sent more than the module can hold; nothing is lost once it does.
#[test]
fn a_download_waits_for_the_line() {
    let content: Vec<u8> = (0..1 << 20).map(sample).collect();
    let stuffed = {
        let mut line = Vec::new();
        qftp::framing::stuffing::stuff(&content, &mut line);
        line.push(qftp::framing::stuffing::ETX);
        line
    };
    let end = |lines: &[&str]| said(lines).into_bytes();
    let cases: [Download<'_>; 3] = [
        (
            "ec2x",
            "AT+QFTPGET=\"a\",\"COM:\"",
            end(&["CONNECT"]),
            &content,
            end(&["OK", "+QFTPGET: 0,1048576"]),
        ),
        (
            "gsm",
            "AT+QFTPGET=\"a\"",
            end(&["OK", "CONNECT"]),
            &content,
            end(&["+QFTPGET:1048576"]),
        ),
        (
            "nl668",
            "AT+FTPRETR=\"a\"",
            end(&["OK", "+FTPRETR: 2"]),
            &stuffed,
            end(&["+FTPRETR: 1"]),
        ),
    ];
    for (name, command, before, payload, after) in cases {
        let mut harness = logged_in(by_name(name));
        harness.server.put("/a", content.clone(), None);
        harness.line_is_full = true;
        harness.write(format!("{command}\r").as_bytes());
        assert!(!harness.module.wants_data());
        harness.pass(Duration::from_secs(80));
        assert!(harness.module.poll_transmit().is_some_and(|held| {
            let small = held.len() < 100_000;
            harness.said.extend(held);
            small
        }));
        harness.line_is_full = false;
        let mut all = Vec::new();
        loop {
            let more = harness.read();
            if more.is_empty() {
                break;
            }
            all.extend(more);
        }
        assert!(all == [&before, payload, &after[..]].concat(), "{name}");
    }
}
