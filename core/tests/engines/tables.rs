//! The dialect tables hold what the manuals print, and what they format they also read.

use proptest::prelude::*;
use qftp::dialect::{
    self, Command, Dialect, Family, Initial, Kind, Param, ParamError, SSL_SETTINGS, Setting, Value,
};
use qftp::internal::at::{self, AtCommand, Form};

/// The 18 commands of chapter 2, in the manuals' order.
const FTP: [&str; 18] = [
    "+QFTPCFG",
    "+QFTPOPEN",
    "+QFTPCWD",
    "+QFTPPWD",
    "+QFTPPUT",
    "+QFTPGET",
    "+QFTPSIZE",
    "+QFTPDEL",
    "+QFTPMKDIR",
    "+QFTPRMDIR",
    "+QFTPLIST",
    "+QFTPNLST",
    "+QFTPMLSD",
    "+QFTPMDTM",
    "+QFTPRENAME",
    "+QFTPLEN",
    "+QFTPSTAT",
    "+QFTPCLOSE",
];

fn settings() -> impl Iterator<Item = &'static Setting> {
    let own = dialect::ALL.iter().flat_map(|dialect| dialect.settings);
    own.chain(SSL_SETTINGS)
}

fn configure() -> &'static Command {
    dialect::ALL[0].command_named(b"+QFTPCFG").expect("QFTPCFG")
}

fn lte() -> impl Iterator<Item = &'static &'static Dialect> {
    dialect::ALL
        .iter()
        .filter(|dialect| dialect.family == Family::Lte)
}

/// How many FTP commands each manual has, and where.
#[test]
fn every_manual_is_there_with_all_its_commands() {
    let manuals = [
        ("000", "§2.", 18),
        ("001", "§2.2.", 15),
        ("002", "§2.", 18),
        ("003", "§1.2.", 21),
        ("004", "§2.", 18),
    ];
    for (manual, section, count) in manuals {
        let dialect = dialect::ALL.iter().find(|dialect| dialect.manual == manual);
        let ftp = dialect.map_or(&[][..], |dialect| dialect.commands[0]);
        let mut sources: Vec<&str> = ftp.iter().map(|command| command.source).collect();
        let mut expected: Vec<String> = (1..=count)
            .map(|number| format!("{manual} {section}{number}"))
            .collect();
        sources.sort_unstable();
        expected.sort_unstable();
        assert_eq!(sources, expected, "{manual}");
    }
}

#[test]
fn each_dialect_of_lte_has_the_18_commands_with_their_sections() {
    for dialect in lte() {
        let ftp = dialect.commands[0];
        assert!(
            ftp.iter().map(|command| command.name).eq(FTP),
            "{}",
            dialect.name
        );
        for (index, command) in ftp.iter().enumerate() {
            assert_eq!(
                command.source,
                format!("{} §2.{}", dialect.manual, index + 1)
            );
        }
    }
}

#[test]
fn names_are_unique_and_found_in_any_case() {
    for dialect in dialect::ALL {
        let names: Vec<&str> = dialect.all_commands().map(|command| command.name).collect();
        let mut unique = names.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), names.len(), "{}", dialect.name);
        for command in dialect.all_commands() {
            let found = dialect.command_named(command.name.to_lowercase().as_bytes());
            assert!(found.is_some_and(|found| found.name == command.name));
        }
    }
}

/// The test form of the settings prints the very ranges that are enforced: one source of truth.
#[test]
fn test_forms_of_settings_state_their_ranges() {
    for dialect in lte() {
        let printed = dialect
            .command_named(b"+QFTPCFG")
            .and_then(|command| command.test)
            .expect("a test form");
        assert_eq!(printed.len(), dialect.settings.len(), "{}", dialect.name);
        for (line, setting) in printed.iter().zip(dialect.settings) {
            let values: Vec<String> = setting.params.iter().map(shown).collect();
            assert_eq!(
                *line,
                format!("+QFTPCFG: \"{}\",{}", setting.name, values.join(","))
            );
        }
    }
}

fn shown(param: &Param) -> String {
    match param.kind {
        Kind::Integer(0, 1) => "(0,1)".into(),
        Kind::Integer(from, to) => format!("({from}-{to})"),
        _ => format!("<{}>", param.name),
    }
}

