//! `AT+GTSET="FTPLIMIT"`: the timer that controls the flow of FTPRETR (003 §1.2.16).
//!
//! The manual gives a range and a default, no unit and no amount. Here the period is in milliseconds, and 64 KiB flow in
//! each: at the default about as much as the module's radio carries.

use alloc::format;

use crate::at::Form;
use crate::dialect::Command;
use crate::module::context::ModuleContext;
use crate::module::ftp::service::FtpService;
use crate::module::response::{CommandError, CommandResponse, integer, text};

/// Name of the setting, the only one of `AT+GTSET`.
const NAME: &str = "FTPLIMIT";

/// Sets the period, or reports it.
pub(super) fn execute(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    command: &'static Command,
    form: &Form<'_>,
) -> CommandResponse {
    if *form == Form::Read {
        let period = ftp.fibocom.flow.period;
        let line = format!("{}: \"{NAME}\",{period}", command.name);
        cx.information(line.as_bytes());
        return CommandResponse::Ok;
    }
    let Ok(values) = command.values(form) else {
        return CommandResponse::bad_parameter(command);
    };
    if text(&values, 0) != NAME.as_bytes() {
        return CommandError::Plain.into();
    }
    if let Some(period) = integer(&values, 1) {
        ftp.fibocom.flow.period = period;
    }
    CommandResponse::Ok
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use crate::dialect::nl668::NL668;
    use crate::ftp::FtpValue;
    use crate::module::family::fixture::FtpFixture;
    use crate::module::timers::Timer;

    /// Lets this much of a download or listing come; returns when more may.
    fn pause(fixture: &mut FtpFixture, command: &str) -> Option<Duration> {
        fixture.succeed(command);
        fixture.ftp.on_ready(&mut fixture.cx);
        assert!(fixture.ftp.takes_data(&fixture.cx));
        fixture
            .ftp
            .on_data(&mut fixture.cx, &alloc::vec![b'x'; 64 * 1024]);
        let at = fixture.cx.timers.get(Timer::DataFlow);
        assert_eq!(fixture.ftp.takes_data(&fixture.cx), at.is_none());
        at
    }

    #[test]
    fn ftplimit_003_1_2_16_pauses_a_download() {
        for (setting, expected) in [
            ("", Some(50)),
            ("+GTSET=\"FTPLIMIT\",1", Some(1)),
            ("+GTSET=\"FTPLIMIT\",1000", Some(1000)),
            ("+GTSET=\"FTPLIMIT\",0", None),
        ] {
            let mut fixture = FtpFixture::open(&NL668);
            if !setting.is_empty() {
                fixture.succeed(setting);
            }
            let at = pause(&mut fixture, "+FTPRETR=\"a\"");
            assert_eq!(at, expected.map(Duration::from_millis), "{setting}");
            fixture.done(FtpValue::None);
            assert_eq!(fixture.cx.timers.get(Timer::DataFlow), None);
        }
    }

    #[test]
    fn ftplimit_003_1_2_16_is_of_ftpretr_alone() {
        let mut fixture = FtpFixture::open(&NL668);
        assert_eq!(pause(&mut fixture, "+FTPLIST"), None);
    }
}
