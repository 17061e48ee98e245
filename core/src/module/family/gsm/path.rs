//! `AT+QFTPPATH`: the directory on the server (001 §2.2.5).
//!
//! The manual states no condition, and programs for M95 and MC60 set the path before they open the service. Such a path
//! is remembered. The next login asks the server for it before it reports, so that the host finds its files at once.
//! Where the server refuses it, the login has succeeded all the same, and `+QFTPPATH:<err>` follows its report.

use alloc::vec::Vec;

use super::report::report_text;
use super::state::RemotePath;
use crate::dialect::{Command, CommandKind};
use crate::ftp::{FailureKind, FtpFailure, FtpOperation, FtpOutcome, FtpValue};
use crate::module::context::ModuleContext;
use crate::module::event::ModuleEvent;
use crate::module::ftp::service::FtpService;
use crate::module::response::CommandResponse;

/// Sets the path. An empty one is where the session began. FTP has no word for it, so it is `/` once the directory has
/// been changed.
pub(super) fn set(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    command: &'static Command,
    path: &[u8],
) -> CommandResponse {
    let remembers = ftp.may_open();
    let state = &mut ftp.gsm;
    match (path, &state.path) {
        (b"", _) if remembers => state.path = RemotePath::Login,
        (path, _) if remembers => state.path = RemotePath::Remembered(path.to_vec()),
        (b"", RemotePath::Login) => {}
        (path, _) => {
            state.next_path = path.to_vec();
            let path = if path.is_empty() { b"/" } else { path };
            let operation = FtpOperation::Cwd(path.to_vec());
            return ftp.begin_operation(cx, command, operation);
        }
    }
    report_text(cx, command.name, Ok(b"0".to_vec()));
    CommandResponse::Ok
}

/// Takes the end of an operation of a login. Returns it, or `None` where the login goes on with the remembered path.
pub(super) fn follow_login(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    result: Result<FtpOutcome, FtpFailure>,
) -> Option<Result<FtpOutcome, FtpFailure>> {
    let path = core::mem::take(&mut ftp.gsm.path);
    let (path, result) = match (path, result) {
        (RemotePath::Remembered(path), Ok(_)) => {
            cx.event(ModuleEvent::Ftp(FtpOperation::Cwd(path.clone())));
            ftp.restart_timer(cx);
            (RemotePath::Applying(path), None)
        }
        (RemotePath::Applying(path), Ok(outcome)) => (RemotePath::Changed(path), Some(Ok(outcome))),
        (RemotePath::Applying(_), Err(failure)) if leaves_session(&failure) => {
            let outcome = FtpOutcome {
                code: 0,
                text: Vec::new(),
                value: FtpValue::None,
            };
            (RemotePath::Refused((&failure).into()), Some(Ok(outcome)))
        }
        (RemotePath::Applying(path), Err(failure)) => {
            // A login that gets no further leaves no session behind.
            cx.event(ModuleEvent::DropSession);
            (RemotePath::Remembered(path), Some(Err(failure)))
        }
        (path, result) => (path, Some(result)),
    };
    ftp.gsm.path = path;
    result
}

/// Tells whether the server refused the path alone, and the session goes on.
fn leaves_session(failure: &FtpFailure) -> bool {
    failure.kind == FailureKind::Refused && failure.reply != Some(421)
}