#[test]
fn initial_values_lie_within_their_limits() {
    for setting in settings() {
        assert_eq!(
            setting.initial.len(),
            setting.params.len(),
            "{}",
            setting.name
        );
        for (param, initial) in setting.params.iter().zip(setting.initial) {
            let value = match initial {
                Initial::Integer(value) => Value::Integer(*value),
                Initial::Text(text) => Value::Text(text),
            };
            assert_eq!(param.check(value), Ok(()), "{}", setting.name);
        }
    }
}

/// Both sides of every limit of every parameter of every command.
#[test]
fn limits_are_sharp() {
    for command in dialect::ALL
        .iter()
        .flat_map(|dialect| dialect.all_commands())
    {
        for param in command.write.unwrap_or(&[]) {
            check_limits(command.name, param);
        }
    }
    for setting in settings() {
        for param in setting.params {
            check_limits(setting.name, param);
        }
    }
}

fn check_limits(place: &str, param: &Param) {
    let place = format!("{place} <{}>", param.name);
    let text = |length: usize| vec![b'x'; length];
    let out_of_range = |value| {
        matches!(
            param.check(Value::Integer(value)),
            Err(ParamError::Range { .. })
        )
    };
    match param.kind {
        Kind::Text(max) | Kind::Name(max) => {
            assert_eq!(param.check(Value::Text(&text(max))), Ok(()), "{place}");
            let long = text(max + 1);
            assert!(
                matches!(
                    param.check(Value::Text(&long)),
                    Err(ParamError::Length { .. })
                ),
                "{place}"
            );
            let empty_is_fine = matches!(param.kind, Kind::Text(_));
            assert_eq!(
                param.check(Value::Text(b"")).is_ok(),
                empty_is_fine,
                "{place}"
            );
            assert_eq!(
                param.check(Value::Integer(1)),
                Err(ParamError::Type(param.name)),
                "{place}"
            );
        }
        Kind::Integer(from, to) | Kind::Quotable(from, to) => {
            assert_eq!(param.check(Value::Integer(from)), Ok(()), "{place}");
            assert_eq!(param.check(Value::Integer(to)), Ok(()), "{place}");
            assert!(out_of_range(to + 1), "{place}");
            assert!(from == 0 || out_of_range(from - 1), "{place}");
            assert_eq!(
                param.check(Value::Text(b"1")),
                Err(ParamError::Type(param.name)),
                "{place}"
            );
        }
        Kind::OneOf(choices) => {
            for choice in choices {
                assert_eq!(param.check(Value::Integer(*choice)), Ok(()), "{place}");
                for beside in [choice.wrapping_sub(1), choice + 1] {
                    let fits = choices.contains(&beside);
                    let checked = param.check(Value::Integer(beside));
                    assert_eq!(checked.is_ok(), fits, "{place} {beside}");
                }
            }
        }
        Kind::Hex => {
            assert_eq!(param.check(Value::Integer(0xFFFF)), Ok(()), "{place}");
            assert!(out_of_range(0x10000), "{place}");
        }
        Kind::Word(words) => {
            for word in words {
                assert_eq!(param.check(Value::Text(word.as_bytes())), Ok(()), "{place}");
            }
            assert!(param.check(Value::Text(b"none")).is_err(), "{place}");
        }
        Kind::Mask(most) | Kind::Digits(most) => {
            let digits = |length: usize| vec![b'7'; length];
            assert_eq!(param.check(Value::Text(&digits(most))), Ok(()), "{place}");
            for wrong in [&digits(most + 1)[..], b"", b"x"] {
                assert!(param.check(Value::Text(wrong)).is_err(), "{place}");
            }
        }
        other => panic!("no values of {other:?}"),
    }
    assert_eq!(
        param.check(Value::Omitted).is_ok(),
        param.optional,
        "{place}"
    );
}

#[test]
fn models_find_their_dialect_by_the_longest_name() {
    let models = [
        ("EC20", "ec20"),
        ("EC20F", "ec2x"),
        ("EC25", "ec2x"),
        ("EM05", "ec2x"),
        ("BG96", "bg96"),
    ];
    for (model, name) in models {
        assert_eq!(
            dialect::by_model(model).map(|dialect| dialect.name),
            Some(name),
            "{model}"
        );
    }
    assert!(dialect::by_model("SIM800").is_none());
    assert!(dialect::by_name("EC2X").is_some());
}

