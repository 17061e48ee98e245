//! `AT+QFTPCFG` of Quectel's GSM modules: settings by number (001 §2.2.8).

use alloc::format;
use alloc::vec::Vec;

use super::report::report_text;
use super::transfer;
use crate::at::{Form, Token};
use crate::codes;
use crate::dialect::{self, Command, Setting, SettingKind};
use crate::module::context::ModuleContext;
use crate::module::ftp::operation::quoted;
use crate::module::ftp::service::FtpService;
use crate::module::quirks::Quirk;
use crate::module::response::{CommandResponse, name_and_values, text};
use crate::module::stored_value::StoredValue;

/// Sets a setting, or without a value reports it.
pub(super) fn execute(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    command: &'static Command,
    form: &Form<'_>,
) -> CommandResponse {
    let Some((number, value)) = name_and_values(form) else {
        return CommandResponse::bad_parameter(command);
    };
    let lacks_type_6 = cx.quirks.has(Quirk::NoConfigType6);
    let named = |setting: &&Setting| {
        number.integer().is_some()
            && setting.name.as_bytes() == number.bytes()
            && !(lacks_type_6 && setting.kind == SettingKind::ConfigType6)
    };
    let Some(setting) = cx.dialect.settings.iter().find(named) else {
        return CommandResponse::bad_parameter(command);
    };
    if value.iter().all(|value| *value == Token::Omitted) && value.len() <= 1 {
        let told = match ftp.settings.ftp.first(setting.kind) {
            Some(StoredValue::Text(text)) => quoted(text),
            Some(StoredValue::Integer(number)) => format!("{number}").into_bytes(),
            None => Vec::new(),
        };
        report_text(cx, command.name, Ok(told));
        return CommandResponse::Ok;
    }
    let Ok(values) = dialect::accept(setting.params, value) else {
        return CommandResponse::bad_parameter(command);
    };
    let is_place = setting.kind == SettingKind::Place;
    if is_place && transfer::target(cx.stores(), text(&values, 0), b"x").is_none() {
        return ftp.fail_at_once(cx, command, codes::PARAMETER);
    }
    ftp.settings.ftp.set(setting.kind, &values);
    report_text(cx, command.name, Ok(b"0".to_vec()));
    CommandResponse::Ok
}

#[cfg(test)]
mod tests {
    use crate::codes;
    use crate::dialect::gsm::GSM;
    use crate::module::family::fixture::FtpFixture;
    use crate::module::quirks::Quirk;
    use crate::module::response::CommandResponse;

    #[test]
    fn a_setting_is_set_and_reported_by_its_number() {
        let mut fixture = FtpFixture::closed(&GSM);
        fixture.succeed("+QFTPCFG=4,\"/UFS/a\"");
        fixture.succeed("+QFTPCFG=4");
        let printed = "\r\n+QFTPCFG:0\r\n\r\n+QFTPCFG:\"/UFS/a\"\r\n";
        assert_eq!(fixture.output(), printed);
        fixture.succeed("+QFTPCFG=4,\"/NONE/\"");
        let number = codes::for_gsm(codes::PARAMETER, 0);
        assert_eq!(
            fixture.output(),
            alloc::format!("\r\n+QFTPCFG:{number}\r\n")
        );
    }

    #[test]
    fn config_001_2_2_8_type_6_is_taken_and_read_back() {
        let mut fixture = FtpFixture::closed(&GSM);
        fixture.succeed("+QFTPCFG=6,1");
        fixture.succeed("+QFTPCFG=6");
        assert_eq!(fixture.output(), "\r\n+QFTPCFG:0\r\n\r\n+QFTPCFG:1\r\n");
        fixture.cx.quirks = fixture.cx.quirks.with(Quirk::NoConfigType6);
        let refused = fixture.execute("+QFTPCFG=6,1");
        assert!(matches!(refused, CommandResponse::Failed(_)));
    }
}