/// Reports that the server refused the remembered path, behind the report of the login.
pub(super) fn report_refusal(ftp: &mut FtpService, cx: &mut ModuleContext) {
    if let RemotePath::Refused(trouble) = ftp.gsm.path
        && let Some(command) = cx.dialect.command(CommandKind::FtpChangeDir)
    {
        ftp.gsm.path = RemotePath::Login;
        report_text(cx, command.name, Err(trouble));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::gsm::GSM;
    use crate::module::family::fixture::FtpFixture;
    use crate::module::ftp::SessionState;

    const OPEN: &str = "+QFTPOPEN=\"h\",21";

    /// Sets a path, and logs in up to the question for it.
    fn logging_in(path: &str) -> FtpFixture {
        let mut fixture = FtpFixture::closed(&GSM);
        fixture.succeed(&alloc::format!("+QFTPPATH=\"{path}\""));
        assert_eq!(fixture.output(), "\r\n+QFTPPATH:0\r\n");
        fixture.succeed(OPEN);
        fixture.done(FtpValue::None);
        fixture
    }

    fn shown(fixture: &mut FtpFixture) -> alloc::string::String {
        fixture.output();
        fixture.succeed("+QFTPPATH?");
        fixture.output()
    }

    #[test]
    fn path_001_2_2_5_is_remembered_before_open() {
        let mut fixture = logging_in("/a");
        let cwd = FtpOperation::Cwd(b"/a".to_vec());
        let event = fixture.cx.events.pop_back();
        assert_eq!(event, Some(ModuleEvent::Ftp(cwd)));
        assert_eq!(fixture.output(), "", "the login goes on");
        fixture.done(FtpValue::None);
        assert_eq!(fixture.output(), "\r\n+QFTPOPEN:0\r\n");
        assert_eq!(shown(&mut fixture), "\r\n+QFTPPATH:\"/a\"\r\n");
    }

    #[test]
    fn path_001_2_2_5_that_is_refused_at_login_is_reported_behind_it() {
        let mut fixture = logging_in("/a");
        fixture.fail(FailureKind::Refused, Some(550));
        let printed = "\r\n+QFTPOPEN:0\r\n\r\n+QFTPPATH:-550\r\n";
        assert_eq!(fixture.output(), printed);
        assert_eq!(fixture.ftp.session, SessionState::Over(1));
        assert_eq!(shown(&mut fixture), "\r\n+QFTPPATH:\"\"\r\n");
    }

    #[test]
    fn path_001_2_2_5_outlives_a_login_that_fails() {
        let mut fixture = FtpFixture::closed(&GSM);
        fixture.succeed("+QFTPPATH=\"/a\"");
        fixture.succeed(OPEN);
        fixture.fail(FailureKind::Dns, None);
        assert_eq!(shown(&mut fixture), "\r\n+QFTPPATH:\"/a\"\r\n");
        fixture.succeed(OPEN);
        fixture.done(FtpValue::None);
        fixture.output();
        fixture.fail(FailureKind::Refused, Some(421));
        assert_eq!(fixture.output(), "\r\n+QFTPOPEN:-421\r\n");
        assert_eq!(fixture.ftp.session, SessionState::Closed);
        let event = fixture.cx.events.pop_back();
        assert_eq!(event, Some(ModuleEvent::DropSession));
        assert_eq!(shown(&mut fixture), "\r\n+QFTPPATH:\"/a\"\r\n");
    }

    #[test]
    fn path_001_2_2_5_ends_with_its_session() {
        let mut fixture = logging_in("/a");
        fixture.done(FtpValue::None);
        fixture.succeed("+QFTPCLOSE");
        fixture.done(FtpValue::None);
        assert_eq!(shown(&mut fixture), "\r\n+QFTPPATH:\"\"\r\n");
        fixture.succeed(OPEN);
        fixture.done(FtpValue::None);
        assert_eq!(fixture.output(), "\r\n+QFTPOPEN:0\r\n");
    }

    #[test]
    fn path_001_2_2_5_that_is_empty_forgets_the_one_before() {
        let mut fixture = FtpFixture::closed(&GSM);
        fixture.succeed("+QFTPPATH=\"/a\"");
        fixture.succeed("+QFTPPATH=\"\"");
        fixture.output();
        fixture.succeed(OPEN);
        fixture.done(FtpValue::None);
        assert_eq!(fixture.output(), "\r\n+QFTPOPEN:0\r\n");
    }
}
