//! Time-outs of an FTP command: `rsptimeout` until its URC; of a transfer on the line until `CONNECT`, then between two
//! packets (002 §2.1).

use super::{FtpJob, FtpService, FtpTrouble, JobStage};
use core::time::Duration;

use crate::codes;
use crate::exchange::LineEvent;
use crate::module::context::ModuleContext;
use crate::module::event::ModuleEvent;
use crate::module::family;
use crate::module::timers::Timer;

/// Longest wait for a server to answer behind an aborted operation.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(3);
/// The report of a command whose time is up.
const TIMED_OUT: FtpTrouble = FtpTrouble::Code(codes::TIMEOUT, 0);

impl FtpService {
    pub(in crate::module) fn on_timeout(&mut self, cx: &mut ModuleContext, timer: Timer) {
        match timer {
            Timer::FtpCommand => self.on_command_timeout(cx),
            Timer::DownloadBuffer => family::of(cx.dialect.family).on_buffer_timeout(self, cx),
            // Behind a pause of `DataFlow` the driver sees that data is wanted again.
            _ => {}
        }
    }

    fn on_command_timeout(&mut self, cx: &mut ModuleContext) {
        let Some(job) = &mut self.job else { return };
        match job.stage {
            // The server does not answer at all: only a new session can help.
            _ if job.timed_out => return self.drop_session(cx),
            JobStage::Silent | JobStage::Aborting => return self.drop_session(cx),
            // A host that is slow to read is not a network that is slow to send.
            JobStage::Down if !cx.output.bytes().is_empty() => {}
            JobStage::Up(_) => end_silent_upload(job, cx),
            JobStage::Gap(_) => {
                job.stage = JobStage::Silent;
                cx.event(ModuleEvent::Finish);
            }
            JobStage::Reporting
            | JobStage::Connecting(_)
            | JobStage::Down
            | JobStage::Suspended
            | JobStage::Broken(..) => {
                job.timed_out = true;
                job.verdict.get_or_insert(TIMED_OUT);
                return abort_operation(cx);
            }
        }
        self.restart_timer(cx);
    }

    /// Gives a download all of its time anew, as long as the host has not read what came.
    pub(in crate::module) fn wait_for_host(&self, cx: &mut ModuleContext) {
        let is_download = |job: &FtpJob| job.stage == JobStage::Down;
        if self.job.as_ref().is_some_and(is_download) {
            self.restart_packet_timer(cx);
        }
    }
}

/// Aborts the operation. The server has a short time to answer, since the URC waits for that: behind a URC the next
/// command is taken.
pub(super) fn abort_operation(cx: &mut ModuleContext) {
    cx.timers.set(Timer::FtpCommand, cx.now + SETTLE_TIMEOUT);
    cx.event(ModuleEvent::Abort);
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
        job.verdict = Some(TIMED_OUT);
    }
    job.stage = JobStage::Reporting;
    cx.event(ModuleEvent::Finish);
    cx.leave_data_mode(late.then_some(Ok(())));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ec2x::EC2X;
    use crate::ftp::FailureKind;
    use crate::module::family::fixture::FtpFixture;
    use crate::module::ftp::SessionState;
    use crate::module::response::CommandResponse;

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
        assert_eq!(fixture.output(), "");
        assert_eq!(time_out(&mut fixture), Some(ModuleEvent::DropSession));
        assert_eq!(fixture.ftp.session, SessionState::Closed);
        fixture.fail(FailureKind::Cancelled, None);
        assert_eq!(fixture.output(), "\r\n+QFTPPWD: 609,0\r\n");
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
        fixture.fail(FailureKind::Cancelled, None);
        assert_eq!(fixture.output(), "\r\nOK\r\n\r\n+QFTPGET: 609,0\r\n");
    }
}
