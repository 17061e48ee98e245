//! Time-outs of an FTP command: `rsptimeout` until its URC; of a transfer on the line until `CONNECT`, then between two
//! packets (002 §2.1).

use super::transfer::write_payload_end;
use super::{FtpJob, FtpService, FtpTrouble, JobStage, SessionState};
use crate::codes;
use crate::exchange::LineEvent;
use crate::module::context::ModuleContext;
use crate::module::event::ModuleEvent;
use crate::module::family;
use crate::module::timers::Timer;

impl FtpService {
    pub(in crate::module) fn on_timeout(&mut self, cx: &mut ModuleContext, timer: Timer) {
        match timer {
            Timer::FtpCommand => self.on_command_timeout(cx),
            Timer::DownloadBuffer => family::of(cx.dialect.family).on_buffer_timeout(self, cx),
            _ => {}
        }
    }

    fn on_command_timeout(&mut self, cx: &mut ModuleContext) {
        let Some(job) = &mut self.job else { return };
        match job.stage {
            // A host that is slow to read is not a network that is slow to send.
            JobStage::Down if !cx.output.bytes().is_empty() => {}
            JobStage::Up(_) => end_silent_upload(job, cx),
            JobStage::Gap(_) => {
                job.stage = JobStage::Silent;
                cx.event(ModuleEvent::Finish);
            }
            JobStage::Aborting => {
                job.record(LineEvent::Ok);
                job.stage = JobStage::Silent;
                cx.input.finish(Ok(()));
            }
            // The operation does not end: only a new session can help.
            JobStage::Silent => {
                self.session = SessionState::Closed;
                return cx.event(ModuleEvent::DropSession);
            }
            JobStage::Reporting
            | JobStage::Connecting(_)
            | JobStage::Down
            | JobStage::Suspended
            | JobStage::Broken(..) => self.fail_command(cx),
        }
        self.restart_timer(cx);
    }

    /// Reports that the time is up, and aborts the operation.
    fn fail_command(&mut self, cx: &mut ModuleContext) {
        let Some(job) = &mut self.job else { return };
        let command = job.command();
        let late = job.has_late_result();
        let stage = core::mem::replace(&mut job.stage, JobStage::Silent);
        let is_down = stage == JobStage::Down;
        let is_connecting = matches!(stage, JobStage::Connecting(_));
        let reports = !matches!(stage, JobStage::Broken(..));
        if late && (is_connecting || is_down) {
            job.record(LineEvent::Ok);
        }
        if reports {
            job.record(LineEvent::Urc);
        }
        cx.event(ModuleEvent::Abort);
        if is_down {
            write_payload_end(cx, command.kind);
            cx.leave_data_mode(late.then_some(Ok(())));
        }
        if reports {
            let timeout = Err(FtpTrouble::Code(codes::TIMEOUT, 0));
            family::of(cx.dialect.family).report(self, cx, command, timeout);
        }
        if late && is_connecting {
            cx.input.finish(Ok(()));
        }
    }
}

/// Completes an upload whose host has fallen silent: the file keeps what came (FIELD 2.2). The URC reports a time-out,
/// except where all the payload had a time of its own (001 §2.2.3).
fn end_silent_upload(job: &mut FtpJob, cx: &mut ModuleContext) {
    let late = job.has_late_result();
    job.record(if late {
        LineEvent::Ok
    } else {
        LineEvent::PayloadEnd
    });
    if job.total.take().is_none() {
        job.verdict = Some(FtpTrouble::Code(codes::TIMEOUT, 0));
    }
    job.stage = JobStage::Reporting;
    cx.event(ModuleEvent::Finish);
    cx.leave_data_mode(late.then_some(Ok(())));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ec2x::EC2X;
    use crate::module::family::fixture::FtpFixture;
    use crate::module::response::CommandResponse;
    use core::time::Duration;

    fn time_out(fixture: &mut FtpFixture) -> Option<ModuleEvent> {
        fixture.cx.events.clear();
        let cx = &mut fixture.cx;
        fixture.ftp.on_timeout(cx, Timer::FtpCommand);
        fixture.cx.events.pop_front()
    }

    #[test]
    fn a_command_that_takes_too_long_is_aborted_and_then_the_session_dropped() {
        let mut fixture = FtpFixture::open(&EC2X);
        fixture.succeed("+QFTPPWD");
        let deadline = Some(Duration::from_secs(90));
        assert_eq!(fixture.cx.timers.next_timeout(), deadline);
        assert_eq!(time_out(&mut fixture), Some(ModuleEvent::Abort));
        assert_eq!(fixture.output(), "\r\n+QFTPPWD: 609,0\r\n");
        assert_eq!(time_out(&mut fixture), Some(ModuleEvent::DropSession));
        assert_eq!(fixture.ftp.session, SessionState::Closed);
    }

    #[test]
    fn a_host_that_falls_silent_has_its_upload_completed_and_reported() {
        let mut fixture = FtpFixture::open(&EC2X);
        let response = fixture.execute("+QFTPPUT=\"a\",\"COM:\"");
        assert_eq!(response, CommandResponse::Pending);
        fixture.ftp.on_ready(&mut fixture.cx);
        assert_eq!(time_out(&mut fixture), Some(ModuleEvent::Finish));
        assert_eq!(fixture.output(), "\r\nCONNECT\r\n\r\nOK\r\n");
        fixture.done(crate::ftp::FtpValue::None);
        assert_eq!(fixture.output(), "\r\n+QFTPPUT: 609,0\r\n");
    }

    #[test]
    fn a_host_that_is_slow_to_read_does_not_end_a_download() {
        let mut fixture = FtpFixture::open(&EC2X);
        let response = fixture.execute("+QFTPGET=\"a\",\"COM:\"");
        assert_eq!(response, CommandResponse::Pending);
        fixture.ftp.on_ready(&mut fixture.cx);
        assert_eq!(time_out(&mut fixture), None);
        fixture.output();
        assert_eq!(time_out(&mut fixture), Some(ModuleEvent::Abort));
        assert!(fixture.output().ends_with("\r\n+QFTPGET: 609,0\r\n"));
    }
}
