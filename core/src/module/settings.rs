//! `AT+QFTPCFG` and `AT+QSSLCFG`: settings by name, set and read back (002 §2.1, COMMON 3).

use alloc::vec::Vec;

use super::{Module, Quirk, Ran, bad};
use crate::at::{Form, Token, push_integer};
use crate::dialect::{
    self, Command, CommandKind, Initial, Kind, Param, Setting, SettingKind, Value,
};

/// What is redacted of an account.
const PASSWORD: &str = "password";

/// `<rsptimeout>` beyond the 20 to 180 seconds of the manuals (FIELD 4).
const ANY_TIMEOUT: &[Param] = &[Param {
    name: "rsptimeout",
    kind: Kind::Integer(1, 65535),
    optional: false,
}];

/// The values of a group of settings.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    values: Vec<(SettingKind, Vec<Stored>)>,
}

/// A value that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stored {
    Integer(u64),
    Text(Vec<u8>),
}

impl Settings {
    /// As they are at the start.
    pub(super) fn new(settings: &[Setting]) -> Self {
        let initial = |initial: &Initial| match initial {
            Initial::Integer(value) => Stored::Integer(*value),
            Initial::Text(text) => Stored::Text(text.to_vec()),
        };
        let values = settings
            .iter()
            .map(|setting| (setting.kind, setting.initial.iter().map(initial).collect()));
        Settings {
            values: values.collect(),
        }
    }

    fn of(&self, kind: SettingKind) -> &[Stored] {
        self.values
            .iter()
            .find(|(known, _)| *known == kind)
            .map_or(&[], |(_, values)| values)
    }

    /// A number; 0 where the dialect lacks the setting.
    pub(super) fn integer(&self, kind: SettingKind, index: usize) -> u64 {
        match self.of(kind).get(index) {
            Some(Stored::Integer(value)) => *value,
            Some(Stored::Text(_)) | None => 0,
        }
    }

    /// A string; empty where the dialect lacks the setting.
    pub(super) fn text(&self, kind: SettingKind, index: usize) -> &[u8] {
        match self.of(kind).get(index) {
            Some(Stored::Text(text)) => text,
            Some(Stored::Integer(_)) | None => b"",
        }
    }

    /// The first value of a setting.
    pub(super) fn first(&self, kind: SettingKind) -> Option<&Stored> {
        self.of(kind).first()
    }

    /// Values left out keep what they were.
    pub(super) fn set(&mut self, kind: SettingKind, new: &[Value<'_>]) {
        let Some((_, values)) = self.values.iter_mut().find(|(known, _)| *known == kind) else {
            return;
        };
        for (value, new) in values.iter_mut().zip(new) {
            match new {
                Value::Omitted => {}
                Value::Integer(number) => *value = Stored::Integer(*number),
                Value::Text(text) => *value = Stored::Text(text.to_vec()),
            }
        }
    }
}

impl Module {
    pub(super) fn configure(&mut self, command: &'static Command, form: &Form<'_>) -> Ran {
        let Form::Write(tokens) = form else {
            return bad(command);
        };
        let secure = command.kind == CommandKind::SslConfigure;
        let (name, rest) = tokens
            .split_first()
            .map_or((Token::Omitted, &[][..]), |(name, rest)| (*name, rest));
        let known = if secure {
            self.dialect.ssl_settings
        } else {
            self.dialect.settings
        };
        let named = known
            .iter()
            .find(|setting| setting.name.as_bytes().eq_ignore_ascii_case(name.bytes()));
        let Some(setting) = named else {
            return bad(command);
        };
        let (context, rest) = match (secure, rest.split_first()) {
            (false, _) => (None, rest),
            (true, Some((context, rest))) => (context.integer(), rest),
            (true, None) => return bad(command),
        };
        let group = match context {
            None if secure => return bad(command),
            None => &mut self.settings,
            Some(context) => match usize::try_from(context)
                .ok()
                .and_then(|context| self.ssl.get_mut(context))
            {
                None => return bad(command),
                Some(group) => group,
            },
        };
        if rest.is_empty() {
            let redact = self.quirks.has(Quirk::MaskPassword);
            let line = read_back(command, setting, context, group.of(setting.kind), redact);
            self.information(&line);
            return Ran::Ok;
        }
        let params = match setting.kind {
            SettingKind::ResponseTimeout if self.quirks.has(Quirk::AnyTimeout) => ANY_TIMEOUT,
            _ => setting.params,
        };
        match dialect::accept(params, rest) {
            Err(_) => bad(command),
            Ok(values) => {
                group.set(setting.kind, &values);
                Ran::Ok
            }
        }
    }
}

/// `+QFTPCFG: "filetype",0`
fn read_back(
    command: &Command,
    setting: &Setting,
    context: Option<u64>,
    values: &[Stored],
    redact: bool,
) -> Vec<u8> {
    let mut line = command.name.as_bytes().to_vec();
    line.extend_from_slice(b": \"");
    line.extend_from_slice(setting.name.as_bytes());
    line.push(b'"');
    if let Some(context) = context {
        line.push(b',');
        push_integer(&mut line, context);
    }
    for (param, value) in setting
        .params
        .iter()
        .zip(values)
        .take(shown(setting, values))
    {
        line.push(b',');
        match value {
            Stored::Text(text) => {
                line.push(b'"');
                if redact && setting.kind == SettingKind::Account && param.name == PASSWORD {
                    line.extend(text.iter().map(|_| b'*'));
                } else {
                    line.extend_from_slice(text);
                }
                line.push(b'"');
            }
            Stored::Integer(value) if param.kind == Kind::Hex => {
                line.extend_from_slice(alloc::format!("0X{value:04X}").as_bytes());
            }
            Stored::Integer(value) => push_integer(&mut line, *value),
        }
    }
    line
}

/// How many values are shown.
fn shown(setting: &Setting, values: &[Stored]) -> usize {
    match (setting.detail_when, values.first()) {
        (Some(detail), Some(Stored::Integer(first))) if *first != detail => 1,
        _ => values.len(),
    }
}
