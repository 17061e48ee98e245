//! `AT+QFTPCFG` and `AT+QSSLCFG`: settings by name, set and read back (002 §2.1, COMMON 3).

use alloc::string::String;
use alloc::vec::Vec;

use super::context::ModuleContext;
use super::quirks::{Quirk, Quirks};
use super::response::{CommandResponse, name_and_values};
use super::stored_value::{self, StoredValue};
use crate::at::{Form, Token, push_integer};
use crate::dialect::{
    self, Command, CommandKind, Initial, Kind, Param, Setting, SettingKind, Value,
};

/// The SSL contexts are 0 to 5 (COMMON 3).
const SSL_CONTEXTS: usize = 6;
/// Parameter of an account that can be redacted.
const PASSWORD: &str = "password";

/// `<rsptimeout>` beyond the 20 to 180 seconds of the manuals (FIELD 4).
const ANY_TIMEOUT: &[Param] = &[Param {
    name: "rsptimeout",
    kind: Kind::Integer(1, 65535),
    optional: false,
}];

/// Settings of `AT+QFTPCFG` that firmware has beyond its manual (COMMON 3).
static BY_QUIRK: [(Quirk, Setting); 2] = [
    (
        Quirk::RestEnable,
        Setting::new(
            SettingKind::RestEnable,
            "restenable",
            &[Param::required("rest_enable", Kind::Integer(0, 1))],
            &[Initial::Integer(0)],
        ),
    ),
    (
        Quirk::CacheSize,
        Setting::new(
            SettingKind::CacheSize,
            "cache_size",
            &[
                Param::required("cache_size", Kind::Integer(0, u32::MAX as u64)),
                Param::optional("threshold", Kind::Integer(0, u32::MAX as u64)),
            ],
            &[Initial::Integer(65536), Initial::Integer(1)],
        ),
    ),
];
/// Holds the values of a group of settings.
#[derive(Clone, Debug)]
pub(super) struct SettingValues {
    values: Vec<(SettingKind, Vec<StoredValue>)>,
}

impl SettingValues {
    /// Returns the values at the start.
    pub(super) fn new<'a>(settings: impl IntoIterator<Item = &'a Setting>) -> Self {
        let values = settings
            .into_iter()
            .map(|setting| (setting.kind, stored_value::initial(setting.initial)));
        SettingValues {
            values: values.collect(),
        }
    }

    fn values(&self, kind: SettingKind) -> &[StoredValue] {
        self.values
            .iter()
            .find(|(known, _)| *known == kind)
            .map_or(&[], |(_, values)| values)
    }

    /// Returns a number; 0 where the dialect lacks the setting.
    pub(super) fn integer(&self, kind: SettingKind, index: usize) -> u64 {
        match self.values(kind).get(index) {
            Some(StoredValue::Integer(value)) => *value,
            Some(StoredValue::Text(_)) | None => 0,
        }
    }

    /// Returns a text; empty where the dialect lacks the setting.
    pub(super) fn text(&self, kind: SettingKind, index: usize) -> &[u8] {
        match self.values(kind).get(index) {
            Some(StoredValue::Text(text)) => text,
            Some(StoredValue::Integer(_)) | None => b"",
        }
    }

    /// Returns the first value of a setting.
    pub(super) fn first(&self, kind: SettingKind) -> Option<&StoredValue> {
        self.values(kind).first()
    }

    /// Sets a setting; values left out stay as they are.
    pub(super) fn set(&mut self, kind: SettingKind, new: &[Value<'_>]) {
        let Some((_, values)) = self.values.iter_mut().find(|(known, _)| *known == kind) else {
            return;
        };
        stored_value::set(values, new);
    }
}

/// Holds the settings behind `AT+QFTPCFG` and the SSL contexts behind `AT+QSSLCFG`.
#[derive(Debug)]
pub(super) struct FtpSettings {
    pub(super) ftp: SettingValues,
    pub(super) ssl: [SettingValues; SSL_CONTEXTS],
}

impl FtpSettings {
    pub(super) fn new(dialect: &dialect::Dialect) -> Self {
        FtpSettings {
            ftp: SettingValues::new(dialect.settings.iter().chain(by_quirk())),
            ssl: core::array::from_fn(|_| SettingValues::new(dialect.ssl_settings)),
        }
    }

    /// Sets a setting by its name, or reads it back.
    pub(super) fn execute(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
    ) -> CommandResponse {
        let Some((name, rest)) = name_and_values(form) else {
            return CommandResponse::bad_parameter(command);
        };
        let named = if command.kind == CommandKind::SslConfigure {
            self.named_ssl(cx.dialect, name, rest)
        } else {
            let settings = cx.dialect.settings.iter();
            let more = BY_QUIRK.iter().filter(|(quirk, _)| cx.quirks.has(*quirk));
            let settings = settings.chain(more.map(|(_, setting)| setting));
            find(settings, name).map(|setting| Named {
                setting,
                context: None,
                values: &mut self.ftp,
                rest,
            })
        };
        let Some(named) = named else {
            return CommandResponse::bad_parameter(command);
        };
        if named.rest.is_empty() {
            cx.information(&named.read_back(command, cx.quirks));
            return CommandResponse::Ok;
        }
        match dialect::accept(named.params(cx.quirks), named.rest) {
            Err(_) => CommandResponse::bad_parameter(command),
            Ok(values) => {
                named.values.set(named.setting.kind, &values);
                CommandResponse::Ok
            }
        }
    }