#[derive(Clone, Debug)]
enum Owned {
    Omitted,
    Integer(u64),
    Text(Vec<u8>),
}

impl Owned {
    fn borrowed(&self) -> Value<'_> {
        match self {
            Owned::Omitted => Value::Omitted,
            Owned::Integer(value) => Value::Integer(*value),
            Owned::Text(text) => Value::Text(text),
        }
    }
}

/// Any value that fits a parameter.
fn value(param: &'static Param) -> BoxedStrategy<Owned> {
    let fitting = match param.kind {
        Kind::Text(max) => text(0, max),
        Kind::Name(max) => text(1, max),
        Kind::Integer(from, to) | Kind::Quotable(from, to) => {
            (from..=to).prop_map(Owned::Integer).boxed()
        }
        Kind::OneOf(choices) => prop::sample::select(choices)
            .prop_map(Owned::Integer)
            .boxed(),
        Kind::Hex => (0u64..=0xFFFF).prop_map(Owned::Integer).boxed(),
        Kind::Word(words) => prop::sample::select(words)
            .prop_map(|word| Owned::Text(word.as_bytes().to_vec()))
            .boxed(),
        Kind::Mask(most) | Kind::Digits(most) => prop::collection::vec(b'0'..=b'9', 1..=most)
            .prop_map(Owned::Text)
            .boxed(),
        other => panic!("no values of {other:?}"),
    };
    if param.optional {
        prop_oneof![Just(Owned::Omitted), fitting].boxed()
    } else {
        fitting
    }
}

fn text(from: usize, to: usize) -> BoxedStrategy<Owned> {
    let byte = any::<u8>().prop_filter("expressible", |byte| at::check_string(&[*byte]).is_ok());
    prop::collection::vec(byte, from..=to)
        .prop_map(Owned::Text)
        .boxed()
}

/// A command of any dialect, with values that fit it.
fn command() -> impl Strategy<Value = (&'static Command, Vec<Owned>)> {
    let commands: Vec<&'static Command> = dialect::ALL
        .iter()
        .flat_map(|dialect| dialect.all_commands())
        .filter(|command| command.write.is_some_and(|params| params[0].name != "name"))
        .collect();
    prop::sample::select(commands).prop_flat_map(|command| {
        let values: Vec<_> = command.write.unwrap_or(&[]).iter().map(value).collect();
        values.prop_map(move |values| (command, values))
    })
}

/// A setting, with values that fit it.
fn setting() -> impl Strategy<Value = (&'static Setting, Vec<Owned>)> {
    prop::sample::select(settings().collect::<Vec<_>>()).prop_flat_map(|setting| {
        let values: Vec<_> = setting.params.iter().map(value).collect();
        values.prop_map(move |values| (setting, values))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn what_a_command_formats_it_reads_back((command, values) in command()) {
        let values: Vec<Value<'_>> = values.iter().map(Owned::borrowed).collect();
        let line = command.emit(&values).expect("fitting values");
        let line = line.strip_suffix(b"\r").expect("one CR at the end");
        let (calls, read) = at::parse_line(line);
        prop_assert_eq!(read, Ok(()));
        let [AtCommand::Extended { name, form }] = calls.as_slice() else {
            return Err(TestCaseError::fail(format!("{calls:?}")));
        };
        prop_assert_eq!(*name, command.name.as_bytes());
        let tokens = match form {
            Form::Write(tokens) => tokens.as_slice(),
            _ => &[],
        };
        prop_assert_eq!(command.accept(tokens).expect("accepted"), values);
    }

    #[test]
    fn what_a_setting_formats_it_reads_back((setting, values) in setting()) {
        let values: Vec<Value<'_>> = values.iter().map(Owned::borrowed).collect();
        let line = setting.emit(configure(), None, &values).expect("fitting values");
        let (calls, _) = at::parse_line(&line[..line.len() - 1]);
        let [AtCommand::Extended { form: Form::Write(tokens), .. }] = calls.as_slice() else {
            return Err(TestCaseError::fail(format!("{calls:?}")));
        };
        prop_assert_eq!(tokens[0].bytes(), setting.name.as_bytes());
        prop_assert_eq!(dialect::accept(setting.params, &tokens[1..]).expect("accepted"), values);
    }
}
