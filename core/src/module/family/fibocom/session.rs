//! Login and logout of Fibocom modules: FTPOPEN, FTPCLOSE (003 §1.2.1, §1.2.2).

use super::{FtpResources, call, fetch, security};
use crate::codes::fibocom::{NO_CALL, NOT_OPEN, WRONG_STATE};
use crate::dialect::{Command, CommandKind, Value};
use crate::ftp::{Account, FtpOperation, LocalPorts, Security};
use crate::module::context::ModuleContext;
use crate::module::ftp::service::{FtpService, PORT, SessionState};
use crate::module::response::{CommandError, CommandResponse, integer, text};
use crate::module::timers::Timer;

/// Tells whether the session is logged in.
pub(super) fn is_open(ftp: &FtpService) -> bool {
    let job = ftp.job.as_ref();
    let opening = job.is_some_and(|job| job.kind == CommandKind::FtpOpen);
    ftp.session != SessionState::Closed && !opening
}

/// Opens a session.
pub(super) fn open(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    resources: &FtpResources<'_>,
    command: &'static Command,
    values: &[Value<'_>],
) -> CommandResponse {
    if !ftp.may_open() {
        return CommandError::Cme(WRONG_STATE).into();
    }
    if !call::is_up(resources.network) {
        return CommandError::Cme(NO_CALL).into();
    }
    let Some(ports) = ServerPorts::read(values) else {
        return CommandResponse::bad_parameter(command);
    };
    if ports.security != Security::Plain
        && let Err(why) = security::request(resources.certificates, cx)
    {
        return ftp.refuse_tls(cx, command, why);
    }
    ftp.fibocom.fetch = None;
    cx.timers.stop(Timer::DownloadBuffer);
    ftp.session = SessionState::Over(1);
    let account = account(values, ports);
    ftp.begin_operation(cx, command, FtpOperation::Open(account))
}

fn account(values: &[Value<'_>], ports: ServerPorts) -> Account {
    let account = text(values, 3);
    Account {
        host: text(values, 0).to_vec(),
        port: ports.server,
        user: text(values, 1).to_vec(),
        password: text(values, 2).to_vec(),
        account: (!account.is_empty()).then(|| account.to_vec()),
        local_ports: ports.local,
        security: ports.security,
    }
}

/// Holds the last four fields of FTPOPEN: ports, and whether TLS protects the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ServerPorts {
    server: u16,
    local: LocalPorts,
    security: Security,
}

impl ServerPorts {
    /// Reads the fields; `None` where they may mean TLS and do not say at which port.
    ///
    /// The one example of FTPS in the manual lacks a comma: in `"db",,990,,1` the 1 stands where the source data port
    /// belongs (003 §3.1). Read by the syntax it would send the password in clear, and report success. So a 1 at the end
    /// of seven fields is the mode, and the port before it the server's. No module can want 1 as its data port.
    fn read(values: &[Value<'_>]) -> Option<Self> {
        let port = |index| {
            integer(values, index)
                .and_then(|port| u16::try_from(port).ok())
                .filter(|port| *port > 0)
        };
        let lacks_comma = integer(values, 7).is_none() && port(6) == Some(1);
        match (port(4), port(5)) {
            (Some(server), None) if lacks_comma => Some(ServerPorts {
                server,
                local: LocalPorts::default(),
                security: Security::Implicit,
            }),
            _ if lacks_comma => None,
            (control, server) => Some(ServerPorts {
                server: server.unwrap_or(PORT),
                local: LocalPorts {
                    control: control.unwrap_or(0),
                    data: port(6).unwrap_or(0),
                },
                security: match integer(values, 7) {
                    Some(1) => Security::Implicit,
                    _ => Security::Plain,
                },
            }),
        }
    }
}

/// Closes the session, not while a transfer or a command is under way. It ends the download mode of FTPGET, and drops
/// what the buffer holds.
pub(super) fn close(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    command: &'static Command,
) -> CommandResponse {
    if ftp.session == SessionState::Closed {
        return CommandError::Cme(NOT_OPEN).into();
    }
    if fetch::end(ftp, cx) {
        return ftp.close_after(command);
    }
    match ftp.close(cx, command) {
        Some(response) => response,
        None => CommandError::Cme(WRONG_STATE).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::nl668::NL668;
    use crate::ftp::FtpValue;
    use crate::module::event::ModuleEvent;
    use crate::module::family::fixture::FtpFixture;

    #[test]
    fn a_login_needs_a_call_and_a_close_needs_a_login() {
        let mut fixture = FtpFixture::closed(&NL668);
        let not_open = CommandError::Cme(NOT_OPEN).into();
        assert_eq!(fixture.execute("+FTPCLOSE"), not_open);
        fixture.network.context(1).expect("context 1").active = false;
        let no_call = CommandError::Cme(NO_CALL).into();
        let open = "+FTPOPEN=\"h\",\"u\",\"p\"";
        assert_eq!(fixture.execute(open), no_call);
        fixture.network.context(1).expect("context 1").active = true;
        fixture.succeed(open);
        assert!(!is_open(&fixture.ftp));
        fixture.done(FtpValue::None);
        assert_eq!(fixture.output(), "\r\n+FTPOPEN: 1\r\n");
        assert!(is_open(&fixture.ftp));
    }

    #[test]
    fn ftpopen_003_3_1_a_1_behind_six_fields_is_the_mode_and_no_data_port() {
        let opened = |fields: &str| {
            let mut fixture = FtpFixture::closed(&NL668);
            fixture.certificates.mode = 0;
            let line = alloc::format!("+FTPOPEN=\"h\",\"u\",\"p\"{fields}");
            if fixture.execute(&line) != CommandResponse::Ok {
                return None;
            }
            match fixture.cx.events.pop_back() {
                Some(ModuleEvent::Ftp(FtpOperation::Open(account))) => Some((
                    account.port,
                    account.local_ports,
                    account.security == Security::Implicit,
                )),
                other => panic!("{other:?}"),
            }
        };
        let local = |control, data| LocalPorts { control, data };
        for (fields, expected) in [
            (",,990,,1", Some((990, local(0, 0), true))),
            (",,990,0,1", Some((990, local(0, 0), true))),
            (",,,990,,1", Some((990, local(0, 0), true))),
            (",,,,,1", Some((21, local(0, 0), true))),
            (",,,,1", None),
            (",,,990,1", None),
            (",,5000,990,1", None),
            (",,5000,990,1,0", Some((990, local(5000, 1), false))),
            (",,5000,990,5001", Some((990, local(5000, 5001), false))),
            (",,990", Some((21, local(990, 0), false))),
            ("", Some((21, local(0, 0), false))),
        ] {
            assert_eq!(opened(fields), expected, "{fields}");
        }
    }

    #[test]
    fn a_drop_of_dtr_ends_the_session() {
        let mut fixture = FtpFixture::open(&NL668);
        fixture.ftp.on_dtr_dropped(&mut fixture.cx);
        let event = fixture.cx.events.pop_back();
        assert_eq!(event, Some(ModuleEvent::DropSession));
        assert_eq!(fixture.ftp.session, SessionState::Closed);
    }
}
