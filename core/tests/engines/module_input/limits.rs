//! Parameters at their limits and one past them.

use crate::harness::{logged_in, lte, printed};
use qftp::dialect;
use qftp::dialect::{Command, CommandKind, Dialect, Kind, Param, Recall, Setting};

use super::{by_name, is_open, refusal, refuse};

/// A value inside the limits; the smallest.
fn smallest(param: &Param) -> String {
    match param.kind {
        Kind::Text(_) => "\"\"".into(),
        Kind::Name(_) => "\"x\"".into(),
        Kind::Integer(from, _) | Kind::Quotable(from, _) => from.to_string(),
        Kind::OneOf(values) => values[0].to_string(),
        Kind::Hex => "0x0000".into(),
        Kind::Word(words) => words[0].into(),
        Kind::Mask(_) | Kind::Digits(_) => "0".into(),
        other => panic!("no values of {other:?}"),
    }
}

/// The largest value inside the limits.
fn largest(param: &Param) -> String {
    match param.kind {
        Kind::Text(most) | Kind::Name(most) => format!("\"{}\"", "x".repeat(most)),
        Kind::Integer(_, to) | Kind::Quotable(_, to) => to.to_string(),
        Kind::OneOf(values) => values[values.len() - 1].to_string(),
        Kind::Hex => "0XFFFF".into(),
        Kind::Word(words) => format!("\"{}\"", words[words.len() - 1].to_lowercase()),
        Kind::Mask(most) => format!("0x{}", "f".repeat(most)),
        Kind::Digits(most) => "9".repeat(most),
        other => panic!("no values of {other:?}"),
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
        Kind::Word(_) => ["\"\"", "\"none\"", "7"].map(String::from).into(),
        Kind::Mask(most) => ["0x".into(), "g".into(), "-1".into(), "f".repeat(most + 1)].into(),
        Kind::Digits(most) => ["a".into(), "-1".into(), "9".repeat(most + 1)].into(),
        other => panic!("no values of {other:?}"),
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
        assert_eq!(harness.ask(question), printed(answer), "{}", dialect.name);
    }
}

#[test]
fn the_limits_themselves_are_taken() {
    // Values inside the limits that are refused for what they are: no PIN is asked for, three or four contexts are all
    // there are, a place or a setting has a name of its own, a text is no time, nothing is asked without a context, an account
    // is not changed under a session, and a reset ends in full functionality.
    let elsewhere = [
        CommandKind::SimState,
        CommandKind::Functionality,
        CommandKind::ContextActivate,
        CommandKind::ContextConfigure,
        CommandKind::FileSpace,
        CommandKind::VendorSetting,
        CommandKind::SslFile,
        CommandKind::FtpUser,
        CommandKind::FtpPassword,
        CommandKind::Clock,
        CommandKind::TimeServer,
        CommandKind::NameLookup,
        CommandKind::Ping,
    ];
    for dialect in dialect::ALL {
        for (command, params) in plain_commands(dialect) {
            let named = matches!(command.recall, Recall::Named(_));
            if elsewhere.contains(&command.kind) || named {
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
                    assert_eq!(harness.ask(&line), printed(&["OK"]), "{line}");
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
            refuse(&mut harness, line, &printed(&["+CME ERROR: 610"]));
        }
        for line in [
            "AT+QSSLCFG=\"sslversion\"",
            "AT+QSSLCFG=\"sslversion\",6",
            "AT+QSSLCFG=\"sslversion\",\"0\"",
            "AT+QSSLCFG=\"nothing\",0",
        ] {
            refuse(&mut harness, line, &printed(&["ERROR"]));
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
            assert_eq!(answer, printed(&["OK", "+QFTPCFG:0"]), "{head},{value}");
            let kept = harness.ask(&head);
            assert_eq!(kept, printed(&["OK", &format!("+QFTPCFG:{value}")]));
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
            &printed(&["ERROR"]),
        );
    }
}