    /// Finds a setting of an SSL context, whose number follows the name.
    fn named_ssl<'a>(
        &'a mut self,
        dialect: &dialect::Dialect,
        name: Token<'_>,
        rest: &'a [Token<'a>],
    ) -> Option<Named<'a>> {
        let setting = find(dialect.ssl_settings, name)?;
        let (context, rest) = rest.split_first()?;
        let context = context.integer()?;
        let values = self.ssl.get_mut(usize::try_from(context).ok()?)?;
        Some(Named {
            setting,
            context: Some(context),
            values,
            rest,
        })
    }
}

/// Holds the setting that a command names, and what follows the name.
struct Named<'a> {
    setting: &'static Setting,
    context: Option<u64>,
    values: &'a mut SettingValues,
    rest: &'a [Token<'a>],
}

impl Named<'_> {
    fn params(&self, quirks: Quirks) -> &'static [Param] {
        match self.setting.kind {
            SettingKind::ResponseTimeout if quirks.has(Quirk::AnyTimeout) => ANY_TIMEOUT,
            _ => self.setting.params,
        }
    }

    /// Returns `+QFTPCFG: "filetype",0`.
    fn read_back(&self, command: &Command, quirks: Quirks) -> Vec<u8> {
        let setting = self.setting;
        let values = self.values.values(setting.kind);
        let mut line = command.name.as_bytes().to_vec();
        line.extend_from_slice(b": \"");
        line.extend_from_slice(setting.name.as_bytes());
        line.push(b'"');
        if let Some(context) = self.context {
            line.push(b',');
            push_integer(&mut line, context);
        }
        let shown = shown(setting, values);
        for (param, value) in setting.params.iter().zip(values).take(shown) {
            line.push(b',');
            let redacted = setting.kind == SettingKind::Account
                && param.name == PASSWORD
                && quirks.has(Quirk::MaskPassword);
            value.push(&mut line, param.kind, redacted.then_some(b'*'));
        }
        line
    }
}

/// Lists the settings that a quirk adds.
fn by_quirk() -> impl Iterator<Item = &'static Setting> {
    BY_QUIRK.iter().map(|(_, setting)| setting)
}

/// Returns the lines that quirks add to the answer of a test form.
pub(super) fn test_lines_by_quirk(command: &Command, quirks: Quirks) -> Vec<String> {
    let added = BY_QUIRK
        .iter()
        .filter(|(quirk, _)| command.kind == CommandKind::FtpConfigure && quirks.has(*quirk));
    added
        .map(|(_, setting)| setting.test_line(command.name))
        .collect()
}

/// Finds a setting by its name, case ignored.
fn find(
    settings: impl IntoIterator<Item = &'static Setting>,
    name: Token<'_>,
) -> Option<&'static Setting> {
    settings
        .into_iter()
        .find(|setting| setting.name.as_bytes().eq_ignore_ascii_case(name.bytes()))
}

/// Returns how many values are shown.
fn shown(setting: &Setting, values: &[StoredValue]) -> usize {
    match (setting.detail_when, values.first()) {
        (Some(detail), Some(StoredValue::Integer(first))) if *first != detail => 1,
        _ => values.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ec2x::EC2X;

    fn configure(
        settings: &mut FtpSettings,
        cx: &mut ModuleContext,
        kind: CommandKind,
        tokens: &[Token<'_>],
    ) -> CommandResponse {
        let command = EC2X.command(kind).expect("a command");
        settings.execute(cx, command, &Form::Write(tokens.to_vec()))
    }

    #[test]
    fn a_setting_is_read_back_as_it_was_set() {
        let mut cx = ModuleContext::new(&EC2X, Quirks::MANUAL);
        let mut settings = FtpSettings::new(&EC2X);
        let name = Token::Quoted(b"FILETYPE");
        let kind = CommandKind::FtpConfigure;
        let response = configure(&mut settings, &mut cx, kind, &[name, Token::Bare(b"1")]);
        assert_eq!(response, CommandResponse::Ok);
        configure(&mut settings, &mut cx, kind, &[name]);
        assert_eq!(cx.output.bytes(), b"\r\n+QFTPCFG: \"filetype\",1\r\n");
        assert_eq!(settings.ftp.integer(SettingKind::FileType, 0), 1);
        let unknown = configure(&mut settings, &mut cx, kind, &[Token::Quoted(b"none")]);
        assert!(matches!(unknown, CommandResponse::Failed(_)));
    }

    #[test]
    fn each_ssl_context_has_its_own_values() {
        let mut cx = ModuleContext::new(&EC2X, Quirks::MANUAL);
        let mut settings = FtpSettings::new(&EC2X);
        let kind = CommandKind::SslConfigure;
        let level = Token::Quoted(b"seclevel");
        let set = |context| [level, Token::Bare(context), Token::Bare(b"2")];
        let response = configure(&mut settings, &mut cx, kind, &set(b"1"));
        assert_eq!(response, CommandResponse::Ok);
        let level = |index: usize| settings.ssl[index].integer(SettingKind::SecurityLevel, 0);
        assert_eq!((level(0), level(1)), (0, 2));
        let beyond = configure(&mut settings, &mut cx, kind, &set(b"6"));
        assert!(matches!(beyond, CommandResponse::Failed(_)));
    }

    #[test]
    fn a_quirk_masks_the_password() {
        let quirks = Quirks::MANUAL.with(Quirk::MaskPassword);
        let mut cx = ModuleContext::new(&EC2X, quirks);
        let mut settings = FtpSettings::new(&EC2X);
        let account = Token::Quoted(b"account");
        let tokens = [account, Token::Quoted(b"me"), Token::Quoted(b"abc")];
        configure(&mut settings, &mut cx, CommandKind::FtpConfigure, &tokens);
        configure(
            &mut settings,
            &mut cx,
            CommandKind::FtpConfigure,
            &[account],
        );
        assert!(
            cx.output
                .bytes()
                .ends_with(b"\"account\",\"me\",\"***\"\r\n")
        );
    }
}
